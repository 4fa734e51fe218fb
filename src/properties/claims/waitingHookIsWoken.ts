/** Does a hook that waits sleep on while there is work for it? */
import { IOSQE, type Sqe } from "../../model/scenario.js";
import { mayBlock } from "../blocking.js";
import { mayHaveHook } from "../plan.js";
import { opcodeOf } from "../prep.js";
import type { Property } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { labelOf, viewOf } from "../view.js";

/**
 * Their completions may wait until the sleeper has as many as it waits for (IOU_F_TWQ_LAZY_WAKE); how many that are no
 * trace tells. Of a linked request, whatever it does, the wake-up is never lazy (io_req_local_work_add).
 */
const LAZY: ReadonlySet<string> = new Set(["READ", "WRITE", "POLL_ADD", "SEND", "RECV", "POLL_REMOVE"]);

export const waitingHookIsWoken: Property = {
  name: "waitingHookIsWoken",
  title:
    "No call sleeps for ever in the loop of a hook while the completion of a request that is not woken lazily is pending.",
  source: "io_req_local_work_add (tw.c, 7.1); io_loop_wait, io_run_loop (loop.c, 7.1)",
  rules: ["LOOP-13", "LOOP-14", "LOOP-15"],
  check(run, profile) {
    const view = viewOf(run, profile);
    const { scenario, outcome } = run;
    if (!outcome.hang || !scenario.rings.some((_, ring) => mayHaveHook(scenario, ring))) return null;
    const { trace } = view;
    if (trace === null) return "undecided";
    return firstViolation(scenario.sqes, (sqe) => {
      if (!mayHaveHook(scenario, sqe.ring) || mayBlock(sqe) || isLazy(sqe)) return null;
      // A timeout may be put off; what was canceled while it was issued is over as well.
      if (trace.issuedAt[sqe.id] === null || trace.finalAt[sqe.id] !== null || trace.freedAt[sqe.id] !== null)
        return null;
      if (sqe.operation.opcode === "TIMEOUT" && scenario.sqes.some(isUpdate)) return "undecided";
      return violates(waitingHookIsWoken, `a thread sleeps on, and ${labelOf(view, sqe.id)} could complete`, [
        sqe.id,
      ]);
    });
  },
};

function isLazy(sqe: Sqe): boolean {
  if ((sqe.flags & (IOSQE.LINK | IOSQE.HARDLINK)) !== 0) return false;
  return LAZY.has(opcodeOf(sqe)) || opcodeOf(sqe).startsWith("POLL");
}

function isUpdate({ operation }: Sqe): boolean {
  return operation.opcode === "TIMEOUT_REMOVE" && operation.update !== null;
}
