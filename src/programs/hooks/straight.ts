/** A hook that is spelled in its declaration: the same steps in each run. What `ringspec props` draws and keeps. */
import {
  type HookProgram,
  type HookView,
  IOU_LOOP_CONTINUE,
  IOU_LOOP_STOP,
  type ProgramArguments,
  type Region,
} from "../../model/programs/index.js";
import { errorOf, globals, intArgument, wordArgument } from "../globals.js";
import { SQE, writeNop, writeNopWithResult } from "../sqe.js";
import {
  decodeHookStep,
  HOOK_STEPS_MAX,
  type HookStep,
  NOP_RESULTS,
  stepParameters,
  stepWords,
} from "../steps.js";
import { advanced, distance, openRing, type RingMemory, stopWith } from "./ringMemory.js";

const IORING_OP_TIMEOUT = 11;
const IORING_OP_ASYNC_CANCEL = 14;
const IORING_OP_LINK_TIMEOUT = 15;
const IORING_OP_READ = 22;
/** SQEs that it makes, whatever it is told: each has a user_data of its own. */
const SQES_MAX = 8;
const USER_DATA = 0x7374_0000n;
const STEP_BYTES = 4;
/** What a `read` asks for, at the file's own position. */
const READ_BYTES = 2;
const AT_POSITION = 0xffff_ffff_ffff_ffffn;

/**
 * `runs` so far; `made`, `submitted`, `reaped` of SQEs and CQEs; `sum` of the results that it reaped and of what `count`
 * adds; `error`. Behind them, without names: the most runs and SQEs, a time's address, a buffer's, a descriptor, the steps.
 */
const { at, memory } = globals({
  time: "u64",
  buffer: "u64",
  runs: "u32",
  made: "u32",
  submitted: "u32",
  reaped: "u32",
  sum: "i32",
  error: "i32",
  runsMax: "u32",
  sqesMax: "u32",
  fd: "i32",
});

const variables = Object.fromEntries(
  Object.entries(memory.variables).filter(([name]) =>
    ["runs", "made", "submitted", "reaped", "sum", "error"].includes(name),
  ),
);

/** One run: the view, the ring, and how many SQEs are written and not published. */
interface Running {
  readonly view: HookView;
  readonly ring: RingMemory;
  readonly run: number;
  written: number;
  /** The CQ tail to wait for; null: as it was. */
  waitFor: number | null;
}

/** Runs the steps: null where none of them ended the run, else what is returned. */
function runSteps(running: Running): number | null {
  const { memory } = running.view;
  for (let n = 0; n < HOOK_STEPS_MAX; n++) {
    const word = memory.u32(memoryEnd + STEP_BYTES * n);
    if (word === 0) return null;
    const ends = runStep(running, decodeHookStep(word));
    if (ends !== null) return ends;
  }
  return null;
}

const memoryEnd = memory.memoryBytes;

function runStep(running: Running, { kind, slot, value }: HookStep): number | null {
  const { view, ring, run } = running;
  switch (kind) {
    case "nop":
      return addSqe(running, (sqeAt, userData) => {
        writeNopWithResult(ring.sqes, sqeAt, userData, NOP_RESULTS[slot % NOP_RESULTS.length] ?? 0);
        ring.sqes.setU8(sqeAt + SQE.flags, value & 0x7f);
      });
    case "timeout":
      return addTimed(running, IORING_OP_TIMEOUT, value);
    case "guard":
      return addTimed(running, IORING_OP_LINK_TIMEOUT, value);
    case "read":
      return addSqe(running, (sqeAt, userData) => {
        writeNop(ring.sqes, sqeAt, userData);
        ring.sqes.setU8(sqeAt + SQE.opcode, IORING_OP_READ);
        ring.sqes.setU8(sqeAt + SQE.flags, value & 0x7f);
        ring.sqes.setI32(sqeAt + SQE.fd, view.memory.i32(at.fd));
        ring.sqes.setU64(sqeAt + SQE.addr, view.memory.u64(at.buffer));
        ring.sqes.setU32(sqeAt + SQE.len, READ_BYTES);
        ring.sqes.setU64(sqeAt + SQE.off, AT_POSITION);
      });
    case "cancel":
      return addSqe(running, (sqeAt, userData) => {
        writeNop(ring.sqes, sqeAt, userData);
        ring.sqes.setU8(sqeAt + SQE.opcode, IORING_OP_ASYNC_CANCEL);
        ring.sqes.setU64(sqeAt + SQE.addr, userData - BigInt(slot));
      });
    case "publish":
      ring.publish(running.written);
      running.written = 0;
      return null;
    case "submit": {
      const submitted = view.submitSqes(value & 0xff);
      if (submitted > 0) view.memory.setU32(at.submitted, view.memory.u32(at.submitted) + submitted);
      return null;
    }
    case "reap":
      reap(running, value & 0xff);
      return null;
    case "wait":
    case "wait-blindly": {
      const coming =
        view.memory.u32(at.submitted) - view.memory.u32(at.reaped) - distance(ring.cqTail, ring.cqHead);
      const wanted = kind === "wait" ? Math.min(value, Math.max(0, coming)) : value;
      running.waitFor = advanced(ring.cqTail, wanted);
      return null;
    }
    case "count":
      view.memory.setI32(at.sum, view.memory.i32(at.sum) + value);
      return null;
    case "stop":
      return run >= slot ? IOU_LOOP_STOP : null;
    case "return":
      return run >= slot ? value : null;
    default:
      return null;
  }
}

/** Adds an SQE where it may make another and the SQ has room for it. */
function addSqe(running: Running, write: (sqeAt: number, userData: bigint) => void): null {
  const { view, ring } = running;
  const made = view.memory.u32(at.made);
  const isFull = ring.queued + running.written >= view.ring.sqEntries;
  if (isFull || made >= Math.min(view.memory.u32(at.sqesMax), SQES_MAX)) return null;
  write(ring.freeSqeAt(running.written), USER_DATA + BigInt(made));
  view.memory.setU32(at.made, made + 1);
  running.written++;
  return null;
}

/** TIMEOUT or LINK_TIMEOUT over the declared time. */
function addTimed(running: Running, opcode: number, flags: number): null {
  const { sqes } = running.ring;
  return addSqe(running, (sqeAt, userData) => {
    writeNop(sqes, sqeAt, userData);
    sqes.setU8(sqeAt + SQE.opcode, opcode);
    sqes.setU8(sqeAt + SQE.flags, flags & 0x7f);
    sqes.setU64(sqeAt + SQE.addr, running.view.memory.u64(at.time));
    sqes.setU32(sqeAt + SQE.len, 1);
  });
}

function reap({ view, ring }: Running, count: number): void {
  let head = ring.cqHead;
  for (let n = 0; n < count && head !== ring.cqTail; n++, head = advanced(head, 1)) {
    view.memory.setU32(at.reaped, view.memory.u32(at.reaped) + 1);
    view.memory.setI32(at.sum, view.memory.i32(at.sum) + ring.res(head));
  }
  ring.reapTo(head);
}

/** One run of either form; `wait` is told the CQ tail to wait for. */
function step(
  view: HookView,
  ids: { rings: number; sqes: number } | undefined,
  wait: (tail: number) => void,
): number {
  const run = view.memory.u32(at.runs) + 1;
  view.memory.setU32(at.runs, run);
  const ring = openRing(view, ids);
  if (ring === null) return stopWith(view.memory, at.error, errorOf("EFAULT"));
  const running: Running = { view, ring, run, written: 0, waitFor: null };
  const code = runSteps(running);
  if (running.waitFor !== null) wait(running.waitFor);
  if (code !== null) return code;
  return run >= view.memory.u32(at.runsMax) ? IOU_LOOP_STOP : IOU_LOOP_CONTINUE;
}

function init(memory: Region, args: ProgramArguments): void {
  memory.setU64(at.time, wordArgument(args, "time", 0n));
  memory.setU64(at.buffer, wordArgument(args, "buf", 0n));
  memory.setI32(at.fd, intArgument(args, "fd", -1));
  memory.setU32(at.runsMax, intArgument(args, "runs", 1));
  memory.setU32(at.sqesMax, intArgument(args, "sqes", 0));
  for (const [n, word] of stepWords(args, "s", HOOK_STEPS_MAX).entries()) {
    memory.setU32(memoryEnd + STEP_BYTES * n, word);
  }
}

const SPELLED = {
  kind: "hook",
  userData: Object.fromEntries(Array.from({ length: SQES_MAX }, (_, n) => [`q${n}`, USER_DATA + BigInt(n)])),
  parameters: {
    required: ["runs"],
    optional: ["sqes", "time", "fd", "buf", ...stepParameters("s", HOOK_STEPS_MAX)],
  },
  memoryBytes: memoryEnd + STEP_BYTES * HOOK_STEPS_MAX,
  variables,
  init: (memory: Region, _ring: unknown, args: ProgramArguments) => init(memory, args),
} as const;

/** Runs `s0`, `s1`, … (src/programs/steps.ts) in each run, makes `sqes` SQEs at most, and stops in run `runs`. */
export const straight: HookProgram = {
  ...SPELLED,
  doc: "runs the steps s0=, s1=, … that are spelled in its declaration, runs= times at most (what props draws)",
  loopStep: (view, params) =>
    step(view, undefined, (tail) => {
      params.cqWaitIdx = tail;
    }),
};

/** The same in the first form, whose regions have other ids. */
export const straightFirst: HookProgram = {
  ...SPELLED,
  doc: "the straight hook in the first form that was posted (what props draws)",
  loop: (view, state) =>
    step(view, { rings: 0, sqes: 1 }, (tail) => {
      state.cqTail = tail;
    }),
};
