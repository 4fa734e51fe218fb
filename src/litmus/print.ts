/**
 * From the syntax tree back to text. Parsing what is printed gives the same tree, apart from positions; comments are
 * kept, blank lines and the layout are the printer's own.
 */
import { quoteBytes, quoteText } from "./bytes.js";
import type {
  Block,
  Comments,
  ConditionSyntax,
  Declaration,
  Duration,
  Key,
  LitmusFile,
  Never,
  ProgramDeclaration,
  Result,
  SqeSyntax,
  Statement,
  Value,
  Word,
} from "./syntax.js";

/** The text of a litmus file, in the short spelling of flags (`LINK`, not `IOSQE_IO_LINK`); total on every tree. */
export function printLitmus(file: LitmusFile): string {
  const lines = commented(file.comments, [`litmus ${file.name.text}`], "");
  let group = "head";
  for (const declaration of file.declarations) {
    const next = groupOf(declaration);
    if (next !== group || next === "thread") lines.push("");
    group = next;
    lines.push(...commented(declaration.comments, printDeclaration(declaration), ""));
  }
  if (file.closing !== undefined) lines.push("", ...file.closing);
  return `${lines.join("\n")}\n`;
}

/** Declarations of different groups have a blank line between them. */
function groupOf(declaration: Declaration): string {
  switch (declaration.kind) {
    case "doc":
    case "source":
    case "semantics":
    case "time":
      return "head";
    case "thread":
    case "claim":
      return declaration.kind;
    default:
      return "objects";
  }
}

function printDeclaration(declaration: Declaration): string[] {
  switch (declaration.kind) {
    case "doc":
      return [`doc ${quoteText(declaration.text.text)}`];
    case "source":
      return [`source ${declaration.texts.map((text) => quoteText(text.text)).join(" ")}`];
    case "semantics":
      return [`semantics ${spaced(declaration.profiles)}`];
    case "time":
      return [`time ${declaration.mode.text}`];
    case "ring": {
      const { name, sq, cq, setup, mem } = declaration;
      const parts = [
        ...(sq === null ? [] : [`sq ${sq.value}`]),
        ...(cq === null ? [] : [`cq ${cq.value}`]),
        ...(setup.length === 0 ? [] : [`setup ${spaced(setup)}`]),
        ...(mem === null ? [] : [`mem ${mem.text}`]),
      ];
      return [`ring ${name.text} {${parts.map((part) => ` ${part}`).join("")} }`];
    }
    case "file":
      return [`file ${declaration.name.text} = ${quoteBytes(declaration.content.text)}`];
    case "pipe":
      return [`pipe ${declaration.name.text}${declaration.nonblock ? " nonblock" : ""}`];
    case "sockets":
      return [`sockets ${declaration.name.text}`];
    case "slots":
      return [`slots ${declaration.count.value}`];
    case "buffer":
      return [`${declaration.fixed ? "fixed " : ""}buf ${declaration.name.text}[${declaration.size.value}]`];
    case "bpfop":
      return [`bpfop ${declaration.id.text} on ${declaration.ring.text} = ${printProgram(declaration)}`];
    case "hook": {
      const head = `hook ${declaration.name.text} on ${declaration.ring.text} = ${printProgram(declaration)}`;
      return declaration.sqes === null ? [head] : [`${head} {`, ...printSqes(declaration.sqes, "  "), "}"];
    }
    case "thread":
      return [`thread ${declaration.name.text} {`, ...printStatements(declaration.body, "  "), "}"];
    case "claim": {
      const name = declaration.name === null ? "" : `${declaration.name.text}: `;
      return [`${declaration.claim} ${name}${printCondition(declaration.condition)}`];
    }
  }
}

function printProgram({ program, args }: ProgramDeclaration): string {
  if (args.length === 0) return program.text;
  return `${program.text}(${args.map(({ name, value }) => `${name.text}=${printValue(value)}`).join(", ")})`;
}

function printStatements(block: Block<Statement>, indent: string): string[] {
  const lines = block.items.flatMap((item) => commented(item.comments, printStatement(item, indent), indent));
  return [...lines, ...(block.closing ?? []).map((comment) => indent + comment)];
}

function printStatement(statement: Statement, indent: string): string[] {
  switch (statement.kind) {
    case "queue":
    case "submit":
      return [
        `${indent}${statement.kind}${optional(statement.ring)} {`,
        ...printSqes(statement.sqes, `${indent}  `),
        `${indent}}${statement.kind === "submit" ? enterOptions(statement) : ""}`,
      ];
    case "if": {
      const { body, otherwise } = statement;
      const lines = [`${indent}${statementHead(statement)} {`, ...printStatements(body, `${indent}  `)];
      if (otherwise !== null) lines.push(`${indent}} else {`, ...printStatements(otherwise, `${indent}  `));
      return [...lines, `${indent}}`];
    }
    default:
      return [indent + statementHead(statement)];
  }
}

/** A statement on one line: its blocks are left out, but for the labels of its SQEs. */
export function statementHead(statement: Statement): string {
  switch (statement.kind) {
    case "queue":
    case "submit": {
      const labels = statement.sqes.items.map((sqe) => `${sqe.label.text} `).join("");
      const tail = statement.kind === "submit" ? enterOptions(statement) : "";
      return `${statement.kind}${optional(statement.ring)} { ${labels}}${tail}`;
    }
    case "enter":
      return `enter${optional(statement.ring)}${option("submit", statement.submit?.value)}${enterOptions(statement)}`;
    case "reap": {
      const max = statement.max === null ? "" : ` ${statement.max.value}`;
      return `reap${optional(statement.ring)}${max}${bind(statement.bind)}`;
    }
    case "peek":
    case "sqflags":
      return `${statement.kind}${optional(statement.ring)}${bind(statement.bind)}`;
    case "await":
      return `await ${statement.label.text}`;
    case "write":
      return `write ${printValue(statement.fd)} ${quoteBytes(statement.data.text)}`;
    case "read":
      return `read ${printValue(statement.fd)} ${statement.len.value}`;
    case "close":
      return `close ${printValue(statement.fd)}`;
    case "slot":
      return `slot ${statement.slot.value} = ${printValue(statement.fd)}`;
    case "clear":
      return `clear slot ${statement.slot.value}`;
    case "sync_cancel":
      return `sync_cancel${optional(statement.ring)} target=${statement.target.text}${bind(statement.bind)}`;
    case "signal":
      return `signal ${statement.thread.text}`;
    case "sleep":
      return `sleep ${printTime(statement.time.ms)}`;
    case "if":
      return `if ${printCondition(statement.condition)}`;
    case "attach":
      return `attach ${statement.what.text} to ${statement.ring.text}${bind(statement.bind)}`;
    case "drive":
      return `drive ${statement.hook.text}`;
    case "detach":
      return `detach ${statement.what.text}${bind(statement.bind)}`;
  }
}

/** SQEs a line each, their flags in one column. */
function printSqes(block: Block<SqeSyntax>, indent: string): string[] {
  const bodies = block.items.map(printSqeBody);
  const width = Math.max(
    0,
    ...bodies.filter((_, i) => block.items[i]!.flags.length > 0).map((body) => body.length),
  );
  const lines = block.items.flatMap((sqe, i) => {
    const body = bodies[i]!;
    const line = sqe.flags.length === 0 ? body : `${body.padEnd(width)}  | ${spaced(sqe.flags)}`;
    return commented(sqe.comments, [indent + line], indent);
  });
  return [...lines, ...(block.closing ?? []).map((comment) => indent + comment)];
}

/** An SQE on one line. */
export function printSqe(sqe: SqeSyntax): string {
  return sqe.flags.length === 0 ? printSqeBody(sqe) : `${printSqeBody(sqe)} | ${spaced(sqe.flags)}`;
}

function printSqeBody(sqe: SqeSyntax): string {
  const parts = [
    `${sqe.label.text}: ${sqe.opcode.text}`,
    ...sqe.keys.map(printKey),
    ...(sqe.multishot ? ["multishot"] : []),
    ...(sqe.may === null ? [] : [`may ${sqe.may.map(printResult).join(", ")}`]),
  ];
  return parts.join(" ");
}

function printKey(key: Key): string {
  return key.value === null ? key.name.text : `${key.name.text}=${printValue(key.value)}`;
}

/** A value as it is written behind `key=`. */
export function printValue(value: Value): string {
  switch (value.kind) {
    case "int":
    case "errno":
      return printResult(value);
    case "time":
      // A bare 0 would be a number.
      return value.ms === 0 ? "0ms" : printTime(value.ms);
    case "words":
      return value.words.map((word) => word.text).join(",");
    case "end":
      return `${value.of.text}.${value.end.text}`;
    case "slot":
      return `slot:${value.slot}`;
    case "text":
      return quoteBytes(value.text);
  }
}

function printResult(result: Result | Never): string {
  switch (result.kind) {
    case "int":
      return String(result.value);
    case "errno":
      return `-${result.name}`;
    case "never":
      return "never";
  }
}

/** `0`, `10ms`, `1s`, `never`. */
export function printTime(ms: Duration["ms"]): string {
  if (ms === null) return "never";
  if (ms === 0) return "0";
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

type Enter = Extract<Statement, { readonly kind: "enter" }>;

const PRECEDENCE = { implies: 1, or: 2, and: 3, not: 4 } as const;

/** A condition on one line, with no more parentheses than its tree needs. */
export function printCondition(condition: ConditionSyntax): string {
  switch (condition.kind) {
    case "true":
    case "hang":
      return condition.kind;
    case "and":
    case "or": {
      const own = PRECEDENCE[condition.kind];
      return `${inParens(condition.left, own)} ${condition.kind} ${inParens(condition.right, own + 1)}`;
    }
    case "implies": {
      const own = PRECEDENCE.implies;
      return `${inParens(condition.left, own + 1)} implies ${inParens(condition.right, own)}`;
    }
    case "not":
      return `not ${inParens(condition.of, PRECEDENCE.not)}`;
    case "res":
      return `${condition.label.text}.res ${condition.cmp} ${printResult(condition.value)}`;
    case "flags":
      return `${condition.label.text}.flags has ${condition.flag.text}`;
    case "posted":
    case "silent":
    case "issued":
      return `${condition.kind} ${condition.label.text}`;
    case "count":
      return `count ${condition.label.text} ${condition.cmp} ${printResult(condition.value)}`;
    case "before":
      return `${condition.first.text} before ${condition.second.text}`;
    case "value":
      return `${condition.name.text} ${condition.cmp} ${printResult(condition.value)}`;
    case "content":
      return `${condition.name.text} ${condition.cmp} ${quoteBytes(condition.text.text)}`;
    case "steps":
      return `steps ${condition.hook.text} ${condition.cmp} ${printResult(condition.value)}`;
    case "calls": {
      const { operation, callback, cmp, value } = condition;
      return `calls ${operation.text}.${callback.text} ${cmp} ${printResult(value)}`;
    }
    case "variable": {
      const { program, variable, cmp, value } = condition;
      return `${program.text}.${variable.text} ${cmp} ${printResult(value)}`;
    }
    case "cost":
      return `cost.${condition.of.text} ${condition.cmp} ${printResult(condition.value)}`;
  }
}

function inParens(condition: ConditionSyntax, atLeast: number): string {
  const { kind } = condition;
  const own = kind === "implies" || kind === "or" || kind === "and" || kind === "not" ? PRECEDENCE[kind] : 5;
  const text = printCondition(condition);
  return own < atLeast ? `(${text})` : text;
}

/** The node's lines with its comments: before the first, and behind the last. */
function commented(comments: Comments | undefined, lines: readonly string[], indent: string): string[] {
  if (comments === undefined) return [...lines];
  const all = [...comments.before.map((comment) => indent + comment), ...lines];
  return comments.after === null ? all : [...all.slice(0, -1), `${all.at(-1)}  ${comments.after}`];
}

function spaced(words: readonly Word[]): string {
  return words.map((word) => word.text).join(" ");
}

function optional(word: Word | null): string {
  return word === null ? "" : ` ${word.text}`;
}

function enterOptions({ wait, timeout, bind: name }: Pick<Enter, "wait" | "timeout" | "bind">): string {
  const time = timeout === null ? undefined : printTime(timeout.ms);
  return `${option("wait", wait?.value)}${option("timeout", time)}${bind(name)}`;
}

function option(name: string, value: number | string | undefined): string {
  return value === undefined ? "" : ` ${name} ${value}`;
}

function bind(word: Word | null): string {
  return word === null ? "" : ` as ${word.text}`;
}
