/** From the conditions of claims and of `if` to those that the model decides. */
import { CALLBACKS, COST_NAMES, type Condition } from "../model/condition.js";
import type { LabelId, ThreadId } from "../model/scenario.js";
import { reportUndefined } from "./names.js";
import { oneOperation, programNamed, programNames } from "./programs.js";
import { resultNumber } from "./result.js";
import type { Scope } from "./scope.js";
import { suggest } from "./suggest.js";
import type { ConditionSyntax, Word } from "./syntax.js";
import { clip } from "./tokens.js";

/** IORING_CQE_F_ flags. */
const CQE_FLAGS: Readonly<Record<string, number>> = {
  BUFFER: 1,
  MORE: 2,
  SOCK_NONEMPTY: 4,
  NOTIF: 8,
  BUF_MORE: 16,
  SKIP: 32,
};

const NOTHING: Condition = { kind: "true" };

/**
 * The condition with its names resolved. `thread`: whose `if` it is; null: a claim's. What is wrong is reported, and
 * answered with `true`.
 */
export function compileCondition(syntax: ConditionSyntax, scope: Scope, thread: ThreadId | null): Condition {
  const { reporter } = scope;
  switch (syntax.kind) {
    case "true":
      return NOTHING;
    case "hang":
      return isSeen(syntax, "hang", scope, thread) ? { kind: "hang" } : NOTHING;
    case "and":
    case "or":
    case "implies": {
      const left = compileCondition(syntax.left, scope, thread);
      return { kind: syntax.kind, left, right: compileCondition(syntax.right, scope, thread) };
    }
    case "not":
      return { kind: "not", of: compileCondition(syntax.of, scope, thread) };
    case "res": {
      if (isVariable(syntax.label, scope)) {
        const variable: Word = { text: "res", at: syntax.label.at };
        const { at, cmp, value, label: program } = syntax;
        return compileVariable({ kind: "variable", program, variable, cmp, value, at }, scope, thread);
      }
      const label = labelOf(syntax.label, scope);
      const value = resultNumber(syntax.value, reporter);
      return label === null ? NOTHING : { kind: "res", label, cmp: syntax.cmp, value };
    }
    case "flags": {
      const label = labelOf(syntax.label, scope);
      const { text, at } = syntax.flag;
      const bit = Object.hasOwn(CQE_FLAGS, text) ? CQE_FLAGS[text] : undefined;
      if (bit === undefined) {
        const hint = suggest(text, Object.keys(CQE_FLAGS));
        reporter.report(at, "unknown-flag", `a CQE has no flag \`${clip(text)}\``, hint);
      }
      return label === null || bit === undefined ? NOTHING : { kind: "flags", label, bit };
    }
    case "posted":
    case "silent": {
      const label = labelOf(syntax.label, scope);
      return label === null ? NOTHING : { kind: syntax.kind, label };
    }
    case "count": {
      const label = labelOf(syntax.label, scope);
      const value = resultNumber(syntax.value, reporter);
      return label === null ? NOTHING : { kind: "count", label, cmp: syntax.cmp, value };
    }
    case "before":
      return compileBefore(syntax, scope);
    case "issued":
      return compileIssued(syntax, scope, thread);
    case "value":
      return compileValue(syntax, scope, thread);
    case "content":
      return compileContent(syntax, scope, thread);
    case "steps":
      return compileSteps(syntax, scope, thread);
    case "calls":
      return compileCalls(syntax, scope, thread);
    case "variable":
      return compileVariable(syntax, scope, thread);
    case "cost": {
      const of = COST_NAMES.find((name) => name === syntax.of.text);
      if (of === undefined) {
        const hint = suggest(syntax.of.text, COST_NAMES);
        reporter.report(syntax.of.at, "undefined-name", `there is no cost \`${clip(syntax.of.text)}\``, hint);
      }
      const value = resultNumber(syntax.value, reporter);
      const seen = isSeen(syntax, "its costs", scope, thread);
      return of === undefined || !seen ? NOTHING : { kind: "cost", of, cmp: syntax.cmp, value };
    }
  }
}

function labelOf(name: Word, scope: Scope): LabelId | null {
  const label = scope.label(name.text);
  if (label !== undefined) return label;
  reportUndefined(scope.reporter, name, "label", scope.labels);
  return null;
}

/** A thread sees CQEs that it has reaped and values that it has bound. */
function isSeen(syntax: ConditionSyntax, what: string, scope: Scope, thread: ThreadId | null): boolean {
  if (thread === null) return true;
  const hint = "`if` asks about CQEs that the thread has reaped, and values that it has bound";
  scope.reporter.report(syntax.at, "not-seen", `a thread cannot see ${what}`, hint);
  return false;
}

function compileBefore(syntax: Extract<ConditionSyntax, { kind: "before" }>, scope: Scope): Condition {
  const first = labelOf(syntax.first, scope);
  const second = labelOf(syntax.second, scope);
  if (first === null || second === null) return NOTHING;
  // A hook may send any SQE's user_data on any ring.
  const hasHooks = scope.programs.hooks.length > 0;
  if (!hasHooks && scope.labelRings[first] !== scope.labelRings[second]) {
    const message = `\`${syntax.first.text}\` and \`${syntax.second.text}\` complete on different rings`;
    scope.reporter.report(syntax.at, "contradiction", message, "`before` orders the CQEs of one ring");
  } else if (first === second) {
    scope.reporter.report(syntax.at, "contradiction", `\`${syntax.first.text}\` is never before itself`);
  }
  return { kind: "before", first, second };
}

function compileIssued(
  syntax: Extract<ConditionSyntax, { kind: "posted" | "silent" | "issued" }>,
  scope: Scope,
  thread: ThreadId | null,
): Condition {
  const label = labelOf(syntax.label, scope);
  if (label === null || !isSeen(syntax, "whether an operation was started", scope, thread)) return NOTHING;
  if (label < scope.sqes.length) return { kind: "issued", req: label as number };
  const what = label < scope.firstHookLabel ? "a message: nothing issues it" : "no SQE of the file";
  const message = `\`${syntax.label.text}\` is ${what}`;
  scope.reporter.report(syntax.label.at, "contradiction", message, `posted ${syntax.label.text}`);
  return NOTHING;
}

function compileValue(
  syntax: Extract<ConditionSyntax, { kind: "value" }>,
  scope: Scope,
  thread: ThreadId | null,
): Condition {
  const { reporter } = scope;
  const { name, cmp } = syntax;
  const than = resultNumber(syntax.value, reporter);
  const value = scope.value(name.text);
  if (value !== undefined) {
    if (thread !== null && scope.binders[value] !== thread) {
      reporter.report(
        name.at,
        "not-seen",
        `another thread binds \`${name.text}\``,
        "a thread sees what it has bound",
      );
    }
    return { kind: "value", value, cmp, than };
  }
  const object = scope.object(name.text);
  if (object !== undefined) {
    const message = `\`${name.text}\` names a ${object.kind}, and no number`;
    reporter.report(name.at, "bad-value", message, `${name.text} = "…"`);
  } else if (scope.label(name.text) !== undefined) {
    const message = `\`${name.text}\` is the label of a CQE`;
    reporter.report(name.at, "undefined-name", message, `did you mean \`${name.text}.res\`?`);
  } else {
    reportUndefined(reporter, name, "value", scope.values);
  }
  return NOTHING;
}

function compileContent(
  syntax: Extract<ConditionSyntax, { kind: "content" }>,
  scope: Scope,
  thread: ThreadId | null,
): Condition {
  const { reporter } = scope;
  const { name, cmp, text } = syntax;
  if (cmp !== "=" && cmp !== "!=") {
    reporter.report(syntax.at, "syntax", `contents have no \`${cmp}\``, "they are compared with = and !=");
    return NOTHING;
  }
  const equal = cmp === "=";
  const object = scope.object(name.text);
  if (object === undefined) {
    if (scope.value(name.text) !== undefined) {
      reporter.report(name.at, "bad-value", `\`${name.text}\` is a number`, `${name.text} = N`);
    } else {
      reportUndefined(reporter, name, "file, pipe or buffer", scope.objectNames);
    }
    return NOTHING;
  }
  if (!isSeen(syntax, `what \`${name.text}\` holds`, scope, thread)) return NOTHING;
  switch (object.kind) {
    case "file":
      return { kind: "file", file: object.id, equal, text: text.text };
    case "pipe":
      return { kind: "pipe", pipe: object.id, equal, text: text.text };
    case "buffer": {
      const { size } = scope.buffers[object.id]!;
      if (text.text.length > size) {
        reporter.report(text.at, "out-of-range", `the buffer has only ${size} bytes`);
      }
      return { kind: "buffer", buffer: object.id, equal, text: text.text };
    }
    case "sockets":
      reporter.report(
        name.at,
        "bad-value",
        `\`${name.text}\` is two sockets: they have no content to ask for`,
      );
      return NOTHING;
  }
}

function compileSteps(
  syntax: Extract<ConditionSyntax, { kind: "steps" }>,
  scope: Scope,
  thread: ThreadId | null,
): Condition {
  const { reporter, programs } = scope;
  const { hook: name, cmp } = syntax;
  const value = resultNumber(syntax.value, reporter);
  const seen = isSeen(syntax, "a hook's steps", scope, thread);
  const found = programNamed(name, programs);
  if (found?.kind === "hook") return seen ? { kind: "steps", hook: found.hook, cmp, value } : NOTHING;
  if (found !== undefined) {
    const message = `${clip(name.text)} is a custom operation: it has calls`;
    reporter.report(name.at, "wrong-program", message, `calls ${name.text}.issue = N`);
  } else {
    const hooks = programs.hooks.map((hook) => hook.syntax.name.text);
    reportUndefined(reporter, name, "hook", hooks);
  }
  return NOTHING;
}

function compileCalls(
  syntax: Extract<ConditionSyntax, { kind: "calls" }>,
  scope: Scope,
  thread: ThreadId | null,
): Condition {
  const { reporter, programs } = scope;
  const { operation: name, cmp } = syntax;
  const value = resultNumber(syntax.value, reporter);
  const seen = isSeen(syntax, "an operation's calls", scope, thread);
  const callback = CALLBACKS.find((known) => known === syntax.callback.text);
  if (callback === undefined) {
    const { text, at } = syntax.callback;
    const message = `an operation has no callback \`${clip(text)}\``;
    reporter.report(at, "undefined-name", message, suggest(text, CALLBACKS));
  }
  const found = programNamed(name, programs);
  if (found?.kind === "hook") {
    const message = `\`${clip(name.text)}\` is a loop hook: it has steps`;
    reporter.report(name.at, "wrong-program", message, `steps ${name.text} = N`);
    return NOTHING;
  }
  if (found === undefined) {
    const ids = programs.operations.map(({ id }) => String(id));
    reportUndefined(reporter, name, "operation", ids);
    return NOTHING;
  }
  const operation = oneOperation(name, found.ids, null, programs, reporter);
  return operation === null || callback === undefined || !seen
    ? NOTHING
    : { kind: "calls", operation, callback, cmp, value };
}

/** Whether `NAME.res` asks for a program's memory: no CQE bears that name, and a program does. */
function isVariable(name: Word, scope: Scope): boolean {
  return scope.label(name.text) === undefined && programNamed(name, scope.programs) !== undefined;
}

function compileVariable(
  syntax: Extract<ConditionSyntax, { kind: "variable" }>,
  scope: Scope,
  thread: ThreadId | null,
): Condition {
  const { reporter, programs } = scope;
  const { program: name, variable: word, cmp } = syntax;
  const value = resultNumber(syntax.value, reporter);
  const found = programNamed(name, programs);
  if (found === undefined) {
    reportNoProgram(name, word, scope);
    return NOTHING;
  }
  if (!isSeen(syntax, "a program's memory", scope, thread)) return NOTHING;
  const id = found.kind === "hook" ? found.hook : oneOperation(name, found.ids, null, programs, reporter);
  if (id === null) return NOTHING;
  const { memory, program } = found.kind === "hook" ? programs.hooks[id]! : programs.operations[id]!;
  // A program that there is not was reported.
  if (program === null) return NOTHING;
  const known = program.variables ?? {};
  const variable = Object.hasOwn(known, word.text) ? known[word.text] : undefined;
  if (variable !== undefined) return { kind: "variable", memory, variable, cmp, value };
  const names = Object.keys(known);
  const message = `\`${clip(name.text)}\` has no variable \`${clip(word.text)}\``;
  const hint = names.length === 0 ? "its program names none" : suggest(word.text, names);
  reporter.report(word.at, "unknown-variable", message, hint);
  return NOTHING;
}

function reportNoProgram(name: Word, field: Word, scope: Scope): void {
  const { reporter, programs } = scope;
  if (scope.label(name.text) === undefined) {
    reportUndefined(reporter, name, "hook or operation", programNames(programs));
    return;
  }
  const hint = field.text === "flags" ? "a.res = N, a.flags has MORE" : "a CQE has `res` and `flags`";
  reporter.report(field.at, "syntax", `expected \`res\`, found \`${clip(field.text)}\``, hint);
}
