/** Many NOPs in one system call, reaped one step after they were submitted: the self test of the hook's eighth version. */
import { type HookProgram, IOU_LOOP_CONTINUE, IOU_LOOP_STOP } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { writeNop } from "../sqe.js";
import { advanced, openRing, type RingMemory, stopWith, submissionError } from "./ringMemory.js";

/** "nop" */
const NOP = 0x6e6f70n;

/** `remaining`: NOPs that were not submitted yet; `inflight`: submitted, not reaped; `reaped`: CQEs; `result`: 1 when all is done, or the error. */
const { at, memory } = globals({ remaining: "u32", inflight: "u32", reaped: "u32", result: "i32" });

/**
 * Completes `reqs` NOPs: each step first reaps what the one before it had submitted. It moves the SQ's tail, so a
 * ring with SQ_REWIND gets -EINVAL; as does a CQE that is not its own.
 */
export const nopsLoop: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "completes reqs= NOPs; a step reaps, then submits (posted with the hook's eighth version)",
  parameters: { required: ["reqs"] },
  userData: { nop: NOP },
  ...memory,
  init(memory, _ring, args) {
    memory.setU32(at.remaining, intArgument(args, "reqs", 0));
  },
  loopStep(view, params) {
    const { memory } = view;
    if (view.ring.sqRewind) return stopWith(memory, at.result, errorOf("EINVAL"));
    const ring = openRing(view);
    if (ring === null) return stopWith(memory, at.result, errorOf("EFAULT"));

    const tail = ring.cqTail;
    let head = ring.cqHead;
    for (; head !== tail; head = advanced(head, 1)) {
      if (ring.userData(head) !== NOP) return stopWith(memory, at.result, errorOf("EINVAL"));
      memory.setU32(at.inflight, memory.u32(at.inflight) - 1);
      memory.setU32(at.reaped, memory.u32(at.reaped) + 1);
    }
    ring.reapTo(head);

    const inflight = memory.u32(at.inflight);
    const remaining = memory.u32(at.remaining);
    if (remaining === 0 && inflight === 0) {
      memory.setI32(at.result, 1);
      return IOU_LOOP_STOP;
    }
    const count = Math.min(remaining, view.ring.sqEntries - inflight);
    if (count > 0) {
      addNops(ring, count);
      const submitted = view.submitSqes(count);
      if (submitted !== count) return stopWith(memory, at.result, submissionError(submitted));
      memory.setU32(at.inflight, inflight + count);
      memory.setU32(at.remaining, remaining - count);
    }
    params.cqWaitIdx = advanced(head, inflight + count);
    return IOU_LOOP_CONTINUE;
  },
};

function addNops(ring: RingMemory, count: number): void {
  for (let n = 0; n < count; n++) writeNop(ring.sqes, ring.freeSqeAt(n), NOP);
  ring.publish(count);
}
