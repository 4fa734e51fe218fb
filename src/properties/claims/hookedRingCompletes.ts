/** Is a ring usable when its hook has stopped or gone? */
import { mayBlock } from "../blocking.js";
import { mayHaveHook } from "../plan.js";
import type { Property } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { hasFlag, labelOf, viewOf } from "../view.js";

export const hookedRingCompletes: Property = {
  name: "hookedRingCompletes",
  title:
    "When a loop hook has stopped, or was taken away, ordinary calls complete all that was in flight: what was issued and cannot block is over, with a CQE where nothing skips it.",
  source: "bpf_io_unreg (bpf-ops.c, 7.1); selftest unreg, posted on 2026-02-17; io_uring(7)",
  rules: ["LOOP-05", "LOOP-11", "LOOP-17", "CORE-01"],
  check(run, profile) {
    const view = viewOf(run, profile);
    const { scenario, outcome } = run;
    if (!scenario.rings.some((_, ring) => mayHaveHook(scenario, ring))) return null;
    const { trace } = view;
    if (trace === null || outcome.hang) return "undecided";
    return firstViolation(scenario.sqes, (sqe) => {
      if (!mayHaveHook(scenario, sqe.ring) || trace.issuedAt[sqe.id] === null || mayBlock(sqe)) return null;
      if (trace.freedAt[sqe.id] === null)
        return violates(hookedRingCompletes, `${labelOf(view, sqe.id)} was issued and is never over`, [
          sqe.id,
        ]);
      // A SKIP of its head, or of a member before it, may hide its CQE.
      const mayBeHidden = scenario.sqes.some(
        ({ id, ring }) => ring === sqe.ring && hasFlag(view, id, "SKIP"),
      );
      if (mayBeHidden || trace.finalAt[sqe.id] !== null) return null;
      return violates(hookedRingCompletes, `${labelOf(view, sqe.id)} is over without a CQE`, [sqe.id]);
    });
  },
};
