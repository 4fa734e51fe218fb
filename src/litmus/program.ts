/** The names that threads bring: labels of SQEs and of messages, and values that `as` binds. */
import type { LabelId, ReqId, RingId, ThreadId, ValueId } from "../model/scenario.js";
import type { Reporter } from "./diagnostic.js";
import { SQES_MAX, VALUES_MAX } from "./limits.js";
import { isConditionWord, reportDuplicate, reportReserved } from "./names.js";
import type { Declaration, SqeSyntax, Statement, Word } from "./syntax.js";

/** An SQE and the ring that it is queued on; its index in `Program.sqes` is its ReqId. */
export interface PlacedSqe {
  readonly syntax: SqeSyntax;
  readonly ring: RingId;
}

export interface Program {
  /** In textual order. */
  readonly sqes: readonly PlacedSqe[];
  /** The SQEs' labels by ReqId, then those of messages. */
  readonly labels: readonly string[];
  /** The ring on which a label's CQEs are posted. */
  readonly labelRings: readonly RingId[];
  readonly values: readonly string[];
  /** By the name of a hook: the SQEs that are left in its program's memory. */
  readonly hookSqes: ReadonlyMap<string, readonly ReqId[]>;
  /** Which thread binds a value. */
  readonly binders: readonly ThreadId[];
  label(name: string): LabelId | undefined;
  value(name: string): ValueId | undefined;
}

/**
 * Walks the hooks, then the threads, in textual order. `ringOf` may answer anything for a ring that there is not: whoever compiles
 * the statement reports it.
 */
export function collectProgram(
  hooks: readonly Extract<Declaration, { kind: "hook" }>[],
  threads: readonly Extract<Declaration, { kind: "thread" }>[],
  ringOf: (name: string) => RingId,
  reporter: Reporter,
): Program {
  const sqes: PlacedSqe[] = [];
  const labels = new Map<string, LabelId>();
  const labelRings: RingId[] = [];
  const values = new Map<string, ValueId>();
  const binders: ThreadId[] = [];

  const addSqe = (syntax: SqeSyntax, ring: RingId): void => {
    const { label } = syntax;
    if (isConditionWord(label) || label.text === "none") reportReserved(reporter, label);
    else if (labels.has(label.text)) reportDuplicate(reporter, label, "an SQE");
    else labels.set(label.text, sqes.length);
    sqes.push({ syntax, ring });
    labelRings.push(ring);
    if (sqes.length === SQES_MAX + 1) {
      reporter.report(label.at, "limit-sqes", `the file has more than ${SQES_MAX} SQEs`);
    }
  };

  /** `bound`: what is bound on every way to here. In two branches of an `if` one name may be bound. */
  const bindValue = (name: Word, thread: ThreadId, bound: Set<string>): void => {
    const known = values.get(name.text);
    if (isConditionWord(name)) {
      reportReserved(reporter, name);
    } else if (known !== undefined && (bound.has(name.text) || binders[known] !== thread)) {
      reportDuplicate(reporter, name, "a value");
    } else if (known === undefined) {
      values.set(name.text, values.size);
      binders.push(thread);
      if (values.size === VALUES_MAX + 1) {
        reporter.report(name.at, "limit-names", `the file has more than ${VALUES_MAX} values`);
      }
    }
    bound.add(name.text);
  };

  const collect = (statements: readonly Statement[], thread: ThreadId, bound: Set<string>): void => {
    for (const statement of statements) {
      if (statement.kind === "queue" || statement.kind === "submit") {
        const ring = statement.ring === null ? 0 : ringOf(statement.ring.text);
        for (const sqe of statement.sqes.items) addSqe(sqe, ring);
      }
      if (statement.kind === "if") {
        const otherwise = new Set(bound);
        const then = new Set(bound);
        collect(statement.body.items, thread, then);
        collect(statement.otherwise?.items ?? [], thread, otherwise);
        for (const name of [...then, ...otherwise]) bound.add(name);
      }
      if ("bind" in statement && statement.bind !== null) bindValue(statement.bind, thread, bound);
    }
  };

  const hookSqes = new Map<string, readonly ReqId[]>();
  for (const hook of hooks) {
    if (hook.sqes === null) continue;
    const first = sqes.length;
    for (const sqe of hook.sqes.items) addSqe(sqe, ringOf(hook.ring.text));
    hookSqes.set(
      hook.name.text,
      hook.sqes.items.map((_, at) => first + at),
    );
  }
  threads.forEach((thread, id) => {
    collect(thread.body.items, id, new Set());
  });
  for (const { syntax } of [...sqes]) {
    if (syntax.opcode.text !== "MSG_RING") continue;
    const label = keyWord(syntax, "label");
    const ring = keyWord(syntax, "ring");
    if (label === null) continue;
    const known = labels.get(label.text);
    if (isConditionWord(label) || label.text === "none") reportReserved(reporter, label);
    else if (known !== undefined && known < sqes.length) reportDuplicate(reporter, label, "an SQE");
    else if (known === undefined) {
      labels.set(label.text, labelRings.length);
      labelRings.push(ring === null ? 0 : ringOf(ring.text));
    }
  }
  return {
    sqes,
    labels: [...labels.keys()],
    labelRings,
    values: [...values.keys()],
    hookSqes,
    binders,
    label: (name) => labels.get(name),
    value: (name) => values.get(name),
  };
}

/** The one word of a key; null where the key is absent or has another value: who compiles the SQE reports that. */
function keyWord(sqe: SqeSyntax, name: string): Word | null {
  const value = sqe.keys.find((key) => key.name.text === name)?.value;
  return value?.kind === "words" && value.words.length === 1 ? value.words[0]! : null;
}
