/** What does io_uring_enter return? */
import type { ValueId } from "../../model/scenario.js";
import type { PlannedEnter } from "../plan.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { type View, viewOf } from "../view.js";

export const enterReturns: Property = {
  name: "enterReturns",
  title:
    "A submitting enter returns how many SQEs it consumed, a bad one that ended the submission included; with SQPOLL, its to_submit.",
  source:
    "io_uring_enter(2): RETURN VALUE; io_uring.c: io_submit_sqes, SYSCALL_DEFINE6(io_uring_enter); liburing test/drop-submit.c",
  rules: ["ENT-02", "ENT-03", "ENT-09", "PREP-06", "PREP-07", "SKIP-10"],
  check(run, profile) {
    const view = viewOf(run, profile);
    return firstViolation(view.plan.enters, (enter) => judge(view, enter));
  },
};

function judge(view: View, enter: PlannedEnter): Verdict {
  const result = resultOf(view, enter);
  if (result === null) return null;
  if (result === "unknown" || enter.submitted === null) return "undecided";
  // Where it submits nothing it may still fail to wait (-ETIME, -EINTR, -EEXIST of another task's ring).
  if (enter.instruction.submit === 0 ? result <= 0 : result === enter.submitted) return null;
  const line = `\`${enter.instruction.text}\` (line ${enter.instruction.line})`;
  return violates(enterReturns, `${line} returns ${result}, and consumed ${enter.submitted} SQEs`, []);
}

/** null: it never returned, or nobody can tell and nothing binds it. */
function resultOf(view: View, enter: PlannedEnter): number | null | "unknown" {
  const { scenario, outcome, trace } = view.run;
  const { bind } = enter.instruction;
  if (bind !== null && bindings(view, bind) === 1) return outcome.values[bind] ?? null;
  const { code } = scenario.threads[enter.thread]!;
  // `await` and `if` make the count of enters depend on the run.
  if (code.some((step) => step.do === "await" || step.do === "branch"))
    return bind === null ? null : "unknown";
  const entered = trace?.filter(
    (event) => event.kind === "entered" && event.thread === enter.thread && event.ring === enter.ring,
  );
  const event = entered?.[enter.ordinal];
  return event?.kind === "entered" ? event.result : null;
}

function bindings(view: View, value: ValueId): number {
  return view.run.scenario.threads
    .flatMap(({ code }) => code)
    .filter((step) => "bind" in step && step.bind === value).length;
}
