/** What becomes of a chain when one of its SQEs fails prep? */
import { formatRes } from "../../model/errno.js";
import type { ReqId } from "../../model/scenario.js";
import { fatesOf } from "../fate.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { finalCqe, hasFlag, sqeOf, type View, viewOf, wasIssued } from "../view.js";

export const prepFailureSevers: Property = {
  name: "prepFailureSevers",
  title:
    "If one member fails prep, no member runs, hardlinked or not: the failing one has its error, the others -ECANCELED.",
  source: "io_uring.c: io_submit_fail_init, io_queue_sqe_fallback; liburing test/submit-link-fail.c",
  rules: ["PREP-01", "PREP-03", "PREP-05", "PREP-08", "PREP-11", "LT-17", "FORM-03"],
  check(run, profile) {
    const view = viewOf(run, profile);
    return firstViolation(run.scenario.sqes, ({ id }) => judge(view, id));
  },
};

function judge(view: View, req: ReqId): Verdict {
  const fate = fatesOf(view)[req]!;
  const { label } = sqeOf(view, req);
  if (fate.kind === "unknown") return view.plan.neverSubmitted[req] ? null : "undecided";
  const final = finalCqe(view, req);
  if (fate.kind !== "severed" || fate.stage !== "prep") return null;
  const cause =
    fate.by === req ? `${label} fails prep` : `${sqeOf(view, fate.by).label}, of its chain, fails prep`;
  if (final !== null && final.res !== fate.res) {
    const message = `${cause}, so ${label} has ${formatRes(fate.res)}, not ${formatRes(final.res)}`;
    return violates(prepFailureSevers, message, [req, fate.by]);
  }
  if (wasIssued(view, req))
    return violates(prepFailureSevers, `${cause}, yet ${label} was issued`, [req, fate.by]);
  // What SKIP hides is skipBrokenChain's question.
  const mustBeSeen = fate.visible && fate.sure && !hasFlag(view, req, "SKIP") && !view.run.outcome.hang;
  if (final === null && mustBeSeen)
    return violates(prepFailureSevers, `${cause}, and left ${say(view, req)}`, [req, fate.by]);
  return null;
}
