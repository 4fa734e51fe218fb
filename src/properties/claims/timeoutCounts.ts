/** When does a TIMEOUT complete by its count? */
import type { Sqe } from "../../model/scenario.js";
import { fatesOf } from "../fate.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { finalCqe, type View, viewOf } from "../view.js";

const ETIME = -62;
const ECANCELED = -125;

export const timeoutCounts: Property = {
  name: "timeoutCounts",
  title:
    "A TIMEOUT ends with -ETIME, -ECANCELED, or 0 behind at least as many CQEs, expired timeouts left out, as its count says.",
  source:
    "io_uring_enter(2): IORING_OP_TIMEOUT; timeout.c: io_timeout, io_flush_timeouts; liburing test/timeout.c",
  rules: ["TMO-01", "TMO-02", "TMO-03", "SKIP-10"],
  check(run, profile) {
    const view = viewOf(run, profile);
    return firstViolation(run.scenario.sqes, (sqe) => {
      const fate = fatesOf(view)[sqe.id]!;
      if (sqe.operation.opcode !== "TIMEOUT" || sqe.may !== null) return null;
      if (fate.kind === "unknown") return view.plan.neverSubmitted[sqe.id] ? null : "undecided";
      return fate.kind === "started" ? judge(view, sqe, sqe.operation.count) : null;
    });
  },
};

function judge(view: View, sqe: Sqe, count: number): Verdict {
  const final = finalCqe(view, sqe.id);
  if (final === null || final.res === ETIME || final.res === ECANCELED) return null;
  if (final.res !== 0 || count === 0) {
    return violates(timeoutCounts, `a TIMEOUT does not end so: ${say(view, sqe.id)}`, [sqe.id]);
  }
  const before = view.run.outcome.cq[sqe.ring]!.slice(0, final.at);
  const counted = before.filter(([label, res]) => {
    const other = view.run.scenario.sqes[label];
    return other?.operation.opcode !== "TIMEOUT" || (res !== ETIME && res !== 0);
  }).length;
  if (counted >= count) return null;
  return violates(
    timeoutCounts,
    `${say(view, sqe.id)} waits for ${count} CQEs, and only ${counted} came before it`,
    [sqe.id],
  );
}
