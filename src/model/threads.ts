/**
 * User threads: what each statement does, and the sweep that follows when all are done. Statements that are system
 * calls end with the task work that their return to user mode runs.
 */
import { armTimer, disarmTimer } from "./clock.js";
import { type Facts, holds } from "./condition.js";
import { takeCqes } from "./cqMemory.js";
import { canEnter, type EnterArguments, enter, enterResult, refusal, refusalOfTask } from "./enter.js";
import { attachHook, detachAll, detachHook } from "./hook/attach.js";
import { drive, endDriven } from "./hook/drive.js";
import { entersLoop, isInLoop, startLoop } from "./hook/loop.js";
import { loopOf, type Machine, traitsOf } from "./machine.js";
import { attachOperation, detachOperation, endDetach, mayLeave } from "./operation/attach.js";
import { R } from "./rules.js";
import type { Instruction, ProgramRef, ThreadId } from "./scenario.js";
import { rewindSq, writeSqe } from "./sqMemory.js";
import {
  type Context,
  CQ_LABELS,
  PHASE,
  RES_MAX,
  RES_OFFSET,
  type Ring,
  STAGE,
  TIMER_CONTEXT,
  UNBOUND,
} from "./state.js";
import { startSyncCancel, stepSyncCancel } from "./syncCancel.js";
import { hasLocalWork } from "./taskWork.js";
import { closeFd, descOfFd, lookUpFd, readBytes, setSlot, wouldBlock, writeBytes } from "./world.js";

export function instructionOf(m: Machine, context: number): Instruction | undefined {
  return m.scenario.threads[context]?.code[(m.s.contexts[context] as Context).pc];
}

function argumentsOf(instruction: Instruction): EnterArguments | null {
  if (instruction.do === "enter") return instruction;
  return instruction.do === "await" ? { ring: instruction.ring, submit: 0, wait: 1, timeout: null } : null;
}

/** Whether the thread's next statement can start: it is not blocked. */
export function canStart(m: Machine, context: number): boolean {
  const instruction = instructionOf(m, context);
  if (instruction === undefined) return false;
  switch (instruction.do) {
    case "enter":
      return canEnter(m, instruction);
    case "slot":
      return m.s.rings.every((ring) => ring.lock === 0);
    case "sync_cancel":
      return m.s.rings[instruction.ring]?.lock === 0;
    case "drive":
    case "attach":
    case "detach":
      return m.s.rings.every((ring) => ring.lock === 0);
    case "read":
    case "write":
      return !blocksOn(m, instruction);
    default:
      return true;
  }
}

/** Whether a plain read or write would wait; with O_NONBLOCK, and on what is not open, it fails instead. */
function blocksOn(m: Machine, instruction: Instruction & { readonly do: "read" | "write" }): boolean {
  const { fd } = instruction;
  const desc = lookUpFd(m, 0, fd);
  if (desc < 0 || (fd.kind === "pipe" && m.scenario.pipes[fd.pipe]?.nonblock === true)) return false;
  return wouldBlock(
    m,
    desc,
    instruction.do,
    instruction.do === "read" ? instruction.len : instruction.data.length,
  );
}

function advance(m: Machine, context: number, pc: number): void {
  const c = m.s.contexts[context] as Context;
  c.pc = pc;
  c.stage = pc >= (m.scenario.threads[context]?.code.length ?? 0) ? STAGE.done : STAGE.user;
}

function bind(m: Machine, value: number | null, result: number): void {
  if (value !== null) m.s.values[value] = result;
}

/** A thread without statements is done before it starts. */
export function finishEmptyThreads(m: Machine): void {
  for (let thread = 0; thread < m.plan.threads; thread++) {
    if ((m.scenario.threads[thread]?.code.length ?? 0) === 0)
      (m.s.contexts[thread] as Context).stage = STAGE.done;
  }
}

/** Runs the thread's next statement, or starts its system call. */
export function startStatement(m: Machine, context: number): void {
  const instruction = instructionOf(m, context);
  if (instruction === undefined) return;
  const c = m.s.contexts[context] as Context;
  const next = c.pc + 1;
  switch (instruction.do) {
    case "queue": {
      const ring = m.s.rings[instruction.ring] as Ring;
      if (traitsOf(m, instruction.ring).sqRewind) rewindSq(m, instruction.ring);
      if (ring.sq.length + instruction.sqes.length > traitsOf(m, instruction.ring).sqEntries) {
        m.emit({ kind: "bound", name: "sqFull" });
        break;
      }
      if (traitsOf(m, instruction.ring).sqpoll) m.emit(R["SQP-02"]);
      for (const req of instruction.sqes) {
        writeSqe(m, instruction.ring, req);
        ring.sq.push(req);
        const request = m.s.reqs[req];
        if (request !== undefined) request.phase = PHASE.inSq;
      }
      break;
    }
    case "enter":
    case "await": {
      const call = argumentsOf(instruction);
      if (call === null) return;
      if (instruction.do === "await" && hasSeen(m, c, instruction.req)) break;
      const refused = refusal(m, context, call.ring);
      m.emit({ kind: "called", thread: context });
      if (entersLoop(m, call.ring)) {
        startLoop(m, context, call.ring, refused);
        return;
      }
      if (refused === 0 || (call.submit === 0 && call.wait === null)) {
        enter(m, context, call);
        return;
      }
      bind(m, instruction.do === "enter" ? instruction.bind : null, refused);
      m.emit({ kind: "entered", thread: context, ring: call.ring, result: refused });
      break;
    }
    case "reap":
      bind(m, instruction.bind, reap(m, c, instruction.ring, instruction.max));
      break;
    case "peek":
      bind(m, instruction.bind, m.s.rings[instruction.ring]?.cq.length ?? 0);
      break;
    case "sqflags":
      bind(m, instruction.bind, sqFlags(m, instruction.ring));
      break;
    case "write": {
      m.emit({ kind: "called", thread: context });
      const desc = lookUpFd(m, 0, instruction.fd);
      if (desc >= 0) writeBytes(m, desc, instruction.data, null, true);
      c.stage = STAGE.exit;
      return;
    }
    case "read": {
      m.emit({ kind: "called", thread: context });
      const desc = lookUpFd(m, 0, instruction.fd);
      if (desc >= 0) readBytes(m, desc, instruction.len, null);
      c.stage = STAGE.exit;
      return;
    }
    case "close":
      m.emit({ kind: "called", thread: context });
      closeFd(m, instruction.fd);
      c.stage = STAGE.exit;
      return;
    case "slot": {
      m.emit({ kind: "called", thread: context });
      const desc = instruction.fd === null ? -1 : descOfFd(m, instruction.fd);
      m.emit(R["RES-02"]);
      for (let ring = 0; ring < m.s.rings.length; ring++) setSlot(m, ring, instruction.slot, desc);
      c.stage = STAGE.exit;
      return;
    }
    case "drive":
      if (!drive(m, context, instruction.hook)) return;
      break;
    case "attach":
    case "detach": {
      m.emit({ kind: "called", thread: context });
      const result = attachOrDetach(m, instruction.do, instruction.what);
      c.stage = result === null ? STAGE.detaching : STAGE.exit;
      if (result !== null) bind(m, instruction.bind, result);
      return;
    }
    case "signal":
      m.emit({ kind: "called", thread: context });
      signalThread(m, instruction.thread);
      c.stage = STAGE.exit;
      return;
    case "sync_cancel": {
      m.emit({ kind: "called", thread: context });
      const refused = refusalOfTask(m, context, instruction.ring);
      const result = refused === 0 ? startSyncCancel(m, context, instruction) : refused;
      if (result === null) return;
      bind(m, instruction.bind, result);
      c.stage = STAGE.exit;
      return;
    }
    case "sleep":
      m.emit({ kind: "called", thread: context });
      c.stage = STAGE.sleeping;
      armTimer(m, TIMER_CONTEXT + context, instruction.time, false);
      return;
    case "branch":
      advance(m, context, holds(instruction.condition, seenFacts(m, c)) ? next : instruction.otherwise);
      return;
    case "jump":
      advance(m, context, instruction.to);
      return;
  }
  advance(m, context, next);
}

/** null: an operation of which requests are left; the call waits. */
function attachOrDetach(m: Machine, does: "attach" | "detach", what: ProgramRef): number | null {
  if (what.kind === "hook") {
    return does === "attach" ? attachHook(m, what.hook, what.ring) : detachHook(m, what.hook);
  }
  return does === "attach"
    ? attachOperation(m, what.operation, what.ring)
    : detachOperation(m, what.operation);
}

/** Whether a thread that takes a custom operation away can go on: no request of it is left (BOP-21). */
export function canEndDetach(m: Machine, context: number): boolean {
  const instruction = instructionOf(m, context);
  return (
    instruction?.do === "detach" &&
    instruction.what.kind === "operation" &&
    mayLeave(m, instruction.what.operation)
  );
}

export function endDetaching(m: Machine, context: number): void {
  const instruction = instructionOf(m, context);
  if (instruction?.do !== "detach" || instruction.what.kind !== "operation") return;
  bind(m, instruction.bind, endDetach(m, instruction.what.operation));
  (m.s.contexts[context] as Context).stage = STAGE.exit;
}

/**
 * A signal whose handler does nothing: it ends a loop (LOOP-16), and a sleep. To a thread between two calls it is
 * nothing; what it does to other calls is not modelled.
 */
function signalThread(m: Machine, thread: ThreadId): void {
  const c = m.s.contexts[thread] as Context;
  if (isInLoop(m, thread)) loopOf(m, thread).signal = true;
  else if (c.stage === STAGE.sleeping) {
    disarmTimer(m, TIMER_CONTEXT + thread);
    c.stage = STAGE.exit;
  } else if (c.stage !== STAGE.user && c.stage !== STAGE.done) {
    m.emit({ kind: "bound", name: "a signal to a thread that is in another call" });
  }
}

/** The system call of the current statement has returned. */
export function endStatement(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  const instruction = instructionOf(m, context);
  if (instruction?.do === "drive") {
    endDriven(m, context, enterResult(m, context));
    return;
  }
  if (instruction?.do === "enter" || instruction?.do === "await") {
    const { ring } = instruction;
    const result = enterResult(m, context);
    m.emit({ kind: "entered", thread: context, ring, result });
    if (instruction.do === "enter") bind(m, instruction.bind, result);
    else {
      reap(m, c, ring, null);
      if (!hasSeen(m, c, instruction.req)) {
        c.stage = STAGE.user;
        return;
      }
    }
  }
  advance(m, context, c.pc + 1);
}

/** The next step of a sync_cancel that waits. */
export function waitInSyncCancel(m: Machine, context: number): void {
  const instruction = instructionOf(m, context);
  if (instruction?.do !== "sync_cancel") return;
  const result = stepSyncCancel(m, context, instruction);
  if (result === null) return;
  bind(m, instruction.bind, result);
  (m.s.contexts[context] as Context).stage = STAGE.exit;
}

/** What a thread reads as the SQ ring's flags: CQ_OVERFLOW 2, TASKRUN 4; an SQ thread never sleeps here (docs/SCOPE.md). */
function sqFlags(m: Machine, ring: number): number {
  const r = m.s.rings[ring] as Ring;
  return (r.overflow.length > 0 ? 2 : 0) | (r.taskRun ? 4 : 0);
}

/** Takes CQEs off the ring; what the thread will ask about is remembered. Moving the head flushes nothing (OVF-04). */
function reap(m: Machine, c: Context, ring: number, max: number | null): number {
  const { cq } = m.s.rings[ring] as Ring;
  const count = Math.min(cq.length, max ?? cq.length);
  if (m.plan.mapped[ring] === true) {
    for (const { label, res, flags } of takeCqes(m, ring, count, false)) {
      const at = m.plan.watched[label] as number;
      if (at < 0) continue;
      if (m.plan.watchesResults) seeCqe(c, at, res, flags);
      else seeCqe(c, at, 0, 0);
    }
    return count;
  }
  for (let i = 0; i < count; i++) see(m, c, cq[i] as number);
  cq.splice(0, count);
  return count;
}

function see(m: Machine, c: Context, code: number): void {
  if (code === 0) return;
  const at = (code % CQ_LABELS) - 1;
  const rest = Math.floor(code / CQ_LABELS);
  if (m.plan.watchesResults) seeCqe(c, at, Math.floor(rest / 8) - RES_OFFSET, rest % 8);
  else seeCqe(c, at, 0, 0);
}

function seeCqe(c: Context, at: number, res: number, flags: number): void {
  if ((c.seenCount[at] as number) === 0) c.seenRank[at] = 1 + Math.max(0, ...c.seenRank);
  c.seenCount[at] = (c.seenCount[at] as number) + 1;
  c.seenRes[at] = Math.min(Math.max(res, -RES_OFFSET), RES_MAX);
  c.seenFlags[at] = flags & 7;
}

function hasSeen(m: Machine, c: Context, label: number): boolean {
  return (c.seenCount[m.plan.watched[label] as number] as number) > 0;
}

/** A thread's `if` knows what it has reaped and bound. */
function seenFacts(m: Machine, c: Context): Facts {
  const at = (label: number): number => m.plan.watched[label] as number;
  return {
    count: (label) => c.seenCount[at(label)] ?? 0,
    res: (label) => c.seenRes[at(label)] ?? 0,
    flags: (label) => c.seenFlags[at(label)] ?? 0,
    before: (first, second) => {
      const [a, b] = [c.seenRank[at(first)] ?? 0, c.seenRank[at(second)] ?? 0];
      return a > 0 && b > 0 && a < b;
    },
    issued: () => false,
    value: (value) => (m.s.values[value] === UNBOUND ? null : (m.s.values[value] ?? null)),
    file: (file) => m.s.files[file] ?? "",
    pipe: (pipe) => m.s.pipes[pipe] ?? "",
    buffer: (buffer) => m.s.buffers[buffer] ?? "",
    hang: () => false,
    cost: () => 0,
    steps: () => 0,
    calls: () => 0,
    variable: () => 0,
  };
}

/** The ring that the sweep turns to next, or -1: enter with GETEVENTS and min_complete 0, reap, again. */
export function sweepRing(m: Machine): number {
  for (let thread = 0; thread < m.plan.threads; thread++) {
    if (m.s.contexts[thread]?.stage !== STAGE.done) return -1;
  }
  for (let ring = 0; ring < m.s.rings.length; ring++) {
    const { cq, overflow, lock } = m.s.rings[ring] as Ring;
    if (lock === 0 && (cq.length > 0 || overflow.length > 0 || hasLocalWork(m, ring))) return ring;
  }
  return -1;
}

/** One turn of the sweep: reaps, and enters where something waits for that. */
export function sweep(m: Machine, context: number): void {
  const ring = sweepRing(m);
  if (ring < 0) return;
  const r = m.s.rings[ring] as Ring;
  detachAll(m);
  if (m.plan.mapped[ring] === true) takeCqes(m, ring, r.cq.length, false);
  else r.cq = [];
  if (r.overflow.length > 0 || hasLocalWork(m, ring))
    enter(m, context, { ring, submit: 0, wait: 0, timeout: null });
}

/** The sweep's call has returned. */
export function endSweep(m: Machine, context: number): void {
  enterResult(m, context);
  (m.s.contexts[context] as Context).stage = STAGE.user;
}
