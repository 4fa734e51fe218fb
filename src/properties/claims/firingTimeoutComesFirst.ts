/** In which order come a link timeout that fired and the request that it canceled? */
import type { ReqId } from "../../model/scenario.js";
import { cancelersOf } from "../cancelers.js";
import { fatesOf } from "../fate.js";
import { isAtLeast, kernelOf } from "../profile.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { finalCqe, sqeOf, type View, viewOf } from "../view.js";

const ETIME = -62;
const ECANCELED = -125;

export const firingTimeoutComesFirst: Property = {
  name: "firingTimeoutComesFirst",
  title:
    "A link timeout that fires posts -ETIME before the -ECANCELED of its request; one that loses posts after its request.",
  source:
    "executed on 6.12.117 and 6.18.44; timeout.c: io_req_task_link_timeout. io_uring_linked_requests(7) says otherwise",
  rules: ["ORD-02", "LT-04", "LT-05"],
  appliesTo: (profile) => isAtLeast(kernelOf(profile), 6, 12),
  check(run, profile) {
    const view = viewOf(run, profile);
    return firstViolation(run.scenario.sqes, ({ id, operation }) => {
      if (operation.opcode !== "LINK_TIMEOUT") return null;
      const fate = fatesOf(view)[id]!;
      if (fate.kind === "unknown") return view.plan.neverSubmitted[id] ? null : "undecided";
      return fate.kind === "guarding" ? judge(view, fate.op, id) : null;
    });
  },
};

function judge(view: View, op: ReqId, timeout: ReqId): Verdict {
  const lt = finalCqe(view, timeout);
  const target = finalCqe(view, op);
  if (lt === null || target === null) return null;
  if (lt.res === ECANCELED && lt.at < target.at) {
    return violates(
      firingTimeoutComesFirst,
      `${say(view, timeout)} lost, and comes before ${say(view, op)}`,
      [timeout, op],
    );
  }
  // Another canceler may have been faster: then the timer found nothing to cancel (LT-09).
  const others = cancelersOf(view, op).filter((name) => name !== sqeOf(view, timeout).label);
  const isItsDoing = lt.res === ETIME && target.res === ECANCELED && others.length === 0;
  if (isItsDoing && lt.at > target.at) {
    return violates(
      firingTimeoutComesFirst,
      `${say(view, timeout)} comes after ${say(view, op)}, which it canceled`,
      [timeout, op],
    );
  }
  return null;
}
