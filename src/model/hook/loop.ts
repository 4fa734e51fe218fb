/**
 * io_uring_enter(2) of a ring with a loop hook: the loop, step by step.
 * Stands for io_run_loop, io_loop_wait (loop.c, 7.1) and, for the first posted form, the wait of io_cqring_wait.
 */
import { armTimer, disarmTimer } from "../clock.js";
import { flushOverflow } from "../complete.js";
import { loopOf, type Machine, memoryOf, traitsOf } from "../machine.js";
import { IOU_LOOP_CONTINUE, IOU_LOOP_STOP, IOU_RES_WAIT } from "../programs/index.js";
import { R } from "../rules.js";
import type { HookDecl } from "../scenario.js";
import { entriesToSubmit } from "../sqMemory.js";
import { type Context, LOOP_WAIT_MAX, type Ring, type RingMemory, STAGE, TIMER_CONTEXT } from "../state.js";
import {
  canRunTaskWork,
  hasLocalWork,
  startLocalWork,
  stepLocalWork,
  stepTaskWork,
  wakesLocalWaiter,
} from "../taskWork.js";
import { inFlight, logSubmission, runProgram } from "./run.js";

const EEXIST = -17;
const EFAULT = -14;
const EINTR = -4;
const EINVAL = -22;
/** Nanoseconds of a millisecond of virtual time. */
const NS_PER_MS = 1_000_000n;

/** The hook that a ring has, or -1. */
export function hookOf(m: Machine, ring: number): number {
  return (memoryOf(m, ring)?.hook ?? 0) - 1;
}

function ringOfContext(m: Machine, context: number): Ring {
  return m.s.rings[(m.s.contexts[context] as Context).ring] as Ring;
}

/** The call has seen a hook, without the lock; `refused`: what the loop says to whom it does not belong. */
export function startLoop(m: Machine, context: number, ring: number, refused: number): void {
  const c = m.s.contexts[context] as Context;
  const loop = loopOf(m, context);
  c.ring = ring;
  m.emit(R["LOOP-07"]);
  loop.isInside = true;
  loop.cqWaitIdx = 0;
  loop.result = refused;
  if (refused === EEXIST) m.emit(R["LOOP-08"]);
  c.stage = refused === 0 ? STAGE.loopStart : STAGE.exit;
}

/** The first form: the call has submitted, and would wait now (LOOP-22). */
export function startFirstLoop(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  const loop = loopOf(m, context);
  const memory = memoryOf(m, c.ring) as RingMemory;
  m.emit(R["LOOP-22"]);
  loop.isInside = true;
  loop.result = c.want > 0 ? c.submitted : 0;
  loop.cqWaitIdx = (memory.cqHead + c.wait - 1) | 0;
  loop.timeoutMs = c.timer;
  c.want = 0;
  c.submitted = 0;
  c.stage = STAGE.loopTaskWork;
}

/** Whether a context that is in the loop can take its next step. */
export function canStepLoop(m: Machine, context: number): boolean {
  const c = m.s.contexts[context] as Context;
  const ring = ringOfContext(m, context);
  switch (c.stage) {
    case STAGE.loopStart:
      return ring.lock === 0;
    case STAGE.loopAsleep:
      return ring.lock === 0 && isWoken(m, context);
    case STAGE.loopTaskWork:
      return c.taskWork.length + c.batch.length + c.flush > 0 ? canRunTaskWork(m, context) : ring.lock === 0;
    default:
      return true;
  }
}

function isWoken(m: Machine, context: number): boolean {
  const c = m.s.contexts[context] as Context;
  return (
    loopOf(m, context).signal || c.timedOut || c.taskWork.length > 0 || wakesLocalWaiter(m, c.ring, c.missing)
  );
}

/** One step of a context that is in the loop. */
export function stepLoop(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  const ring = ringOfContext(m, context);
  switch (c.stage) {
    case STAGE.loopStart:
      ring.lock = context + 1;
      m.emit(R["LOOP-09"]);
      runStep(m, context);
      return;
    case STAGE.loopStep:
      runStep(m, context);
      return;
    case STAGE.loopAsleep:
      m.emit(R["LOOP-14"]);
      wakeUp(m, context);
      return;
    case STAGE.loopTaskWork:
      if (c.taskWork.length + c.batch.length + c.flush > 0) {
        m.emit(R["LOOP-15"]);
        stepTaskWork(m, context, "all");
        return;
      }
      ring.lock = context + 1;
      afterTaskWork(m, context);
      return;
    default:
      if (stepLocalWork(m, context, c.ring, Math.max(20, c.missing))) {
        ring.lock = context + 1;
        afterLocalWork(m, context);
      }
  }
}

/** The submission that the program asked for is over. */
export function endLoopSubmission(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  const hook = hookOf(m, c.ring);
  m.emit(R["LOOP-17"]);
  logSubmission(m, context, m.scenario.hooks[hook] as HookDecl, c.ring, c.submitted);
  c.submitted = 0;
  c.want = 0;
  c.left = 0;
  c.stage = STAGE.loopStep;
}

function runStep(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  const id = hookOf(m, c.ring);
  if (id < 0) {
    m.emit(R["LOOP-06"]);
    leave(m, context, m.profile.hooks === "loop" ? 0 : EFAULT);
    return;
  }
  const hook = m.scenario.hooks[id] as HookDecl;
  m.emit(R["LOOP-10"]);
  if (m.s.hooks[id]?.links === 0) {
    m.emit(R["LOOP-03"]);
    const text = `ring ${m.scenario.rings[c.ring]?.name} runs ops that were freed with their last link`;
    m.emit({ kind: "diagnosis", code: "use-after-free", program: hook.name, text, refused: true });
    leave(m, context, EFAULT);
    return;
  }
  if (m.profile.hooks === "loop") runFirstForm(m, context, id);
  else runLoopStep(m, context, id);
}

function runLoopStep(m: Machine, context: number, id: number): void {
  const c = m.s.contexts[context] as Context;
  const loop = loopOf(m, context);
  const params = { cqWaitIdx: loop.cqWaitIdx >>> 0 };
  const run = runProgram(m, context, id, c.ring, { params });
  if (run.kind === "submits") {
    submit(m, context, run.count);
    return;
  }
  if (run.kind === "refused") {
    leave(m, context, EINVAL);
    return;
  }
  m.emit(R["LOOP-11"]);
  if (run.code === IOU_LOOP_STOP) leave(m, context, 0);
  else if (run.code !== IOU_LOOP_CONTINUE) {
    const text = `returns ${run.code}, which is neither IOU_LOOP_CONTINUE nor IOU_LOOP_STOP`;
    tell(m, id, "return-code", text);
    leave(m, context, EINVAL);
  } else {
    m.emit(R["LOOP-12"]);
    loop.cqWaitIdx = params.cqWaitIdx | 0;
    sleepOrGoOn(m, context, id, missingOf(m, context));
  }
}

function tell(m: Machine, id: number, code: string, text: string): void {
  m.emit({ kind: "diagnosis", code, program: m.scenario.hooks[id]?.name ?? "", text, refused: false });
}

/** CQEs between the tail and cq_wait_idx, by signed difference. */
function missingOf(m: Machine, context: number): number {
  const c = m.s.contexts[context] as Context;
  const { cqHead } = memoryOf(m, c.ring) as RingMemory;
  const tail = cqHead + ringOfContext(m, context).cq.length;
  return (loopOf(m, context).cqWaitIdx - tail) | 0;
}

/** bpf_io_uring_submit_sqes: the submission path, under the lock that the step holds. */
function submit(m: Machine, context: number, count: number): void {
  const c = m.s.contexts[context] as Context;
  c.want = count;
  c.submitted = 0;
  c.left = entriesToSubmit(m, c.ring, count);
  if (c.left === 0) {
    c.want = 0;
    endLoopSubmission(m, context);
  } else {
    c.want = c.left;
    c.stage = STAGE.submit;
  }
}

/** io_loop_wait: sleeps unless there is a reason not to (LOOP-13). */
function sleepOrGoOn(m: Machine, context: number, id: number, missing: number): void {
  const c = m.s.contexts[context] as Context;
  const ring = ringOfContext(m, context);
  c.missing = Math.min(Math.max(0, missing), LOOP_WAIT_MAX);
  if (missing <= 0 || hasLocalWork(m, c.ring) || ring.overflow.length > 0) {
    if (missing > 0) m.emit(R["LOOP-13"]);
    wakeUp(m, context);
    return;
  }
  const coming = inFlight(m, c.ring);
  const hasMore = m.scenario.sqes.some(
    ({ multishot, operation }) => multishot || operation.opcode === "MSG_RING",
  );
  if (missing > coming && !hasMore) {
    tell(m, id, "waits-in-vain", `waits for ${missing} CQEs while ${coming} requests are in flight`);
  }
  ring.lock = 0;
  c.stage = STAGE.loopAsleep;
}

/** What lies between two steps, from the wait on; the lock is taken where the sleep has dropped it. */
function wakeUp(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  const ring = ringOfContext(m, context);
  if (m.profile.hooks === "loop") {
    disarmTimer(m, TIMER_CONTEXT + context);
    c.timedOut = false;
  }
  if (c.taskWork.length > 0) {
    ring.lock = 0;
    c.stage = STAGE.loopTaskWork;
    return;
  }
  ring.lock = context + 1;
  afterTaskWork(m, context);
}

function afterTaskWork(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  if (loopOf(m, context).signal) {
    m.emit(R["LOOP-16"]);
    leave(m, context, EINTR);
    return;
  }
  if (!hasLocalWork(m, c.ring)) {
    afterLocalWork(m, context);
    return;
  }
  m.emit(R["LOOP-15"]);
  startLocalWork(m, context, c.ring, c.missing, Math.max(20, c.missing));
  c.stage = STAGE.loopLocalWork;
}

function afterLocalWork(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  if (ringOfContext(m, context).overflow.length > 0) {
    m.emit(R["LOOP-21"]);
    flushOverflow(m, c.ring);
  }
  c.missing = 0;
  c.stage = STAGE.loopStep;
}

function leave(m: Machine, context: number, result: number): void {
  const c = m.s.contexts[context] as Context;
  const loop = loopOf(m, context);
  ringOfContext(m, context).lock = 0;
  if (ringOfContext(m, context).overflow.length > 0) m.emit(R["LOOP-21"]);
  // The first form's call has submitted: it says how many.
  if (loop.result === 0) loop.result = result;
  loop.log = "";
  c.missing = 0;
  c.stage = STAGE.exit;
}

/** The first form: local work has run; its program says what to sleep for, and for how long (LOOP-22, LOOP-23). */
function runFirstForm(m: Machine, context: number, id: number): void {
  const c = m.s.contexts[context] as Context;
  const loop = loopOf(m, context);
  const state = {
    cqTail: loop.cqWaitIdx >>> 0,
    timeoutNs: loop.timeoutMs < 0 ? 0n : BigInt(loop.timeoutMs) * NS_PER_MS,
  };
  const run = runProgram(m, context, id, c.ring, { state });
  if (run.kind === "submits") {
    submit(m, context, run.count);
    return;
  }
  if (run.kind === "refused" || run.code !== IOU_RES_WAIT) {
    leave(m, context, 0);
    return;
  }
  m.emit(R["LOOP-23"]);
  loop.cqWaitIdx = state.cqTail | 0;
  loop.timeoutMs = state.timeoutNs === 0n ? -1 : Number(state.timeoutNs / NS_PER_MS);
  const missing = missingOf(m, context);
  if (missing > 0 && loop.timeoutMs >= 0) armTimer(m, TIMER_CONTEXT + context, loop.timeoutMs, false);
  sleepOrGoOn(m, context, id, missing);
}

/** What io_uring_enter returns from the loop. */
export function loopResult(m: Machine, context: number): number {
  const loop = loopOf(m, context);
  loop.isInside = false;
  loop.cqWaitIdx = 0;
  loop.timeoutMs = -1;
  loop.signal = false;
  return loop.result;
}

/** Whether the context runs a loop; its submissions are then its program's. */
export function isInLoop(m: Machine, context: number): boolean {
  return m.s.contexts[context]?.loop[0]?.isInside === true;
}

/** Whether a ring takes the merged form now (LOOP-04), and the call does nothing else. */
export function entersLoop(m: Machine, ring: number): boolean {
  return m.profile.hooks === "loop_step" && hookOf(m, ring) >= 0;
}

/** Whether the wait of a call is the first form's. */
export function waitsInFirstForm(m: Machine, ring: number): boolean {
  return m.profile.hooks === "loop" && traitsOf(m, ring).deferTaskrun && hookOf(m, ring) >= 0;
}
