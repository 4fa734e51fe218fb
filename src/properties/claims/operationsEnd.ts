/** Does whatever a program returns end its request, with one CQE? */
import type { ReqId } from "../../model/scenario.js";
import { mayBlock } from "../blocking.js";
import { type Call, callsOf, hasOperations } from "../calls.js";
import { programsOf } from "../profile.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { cqesOf, F_MORE, hasFlag, labelOf, sqeOf, type View, viewOf } from "../view.js";

const EIOCBQUEUED = -529;

export const operationsEnd: Property = {
  name: "operationsEnd",
  title:
    "An operation that was prepared ends, with exactly one CQE where nothing skips it, whatever its callbacks return; only an issue of v1 that returns -EIOCBQUEUED never does.",
  source: "io_uring_bpf_issue, posted as v1 and v3; io_req_defer_failed (io_uring.c, 6.19)",
  rules: ["BOP-05", "BOP-07", "BOP-10", "BOP-11", "CORE-01"],
  check(run, profile) {
    const view = viewOf(run, profile);
    if (!hasOperations(view)) return null;
    const calls = callsOf(view);
    if (calls === null || run.outcome.hang) return "undecided";
    // What is stuck in v1 holds the rest of its chain, a drain, and a blocked request does so too.
    const holds = run.scenario.sqes.some((sqe) => sqe.operation.opcode !== "BPF" && mayBlock(sqe));
    const isStuck = calls.of.flat().some((call) => isLeftForEver(view, call));
    const mayHold = holds || isStuck || run.scenario.sqes.some(({ flags }) => (flags & DRAIN) !== 0);
    return firstViolation(run.scenario.sqes, ({ id }) => judge(view, id, calls.of[id] ?? [], mayHold));
  },
};

const DRAIN = 2;

function isLeftForEver(view: View, { callback, code }: Call): boolean {
  if (callback !== "issue" || programsOf(view.profile)?.operations !== "v1") return false;
  return code === null || code === EIOCBQUEUED;
}

function judge(view: View, req: ReqId, calls: readonly Call[], mayHold: boolean): Verdict {
  if (calls.length === 0) return null;
  const label = labelOf(view, req);
  const isFreed = view.trace !== null && view.trace.freedAt[req] !== null;
  if (!isFreed) {
    const last = calls.filter(({ callback }) => callback === "issue").at(-1);
    const isOver = last !== undefined && last.code === 0;
    if (mayHold && !isOver) return null;
    return violates(operationsEnd, `${label} is never over, and nothing holds it`, [req]);
  }
  const skips = view.run.scenario.sqes.some(
    ({ id, ring }) => ring === sqeOf(view, req).ring && hasFlag(view, id, "SKIP"),
  );
  const finals = cqesOf(view, req).filter(({ flags }) => (flags & F_MORE) === 0).length;
  if (skips || finals === 1) return null;
  return violates(operationsEnd, `${label} is over, with ${finals} CQEs`, [req]);
}
