/** What does SKIP hide of the request that bears it? */
import type { Sqe } from "../../model/scenario.js";
import { IOSQE } from "../../model/scenario.js";
import { fatesOf } from "../fate.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { severing } from "../severs.js";
import { finalCqe, type View, viewOf } from "../view.js";

export const skipVisibility: Property = {
  name: "skipVisibility",
  title:
    "With SKIP a success is silent and a failure is posted; the link timeout of a started request goes by its own SKIP, whatever it returns.",
  source: "io_uring_enter(2): IOSQE_CQE_SKIP_SUCCESS; io_uring.c: req_set_fail; liburing test/skip-cqe.c",
  rules: ["SKIP-01", "SKIP-05", "SKIP-06", "SKIP-08", "SKIP-10", "FAIL-11", "PREP-08"],
  check(run, profile) {
    const view = viewOf(run, profile);
    const skipping = run.scenario.sqes.filter(({ flags }) => (flags & IOSQE.SKIP) !== 0);
    return firstViolation(skipping, (sqe) => judge(view, sqe));
  },
};

function judge(view: View, sqe: Sqe): Verdict {
  const final = finalCqe(view, sqe.id);
  const fate = fatesOf(view)[sqe.id]!;
  switch (fate.kind) {
    case "unknown":
      return view.plan.neverSubmitted[sqe.id] ? null : "undecided";
    case "guarding":
      if (final === null) return null;
      return violates(skipVisibility, `${say(view, sqe.id)} is posted: a link timeout with SKIP is silent`, [
        sqe.id,
        fate.op,
      ]);
    case "started":
      if (final === null) {
        const mustFail = sqe.operation.opcode === "NOP" && sqe.may === null && (sqe.operation.res ?? 0) < 0;
        if (!mustFail || !fate.sure || view.run.outcome.hang) return null;
        return violates(skipVisibility, `${sqe.label} fails, and SKIP hides it`, [sqe.id]);
      }
      if (severing(sqe, final.res, view.kernel).how !== "continues") return null;
      return violates(skipVisibility, `${say(view, sqe.id)} is no failure, and SKIP does not hide it`, [
        sqe.id,
      ]);
    case "severed":
      if (fate.by !== sqe.id || !fate.sure || final !== null || !fate.visible || view.run.outcome.hang)
        return null;
      return violates(skipVisibility, `${sqe.label} fails prep, and SKIP hides it`, [sqe.id]);
    case "waiting":
      return null;
  }
}
