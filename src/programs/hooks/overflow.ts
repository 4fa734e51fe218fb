/** Twice as many CQEs as the CQ has room for, then all reaped: what the flush of an overflow must survive. */
import { type HookProgram, IOU_LOOP_CONTINUE, IOU_LOOP_STOP } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { writeNop } from "../sqe.js";
import { distance, openRing, stopWith, submissionError } from "./ringMemory.js";

/** "nop" */
const NOP = 0x6e6f70n;

/** `submitted` of `total` NOPs; `reaped`: CQEs taken off the CQ; `error`: why it stopped early. */
const { at, memory } = globals({ total: "u32", submitted: "u32", reaped: "u32", error: "i32" });

/**
 * Submits one NOP a step, without reaping, until `total` (twice the CQ's entries, where it is not named) are
 * submitted; then reaps all that is there, once a step, and stops when nothing is.
 */
export const overflow: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "overflows the CQ with total= NOPs, then reaps until nothing is left (posted with the hook's ninth version)",
  parameters: { optional: ["total"] },
  userData: { nop: NOP },
  ...memory,
  init(memory, ring, args) {
    memory.setU32(at.total, intArgument(args, "total", 2 * ring.cqEntries));
  },
  loopStep(view) {
    const { memory } = view;
    const ring = openRing(view);
    if (ring === null) return stopWith(memory, at.error, errorOf("EFAULT"));

    const submitted = memory.u32(at.submitted);
    if (submitted < memory.u32(at.total)) {
      writeNop(ring.sqes, ring.freeSqeAt(0), NOP);
      ring.publish(1);
      const taken = view.submitSqes(1);
      if (taken !== 1) return stopWith(memory, at.error, submissionError(taken));
      memory.setU32(at.submitted, submitted + 1);
      return IOU_LOOP_CONTINUE;
    }

    const tail = ring.cqTail;
    const ready = distance(tail, ring.cqHead);
    if (ready === 0) return IOU_LOOP_STOP;
    memory.setU32(at.reaped, memory.u32(at.reaped) + ready);
    ring.reapTo(tail);
    return IOU_LOOP_CONTINUE;
  },
};
