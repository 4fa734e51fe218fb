/** Does a member start before the one before it has ended? */
import { executionOrder, fatesOf } from "../fate.js";
import type { Chain } from "../plan.js";
import { opcodeOf } from "../prep.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { someLinkIsUnknown } from "../succession.js";
import { hasTrace, sqeOf, type TraceIndex, type View, viewOf } from "../view.js";

export const startsAfterPredecessor: Property = {
  name: "startsAfterPredecessor",
  title: "A member is issued only when the one before it has completed and its CQE is posted.",
  source: "io_uring_enter(2): IOSQE_IO_LINK; io_uring.c: io_free_batch_list, io_queue_next",
  rules: ["FAIL-15", "CORE-02", "FORM-02", "MSH-01"],
  check(run, profile) {
    const view = viewOf(run, profile);
    const early = firstViolation(run.scenario.sqes, ({ id }) => {
      const fate = fatesOf(view)[id]!;
      if (fate.kind !== "waiting" || !hasTrace(view, id)) return null;
      const message = `${sqeOf(view, id).label} did not wait for ${say(view, fate.behind)}`;
      return violates(startsAfterPredecessor, message, [id, fate.behind]);
    });
    if (early !== null) return early;
    if (view.trace?.tellsIssues) {
      const { trace } = view;
      const verdict = firstViolation(view.plan.chains.flat(), (chain) => judge(view, trace, chain));
      if (verdict !== null) return verdict;
    }
    return someLinkIsUnknown(view) ? "undecided" : null;
  },
};

function judge(view: View, trace: TraceIndex, chain: Chain): Verdict {
  const order = executionOrder(chain);
  for (const [position, next] of order.entries()) {
    const before = order[position - 1];
    const issuedAt = trace.issuedAt[next] ?? null;
    // A zero-copy send is over only with its notification, and the next member need not wait for that one (K-36).
    if (before === undefined || issuedAt === null || opcodeOf(sqeOf(view, before)).endsWith("_ZC")) continue;
    // Of a silent one no more is told than that it was issued: it may be freed later, by task work (FAIL-15, CORE-05).
    const endedAt = trace.finalAt[before] ?? trace.issuedAt[before] ?? null;
    if (endedAt !== null && endedAt < issuedAt) continue;
    const message = `${sqeOf(view, next).label} was issued before ${sqeOf(view, before).label} had ended`;
    return violates(startsAfterPredecessor, message, [next, before]);
  }
  return null;
}
