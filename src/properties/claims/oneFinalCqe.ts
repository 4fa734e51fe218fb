/** Does a request end more than once, or one that nobody submitted? */
import { mayHaveHook } from "../plan.js";
import type { Property } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { cqesOf, F_MORE, viewOf } from "../view.js";

export const oneFinalCqe: Property = {
  name: "oneFinalCqe",
  title: "A request has at most one CQE without F_MORE, on its own ring; an SQE left in the SQ has none.",
  source: "io_uring(7): for every submission there is one completion; io_uring.c: io_fill_cqe_req",
  rules: ["CORE-01", "PREP-07", "ENT-02"],
  check(run, profile) {
    const view = viewOf(run, profile);
    return firstViolation(run.scenario.sqes, (sqe) => {
      const cqes = cqesOf(view, sqe.id);
      if (cqes.some((cqe) => cqe.ring !== sqe.ring)) {
        return violates(oneFinalCqe, `${sqe.label} has a CQE on a ring that it was not submitted to`, [
          sqe.id,
        ]);
      }
      const finals = cqes.filter((cqe) => (cqe.flags & F_MORE) === 0).length;
      // A hook may submit the same SQE again: its memory is a program's to write.
      if (finals > 1 && mayHaveHook(run.scenario, sqe.ring)) return "undecided";
      if (finals > 1) return violates(oneFinalCqe, `${sqe.label} has ${finals} CQEs that end it`, [sqe.id]);
      if (view.plan.neverSubmitted[sqe.id] && cqes.length > 0) {
        return violates(oneFinalCqe, `${sqe.label} was never submitted and has a CQE`, [sqe.id]);
      }
      return null;
    });
  },
};
