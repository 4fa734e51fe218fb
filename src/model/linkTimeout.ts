/**
 * IORING_OP_LINK_TIMEOUT: placed at prep, armed after its request's first attempt, disarmed or fired.
 * Stands for __io_timeout_prep, io_prep_linked_timeout, io_queue_linked_timeout, io_disarm_next, io_link_timeout_fn
 * and io_req_task_link_timeout (timeout.c, 6.18, with b53e523261bf).
 */
import { cancelRunningWork, tryCancel } from "./cancel.js";
import { armTimer, disarmTimer, isDue } from "./clock.js";
import { completeDefer, freeRequest } from "./complete.js";
import { queueNext } from "./links.js";
import { type Machine, requestOf, sqeOf } from "./machine.js";
import { R } from "./rules.js";
import type { Time } from "./scenario.js";
import { ITEM, MARK, PHASE, type Ring } from "./state.js";
import { addTaskWork } from "./taskWork.js";

const ECANCELED = -125;
const EALREADY = -114;
const ENOENT = -2;
const ETIME = -62;
const EINVAL = -22;

/** Prep: it must follow, in the chain being assembled, a request that is no LINK_TIMEOUT itself (LT-01). */
export function prepLinkTimeout(m: Machine, ring: number): number {
  const { linkHead, linkLast } = m.s.rings[ring] as Ring;
  if (linkHead === 0 || sqeOf(m, linkLast - 1).operation.opcode === "LINK_TIMEOUT") {
    m.emit(R["LT-01"]);
    return EINVAL;
  }
  m.emit(R["LT-02"]);
  requestOf(m, linkLast - 1).marks |= MARK.armLinkTimeout;
  return 0;
}

/** io_prep_linked_timeout: the request is about to be issued; its LINK_TIMEOUT, or -1 where it has none to arm. */
export function takeLinkTimeout(m: Machine, req: number): number {
  const r = requestOf(m, req);
  if (!(r.marks & MARK.armLinkTimeout)) return -1;
  r.marks = (r.marks & ~MARK.armLinkTimeout) | MARK.linkTimeout;
  return r.next - 1;
}

/** io_queue_linked_timeout: starts the timer, after the first attempt and never before (LT-12, LT-13, K-15). */
export function armLinkTimeout(m: Machine, timeout: number): void {
  const { operation } = sqeOf(m, timeout);
  if (operation.opcode !== "LINK_TIMEOUT" || requestOf(m, timeout).phase !== PHASE.chained) return;
  m.emit(R["LT-12"]);
  requestOf(m, timeout).phase = PHASE.timerArmed;
  armTimer(m, timeout, operation.ts, operation.abs);
}

/** Takes the LINK_TIMEOUT out of the chain: what followed it follows its request (LT-03). */
function unlink(m: Machine, req: number): number {
  const r = requestOf(m, req);
  const timeout = r.next - 1;
  m.emit(R["LT-03"]);
  r.next = requestOf(m, timeout).next;
  requestOf(m, timeout).next = 0;
  return timeout;
}

/** The first half of io_disarm_next: the request is over; its LINK_TIMEOUT gets -ECANCELED, unless it has fired (LT-04, PROP-05). */
export function disarmLinkTimeout(m: Machine, req: number): void {
  const r = requestOf(m, req);
  if (r.marks & MARK.fail) m.emit(r.marks & MARK.issued ? R["PROP-05"] : R["PREP-11"]);
  r.marks &= ~(MARK.armLinkTimeout | MARK.linkTimeout);
  const next = r.next - 1;
  if (next < 0 || sqeOf(m, next).operation.opcode !== "LINK_TIMEOUT") return;
  const timeout = unlink(m, req);
  disarmTimer(m, timeout);
  m.emit(R["LT-04"]);
  m.emit(R["SKIP-06"]);
  requestOf(m, timeout).res = ECANCELED;
  addTaskWork(m, timeout, ITEM.complete);
}

/** Whether a request's LINK_TIMEOUT is armed and its time has come: it may expire before it is disarmed. */
export function isGuardDue(m: Machine, req: number): boolean {
  const { marks, next } = requestOf(m, req);
  return (
    (marks & MARK.linkTimeout) !== 0 &&
    requestOf(m, next - 1).phase === PHASE.timerArmed &&
    isDue(m, next - 1)
  );
}

/** The request that an armed LINK_TIMEOUT guards, or -1. */
export function guardedBy(m: Machine, timeout: number): number {
  return m.s.reqs.findIndex((r) => r.next === timeout + 1 && (r.marks & MARK.linkTimeout) !== 0);
}

/** io_link_timeout_fn: the timer expires; from now on its request cannot disarm it. `choice`: see fireChoices. */
export function fireLinkTimeout(m: Machine, timeout: number, choice: number): void {
  disarmTimer(m, timeout);
  const guarded = guardedBy(m, timeout);
  const r = requestOf(m, timeout);
  if (guarded < 0) throw new Error(`link timeout ${timeout} runs and guards nothing`);
  unlink(m, guarded);
  requestOf(m, guarded).marks &= ~MARK.linkTimeout;
  if (m.promised) {
    firePromised(m, guarded, timeout, choice);
    return;
  }
  if (requestOf(m, guarded).phase === PHASE.wqFreed) {
    m.emit(R["LT-09"]);
    r.res = ETIME;
    addTaskWork(m, timeout, ITEM.complete);
    return;
  }
  requestOf(m, guarded).marks |= MARK.timeoutRef;
  r.targetSeq = 0;
  r.progress = guarded;
  addTaskWork(m, timeout, ITEM.linkTimeout);
}

/** As promised, a running request may be canceled or may not: two answers; else one. */
export function fireChoices(m: Machine, timeout: number): number {
  if (!m.promised) return 1;
  const guarded = guardedBy(m, timeout);
  if (guarded < 0) return 1;
  const { phase } = requestOf(m, guarded);
  return phase === PHASE.wqRunning || phase === PHASE.wqBlocked || phase === PHASE.wqQueued ? 2 : 1;
}

function firePromised(m: Machine, guarded: number, timeout: number, choice: number): void {
  const r = requestOf(m, timeout);
  const target = requestOf(m, guarded);
  const inWorker =
    target.phase === PHASE.wqRunning || target.phase === PHASE.wqBlocked || target.phase === PHASE.wqQueued;
  target.marks |= MARK.timeoutRef;
  r.phase = PHASE.wqHeld;
  r.progress = guarded;
  if (choice === 1) {
    r.res = EALREADY;
    target.marks |= MARK.canceled;
  } else if (inWorker) {
    r.res = ETIME;
    cancelRunningWork(m, guarded);
  } else {
    const sqe = sqeOf(m, guarded);
    r.res = tryCancel(m, sqe.ring, target.task, (req) => req === guarded) || ETIME;
  }
}

/** As promised, the CQE of a request comes before the one of its timeout. */
export function releaseHeldTimeout(m: Machine, req: number): void {
  const r = requestOf(m, req);
  if (!(r.marks & MARK.timeoutRef)) return;
  r.marks &= ~MARK.timeoutRef;
  for (let timeout = 0; timeout < m.s.reqs.length; timeout++) {
    const other = requestOf(m, timeout);
    if (other.phase !== PHASE.wqHeld || other.progress !== req) continue;
    if (sqeOf(m, timeout).operation.opcode === "LINK_TIMEOUT") completeDefer(m, timeout);
  }
}

/**
 * io_req_task_link_timeout: cancels the first request of the ring with the guarded one's user_data, and says how that
 * went (LT-05, LT-06, LT-07, LT-10).
 */
export function reportLinkTimeout(m: Machine, timeout: number): void {
  const r = requestOf(m, timeout);
  const guarded = r.progress;
  const sqe = sqeOf(m, guarded);
  const target = requestOf(m, guarded);
  r.progress = 0;
  m.emit(R["LT-10"]);
  m.emit(R["LT-11"]);
  const canceled = tryCancel(
    m,
    sqe.ring,
    requestOf(m, timeout).task,
    (req) => sqeOf(m, req).userData === sqe.userData,
  );
  const result = canceled > 0 && !m.profile.linkTimeoutCounts ? 0 : canceled;
  m.emit(result === 0 ? R["LT-05"] : result === ENOENT ? R["LT-07"] : R["LT-06"]);
  if (result === 0) m.emit(R["ORD-02"]);
  const { operation } = sqeOf(m, timeout);
  if (operation.opcode === "LINK_TIMEOUT" && operation.etimeSuccess) m.emit(R["LT-18"]);
  r.res = result === 0 ? ETIME : result;
  completeDefer(m, timeout);
  target.marks &= ~MARK.timeoutRef;
  if (target.phase === PHASE.wqHeld && !(target.marks & MARK.workerRef)) {
    queueNext(m, guarded);
    queueFree(m, guarded);
  }
}

/** io_free_req: a request whose last reference went outside a flush is freed by task work, without a CQE. */
export function queueFree(m: Machine, req: number): void {
  if (m.promised) {
    freeRequest(m, req);
    return;
  }
  const r = requestOf(m, req);
  r.marks = (r.marks | MARK.skip) & ~(MARK.link | MARK.hardlink);
  addTaskWork(m, req, ITEM.complete);
}

/** io_linked_timeout_update: a new time for an armed LINK_TIMEOUT of the ring; 0 or -ENOENT (LT-15). */
export function updateLinkTimeout(
  m: Machine,
  ring: number,
  matches: (req: number) => boolean,
  time: Time,
  absolute: boolean,
): number {
  m.emit(R["LT-15"]);
  for (let req = 0; req < m.s.reqs.length; req++) {
    const { operation, ring: other } = sqeOf(m, req);
    if (other !== ring || operation.opcode !== "LINK_TIMEOUT" || !matches(req)) continue;
    if (requestOf(m, req).phase !== PHASE.timerArmed) continue;
    disarmTimer(m, req);
    armTimer(m, req, time, absolute);
    return 0;
  }
  return ENOENT;
}
