/** From the conditions of claims and of `if` to those that the model decides. */
import { COST_NAMES, type Condition } from "../model/condition.js";
import type { LabelId, ThreadId } from "../model/scenario.js";
import { reportLaterVersion, reportUndefined } from "./names.js";
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
      reportLaterVersion(reporter, syntax.at, "conditions on hooks (`steps`)");
      return NOTHING;
    case "calls":
      reportLaterVersion(reporter, syntax.at, "conditions on custom operations (`calls`)");
      return NOTHING;
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
  if (scope.labelRings[first] !== scope.labelRings[second]) {
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
  const message = `\`${syntax.label.text}\` is a message: nothing issues it`;
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
