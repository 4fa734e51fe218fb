/** The SQ as a backlog: user space queues all it has, and the program bounds the queue depth. */
import { type HookProgram, IOU_LOOP_CONTINUE, IOU_LOOP_STOP } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { countInFlight } from "./inFlight.js";
import { advanced, openRing, stopWith, submissionError } from "./ringMemory.js";

/** `peak`: the most that were ever in flight; `inflight`, `seen`: see inFlight.ts. */
const { at, memory } = globals({
  depth: "u32",
  inflight: "u32",
  peak: "u32",
  seen: "u32",
  error: "i32",
});

/**
 * Submits the SQEs that user space has queued, in order, with at most `depth` in flight, and stops when all have
 * completed, or when the CQ is full. CQEs are left to user space. The SQEs must not be linked: a submission that ends
 * inside a chain ends the chain. Errors: -EINVAL on a ring with SQ_REWIND, which does not know what is queued.
 */
export const qdLimit: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "submits what user space queued with at most depth= in flight, and returns when all of it has completed",
  parameters: { required: ["depth"] },
  ...memory,
  init(memory, _ring, args) {
    memory.setU32(at.depth, intArgument(args, "depth", 0));
  },
  loopStep(view, params) {
    const { memory } = view;
    if (view.ring.sqRewind) return stopWith(memory, at.error, errorOf("EINVAL"));
    const ring = openRing(view);
    if (ring === null) return stopWith(memory, at.error, errorOf("EFAULT"));

    countInFlight(ring, memory, at);
    // What completes inline makes room at once. Each turn takes an SQE, so there are no more turns than SQEs.
    for (let turn = 0; turn < view.ring.sqEntries; turn++) {
      const count = Math.min(ring.queued, memory.u32(at.depth) - memory.u32(at.inflight));
      if (count <= 0) break;
      const submitted = view.submitSqes(count);
      if (submitted <= 0) return stopWith(memory, at.error, submissionError(submitted));
      const inflight = memory.u32(at.inflight) + submitted;
      memory.setU32(at.inflight, inflight);
      memory.setU32(at.peak, Math.max(memory.u32(at.peak), inflight));
      countInFlight(ring, memory, at);
    }

    const isOver = memory.u32(at.inflight) === 0 && ring.queued === 0;
    if (isOver || ring.isFullForUser) return IOU_LOOP_STOP;
    params.cqWaitIdx = advanced(ring.cqTail, 1);
    return IOU_LOOP_CONTINUE;
  },
};
