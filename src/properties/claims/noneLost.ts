/** Is a completion missing? */
import type { ReqId } from "../../model/scenario.js";
import { mayBlock } from "../blocking.js";
import { fatesOf } from "../fate.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { finalCqe, hasFlag, sqeOf, type View, viewOf } from "../view.js";

export const noneLost: Property = {
  name: "noneLost",
  title:
    "When nothing can move any more, each started request that cannot block has its CQE, as has the link timeout of each that ended.",
  source: "io_uring(7); liburing test/cq-overflow.c, test/cq-full.c; axboe/liburing#1235",
  rules: ["CORE-01", "FAIL-15", "OVF-01", "LT-04", "SKIP-13"],
  check(run, profile) {
    const view = viewOf(run, profile);
    if (run.outcome.hang) return "undecided";
    return firstViolation(run.scenario.sqes, ({ id }) => judge(view, id));
  },
};

function judge(view: View, req: ReqId): Verdict {
  if (view.plan.neverSubmitted[req] || finalCqe(view, req) !== null || hasFlag(view, req, "SKIP"))
    return null;
  const fate = fatesOf(view)[req]!;
  switch (fate.kind) {
    case "started":
      if (wasFreed(view, req)) return violates(noneLost, `the kernel is done with ${say(view, req)}`, [req]);
      if (!fate.sure || mayBlock(sqeOf(view, req)) || mayBePutOff(view, req)) return null;
      return violates(noneLost, `nothing can hold ${say(view, req)}`, [req]);
    case "guarding":
      if (finalCqe(view, fate.op) === null) return null;
      return violates(noneLost, `${say(view, fate.op)} has ended, and left ${say(view, req)}`, [
        req,
        fate.op,
      ]);
    case "unknown":
      return "undecided";
    default:
      return null;
  }
}

/** A TIMEOUT whose time may be set to `never`. */
function mayBePutOff(view: View, req: ReqId): boolean {
  const { operation: target, userData } = sqeOf(view, req);
  return view.run.scenario.sqes.some(
    ({ operation }) =>
      target.opcode === "TIMEOUT" &&
      operation.opcode === "TIMEOUT_REMOVE" &&
      operation.update?.ts === null &&
      operation.target === userData,
  );
}

function wasFreed(view: View, req: ReqId): boolean {
  return view.trace !== null && view.trace.freedAt[req] !== null;
}
