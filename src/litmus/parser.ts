/** The parser without its rules: what it says where a text does not follow them, where it goes on, and whose a comment is. */
import {
  EmbeddedActionsParser,
  EOF,
  type IParserErrorMessageProvider,
  type IRecognitionException,
  type IToken,
  isRecognitionException,
  type TokenType,
} from "chevrotain";
import { unescapeBytes } from "./bytes.js";
import type { DiagnosticCode, Position, Reporter } from "./diagnostic.js";
import { ATOMS_MAX, INT_MAX, STATEMENTS_MAX, STRING_BYTES_MAX } from "./limits.js";
import { nearest } from "./suggest.js";
import type { Comments } from "./syntax.js";
import * as t from "./tokens.js";

/** The form of each rule of the grammar: what a hint shows. */
export const FORMS: Readonly<Record<string, string>> = {
  header: "litmus NAME",
  doc: 'doc "…"',
  source: 'source "…" ["…"]',
  semantics: "semantics NAME…",
  time: "time free, or: time ordered",
  ring: "ring r { sq N cq N setup FLAG… mem b }",
  file: 'file f = "…"',
  pipe: "pipe p [nonblock]",
  sockets: "sockets s",
  slots: "slots N",
  buffer: "buf b[N], or: fixed buf b[N]",
  bpfop: "bpfop ID on r = NAME, or: = NAME(key=value, …)",
  hook: "hook H on r = NAME, or: = NAME(key=value, …)",
  argument:
    "key=value, with a number, an error, a time, a file, p.r, s.0, slot:I, a buffer, or an SQE's label",
  thread: "thread T { … }",
  claim: "always [NAME:] CONDITION, and the same with exists and never",
  queue: "queue r { SQE… }",
  submit: "submit r { SQE… } [wait N] [timeout T] [as n]",
  enter: "enter r [submit N] [wait N] [timeout T] [as n]",
  reap: "reap r [N] [as n]",
  peek: "peek r [as n]",
  sqflags: "sqflags r as n",
  awaiting: "await LABEL",
  write: 'write FD "…"',
  read: "read FD N",
  closeFd: "close FD",
  slot: "slot I = FD",
  clear: "clear slot I",
  syncCancel: "sync_cancel target=LABEL [as n]",
  signal: "signal T, with T the name of a thread",
  sleep: "sleep T, with T as in 10ms, 1s, 0 or never",
  branch: "if CONDITION { … } [else { … }]",
  attach: "attach H to r [as n], with a hook's name or an operation's ID",
  drive: "drive H, with a hook's name: the thread runs the program itself",
  detach: "detach H [as n], with a hook's name or an operation's ID",
  sqe: "LABEL: OPCODE [key=value…] [multishot] [may RES, RES…] [| FLAG…]",
  may: "may RES, RES…, with RES a number, an error such as -EIO, or never",
  atom: 'a.res = N, a.flags has MORE, posted a, silent a, count a = N, a before b, issued a, n = N, f = "…", H.variable = N, steps H = N, calls ID.prep = N, hang',
};

/** What a rule looked for where none of its alternatives fits. */
const WANTED: Readonly<Record<string, string>> = {
  atom: "a condition",
  dotted: "a comparison, `.res`, `.flags` or `before`",
  value: "a value",
  fd: "a file descriptor",
  result: "a number or an error such as -EIO",
  mayResult: "a number, an error such as -EIO, or `never`",
  duration: "a time such as 10ms",
  identity: "a name or a number",
  comparison: "a comparison",
  ring: "`sq`, `cq`, `setup`, `mem` or `}`",
  argumentValue: "a value",
  compared: "a number, an error such as -EIO, or a string",
};

function labelOf(type: TokenType): string {
  return type.LABEL ?? type.name;
}

/** Words of a message; the code and the place are found where the error is caught. */
const MESSAGES: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => `expected ${labelOf(expected)}`,
  buildNotAllInputParsedMessage: () => "expected the end of the file",
  buildNoViableAltMessage: ({ ruleName }) => `expected ${WANTED[ruleName] ?? "something else"}`,
  buildEarlyExitMessage: ({ ruleName, expectedIterationPaths }) => {
    const first = expectedIterationPaths[0]?.[0];
    return `expected ${WANTED[ruleName] ?? (first === undefined ? "something else" : labelOf(first))}`;
  },
};

/**
 * Of alternatives where words of the language come before names, which they are too: the first that fits by one token
 * is taken, so that what is wrong behind it is told in its words.
 */
export const FIRST_FITS = { IGNORE_AMBIGUITIES: true, MAX_LOOKAHEAD: 1 } as const;

/** Thrown to leave a piece of the text that has been reported. */
export class Refused extends Error {}

export type Piece = "declaration" | "statement" | "sqe";

/** One parse at a time: `startParse`, a rule, `stopParse`. */
export abstract class LitmusParser extends EmbeddedActionsParser {
  private scanned: t.Scan | null = null;
  private reporter: Reporter | null = null;
  private commentsTaken = 0;
  private statements = 0;
  private hasGivenUp = false;
  /** Of the condition that is being parsed. */
  protected atoms = 0;

  constructor() {
    super([...t.VOCABULARY], { errorMessageProvider: MESSAGES, maxLookahead: 2, recoveryEnabled: false });
  }

  protected startParse(scan: t.Scan, reporter: Reporter): void {
    this.input = scan.tokens;
    this.scanned = scan;
    this.reporter = reporter;
    this.commentsTaken = 0;
    this.statements = 0;
    this.hasGivenUp = false;
  }

  protected stopParse(): void {
    this.input = [];
    this.scanned = null;
    this.reporter = null;
  }

  protected at(found: IToken): Position {
    return t.positionOf(found);
  }

  protected number(found: IToken): number {
    const value = Number(found.image);
    if (this.RECORDING_PHASE || value === 0) return 0;
    if (Number.isSafeInteger(value)) return value;
    // What is no number at all was reported by the scanner.
    if (!Number.isNaN(value)) this.tellAt(found, "out-of-range", `\`${t.clip(found.image)}\` is too large`);
    return 0;
  }

  protected milliseconds(found: IToken): number {
    const ms = Number.parseInt(found.image, 10) * (found.image.endsWith("ms") ? 1 : 1000);
    if (ms <= INT_MAX) return ms;
    this.tellAt(found, "out-of-range", `\`${t.clip(found.image)}\` is more than ${INT_MAX}ms`);
    return 0;
  }

  /** The bytes that a string literal means. */
  protected readLiteral(literal: IToken): string {
    const { image } = literal;
    if (image.length > 4 * STRING_BYTES_MAX + 2) {
      this.tellAt(literal, "limit-string", `the string has more than ${STRING_BYTES_MAX} bytes`);
      return "";
    }
    if (!isClosed(image)) {
      const hint = "a line break in it is \\n";
      this.tellAt(literal, "unterminated-string", "the string does not end on its line", hint);
      return "";
    }
    const { bytes, badAt } = unescapeBytes(image.slice(1, -1));
    if (badAt !== null) {
      const { line, column } = t.positionOf(literal);
      const message = `there is no escape \`${image.slice(1 + badAt, 3 + badAt)}\``;
      const hint = 'there are \\" \\\\ \\n \\t \\0 and \\xNN';
      this.reporter?.report({ line, column: column + 1 + badAt }, "bad-escape", message, hint);
    }
    if (bytes.length > STRING_BYTES_MAX) {
      this.tellAt(literal, "limit-string", `the string has more than ${STRING_BYTES_MAX} bytes`);
    }
    return bytes;
  }

  /** An option that stands there twice. */
  protected once(key: IToken, before: unknown): void {
    if (before !== null) this.tellAt(key, "duplicate-key", `\`${key.image}\` is given twice`);
  }

  /** What stands before `has`. */
  protected flagsField(found: IToken): void {
    if (this.RECORDING_PHASE || found.image === "flags") return;
    const hint = found.image === "res" ? "a.res = N, a.flags has MORE" : "a CQE has `res` and `flags`";
    this.tellAt(found, "syntax", `expected \`flags\`, found \`${t.clip(found.image)}\``, hint);
  }

  protected countAtom(): void {
    this.atoms++;
    if (this.RECORDING_PHASE || this.atoms <= ATOMS_MAX) return;
    this.tellHere("limit-depth", `a condition has more than ${ATOMS_MAX} parts`);
    throw new Refused();
  }

  protected startsDeclaration(): boolean {
    return (t.DECLARATION_WORDS as readonly string[]).includes(this.LA(1).image);
  }

  /** Whether a declaration begins here: its word stands first on a line, and is no label. */
  protected beginsNext(): boolean {
    const isUsed = this.LA(2).tokenType === t.Colon;
    return this.startsDeclaration() && this.isFirstOfLine(this.LA(1)) && !isUsed;
  }

  /** The same where an atom is due: an object may bear the word for its name. */
  protected endsCondition(): boolean {
    const isUsed = [t.Dot, t.Equals, t.Comparison, t.word("before")].includes(this.LA(2).tokenType);
    return this.beginsNext() && !isUsed;
  }

  /** Before `}`, at the end, and before a declaration where a `}` must have been forgotten. */
  protected endsBlock(): boolean {
    const next = this.LA(1);
    if (next.tokenType === t.RightBrace || next.tokenType === EOF) return true;
    return this.beginsNext();
  }

  protected isFirstOfLine(found: IToken): boolean {
    return this.scanned?.firstOfLine.has(found) ?? false;
  }

  /** Consumes the brace that closes `open`; where there is none, the hint says which one is open. */
  protected close(open: IToken, consume: () => void): void {
    const next = this.LA(1);
    if (this.RECORDING_PHASE || next.tokenType === t.RightBrace) {
      consume();
      return;
    }
    const { line, column } = t.positionOf(open);
    const code = next.tokenType === EOF ? "unexpected-end" : "syntax";
    this.tellHere(
      code,
      `expected \`}\`, found ${this.found(next)}`,
      `the \`{\` at ${line}:${column} is not closed`,
    );
    throw new Refused();
  }

  /** Reports what begins no declaration, or no statement. */
  protected refuse(begins: IToken, what: "declaration" | "statement"): never {
    if (this.RECORDING_PHASE) return undefined as never;
    const declarations: readonly string[] = t.DECLARATION_WORDS;
    const statements: readonly string[] = t.STATEMENT_WORDS;
    const [own, others, place] =
      what === "declaration"
        ? [declarations, statements, "statements stand in `thread T { … }`"]
        : [statements, declarations, "declarations stand outside of threads"];
    const near = nearest(begins.image, own);
    const list = near === null ? `one of: ${own.join(", ")}` : `did you mean \`${near}\`?`;
    const isElsewhere = others.includes(begins.image);
    const hint = isElsewhere ? place : list;
    if (begins.tokenType === t.Name || isElsewhere) {
      this.tellAt(begins, `unknown-${what}`, `\`${t.clip(begins.image)}\` begins no ${what}`, hint);
    } else {
      this.tellAt(begins, "syntax", `expected a ${what}, found ${this.found(begins)}`, hint);
    }
    throw new Refused();
  }

  /** Something between SQEs that begins none. */
  protected skipNoSqe(found: IToken): void {
    if (this.RECORDING_PHASE) return;
    this.tellAt(found, "syntax", `expected an SQE, found ${this.found(found)}`, FORMS["sqe"] ?? null);
    this.skipTo((next) => next.tokenType === t.LineEnd || next.tokenType === t.RightBrace);
  }

  /**
   * Parses one piece of a list, with its comments. What is wrong with it is reported and the rest of it skipped, so
   * that the next piece is looked at too.
   */
  protected piece<Item extends { readonly comments?: Comments }>(
    kind: Piece,
    items: Item[],
    parse: () => Item,
  ): void {
    if (this.RECORDING_PHASE) {
      parse();
      return;
    }
    const first = this.LA(1);
    const comments = this.commentsBefore();
    try {
      if (kind !== "sqe" && ++this.statements > STATEMENTS_MAX) {
        this.tellHere("limit-names", `the file has more than ${STATEMENTS_MAX} declarations and statements`);
        this.giveUp();
        return;
      }
      const item = parse();
      if (kind === "sqe") this.endSqe();
      items.push({ ...item, ...this.commentsBehind(comments) });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (isRecognitionException(error)) this.tell(error as IRecognitionException, kind);
      else if (!(error instanceof Refused)) throw error;
      if (this.LA(1) === first) this.SKIP_TOKEN();
      this.resync(kind);
    }
  }

  protected endSqe(): void {
    const next = this.LA(1);
    if (next.tokenType === t.LineEnd || next.tokenType === t.RightBrace || next.tokenType === EOF) return;
    const hint =
      next.tokenType === t.Colon
        ? "an SQE ends at its line's end: the next one begins on its own line"
        : FORMS["sqe"];
    this.tellHere("syntax", `expected the end of the SQE, found ${this.found(next)}`, hint ?? null);
    throw new Refused();
  }

  /** Skips to where the next piece of this kind most likely begins. */
  protected resync(kind: Piece): void {
    if (this.reporter?.isFull === true) {
      this.giveUp();
    } else if (kind === "sqe") {
      this.skipTo((next) => next.tokenType === t.LineEnd || next.tokenType === t.RightBrace);
    } else if (kind === "declaration") {
      this.skipTo(() => this.beginsNext());
    } else {
      let depth = 0;
      this.skipTo((next) => {
        if (next.tokenType === t.LeftBrace) depth++;
        if (next.tokenType === t.RightBrace) {
          const after = this.LA(2).image;
          if (depth === 0 && !["wait", "as", "else"].includes(after)) return true;
          depth = Math.max(0, depth - 1);
        }
        const isStatement = (t.STATEMENT_WORDS as readonly string[]).includes(next.image);
        return (
          this.beginsNext() || (isStatement && this.isFirstOfLine(next) && this.LA(2).tokenType !== t.Colon)
        );
      });
    }
  }

  /** Skips all the rest, which nobody wants to hear about. */
  private giveUp(): void {
    this.hasGivenUp = true;
    this.skipTo(() => false);
  }

  private skipTo(stops: (next: IToken) => boolean): void {
    let next = this.LA(1);
    while (next.tokenType !== EOF && !stops(next)) {
      this.SKIP_TOKEN();
      next = this.LA(1);
    }
  }

  protected told(): boolean {
    return this.reporter?.hasErrors ?? false;
  }

  protected found(token: IToken): string {
    if (token.tokenType === EOF) return "the end of the file";
    if (token.tokenType === t.LineEnd) return "the end of the line";
    return `\`${t.clip(token.image)}\``;
  }

  protected tell(error: IRecognitionException, kind: Piece | null): void {
    const { token, message, context } = error;
    const rule = [...context.ruleStack].reverse().find((name) => FORMS[name] !== undefined);
    const form = rule === undefined ? undefined : FORMS[rule];
    const isEnd = token.tokenType === EOF;
    const code: DiagnosticCode = isEnd ? "unexpected-end" : "syntax";
    const hint = form ?? (kind === "sqe" ? FORMS["sqe"] : undefined) ?? null;
    this.tellAt(token, code, `${message}, found ${this.found(token)}`, hint);
  }

  protected tellHere(code: DiagnosticCode, message: string, hint: string | null = null): void {
    this.tellAt(this.LA(1), code, message, hint);
  }

  protected tellAt(token: IToken, code: DiagnosticCode, message: string, hint: string | null = null): void {
    if (this.RECORDING_PHASE || this.hasGivenUp) return;
    const at = token.tokenType === EOF ? this.scanned?.end : t.positionOf(token);
    this.reporter?.report(at ?? { line: 0, column: 0 }, code, message, hint);
  }

  /** Comments that stand before the next token and belong to nothing yet. */
  protected commentsBefore(): readonly string[] {
    const limit = this.LA(1).tokenType === EOF ? Number.POSITIVE_INFINITY : this.LA(1).startOffset;
    return this.takeComments((comment) => comment.startOffset < limit);
  }

  /** The comment on the line of the token before, if it belongs to nothing yet; with those before the node. */
  protected commentsBehind(before: readonly string[]): { readonly comments?: Comments } {
    if (this.RECORDING_PHASE) return {};
    const last = this.LA(0);
    const line = last.tokenType === EOF ? null : last.endLine;
    const inside = this.takeComments((comment) => comment.startOffset < last.startOffset);
    const behind = this.takeComments((comment) => comment.startLine === line);
    const all = [...before, ...inside];
    return all.length === 0 && behind.length === 0
      ? {}
      : { comments: { before: all, after: behind[0] ?? null } };
  }

  protected closing(): { readonly closing?: readonly string[] } {
    const closing = this.commentsBefore();
    return closing.length === 0 ? {} : { closing };
  }

  private takeComments(belongs: (comment: IToken) => boolean): readonly string[] {
    const taken: string[] = [];
    const comments = this.scanned?.comments ?? [];
    for (
      let next = comments[this.commentsTaken];
      next !== undefined && belongs(next);
      next = comments[this.commentsTaken]
    ) {
      taken.push(next.image.trimEnd());
      this.commentsTaken++;
    }
    return taken;
  }
}

/** Whether a literal ends with a quote of its own, and not an escaped one. */
function isClosed(image: string): boolean {
  if (image.length < 2 || !image.endsWith('"')) return false;
  let backslashes = 0;
  while (image[image.length - 2 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 0;
}
