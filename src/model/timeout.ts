/**
 * IORING_OP_TIMEOUT and TIMEOUT_REMOVE: expiry, the count of CQEs, multishot, removal and update.
 * Stands for io_timeout, io_timeout_fn, io_flush_timeouts, io_timeout_cancel and io_timeout_remove (timeout.c, 6.18).
 */
import { armTimer, disarmTimer } from "./clock.js";
import { completeDefer, postMore, setFail } from "./complete.js";
import { updateLinkTimeout } from "./linkTimeout.js";
import { type Machine, remove, requestOf, sqeOf } from "./machine.js";
import { R } from "./rules.js";
import { ITEM, PHASE, type Ring, SHOTS_MAX, STAGE } from "./state.js";
import { addTaskWork } from "./taskWork.js";

const ECANCELED = -125;
const ENOENT = -2;
const ETIME = -62;

/** Whether a timeout has no count, so that only its timer completes it: io_is_timeout_noseq. */
function isPure(m: Machine, req: number): boolean {
  const { operation } = sqeOf(m, req);
  return requestOf(m, req).targetSeq === 0 || (operation.opcode === "TIMEOUT" && operation.multishot);
}

/** From one sequence number to another, as u32: one that is behind is as far away as can be. */
function distance(from: number, to: number): number {
  return (to - from) >>> 0;
}

/** io_timeout: puts the request on the ring's list, counted ones first and by what they need (TMO-01, TMO-03). */
export function issueTimeout(m: Machine, req: number): void {
  const { operation, ring } = sqeOf(m, req);
  if (operation.opcode !== "TIMEOUT") return;
  const r = requestOf(m, req);
  const onRing = m.s.rings[ring] as Ring;
  const { timeouts, seq } = onRing;
  m.emit(R["TMO-01"]);
  r.phase = PHASE.timerArmed;
  let at = timeouts.length;
  if (operation.count > 0 && !operation.multishot) {
    r.targetSeq = seq + operation.count;
    onRing.flushedSeq = seq;
    at = 0;
    for (let i = timeouts.length - 1; i >= 0; i--) {
      const other = timeouts[i] as number;
      if (isPure(m, other)) continue;
      if (operation.count >= distance(seq, requestOf(m, other).targetSeq)) {
        at = i + 1;
        break;
      }
    }
  }
  timeouts.splice(at, 0, req);
  armTimer(m, req, operation.ts, operation.abs);
}

/** A fired or killed TIMEOUT lets every waiter of the ring return early (TMO-04), and does not count itself (TMO-02). */
function countTimeout(m: Machine, ring: number): void {
  if (m.plan.counts) (m.s.rings[ring] as Ring).seq--;
  endWaits(m, ring);
}

/** cq_timeouts has moved: whoever waits for CQEs of the ring returns with what there is (TMO-04). */
function endWaits(m: Machine, ring: number): void {
  for (const context of m.s.contexts) {
    const stage = context.stage === STAGE.interrupted ? context.resume : context.stage;
    if (context.ring === ring && (stage === STAGE.waiting || stage === STAGE.woken))
      context.timeoutFired = true;
  }
}

/**
 * io_flush_timeouts: completes, through task work, the timeouts whose count is reached (TMO-01, TMO-03). A sequence that
 * has gone back since the last flush reaches every count (TMO-12).
 */
export function flushTimeouts(m: Machine, ring: number): void {
  if (!m.plan.counts) return;
  const r = m.s.rings[ring] as Ring;
  const { seq, flushedSeq } = r;
  const got = distance(flushedSeq, seq);
  r.flushedSeq = 0;
  while (r.timeouts.length > 0) {
    const req = r.timeouts[0] as number;
    if (isPure(m, req)) return;
    if (got < distance(flushedSeq, requestOf(m, req).targetSeq)) {
      r.flushedSeq = seq;
      return;
    }
    m.emit(R[seq < flushedSeq ? "TMO-12" : "TMO-02"]);
    m.emit(R["TMO-03"]);
    r.timeouts.shift();
    disarmTimer(m, req);
    countTimeout(m, ring);
    requestOf(m, req).res = 0;
    addTaskWork(m, req, ITEM.complete);
  }
}

/** io_timeout_fn: the timer of a TIMEOUT expires (FAIL-07). */
export function fireTimeout(m: Machine, req: number): void {
  const { operation, ring } = sqeOf(m, req);
  const r = requestOf(m, req);
  disarmTimer(m, req);
  remove((m.s.rings[ring] as Ring).timeouts, req);
  m.emit(R["FAIL-07"]);
  m.emit(R["TMO-04"]);
  countTimeout(m, ring);
  if (!(operation.opcode === "TIMEOUT" && operation.etimeSuccess)) setFail(m, req);
  r.res = ETIME;
  addTaskWork(m, req, ITEM.timeout);
}

/** io_timeout_complete: the last CQE, or one more of a multishot (TMO-05, TMO-06). */
export function completeTimeout(m: Machine, req: number): void {
  const { operation, ring } = sqeOf(m, req);
  const r = requestOf(m, req);
  if (operation.opcode === "TIMEOUT" && operation.multishot) {
    r.progress++;
    if (r.progress > SHOTS_MAX) m.emit({ kind: "bound", name: "shotsMax" });
    const more = operation.count === 0 || r.progress < operation.count;
    if (more && postMore(m, req, ETIME)) {
      m.emit(R["TMO-05"]);
      r.phase = PHASE.timerArmed;
      (m.s.rings[ring] as Ring).timeouts.push(req);
      armTimer(m, req, operation.ts, false);
      return;
    }
    if (more) m.emit(R["TMO-06"]);
  }
  completeDefer(m, req);
}

/** io_timeout_extract: the first pending TIMEOUT of the ring that matches, taken off the list and stopped; -1: none. */
export function extractTimeout(m: Machine, ring: number, matches: (req: number) => boolean): number {
  const { timeouts } = m.s.rings[ring] as Ring;
  const found = timeouts.find(matches);
  if (found === undefined) return -1;
  remove(timeouts, found);
  disarmTimer(m, found);
  return found;
}

/** io_timeout_cancel: ends a pending TIMEOUT with -ECANCELED; 0, or -ENOENT. */
export function cancelTimeout(m: Machine, ring: number, matches: (req: number) => boolean): number {
  const found = extractTimeout(m, ring, matches);
  if (found < 0) return ENOENT;
  m.emit(R["TMO-07"]);
  requestOf(m, found).res = ECANCELED;
  if (m.profile.removedTimeoutWakes) endWaits(m, ring);
  addTaskWork(m, found, ITEM.cancel);
  return 0;
}

/** io_timeout_remove: removes or updates; its result (TMO-07, TMO-08, LT-15). */
export function removeTimeout(m: Machine, req: number): number {
  const { operation, ring } = sqeOf(m, req);
  if (operation.opcode !== "TIMEOUT_REMOVE") return ENOENT;
  const matches = (other: number): boolean => sqeOf(m, other).userData === operation.target;
  m.emit(R["FAIL-08"]);
  if (operation.update === null) return cancelTimeout(m, ring, matches);
  if (operation.update.link)
    return updateLinkTimeout(m, ring, matches, operation.update.ts, operation.update.abs);
  const found = extractTimeout(m, ring, matches);
  m.emit(R["TMO-08"]);
  if (found < 0) return ENOENT;
  requestOf(m, found).targetSeq = 0;
  (m.s.rings[ring] as Ring).timeouts.push(found);
  armTimer(m, found, operation.update.ts, operation.update.abs);
  return 0;
}
