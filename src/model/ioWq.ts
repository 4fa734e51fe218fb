/**
 * io-wq: requests that worker threads run, each free to start when it likes, and what such a worker does with the
 * result and with the next member of the chain. Stands for io_queue_iowq, io_wq_submit_work, io_req_complete_post,
 * io_wq_free_work (io_uring.c) and io_worker_handle_work (io-wq.c), 6.18.
 */
import { cancelRequests, interruptedResult } from "./cancel.js";
import { isDue } from "./clock.js";
import { commit, cqeFlagsOf, postCqe, putRequest, setFail } from "./complete.js";
import { mustRelease, releaseByCount, releaseDeferred } from "./drain.js";
import {
  answer,
  assignFile,
  choicesOf,
  enterEnvironment,
  isAnswered,
  waitsInEnvironment,
} from "./environment.js";
import { ISSUED, issueOperation, mayNotWait, tellIssued } from "./issue.js";
import { findNext } from "./links.js";
import { armLinkTimeout, fireLinkTimeout, isGuardDue, queueFree, takeLinkTimeout } from "./linkTimeout.js";
import { type Machine, remove, requestOf, ringOf, sqeOf, traitsOf } from "./machine.js";
import { isHashed, isPollable, resultFails } from "./opcodes.js";
import { takesLock } from "./operation/request.js";
import { armPoll, isReady } from "./poll.js";
import { R } from "./rules.js";
import { ITEM, MARK, PHASE, type Request, type Ring } from "./state.js";
import { addTaskWork } from "./taskWork.js";
import { flushTimeouts } from "./timeout.js";
import { isRegular, wouldBlock } from "./world.js";

const EAGAIN = -11;
const EBADF = -9;
const ECANCELED = -125;

/** io_queue_iowq: the request waits for a worker. Buffered writes to one file are kept in order (ND-03). */
export function queueIoWq(m: Machine, req: number): void {
  const r = requestOf(m, req);
  m.emit(R["ORD-07"]);
  r.phase = PHASE.wqQueued;
  if (isHashed(sqeOf(m, req).operation) && r.desc > 0 && isRegular(m, r.desc - 1) && !m.promised)
    r.marks |= MARK.hashed;
  m.s.wq.push(req);
}

/** Whether a worker may pick it up: of those that are kept in order only the first, and after the running one. */
function mayStart(m: Machine, req: number): boolean {
  const r = requestOf(m, req);
  if (!(r.marks & MARK.hashed)) return true;
  for (const other of m.s.wq) {
    if (other === req) break;
    const earlier = requestOf(m, other);
    if (earlier.marks & MARK.hashed && sameFile(m, earlier, r)) return false;
  }
  return !m.s.reqs.some((other) => (other.marks & MARK.hashed) !== 0 && runs(other) && sameFile(m, other, r));
}

function runs({ phase }: Request): boolean {
  return phase === PHASE.wqRunning || phase === PHASE.wqBlocked || phase === PHASE.wqIssued;
}

function sameFile(m: Machine, a: Request, b: Request): boolean {
  return m.plan.descFile[a.desc - 1] === m.plan.descFile[b.desc - 1];
}

/** ASYNC on a file that can be polled: the worker tries once without blocking, then waits like anybody (LT-14, K-13). */
function triesFirst(m: Machine, req: number): boolean {
  const r = requestOf(m, req);
  const sqe = sqeOf(m, req);
  if (m.promised || !(r.marks & MARK.forceAsync)) return false;
  if (isAnswered(sqe)) return sqe.may !== null && isPollable(sqe.operation) && waitsInEnvironment(sqe);
  return isPollable(sqe.operation) && r.desc > 0 && !isRegular(m, r.desc - 1);
}

/** Whether the operation, run by a worker, must hold uring_lock. */
function needsLock(m: Machine, req: number): boolean {
  const { opcode } = sqeOf(m, req).operation;
  return (
    opcode === "ASYNC_CANCEL" ||
    opcode === "POLL_ADD" ||
    opcode === "POLL_REMOVE" ||
    opcode === "OPENAT" ||
    opcode === "CLOSE" ||
    takesLock(m, req)
  );
}

/** Whether a worker waits for uring_lock, or may want it next. */
export function wantsLock(m: Machine, ring: number): boolean {
  return m.s.reqs.some(
    ({ phase }, req) =>
      (phase === PHASE.wqQueued || phase === PHASE.wqRunning) &&
      sqeOf(m, req).ring === ring &&
      needsLock(m, req),
  );
}

function issueChoices(m: Machine, req: number): number {
  if (!m.promised && needsLock(m, req) && ringOf(m, req).lock !== 0) return 0;
  const answers = choicesOf(m, req, triesFirst(m, req) ? "inline" : "worker");
  return answers + (requestOf(m, req).marks & MARK.canceled ? 1 : 0);
}

/** In how many ways io-wq can go on with a request now; 0: it has nothing to do with it. */
export function workerChoices(m: Machine, req: number): number {
  const r = requestOf(m, req);
  switch (r.phase) {
    case PHASE.wqQueued:
      if (!mayStart(m, req)) return 0;
      return m.cancels ? 1 : issueChoices(m, req);
    case PHASE.wqRunning:
      return r.marks & MARK.returned ? 1 : issueChoices(m, req);
    case PHASE.wqBlocked:
      return (canGoOn(m, req) ? 1 : 0) + (r.marks & MARK.canceled ? 1 : 0);
    case PHASE.wqIssued:
    case PHASE.wqPosted:
    case PHASE.wqReleasing:
    case PHASE.wqFreed:
      return 1;
    case PHASE.pollArmed:
    case PHASE.environment:
      return m.promised && r.marks & MARK.woken ? 1 : 0;
    case PHASE.taskWork:
    case PHASE.batched:
    case PHASE.wqHeld:
      return r.marks & MARK.workerRef ? 1 : 0;
    default:
      return 0;
  }
}

/** A blocked operation whose file has become ready. */
function canGoOn(m: Machine, req: number): boolean {
  const r = requestOf(m, req);
  const { operation } = sqeOf(m, req);
  if (r.marks & MARK.never || r.desc === 0) return false;
  if (operation.opcode === "READ" || operation.opcode === "RECV")
    return !wouldBlock(m, r.desc - 1, "read", operation.len);
  if (operation.opcode === "WRITE" || operation.opcode === "SEND")
    return !wouldBlock(m, r.desc - 1, "write", operation.len);
  return false;
}

/** What the next step of io-wq with a request is, for a person. */
export function describeWorker(m: Machine, req: number): string {
  const phase = requestOf(m, req).phase;
  if (phase === PHASE.wqQueued) return m.cancels ? "picks up" : "runs";
  if (phase === PHASE.wqRunning) return requestOf(m, req).marks & MARK.returned ? "arms the poll of" : "runs";
  if (phase === PHASE.wqBlocked) return "goes on with";
  if (phase === PHASE.wqIssued) return "completes";
  if (phase === PHASE.wqPosted || phase === PHASE.wqReleasing) return "looks at the drains behind";
  if (phase === PHASE.wqFreed) return "settles the chain of";
  return phase === PHASE.wqHeld
    ? "frees"
    : phase === PHASE.pollArmed || phase === PHASE.environment
      ? "wakes"
      : "lets go of";
}

/** One step of the worker that has, or picks up, a request. `wake`: what a woken poll does (as promised only). */
export function stepWorker(m: Machine, req: number, choice: number, wake: (req: number) => void): void {
  const r = requestOf(m, req);
  switch (r.phase) {
    case PHASE.wqQueued:
      remove(m.s.wq, req);
      startInWorker(m, req);
      if (!m.cancels) runInWorker(m, req, choice);
      break;
    case PHASE.wqRunning:
      if (r.marks & MARK.returned) waitForFile(m, req);
      else if (r.marks & MARK.canceled && choice === 0) {
        m.emit(R["CAN-04"]);
        returnError(m, req, ECANCELED);
      } else runInWorker(m, req, r.marks & MARK.canceled ? choice - 1 : choice);
      break;
    case PHASE.wqBlocked:
      if (choice === 0 && canGoOn(m, req)) {
        settle(m, req, issueOperation(m, req, 0, true));
      } else interrupt(m, req);
      break;
    case PHASE.wqIssued:
      completeFromWorker(m, req);
      break;
    case PHASE.wqPosted:
    case PHASE.wqReleasing:
      releaseFromWorker(m, req);
      break;
    case PHASE.pollArmed:
    case PHASE.environment:
      wake(req);
      break;
    default:
      putFromWorker(m, req);
  }
}

function startInWorker(m: Machine, req: number): void {
  const r = requestOf(m, req);
  r.phase = PHASE.wqRunning;
  if (!m.promised) r.marks |= MARK.workerRef;
}

/** io_wq_submit_work: the attempt, and waiting for the file where that is how it waits. */
function runInWorker(m: Machine, req: number, choice: number): void {
  const r = requestOf(m, req);
  const sqe = sqeOf(m, req);
  m.emit(R["CORE-05"]);
  tellIssued(m, req, "worker");
  if (!assignFile(m, req)) {
    m.emit(R["FAIL-02"]);
    returnError(m, req, EBADF);
    return;
  }
  const first = triesFirst(m, req);
  let issued: number;
  if (sqe.operation.opcode === "ASYNC_CANCEL" && sqe.may === null) {
    const result = cancelRequests(m, req, r.task, choice);
    if (result === null) return;
    takeLinkTimeout(m, req);
    r.res = result;
    if (resultFails(sqe.operation, result, m.profile.everyErrorSevers)) setFail(m, req);
    issued = ISSUED.complete;
  } else {
    const timeout = takeLinkTimeout(m, req);
    if (m.promised && timeout >= 0) armLinkTimeout(m, timeout);
    issued = issueOperation(m, req, choice, !first);
  }
  const waits = issued === EAGAIN ? !mayNotWait(sqe.operation) : issued === ISSUED.armed && isAnswered(sqe);
  if (!first || !waits) {
    settle(m, req, issued);
    return;
  }
  armGuard(m, req);
  if (hasGuardDue(m, req)) {
    m.emit(R["LT-20"]);
    remove(m.s.polls, req);
    r.phase = PHASE.wqRunning;
    r.marks |= MARK.returned;
  } else waitForFile(m, req);
}

/** Whether the LINK_TIMEOUT of a request may fire before its worker takes another step. */
function hasGuardDue(m: Machine, req: number): boolean {
  const r = requestOf(m, req);
  return (r.marks & MARK.linkTimeout) !== 0 && r.next > 0 && isDue(m, r.next - 1);
}

/** io_arm_poll_handler, where the attempt without blocking has failed; a file that is ready meanwhile is tried again, and waited for. */
function waitForFile(m: Machine, req: number): void {
  const r = requestOf(m, req);
  r.marks &= ~MARK.returned;
  if (isAnswered(sqeOf(m, req))) {
    if (r.phase === PHASE.wqRunning) enterEnvironment(m, req);
  } else if (isReady(m, req)) {
    settle(m, req, issueOperation(m, req, 0, true));
    return;
  } else armPoll(m, req);
  r.marks &= ~(MARK.workerRef | MARK.canceled);
}

/** The timer of the LINK_TIMEOUT starts when the issue has returned, however long that took (LT-14). */
function armGuard(m: Machine, req: number): void {
  const r = requestOf(m, req);
  if (r.marks & MARK.linkTimeout && r.next > 0) armLinkTimeout(m, r.next - 1);
}

/** What becomes of an attempt in a worker. */
function settle(m: Machine, req: number, issued: number): void {
  const r = requestOf(m, req);
  if (issued === ISSUED.blocked) {
    if (r.marks & MARK.linkTimeout) m.emit(R["LT-14"]);
    r.phase = PHASE.wqBlocked;
    return;
  }
  armGuard(m, req);
  r.marks &= ~MARK.canceled;
  if (issued === ISSUED.complete) r.phase = PHASE.wqIssued;
  else if (issued === ISSUED.completeLater && hasGuardDue(m, req)) {
    m.emit(R["LT-20"]);
    returnError(m, req, r.res);
  } else if (issued === ISSUED.completeLater) {
    stayCurrent(m, req);
    addTaskWork(m, req, ITEM.complete);
  } else if (issued === ISSUED.armed) r.marks &= ~MARK.workerRef;
  else returnError(m, req, issued === ISSUED.failed ? r.res : issued);
}

/** io_req_task_queue_fail: the error is handed to task work. */
function returnError(m: Machine, req: number, error: number): void {
  const r = requestOf(m, req);
  r.res = error;
  r.marks = (r.marks | MARK.returned) & ~MARK.canceled;
  r.phase = PHASE.wqIssued;
}

/** A signal interrupts the operation (CAN-04, FAIL-16). */
function interrupt(m: Machine, req: number): void {
  const r = requestOf(m, req);
  const { operation } = sqeOf(m, req);
  const res = "len" in operation && r.progress > 0 ? r.progress : interruptedResult(m, req);
  r.progress = 0;
  r.marks &= ~MARK.never;
  answer(m, req, res);
  settle(
    m,
    req,
    operation.opcode === "READ" || operation.opcode === "WRITE" ? ISSUED.completeLater : ISSUED.complete,
  );
}

/** The worker is through with an operation that a cancelation interrupted, before anything else happens. */
export function finishInterrupted(m: Machine, req: number): void {
  interrupt(m, req);
  if (hasGuardDue(m, req)) fireLinkTimeout(m, requestOf(m, req).next - 1, 0);
  if (requestOf(m, req).phase === PHASE.wqIssued) completeFromWorker(m, req);
  const { phase, marks } = requestOf(m, req);
  if (marks & MARK.current) putFromWorker(m, req);
  if (phase === PHASE.wqHeld) putFromWorker(m, req);
}

/** What a worker has completed is its current work until it says otherwise; only a cancelation looks (CAN-15). */
function stayCurrent(m: Machine, req: number): void {
  if (m.cancels && !m.promised) requestOf(m, req).marks |= MARK.current;
}

/** io_req_complete_post: the worker posts the CQE itself, unless only the submitter may, or the ring is full (CORE-05). */
function completeFromWorker(m: Machine, req: number): void {
  const r = requestOf(m, req);
  stayCurrent(m, req);
  const { ring } = sqeOf(m, req);
  const { overflow, cq } = m.s.rings[ring] as Ring;
  const traits = traitsOf(m, ring);
  if (r.marks & MARK.returned) {
    r.marks &= ~MARK.returned;
    if (m.promised) setFail(m, req);
    else {
      addTaskWork(m, req, ITEM.cancel);
      return;
    }
  }
  const full = overflow.length > 0 || cq.length >= traits.cqEntries;
  const skips = (r.marks & MARK.skip) !== 0;
  const maySelf = m.promised || m.profile.workersPost === "always";
  if (!maySelf && (traits.deferTaskrun || traits.iopoll || (full && !skips))) {
    m.emit(R["CORE-05"]);
    addTaskWork(m, req, ITEM.complete);
    return;
  }
  if (skips) m.emit(full ? R["SKIP-12"] : R["SKIP-01"]);
  else postCqe(m, ring, req, r.res, cqeFlagsOf(r.marks));
  if (mustRelease(m, ring)) {
    flushTimeouts(m, ring);
    r.phase = PHASE.wqPosted;
    return;
  }
  commit(m, ring);
  if (m.promised) {
    putRequest(m, req);
    if (m.s.rings[ring]?.drainActive === true) releaseDeferred(m, ring);
  } else {
    r.phase = PHASE.wqHeld;
    if (!m.cancels) putFromWorker(m, req);
  }
}

/** __io_commit_cqring_flush, which the worker comes to when it has let go of completion_lock: the CQE is there already. */
function releaseFromWorker(m: Machine, req: number): void {
  const r = requestOf(m, req);
  if (releaseByCount(m, sqeOf(m, req).ring)) {
    r.phase = PHASE.wqReleasing;
    return;
  }
  r.phase = PHASE.wqHeld;
  if (!m.cancels) putFromWorker(m, req);
}

/**
 * io_wq_free_work: the worker's reference; where it was the last, this worker runs the next member (ORD-09, ND-04). A
 * LINK_TIMEOUT that is due may expire before it is disarmed, and finds a request without references (LT-09).
 */
function putFromWorker(m: Machine, req: number): void {
  const r = requestOf(m, req);
  if (r.marks & MARK.current) {
    r.marks &= ~MARK.current;
    return;
  }
  const isSettling = r.phase === PHASE.wqFreed;
  const isLast = isSettling || (r.phase === PHASE.wqHeld && !(r.marks & MARK.timeoutRef));
  if (isLast && !isSettling && m.profile.expiresWhileFreed && isGuardDue(m, req)) {
    r.phase = PHASE.wqFreed;
    return;
  }
  r.marks &= ~MARK.workerRef;
  if (!isLast) return;
  const next = findNext(m, req);
  queueFree(m, req);
  if (next < 0) return;
  m.emit(R["ORD-09"]);
  startInWorker(m, next);
}
