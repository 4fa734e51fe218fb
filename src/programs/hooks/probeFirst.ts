/** What `probe` is to the merged form, to the first one: waits as its arguments say and notes what it sees. */
import { type HookProgram, IOU_RES_STOP, IOU_RES_WAIT } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { advanced, distance, openRing, stopWith } from "./ringMemory.js";

/** The first form's region ids. */
const FIRST_FORM = { rings: 0, sqes: 1 };
const NS_PER_MS = 1_000_000n;

/**
 * The arguments; `made`: steps so far; `started`, `last`: unread CQEs when the first and when the latest step began;
 * `error`: why it could do nothing.
 */
const { at, memory } = globals({
  steps: "u32",
  wait: "u32",
  ms: "u32",
  made: "u32",
  started: "u32",
  last: "u32",
  error: "i32",
});

/** Each step waits for `wait` CQEs behind the CQ's tail, `ms` milliseconds at most (0: without a limit). Step `steps` stops. */
export const probeFirst: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "waits for wait= CQEs, ms= at most, and stops in step steps= (for the hook's first form, RFC v3)",
  parameters: { required: ["steps", "wait"], optional: ["ms"] },
  ...memory,
  init(memory, _ring, args) {
    for (const name of ["steps", "wait", "ms"] as const) memory.setU32(at[name], intArgument(args, name, 0));
  },
  loop(view, state) {
    const { memory } = view;
    const ring = openRing(view, FIRST_FORM);
    if (ring === null) return stopWith(memory, at.error, errorOf("EFAULT"));

    const made = memory.u32(at.made) + 1;
    const unread = distance(ring.cqTail, ring.cqHead);
    memory.setU32(at.made, made);
    memory.setU32(at.last, unread);
    if (made === 1) memory.setU32(at.started, unread);
    if (made >= memory.u32(at.steps)) return IOU_RES_STOP;
    state.cqTail = advanced(ring.cqTail, memory.u32(at.wait));
    state.timeoutNs = BigInt(memory.u32(at.ms)) * NS_PER_MS;
    return IOU_RES_WAIT;
  },
};
