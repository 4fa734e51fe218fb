/** Does what its arguments say and notes what it sees: for questions about the loop, rather than about a program. */
import {
  type HookProgram,
  IOU_LOOP_CONTINUE,
  IOU_LOOP_STOP,
  type Region,
} from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { advanced, distance, openRing, type RingMemory, stopWith } from "./ringMemory.js";

/**
 * The arguments, and what was seen. `made`: steps so far; `first`, `second`: what the first step's submissions
 * returned; `started`, `inline`, `end`, `last`: unread CQEs when the first step began, when its first submission and
 * when its second returned, and when the latest step began; `flags`: the SQ's flags then; `error`: why it did nothing.
 */
const { at, memory } = globals({
  steps: "u32",
  submit: "u32",
  more: "u32",
  wait: "i32",
  reap: "u32",
  made: "u32",
  first: "i32",
  second: "i32",
  started: "u32",
  inline: "u32",
  end: "u32",
  last: "u32",
  flags: "u32",
  error: "i32",
});

const PARAMETERS = ["steps", "submit", "more", "wait", "reap"] as const;

/**
 * Step 1 takes `reap` CQEs off the CQ, submits `submit` SQEs and then `more`, and sets cq_wait_idx to `wait` behind the
 * CQ's tail; what of this is not named, or 0, it leaves alone. Later steps only take `reap` CQEs. Step `steps` (2 where
 * it is not named) and each later one stops. Its memory outlives the system call, and so does the count of steps.
 */
export const probe: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "submits submit= and more= SQEs, waits for wait= CQEs, takes reap= a step, and stops in step steps=",
  parameters: { optional: [...PARAMETERS] },
  ...memory,
  init(memory, _ring, args) {
    for (const name of PARAMETERS) memory.setI32(at[name], intArgument(args, name, name === "steps" ? 2 : 0));
  },
  loopStep(view, params) {
    const { memory } = view;
    const ring = openRing(view);
    if (ring === null) return stopWith(memory, at.error, errorOf("EFAULT"));

    const made = memory.u32(at.made) + 1;
    memory.setU32(at.made, made);
    memory.setU32(at.last, unread(ring));
    memory.setU32(at.flags, ring.sqFlags);
    reap(ring, memory.u32(at.reap));
    if (made === 1) {
      memory.setU32(at.started, memory.u32(at.last));
      submit(memory, ring, view.submitSqes.bind(view));
      const wait = memory.i32(at.wait);
      if (wait !== 0) params.cqWaitIdx = advanced(ring.cqTail, wait);
    }
    return made >= memory.u32(at.steps) ? IOU_LOOP_STOP : IOU_LOOP_CONTINUE;
  },
};

function unread(ring: RingMemory): number {
  return distance(ring.cqTail, ring.cqHead);
}

function reap(ring: RingMemory, most: number): void {
  if (most > 0) ring.reapTo(advanced(ring.cqHead, Math.min(most, unread(ring))));
}

function submit(memory: Region, ring: RingMemory, submitSqes: (count: number) => number): void {
  const [count, more] = [memory.u32(at.submit), memory.u32(at.more)];
  if (count > 0) {
    memory.setI32(at.first, submitSqes(count));
    memory.setU32(at.inline, unread(ring));
  }
  if (more > 0) {
    memory.setI32(at.second, submitSqes(more));
    memory.setU32(at.end, unread(ring));
  }
}
