/** Programs with one mistake each: what the kernel does then, and what their author is told. */
import {
  type HookProgram,
  type HookView,
  IOU_LOOP_CONTINUE,
  IOU_LOOP_STOP,
  IOU_REGION_CQ,
} from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { advanced, openRing, type RingMemory, stopWith } from "./ringMemory.js";

const plain = globals({ error: "i32" });

/** A program that makes its mistake in each step and then stops; without the regions it says -EFAULT. */
function mistake(doc: string, make: (ring: RingMemory, view: HookView) => void): HookProgram {
  return {
    kind: "hook",
    cancels: false,
    doc,
    ...plain.memory,
    loopStep(view) {
      const ring = openRing(view);
      if (ring === null) return stopWith(view.memory, plain.at.error, errorOf("EFAULT"));
      make(ring, view);
      return IOU_LOOP_STOP;
    },
  };
}

const code = globals({ code: "i32" });

/** io_uring_enter returns -EINVAL for all but CONTINUE and STOP. */
export const badCode: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "returns code= (2 where it is not named), which is neither CONTINUE nor STOP",
  parameters: { optional: ["code"] },
  ...code.memory,
  init(memory, _ring, args) {
    memory.setI32(code.at.code, intArgument(args, "code", 2));
  },
  loopStep: ({ memory }) => memory.i32(code.at.code),
};

/** The bytes are the ring's, so that the verifier lets it pass; they are what an earlier CQE left there, or zero. */
export const badPastTail: HookProgram = mistake("reads a CQE at the tail, where none is yet", (ring) => {
  ring.res(ring.cqTail);
});

/** CQEs behind the head are gone; a head that has passed the tail makes the CQ look over-full to user space. */
export const badReap: HookProgram = mistake("moves the CQ's head past its tail", (ring) => {
  ring.reapTo(advanced(ring.cqTail, 1));
});

/** The kernel has a tail of its own and writes this one anew with its next CQE. */
export const badCqWrite: HookProgram = mistake(
  "forges a CQE: moves the CQ's tail, which is the kernel's",
  (ring, view) => ring.rings.setU32(view.ring.cqOff.tail, advanced(ring.cqTail, 1)),
);

/** There is no limit of time: it sleeps until a signal comes, or work that is not lazy. */
export const badWait: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "waits for one more CQE than can come: it submits nothing, and stops once that CQE is there",
  ...plain.memory,
  loopStep(view, params) {
    const ring = openRing(view);
    if (ring === null) return stopWith(view.memory, plain.at.error, errorOf("EFAULT"));
    if (ring.cqTail !== ring.cqHead) return IOU_LOOP_STOP;
    params.cqWaitIdx = advanced(ring.cqTail, 1);
    return IOU_LOOP_CONTINUE;
  },
};

const spin = globals({ unused: "u32" });

/** The wait index stays 0, which the tail has always reached: it never sleeps, and only a signal ends it. */
export const badSpin: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "goes on without ever waiting or stopping",
  ...spin.memory,
  loopStep: () => IOU_LOOP_CONTINUE,
};

/** The verifier finds no bound and refuses the program. */
export const badEndless: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "never leaves a step",
  ...spin.memory,
  loopStep({ memory }) {
    for (;;) memory.u32(spin.at.unused);
  },
};

/** The verifier knows how many bytes it asked for and refuses the program. */
export const badRegion: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "reads behind the bytes of the region that it asked for",
  ...plain.memory,
  loopStep(view) {
    const rings = view.getRegion(IOU_REGION_CQ, 64);
    if (rings === null) return stopWith(view.memory, plain.at.error, errorOf("EFAULT"));
    rings.u32(64);
    return IOU_LOOP_STOP;
  },
};
