/** From text to tokens: which characters make a word, where an SQE's line ends, and what is no text at all. */
import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";
import { DIAGNOSTICS_MAX, type Position, type Reporter } from "./diagnostic.js";
import { DEPTH_MAX, FILE_BYTES_MAX, TOKENS_MAX } from "./limits.js";

/** Every token type is one of these: what an error-catching alternative takes. */
export const Anything = createToken({ name: "Anything", pattern: Lexer.NA });

function token(name: string, label: string, pattern: RegExp): TokenType {
  return createToken({ name, label, pattern, categories: [Anything], line_breaks: false });
}

/** A name. Every word of the language is one too, where a name is asked for. */
export const Name = token("Name", "a name", /[A-Za-z_][A-Za-z0-9_-]*/);
export const Integer = token("Integer", "a whole number", Lexer.NA);
export const Time = token("Time", "a time such as 10ms", Lexer.NA);
export const Errno = token("Errno", "an error such as -EIO", /-[A-Za-z_][A-Za-z0-9_]*/);
/** A string literal, or what there is of one on its line. */
export const Text = createToken({
  name: "Text",
  label: "a string",
  pattern: { exec: matchString },
  start_chars_hint: ['"'],
  categories: [Anything],
  line_breaks: false,
});
/** The end of a line that has an SQE; elsewhere lines do not count. */
export const LineEnd = token("LineEnd", "the end of the line", Lexer.NA);
export const LeftBrace = token("LeftBrace", "`{`", /\{/);
export const RightBrace = token("RightBrace", "`}`", /\}/);
export const LeftParen = token("LeftParen", "`(`", /\(/);
export const RightParen = token("RightParen", "`)`", /\)/);
export const LeftBracket = token("LeftBracket", "`[`", /\[/);
export const RightBracket = token("RightBracket", "`]`", /\]/);
export const Colon = token("Colon", "`:`", /:/);
export const Comma = token("Comma", "`,`", /,/);
export const Bar = token("Bar", "`|`", /\|/);
export const Dot = token("Dot", "`.`", /\./);
export const Equals = token("Equals", "`=`", /=/);
export const Comparison = token("Comparison", "a comparison", /!=|<=|>=|<|>/);

const Digits = token("Digits", "a number", /-?[0-9][A-Za-z0-9_]*/);
const Blank = createToken({ name: "Blank", pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true });
const Comment = createToken({ name: "Comment", pattern: /#[^\n\r]*/, group: "comments", line_breaks: false });

export const DECLARATION_WORDS = [
  "litmus",
  "doc",
  "source",
  "semantics",
  "time",
  "ring",
  "file",
  "pipe",
  "sockets",
  "slots",
  "buf",
  "fixed",
  "bpfop",
  "hook",
  "thread",
  "always",
  "exists",
  "never",
] as const;

export const STATEMENT_WORDS = [
  "queue",
  "enter",
  "submit",
  "reap",
  "peek",
  "sqflags",
  "await",
  "write",
  "read",
  "close",
  "slot",
  "clear",
  "sync_cancel",
  "sleep",
  "signal",
  "if",
  "attach",
  "detach",
  "drive",
] as const;

/** Words that begin or negate an atom, or join two; a name like that would hide behind them. */
export const CONDITION_WORDS = [
  "true",
  "and",
  "or",
  "not",
  "implies",
  "posted",
  "silent",
  "issued",
  "count",
  "hang",
  "steps",
  "calls",
  "cost",
] as const;

const OTHER_WORDS = [
  "has",
  "before",
  "on",
  "sq",
  "cq",
  "setup",
  "mem",
  "nonblock",
  "wait",
  "timeout",
  "as",
  "else",
  "to",
  "target",
  "may",
  "multishot",
] as const;

export type LanguageWord =
  | (typeof DECLARATION_WORDS)[number]
  | (typeof STATEMENT_WORDS)[number]
  | (typeof CONDITION_WORDS)[number]
  | (typeof OTHER_WORDS)[number];

const WORDS: ReadonlyMap<string, TokenType> = new Map(
  [...DECLARATION_WORDS, ...STATEMENT_WORDS, ...CONDITION_WORDS, ...OTHER_WORDS].map((word) => [
    word,
    createToken({ name: `word_${word}`, label: `\`${word}\``, pattern: Lexer.NA, categories: [Name] }),
  ]),
);

/** The token type of a word of the language. */
export function word(text: LanguageWord): TokenType {
  return WORDS.get(text)!;
}

/** Words that cannot be a ring's name: they may follow where a ring is left out. */
export const RING_RESERVED: ReadonlySet<string> = new Set<string>([
  ...DECLARATION_WORDS,
  ...STATEMENT_WORDS,
  "as",
  "wait",
  "timeout",
  "target",
  "else",
]);

const SCANNED = [
  Blank,
  Comment,
  Name,
  Digits,
  Errno,
  Text,
  LeftBrace,
  RightBrace,
  LeftParen,
  RightParen,
  LeftBracket,
  RightBracket,
  Colon,
  Comma,
  Bar,
  Dot,
  Comparison,
  Equals,
];

/** What the parser may be given. */
export const VOCABULARY: readonly TokenType[] = [
  Anything,
  ...SCANNED,
  Integer,
  Time,
  LineEnd,
  ...WORDS.values(),
];

export interface Scan {
  readonly tokens: IToken[];
  readonly comments: readonly IToken[];
  /** The first token of each line: where a statement or a declaration most likely begins. */
  readonly firstOfLine: ReadonlySet<IToken>;
  /** Right behind the last token. */
  readonly end: Position;
}

/** The place of a token. */
export function positionOf(token: IToken): Position {
  return { line: token.startLine ?? 0, column: token.startColumn ?? 0 };
}

/** The place right behind a token. */
export function endOf(token: IToken): Position {
  return { line: token.endLine ?? 0, column: (token.endColumn ?? 0) + 1 };
}

/** Whether `text` can be a litmus file's at all, before anything looks at its words; tells why where it cannot. */
export function isText(text: string, reporter: Reporter): boolean {
  const start = { line: 1, column: 1 };
  if (
    text.length > FILE_BYTES_MAX ||
    (text.length > FILE_BYTES_MAX / 3 && byteLength(text) > FILE_BYTES_MAX)
  ) {
    reporter.report(start, "limit-file-size", `the file is larger than ${FILE_BYTES_MAX} bytes`);
    return false;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  const odd = /[\u0000-\u0008\u000b\u000e-\u001f\u007f\ufffd]|\p{Cs}/u.exec(text);
  if (odd !== null) {
    const lines = text.slice(0, odd.index).split(/\r\n|\n|\r/);
    const at = { line: lines.length, column: lines.at(-1)!.length + 1 };
    reporter.report(
      at,
      "not-text",
      `the file has ${describeOdd(odd[0])}`,
      "a string writes any byte as \\xNN",
    );
    return false;
  }
  return true;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function describeOdd(char: string): string {
  const code = char.charCodeAt(0);
  if (code === 0) return "a NUL byte";
  if (code >= 0xd800) return "bytes that are not UTF-8";
  return `the control character \\x${code.toString(16).padStart(2, "0")}`;
}

/**
 * The tokens of `text`, which must have passed `isText`. Reports characters that belong to no token, and leaves them
 * out. null: the text is longer or nests deeper than the limits, and nobody should try to parse it.
 */
export function scan(text: string, reporter: Reporter): Scan | null {
  // A byte order mark is no character of the text; a blank in its place keeps the columns.
  const {
    tokens: raw,
    groups,
    errors,
  } = lexer().tokenize(text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text);
  for (const error of errors.slice(0, DIAGNOSTICS_MAX)) {
    const at = { line: error.line ?? 0, column: error.column ?? 0 };
    const characters = clip(text.slice(error.offset, error.offset + error.length));
    reporter.report(at, "bad-character", `\`${characters}\` stands for nothing in the language`);
  }
  const tooMany = raw[TOKENS_MAX];
  if (tooMany !== undefined) {
    reporter.report(
      positionOf(tooMany),
      "limit-tokens",
      `the file has more than ${TOKENS_MAX} words and signs`,
    );
    return null;
  }
  const tokens: IToken[] = [];
  const firstOfLine = new Set<IToken>();
  const nesting = createNesting();
  let last: IToken | undefined;
  for (const found of raw) {
    classify(found, reporter);
    if (last === undefined || found.startLine !== last.endLine) {
      firstOfLine.add(found);
      if (last !== undefined && nesting.inSqes() && last.tokenType !== LeftBrace)
        tokens.push(lineEndBehind(last));
    }
    if (!nesting.follow(found, tokens)) {
      reporter.report(positionOf(found), "limit-depth", `this is nested more than ${DEPTH_MAX} deep`);
      return null;
    }
    tokens.push(found);
    last = found;
  }
  const end = last === undefined ? { line: 1, column: 1 } : endOf(last);
  return { tokens, comments: groups["comments"] ?? [], firstOfLine, end };
}

/** Text of the file in a message: no longer than a glance. */
export function clip(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

let built: Lexer | null = null;

/** Built at the first use: its analysis takes longer than most files. */
function lexer(): Lexer {
  built ??= new Lexer([...VOCABULARY], { positionTracking: "full" });
  return built;
}

/** The literal at `offset`, to its closing quote or the end of its line. A loop: a pattern would recurse on length. */
function matchString(text: string, offset: number): RegExpExecArray | null {
  if (text[offset] !== '"') return null;
  let end = offset + 1;
  while (end < text.length) {
    const char = text[end];
    if (char === "\n" || char === "\r") break;
    end += char === "\\" && text[end + 1] !== "\n" && text[end + 1] !== "\r" ? 2 : 1;
    if (char === '"') break;
  }
  const match: RegExpExecArray = Object.assign([text.slice(offset, end)] as [string], {
    index: offset,
    input: text,
  });
  return match;
}

function setType(found: IToken, type: TokenType): void {
  found.tokenType = type;
  found.tokenTypeIdx = type.tokenTypeIdx ?? found.tokenTypeIdx;
}

/** Words of the language, and what kind of number it is. */
function classify(found: IToken, reporter: Reporter): void {
  if (found.tokenType === Name) {
    setType(found, WORDS.get(found.image) ?? Name);
  } else if (found.tokenType === Digits) {
    if (/^\d+(ms|s)$/.test(found.image)) {
      setType(found, Time);
    } else {
      setType(found, Integer);
      if (!/^-?(\d+|0x[0-9A-Fa-f]+)$/.test(found.image)) {
        const hint = "numbers are decimal or 0x…; times are 0, 10ms, 1s or never";
        reporter.report(positionOf(found), "bad-number", `\`${clip(found.image)}\` is no number`, hint);
      }
    }
  }
}

function lineEndBehind(last: IToken): IToken {
  const { line, column } = endOf(last);
  const offset = (last.endOffset ?? last.startOffset) + 1;
  return {
    image: "",
    startOffset: offset,
    endOffset: offset,
    startLine: line,
    endLine: line,
    startColumn: column,
    endColumn: column,
    tokenType: LineEnd,
    tokenTypeIdx: LineEnd.tokenTypeIdx ?? 0,
  };
}

interface Nesting {
  /** Whether SQEs stand in the innermost open brace. */
  inSqes(): boolean;
  /** Takes the next token; false: it nests too deep. */
  follow(found: IToken, before: readonly IToken[]): boolean;
}

function createNesting(): Nesting {
  const braces: boolean[] = [];
  let parens = 0;
  let nots = 0;
  return {
    inSqes: () => braces.at(-1) === true,
    follow(found, before) {
      nots = found.tokenType === word("not") ? nots + 1 : 0;
      if (found.tokenType === LeftBrace) braces.push(opensSqes(before, braces.length === 0));
      else if (found.tokenType === RightBrace) braces.pop();
      else if (found.tokenType === LeftParen) parens++;
      else if (found.tokenType === RightParen) parens = Math.max(0, parens - 1);
      // A thread's brace, and one of SQEs, do not count.
      return braces.length <= DEPTH_MAX + 2 && parens <= DEPTH_MAX && nots <= DEPTH_MAX;
    },
  };
}

/** `queue {`, `queue r {`, and the same with `submit`; of the declarations, all but `ring r {` and `thread T {`: a hook's. */
function opensSqes(before: readonly IToken[], isOutside: boolean): boolean {
  const is = (found: IToken | undefined, ...words: LanguageWord[]): boolean =>
    words.some((text) => found?.tokenType === word(text));
  if (isOutside) return !is(before.at(-2), "ring", "thread") && before.length > 2;
  return is(before.at(-1), "queue", "submit") || is(before.at(-2), "queue", "submit");
}
