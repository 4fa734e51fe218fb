/** What a scenario needs of the runner, seen from its text alone. */
import { IOSQE, type Scenario, type Sqe, type Time } from "../model/scenario.js";

export interface Traits {
  /** Every request completes in the context that submits it: no io-wq, timer, file, thread or SQ thread has a part. */
  readonly isInline: boolean;
  /** No run leaves anything in its one ring: neither a request, nor a CQE that found no room. */
  readonly leavesNothing: boolean;
  readonly hasAbsoluteTimes: boolean;
  readonly hasSqThread: boolean;
  /** Some SQEs have the user_data of others. */
  readonly sharesUserData: boolean;
  /** Some SQE may complete without a CQE. */
  readonly maySkip: boolean;
  /** All that is longer than 0 and finite, of timers and of threads' own times. */
  readonly timesMs: readonly number[];
  /** The sum of all finite times: nothing that is declared happens later. */
  readonly horizonMs: number;
  /** The least difference between two times, 0 included; null: there are none. */
  readonly gapMs: number | null;
}

const INLINE_OPCODES: ReadonlySet<string> = new Set([
  "NOP",
  "INVALID",
  "ASYNC_CANCEL",
  "POLL_REMOVE",
  "TIMEOUT_REMOVE",
]);

/** Times of one SQE: its own, or the one that it sets. */
export function timesOf(sqe: Sqe): readonly Time[] {
  const op = sqe.operation;
  switch (op.opcode) {
    case "TIMEOUT":
      return [op.ts === null ? null : op.ts * (op.multishot || sqe.multishot ? Math.max(op.count, 1) : 1)];
    case "LINK_TIMEOUT":
      return [op.ts];
    case "TIMEOUT_REMOVE":
      return op.update === null ? [] : [op.update.ts];
    default:
      return [];
  }
}

/** Whether a request may stay blocked for ever: its object or its time has no reason to come. */
export function mayBlock(sqe: Sqe): boolean {
  const op = sqe.operation;
  if (sqe.multishot) return true;
  switch (op.opcode) {
    case "READ":
    case "WRITE":
    case "SEND":
    case "RECV":
      return op.fd.kind !== "file" && op.fd.kind !== "bad";
    case "POLL_ADD":
      return true;
    case "TIMEOUT":
      return op.ts === null || op.multishot;
    case "LINK_TIMEOUT":
      return op.ts === null;
    case "OTHER":
    case "OP":
    case "BPF":
      return true;
    default:
      return false;
  }
}

export function traitsOf(scenario: Scenario): Traits {
  const times: number[] = [];
  for (const sqe of scenario.sqes) {
    for (const time of timesOf(sqe)) if (time !== null && time > 0) times.push(time);
  }
  let endsOpen = false;
  for (const thread of scenario.threads) {
    for (const statement of thread.code) {
      if (statement.do === "sleep" && statement.time !== null && statement.time > 0)
        times.push(statement.time);
      if (statement.do === "enter" && statement.timeout !== null && statement.timeout > 0)
        times.push(statement.timeout);
      if (statement.do === "queue") {
        const last = scenario.sqes[statement.sqes.at(-1) ?? -1];
        if (last !== undefined && (last.flags & (IOSQE.LINK | IOSQE.HARDLINK)) !== 0) endsOpen = true;
      }
      // An enter that submits fewer than were queued may cut a chain, which sends it to io-wq (FORM-04).
      if (statement.do === "enter" && statement.submit > 0) {
        const before = thread.code[thread.code.indexOf(statement) - 1];
        if (before?.do !== "queue" || before.sqes.length !== statement.submit) endsOpen = true;
      }
    }
  }
  const sorted = [...new Set([0, ...times])].sort((a, b) => a - b);
  let gapMs: number | null = null;
  for (let i = 1; i < sorted.length; i++) {
    const gap = (sorted[i] ?? 0) - (sorted[i - 1] ?? 0);
    gapMs = gapMs === null ? gap : Math.min(gapMs, gap);
  }
  const hasSqThread = scenario.rings.some((ring) => ring.setup.includes("SQPOLL"));
  const isInline =
    !endsOpen &&
    times.length === 0 &&
    scenario.threads.length === 1 &&
    !hasSqThread &&
    scenario.sqes.every(
      (sqe) => INLINE_OPCODES.has(sqe.operation.opcode) && (sqe.flags & (IOSQE.ASYNC | IOSQE.DRAIN)) === 0,
    );
  const maySkip = scenario.sqes.some((sqe) => (sqe.flags & IOSQE.SKIP) !== 0);
  return {
    hasSqThread,
    isInline,
    leavesNothing:
      isInline &&
      !maySkip &&
      scenario.rings.length === 1 &&
      scenario.sqes.length <= (scenario.rings[0]?.cqEntries ?? 0),
    hasAbsoluteTimes: scenario.sqes.some(({ operation: op }) =>
      op.opcode === "TIMEOUT_REMOVE" ? op.update?.abs : "abs" in op && op.abs,
    ),
    sharesUserData: scenario.sqes.some((sqe) => sqe.userData !== sqe.id),
    maySkip,
    timesMs: times,
    horizonMs: times.reduce((sum, time) => sum + time, 0),
    gapMs,
  };
}
