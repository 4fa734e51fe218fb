/** IOSQE_IO_DRAIN without the kernel's: the flag is taken off, and submissions are held back instead. */
import { type HookProgram, IOU_LOOP_CONTINUE, IOU_LOOP_STOP } from "../../model/programs/index.js";
import { errorOf, globals } from "../globals.js";
import { IOSQE_IO_DRAIN, SQE } from "../sqe.js";
import { countInFlight } from "./inFlight.js";
import { advanced, openRing, type RingMemory, stopWith, submissionError } from "./ringMemory.js";

/** `draining`: 1 while an SQE that had the flag is in flight; `drained`: how many had it; the others: see inFlight.ts. */
const { at, memory } = globals({
  inflight: "u32",
  draining: "u32",
  drained: "u32",
  seen: "u32",
  error: "i32",
});

/**
 * Submits the SQEs that user space has queued, one by one. One with IOSQE_IO_DRAIN is held back until all before it
 * have completed, and all behind it until it has; the kernel never sees the flag. Stops when all have completed, or
 * when the CQ is full; CQEs are left to user space. For SQEs without links. Errors: -EINVAL on a ring with SQ_REWIND.
 */
export const drain: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "submits what user space queued and keeps the order that IOSQE_IO_DRAIN asks for by holding back",
  ...memory,
  loopStep(view, params) {
    const { memory } = view;
    if (view.ring.sqRewind) return stopWith(memory, at.error, errorOf("EINVAL"));
    const ring = openRing(view);
    if (ring === null) return stopWith(memory, at.error, errorOf("EFAULT"));

    countInFlight(ring, memory, at);
    for (let turn = 0; turn < view.ring.sqEntries && ring.queued > 0; turn++) {
      const isIdle = memory.u32(at.inflight) === 0;
      const drains = hasDrainFlag(ring);
      if (!isIdle && (drains || memory.u32(at.draining) === 1)) break;
      memory.setU32(at.draining, drains ? 1 : 0);
      if (drains) {
        memory.setU32(at.drained, memory.u32(at.drained) + 1);
        clearDrainFlag(ring);
      }
      const submitted = view.submitSqes(1);
      if (submitted !== 1) return stopWith(memory, at.error, submissionError(submitted));
      memory.setU32(at.inflight, memory.u32(at.inflight) + 1);
      countInFlight(ring, memory, at);
    }

    const isOver = memory.u32(at.inflight) === 0 && ring.queued === 0;
    if (isOver || ring.isFullForUser) return IOU_LOOP_STOP;
    params.cqWaitIdx = advanced(ring.cqTail, memory.u32(at.inflight));
    return IOU_LOOP_CONTINUE;
  },
};

function hasDrainFlag(ring: RingMemory): boolean {
  return (ring.sqes.u8(ring.sqeAt(ring.sqHead) + SQE.flags) & IOSQE_IO_DRAIN) !== 0;
}

function clearDrainFlag(ring: RingMemory): void {
  const flags = ring.sqeAt(ring.sqHead) + SQE.flags;
  ring.sqes.setU8(flags, ring.sqes.u8(flags) & ~IOSQE_IO_DRAIN);
}
