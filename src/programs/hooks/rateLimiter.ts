/** User space queues at will and says how many CQEs it wants; the program keeps few requests in flight. */
import {
  type HookProgram,
  IOU_LOOP_CONTINUE,
  IOU_LOOP_STOP,
  IOU_REGION_MEM,
  type Region,
} from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { advanced, distance, openRing, type RingMemory, stopWith } from "./ringMemory.js";

/** What user space and the program share in the parameter region: a u32, the CQEs that it still waits for. */
const SHARED = { wait: 0, bytes: 4 } as const;

/**
 * `cap`: requests in flight at most; `wait`: CQEs still waited for, on a ring without a parameter region; `inflight`;
 * `seen`: the CQ tail up to which CQEs were counted; `error`.
 */
const { at, memory } = globals({
  cap: "u32",
  wait: "u32",
  inflight: "u32",
  seen: "u32",
  error: "i32",
});

/**
 * Submits what user space has queued, never more than `cap` at once, and stops when the u32 at the start of the
 * parameter region (without such a region: the argument `wait`) has counted down to 0. It looks at the CQ's tail only
 * and leaves all CQEs to user space, each of which it takes for the end of one request. It stops as well where no CQE
 * can come: nothing is queued and in flight, or the CQ is full. Errors: -EINVAL on a ring with SQ_REWIND, which does
 * not know what is queued.
 */
export const rateLimiter: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "submits what user space queued, at most cap= at once, until the CQEs it waits for are there (posted example)",
  parameters: { required: ["cap"], optional: ["wait"] },
  ...memory,
  init(memory, _ring, args) {
    memory.setU32(at.cap, intArgument(args, "cap", 0));
    memory.setU32(at.wait, intArgument(args, "wait", 0));
  },
  loopStep(view, params) {
    const { memory } = view;
    if (view.ring.sqRewind) return stopWith(memory, at.error, errorOf("EINVAL"));
    const ring = openRing(view);
    if (ring === null) return stopWith(memory, at.error, errorOf("EFAULT"));
    const shared = view.getRegion(IOU_REGION_MEM, SHARED.bytes);
    const [waits, waitAt] = shared === null ? [memory, at.wait] : [shared, SHARED.wait];

    countCompleted(ring, memory, waits, waitAt);
    const count = Math.min(ring.queued, memory.u32(at.cap) - memory.u32(at.inflight));
    if (count > 0) {
      const submitted = view.submitSqes(count);
      if (submitted < 0) return stopWith(memory, at.error, submitted);
      memory.setU32(at.inflight, memory.u32(at.inflight) + submitted);
      countCompleted(ring, memory, waits, waitAt);
    }

    const missing = waits.u32(waitAt);
    const inflight = memory.u32(at.inflight);
    const isOver = inflight === 0 && ring.queued === 0;
    if (missing === 0 || isOver || ring.isFullForUser) return IOU_LOOP_STOP;
    params.cqWaitIdx = advanced(ring.cqTail, Math.min(missing, inflight));
    return IOU_LOOP_CONTINUE;
  },
};

/** Takes the CQEs since the last look off the requests in flight, and off what user space waits for. */
function countCompleted(ring: RingMemory, memory: Region, waits: Region, waitAt: number): void {
  const tail = ring.cqTail;
  const inflight = memory.u32(at.inflight);
  // While nothing is in flight, CQEs are not the program's, such as those that were there before it was attached.
  const completed = Math.min(inflight, distance(tail, memory.u32(at.seen)));
  memory.setU32(at.seen, tail);
  memory.setU32(at.inflight, inflight - completed);
  waits.setU32(waitAt, Math.max(0, waits.u32(waitAt) - completed));
}
