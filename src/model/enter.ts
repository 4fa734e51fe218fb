/**
 * io_uring_enter(2): submission, then the wait, and what runs on the way in and out.
 * Stands for the system call, io_cqring_wait, io_cqring_wait_schedule and io_should_wake (io_uring.c, 6.18).
 */
import { armTimer, disarmTimer } from "./clock.js";
import { flushOverflow } from "./complete.js";
import {
  canStepLoop,
  endLoopSubmission,
  entersLoop,
  isInLoop,
  loopResult,
  startFirstLoop,
  stepLoop,
  waitsInFirstForm,
} from "./hook/loop.js";
import { type Machine, traitsOf } from "./machine.js";
import { R } from "./rules.js";
import type { Time } from "./scenario.js";
import { entriesToSubmit } from "./sqMemory.js";
import { type Context, type Ring, STAGE, TIMER_CONTEXT } from "./state.js";
import { endSubmission, submitOne } from "./submit.js";
import {
  canRunTaskWork,
  hasLocalWork,
  isLocal,
  startLocalWork,
  stepLocalWork,
  stepTaskWork,
  wakesLocalWaiter,
} from "./taskWork.js";

const ETIME = -62;
const EEXIST = -17;
const EBADFD = -77;

/** What one call asks for. `wait` null: without GETEVENTS. */
export interface EnterArguments {
  readonly ring: number;
  readonly submit: number;
  readonly wait: number | null;
  readonly timeout: Time;
}

/** Whether the call can start now: a submission needs uring_lock. */
export function canEnter(m: Machine, call: EnterArguments): boolean {
  const { lock, sq } = m.s.rings[call.ring] as Ring;
  if (entersLoop(m, call.ring)) return true;
  return lock === 0 || call.submit === 0 || sq.length === 0 || traitsOf(m, call.ring).sqpoll;
}

/** The call begins (ENT-01). */
export function enter(m: Machine, context: number, call: EnterArguments): void {
  const c = m.s.contexts[context] as Context;
  const ring = m.s.rings[call.ring] as Ring;
  const traits = traitsOf(m, call.ring);
  c.ring = call.ring;
  c.want = call.submit;
  c.submitted = 0;
  c.left = entriesToSubmit(m, call.ring, call.submit);
  c.wait = call.wait === null ? 0 : Math.min(call.wait, traits.cqEntries) + 1;
  c.timer = call.timeout ?? -1;
  m.emit(R["ENT-01"]);
  if (call.wait !== null && call.wait > traits.cqEntries) m.emit(R["ENT-04"]);
  if (traits.sqpoll) {
    m.emit(R["ENT-09"]);
    c.submitted = call.submit;
    c.left = 0;
    c.stage = c.wait > 0 ? STAGE.waitStart : STAGE.exit;
  } else if (call.submit > 0 && c.left > 0) {
    if (ring.overflow.length > 0) m.emit(R["OVF-02"]);
    c.stage = STAGE.submit;
    ring.lock = context + 1;
  } else if (c.submitted !== c.want) {
    m.emit(R["ENT-02"]);
    c.stage = STAGE.exit;
  } else c.stage = c.wait > 0 ? STAGE.waitStart : STAGE.exit;
}

/** Why a ring takes no call from this task, or 0: it is disabled (ENT-01), or belongs to another task (ENT-08). */
export function refusal(m: Machine, context: number, ring: number): number {
  const traits = traitsOf(m, ring);
  if (traits.disabled) {
    m.emit(R["ENT-01"]);
    return EBADFD;
  }
  return refusalOfTask(m, context, ring);
}

/** Whether a ring is another task's: -EEXIST, or 0 (ENT-08). */
export function refusalOfTask(m: Machine, context: number, ring: number): number {
  const traits = traitsOf(m, ring);
  if (!traits.singleIssuer || context >= m.plan.threads || traits.owner === context) return 0;
  m.emit(R["ENT-08"]);
  return EEXIST;
}

function eventsInRing(m: Machine, ring: number): number {
  return (m.s.rings[ring] as Ring).cq.length;
}

/** Whether a context that is inside the kernel can take its next step. */
export function canStepEnter(m: Machine, context: number): boolean {
  const c = m.s.contexts[context] as Context;
  const ring = m.s.rings[c.ring] as Ring;
  const local = isLocal(m, c.ring);
  if (isLoopStage(c.stage)) return canStepLoop(m, context);
  switch (c.stage) {
    case STAGE.waitStart:
    case STAGE.woken:
      if (!local) return canRunTaskWork(m, context);
      return c.flush > 0 || !hasLocalWork(m, c.ring) || ring.lock === 0;
    case STAGE.waiting:
      return (
        eventsInRing(m, c.ring) >= c.wait - 1 ||
        c.timeoutFired ||
        c.timedOut ||
        (ring.overflow.length > 0 && ring.cq.length < traitsOf(m, c.ring).cqEntries) ||
        (local
          ? wakesLocalWaiter(m, c.ring, c.missing) && ring.lock === 0
          : c.taskWork.length > 0 && canRunTaskWork(m, context))
      );
    case STAGE.exit:
    case STAGE.interrupted:
      return canRunTaskWork(m, context);
    case STAGE.submit:
    case STAGE.submitEnd:
    case STAGE.localWork:
      return true;
    default:
      return false;
  }
}

function isLoopStage(stage: number): boolean {
  return stage >= STAGE.loopStart && stage <= STAGE.loopLocalWork;
}

/** One step of the call. True when it returns to user mode; the result is then `enterResult`. */
export function stepEnter(m: Machine, context: number): boolean {
  const c = m.s.contexts[context] as Context;
  if (isLoopStage(c.stage)) {
    stepLoop(m, context);
    return false;
  }
  switch (c.stage) {
    case STAGE.submit: {
      const stops = submitOne(m, context);
      if (stops || c.left === 0) c.stage = STAGE.submitEnd;
      return false;
    }
    case STAGE.submitEnd:
      endCall(m, context);
      return false;
    case STAGE.localWork:
      if (stepLocalWork(m, context, c.ring, localMax(c.wait - 1))) c.stage = STAGE.waitStart;
      return false;
    case STAGE.waitStart:
      startWait(m, context);
      return false;
    case STAGE.waiting:
      c.stage = STAGE.woken;
      wake(m, context);
      return false;
    case STAGE.woken:
      wake(m, context);
      return false;
    default:
      return stepTaskWork(m, context, "all");
  }
}

function localMax(min: number): number {
  return Math.max(20, min);
}

function endCall(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  const ring = m.s.rings[c.ring] as Ring;
  endSubmission(m, c.ring);
  if (isInLoop(m, context)) {
    endLoopSubmission(m, context);
    return;
  }
  c.left = 0;
  ring.lock = 0;
  if (c.submitted !== c.want) {
    m.emit(R["ENT-02"]);
    m.emit(R["PREP-07"]);
    c.stage = STAGE.exit;
    return;
  }
  if (c.wait === 0) {
    m.emit(traitsOf(m, c.ring).deferTaskrun ? R["ORD-10"] : R["ENT-07"]);
    c.stage = STAGE.exit;
    return;
  }
  c.stage = STAGE.waitStart;
  if (!isLocal(m, c.ring) || !hasLocalWork(m, c.ring)) return;
  c.stage = STAGE.localWork;
  startLocalWork(m, context, c.ring, c.wait - 1, localMax(c.wait - 1));
}

/** Runs what task work there is; true when that is done. */
function runAll(m: Machine, context: number, min: number, max: number): boolean {
  const c = m.s.contexts[context] as Context;
  if (!isLocal(m, c.ring)) return stepTaskWork(m, context, "all");
  if (c.flush > 0) return stepLocalWork(m, context, c.ring, max);
  if (!hasLocalWork(m, c.ring)) return true;
  startLocalWork(m, context, c.ring, min, max);
  return false;
}

/** The start of io_cqring_wait: task work, overflow flush, and perhaps enough is there already (ENT-03, ENT-07, OVF-04, OVF-05). */
function startWait(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  const min = c.wait - 1;
  if (waitsInFirstForm(m, c.ring)) {
    startFirstLoop(m, context);
    return;
  }
  if (!runAll(m, context, min, localMax(min))) return;
  flushOverflow(m, c.ring);
  m.emit(min === 0 ? R["ENT-07"] : R["ENT-03"]);
  if (eventsInRing(m, c.ring) >= min) {
    if (eventsInRing(m, c.ring) === traitsOf(m, c.ring).cqEntries) m.emit(R["OVF-05"]);
    c.stage = STAGE.exit;
    return;
  }
  if (c.timer >= 0) armTimer(m, TIMER_CONTEXT + context, c.timer, false);
  sleep(m, c);
}

function sleep(m: Machine, c: Context): void {
  c.missing = Math.max(0, c.wait - 1 - eventsInRing(m, c.ring));
  c.stage = STAGE.waiting;
}

/** Woken: runs what came, and returns if there is enough, or a TIMEOUT fired, or the time is over (ENT-03, TMO-04). */
function wake(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  if (!runAll(m, context, c.missing, Math.max(1, c.missing))) return;
  flushOverflow(m, c.ring);
  if (c.timeoutFired) m.emit(R["TMO-04"]);
  if (eventsInRing(m, c.ring) >= c.wait - 1 || c.timeoutFired || c.timedOut) c.stage = STAGE.exit;
  else sleep(m, c);
}

/** What the call returns: the SQEs it took; an error only where it took none and the CQ is empty (ENT-02, ENT-03, PREP-07). */
export function enterResult(m: Machine, context: number): number {
  const c = m.s.contexts[context] as Context;
  const result = isInLoop(m, context) ? loopResult(m, context) : ordinaryResult(m, c);
  if (!c.timedOut) disarmTimer(m, TIMER_CONTEXT + context);
  c.timer = 0;
  c.timedOut = false;
  c.timeoutFired = false;
  c.submitted = 0;
  c.want = 0;
  c.wait = 0;
  c.missing = 0;
  return result;
}

function ordinaryResult(m: Machine, c: Context): number {
  if (c.want > 0) return c.submitted;
  const timedOut = c.timedOut && !c.timeoutFired;
  return timedOut && eventsInRing(m, c.ring) === 0 ? ETIME : 0;
}
