/** Is a request canceled that nobody canceled? */
import type { ReqId } from "../../model/scenario.js";
import { mayBeCanceled } from "../cancelers.js";
import { fatesOf } from "../fate.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { cqesOf, sqeOf, type View, viewOf } from "../view.js";

const ECANCELED = -125;

export const canceledBySomebody: Property = {
  name: "canceledBySomebody",
  title:
    "A request that had its turn ends with -ECANCELED only if a canceler or a link timeout says that it found something.",
  source: "io_uring_cancelation(7); cancel.c: io_try_cancel; timeout.c: io_req_task_link_timeout",
  rules: ["CAN-01", "CAN-08", "CAN-12", "LT-05", "LT-10", "ND-05", "ND-06"],
  check(run, profile) {
    const view = viewOf(run, profile);
    const canceled = run.scenario.sqes.filter(({ id }) =>
      cqesOf(view, id).some(({ res }) => res === ECANCELED),
    );
    return firstViolation(canceled, ({ id }) => judge(view, id));
  },
};

function judge(view: View, req: ReqId): Verdict {
  const fate = fatesOf(view)[req]!;
  if (fate.kind === "unknown") return mayBeCanceled(view, req) ? null : "undecided";
  if (fate.kind !== "started" || mayBeCanceled(view, req)) return null;
  return violates(canceledBySomebody, `${sqeOf(view, req).label}=-ECANCELED, and nobody canceled it`, [req]);
}
