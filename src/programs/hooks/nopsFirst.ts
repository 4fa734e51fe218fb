/** One NOP after the other, in the form in which the hook was first posted (RFC v3, November 2025: `loop`). */
import { type HookProgram, IOU_RES_STOP, IOU_RES_WAIT } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { writeNop } from "../sqe.js";
import { advanced, openRing, stopWith, submissionError } from "./ringMemory.js";

/** "nop" */
const NOP = 0x6e6f70n;
/** The first form's region ids. */
const FIRST_FORM = { rings: 0, sqes: 1 };

/** `remaining`: NOPs that were not submitted yet; `inflight`: 0 or 1; `error`: why it stopped early. */
const { at, memory } = globals({ remaining: "u32", inflight: "u32", error: "i32" });

/** Completes `reqs` NOPs, one at a time: a step reaps one and submits the next. Errors: -EINVAL for a CQE that is not its own. */
export const nopsFirst: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "completes reqs= NOPs, one at a time (self test of the hook's first form, RFC v3)",
  parameters: { required: ["reqs"] },
  userData: { nop: NOP },
  ...memory,
  init(memory, _ring, args) {
    memory.setU32(at.remaining, intArgument(args, "reqs", 0));
  },
  loop(view, state) {
    const { memory } = view;
    const ring = openRing(view, FIRST_FORM);
    if (ring === null) return stopWith(memory, at.error, errorOf("EFAULT"));

    let head = ring.cqHead;
    if (memory.u32(at.inflight) === 1 && head !== ring.cqTail) {
      if (ring.userData(head) !== NOP) return stopWith(memory, at.error, errorOf("EINVAL"));
      head = advanced(head, 1);
      ring.reapTo(head);
      memory.setU32(at.inflight, 0);
    }

    const remaining = memory.u32(at.remaining);
    if (memory.u32(at.inflight) === 0) {
      if (remaining === 0) return IOU_RES_STOP;
      writeNop(ring.sqes, ring.freeSqeAt(0), NOP);
      ring.publish(1);
      const submitted = view.submitSqes(1);
      if (submitted !== 1) return stopWith(memory, at.error, submissionError(submitted));
      memory.setU32(at.inflight, 1);
      memory.setU32(at.remaining, remaining - 1);
    }
    state.cqTail = advanced(head, 1);
    return IOU_RES_WAIT;
  },
};
