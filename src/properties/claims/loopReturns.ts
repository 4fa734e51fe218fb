/** What does io_uring_enter return where a loop hook runs? */
import type { RingId, ThreadId } from "../../model/scenario.js";
import { programsOf } from "../profile.js";
import type { Property } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { viewOf } from "../view.js";

/** -EINTR, -EFAULT, -EEXIST, -EINVAL. */
const LOOP_ERRORS: ReadonlySet<number> = new Set([-4, -14, -17, -22]);

export const loopReturns: Property = {
  name: "loopReturns",
  title:
    "While a ring has a loop hook, io_uring_enter returns 0 or one of the loop's errors, never a count, and runs a step.",
  source:
    "io_run_loop (loop.c, 7.1); io_uring_enter (io_uring.c, 7.1); example rate_limiter, posted on 2026-02-23",
  rules: ["LOOP-07", "LOOP-08", "LOOP-09", "LOOP-11"],
  appliesTo: (profile) => programsOf(profile)?.hooks === "loop_step",
  check(run, profile) {
    const { scenario, trace } = viewOf(run, profile).run;
    // One that a thread attaches, or drives itself, is not there from the start.
    const isThere = (ring: RingId): boolean =>
      scenario.hooks.some((hook) => hook.attached && hook.ring === ring);
    const isTouched = scenario.threads.some(({ code }) =>
      code.some((step) => (step.do === "attach" || step.do === "detach") && step.what.kind === "hook"),
    );
    const rings = [...scenario.rings.keys()].filter(isThere);
    if (rings.length === 0) return null;
    if (trace === null || isTouched || !trace.some(({ kind }) => kind === "step")) return "undecided";
    let steps = 0;
    const stepsBefore = new Map<ThreadId, number>();
    return firstViolation(trace, (event) => {
      if (event.kind === "step") steps++;
      if (event.kind !== "entered" || !rings.includes(event.ring)) return null;
      const line = `io_uring_enter of ${scenario.threads[event.thread]?.name ?? "a thread"}`;
      if (event.result !== 0 && !LOOP_ERRORS.has(event.result))
        return violates(loopReturns, `${line} returns ${event.result} from the loop`, []);
      const ran = steps > (stepsBefore.get(event.thread) ?? 0);
      stepsBefore.set(event.thread, steps);
      const isSole = rings.length === 1 && event.result !== -17;
      return isSole && !ran ? violates(loopReturns, `${line} ran no step of the hook`, []) : null;
    });
  },
};
