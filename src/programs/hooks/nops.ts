/** Many NOPs in one system call, the SQ always full: what liburing's test bpf_nops asks of a loop hook. */
import { type HookProgram, IOU_LOOP_CONTINUE, IOU_LOOP_STOP } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { writeNop } from "../sqe.js";
import { advanced, openRing, type RingMemory, stopWith, submissionError } from "./ringMemory.js";

/** "nop" */
const NOP = 0x6e6f70n;

/** `remaining`: NOPs that have not completed; `inflight`: those of them that were submitted; `error`: why it stopped early. */
const { at, memory } = globals({ remaining: "u32", inflight: "u32", error: "i32" });

/**
 * Completes `reqs` NOPs, at most as many at once as the SQ has entries, and reaps them in the step that submits them.
 * Works with and without SQ_REWIND. Errors: -EINVAL for a CQE that is not its own.
 */
export const nops: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "completes reqs= NOPs with the SQ always full, and reaps all (liburing's bpf_nops)",
  parameters: { required: ["reqs"] },
  userData: { nop: NOP },
  ...memory,
  init(memory, _ring, args) {
    memory.setU32(at.remaining, intArgument(args, "reqs", 0));
  },
  loopStep(view, params) {
    const { memory } = view;
    const ring = openRing(view);
    if (ring === null) return stopWith(memory, at.error, errorOf("EFAULT"));

    const inflight = memory.u32(at.inflight);
    const count = Math.min(memory.u32(at.remaining), view.ring.sqEntries) - inflight;
    if (count > 0) {
      addNops(ring, count);
      const submitted = view.submitSqes(count);
      if (submitted !== count) return stopWith(memory, at.error, submissionError(submitted));
      memory.setU32(at.inflight, inflight + count);
    }

    const tail = ring.cqTail;
    let head = ring.cqHead;
    for (; head !== tail; head = advanced(head, 1)) {
      if (ring.userData(head) !== NOP) return stopWith(memory, at.error, errorOf("EINVAL"));
      memory.setU32(at.inflight, memory.u32(at.inflight) - 1);
      memory.setU32(at.remaining, memory.u32(at.remaining) - 1);
    }
    ring.reapTo(head);
    if (memory.u32(at.remaining) === 0) return IOU_LOOP_STOP;
    params.cqWaitIdx = advanced(head, memory.u32(at.inflight));
    return IOU_LOOP_CONTINUE;
  },
};

function addNops(ring: RingMemory, count: number): void {
  for (let n = 0; n < count; n++) writeNop(ring.sqes, ring.freeSqeAt(n), NOP);
  ring.publish(count);
}
