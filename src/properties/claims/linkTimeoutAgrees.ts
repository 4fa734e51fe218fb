/** Do a request and its LINK_TIMEOUT agree on who won? */
import { formatRes } from "../../model/errno.js";
import type { ReqId } from "../../model/scenario.js";
import { fatesOf } from "../fate.js";
import { opcodeOf } from "../prep.js";
import { isAtLeast } from "../profile.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { finalCqe, hasFlag, sqeOf, type View, viewOf } from "../view.js";

export const linkTimeoutAgrees: Property = {
  name: "linkTimeoutAgrees",
  title:
    "A link timeout ends after or with its request, with -ECANCELED if it lost, -ETIME if it fired, -ENOENT if it found nothing to cancel.",
  source: "timeout.c: io_req_task_link_timeout, io_disarm_next; liburing test/link-timeout.c, test/waitid.c",
  rules: ["ND-05", "LT-04", "LT-05", "LT-06", "LT-07", "LT-08", "LT-09", "LT-16"],
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

/** ND-05: what a link timeout may return. `op`: the name of its request's opcode. */
function isResult(view: View, res: number, op: string): boolean {
  switch (res) {
    case -125:
    case -62:
    case -2:
      return true;
    case 1:
      return op === "WAITID" || op === "FUTEX_WAIT" || op === "FUTEX_WAITV" || op === "BPF";
    case -114:
      return op === "TIMEOUT" || view.kernel === null || !isAtLeast(view.kernel, 6, 15);
    default:
      return false;
  }
}

function judge(view: View, op: ReqId, timeout: ReqId): Verdict {
  const fired = finalCqe(view, timeout);
  if (fired === null) return null;
  const ended = finalCqe(view, op);
  const pair = [timeout, op];
  if (!isResult(view, fired.res, opcodeOf(sqeOf(view, op)))) {
    return violates(
      linkTimeoutAgrees,
      `a link timeout cannot return ${formatRes(fired.res)}: ${say(view, timeout)}`,
      pair,
    );
  }
  if (isUserDataShared(view, op)) return "undecided";
  if (ended === null && !hasFlag(view, op, "SKIP")) {
    return violates(
      linkTimeoutAgrees,
      `${say(view, timeout)} is over, and its request is not: ${say(view, op)}`,
      pair,
    );
  }
  return null;
}

/** LT-10: what fires cancels the first request with that user_data, whichever it guards. */
function isUserDataShared(view: View, op: ReqId): boolean {
  const { userData, ring } = sqeOf(view, op);
  return view.run.scenario.sqes.some(
    (sqe) => sqe.id !== op && sqe.ring === ring && sqe.userData === userData,
  );
}
