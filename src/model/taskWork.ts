/**
 * Task work: what a request leaves for its submitter to do, and the order in which it is done.
 * Stands for io_req_task_work_add, tctx_task_work_run, io_handle_tw_list and __io_run_local_work (io_uring.c, 6.18).
 */
import { completeDefer, deferFailed, flushCompletions } from "./complete.js";
import { queueIoWq, wantsLock } from "./ioWq.js";
import { queueSqe } from "./issue.js";
import { failLinks } from "./links.js";
import { reportLinkTimeout } from "./linkTimeout.js";
import { type Machine, requestOf, sqeOf, traitsOf } from "./machine.js";
import { deliverMessage } from "./msgRing.js";
import { runPoll } from "./poll.js";
import { R } from "./rules.js";
import { type Context, ITEM, item, MARK, PHASE, type Ring } from "./state.js";
import { completeTimeout } from "./timeout.js";

/** io_req_task_work_add: to the ring's local list with DEFER_TASKRUN, else to the submitting task's. */
export function addTaskWork(m: Machine, req: number, kind: number): void {
  const { ring } = sqeOf(m, req);
  if (kind !== ITEM.poll) requestOf(m, req).phase = PHASE.taskWork;
  if (m.promised) {
    if (kind !== ITEM.poll) runItem(m, -1, item(kind, req));
    return;
  }
  addItem(m, ring, requestOf(m, req).task, item(kind, req));
}

/** Adds an item to a ring's local list, or to a task's; sets IORING_SQ_TASKRUN where the ring asked for it (ORD-15). */
export function addItem(m: Machine, ring: number, task: number, work: number): void {
  const traits = traitsOf(m, ring);
  const r = m.s.rings[ring] as Ring;
  if (traits.deferTaskrun) r.taskWork.push(work);
  else (m.s.contexts[task] as Context).taskWork.push(work);
  if (traits.taskrunFlag && !r.taskRun) {
    m.emit(R["ORD-15"]);
    r.taskRun = true;
  }
}

/** The ring whose lock an item needs: its request's, or a message's target. */
export function ringOfItem(m: Machine, work: number): number {
  const sqe = sqeOf(m, work % 64);
  const op = sqe.operation;
  return Math.floor(work / 64) === ITEM.message && op.opcode === "MSG_RING" ? op.target : sqe.ring;
}

function runItem(m: Machine, context: number, work: number): void {
  const req = work % 64;
  switch (Math.floor(work / 64)) {
    case ITEM.issue:
      submitFromTaskWork(m, context, req);
      break;
    case ITEM.failLinks:
      failLinks(m, req);
      break;
    case ITEM.complete:
      completeDefer(m, req);
      break;
    case ITEM.cancel:
      deferFailed(m, req, requestOf(m, req).res);
      break;
    case ITEM.poll:
      runPoll(m, context, req);
      break;
    case ITEM.linkTimeout:
      reportLinkTimeout(m, req);
      break;
    case ITEM.timeout:
      completeTimeout(m, req);
      break;
    case ITEM.message:
      deliverMessage(m, req);
      break;
  }
}

/** io_req_task_submit: issues a request, or sends it to io-wq where it must run there (ORD-08, DRN-01). */
export function submitFromTaskWork(m: Machine, context: number, req: number): void {
  const { marks } = requestOf(m, req);
  if (!(marks & MARK.forceAsync) || m.profile.forcedFromTaskWork === "inline") {
    queueSqe(m, context, req);
    return;
  }
  if ((sqeOf(m, req).flags & 16) !== 0 && !(marks & MARK.drain)) m.emit(R["ORD-08"]);
  queueIoWq(m, req);
}

/** Whether the next step of a context's task work can be taken now: the lock that it needs is free, or its own. */
export function canRunTaskWork(m: Machine, context: number): boolean {
  const c = m.s.contexts[context] as Context;
  if (c.flush > 0) return true;
  const next =
    c.batch[0] ?? (m.profile.taskWorkOrder === "fifo" ? c.taskWork[0] : c.taskWork[c.taskWork.length - 1]);
  if (next === undefined) return true;
  const { lock } = m.s.rings[ringOfItem(m, next)] as Ring;
  return lock === 0 || lock === context + 1;
}

/**
 * One step of task_work_run on a task's own list: takes a snapshot, runs an item, or flushes a ring; a snapshot is
 * run whole before what it queued (CORE-03). True when nothing is left.
 */
export function stepTaskWork(m: Machine, context: number, snapshots: "all" | "one"): boolean {
  const c = m.s.contexts[context] as Context;
  const next = c.batch[0];
  const more = m.profile.flushes === "at the end" && snapshots === "all" && c.taskWork.length > 0;
  if (c.flush > 0 && (next === undefined ? !more : ringOfItem(m, next) !== c.flush - 1)) {
    endRun(m, c);
    return c.batch.length === 0 && (snapshots === "one" || c.taskWork.length === 0);
  }
  if (next === undefined) {
    if (c.taskWork.length === 0) return true;
    m.emit(R["CORE-03"]);
    takeSnapshot(m, c);
  }
  const work = c.batch.shift() as number;
  const ring = ringOfItem(m, work);
  (m.s.rings[ring] as Ring).lock = context + 1;
  c.flush = ring + 1;
  runItem(m, context, work);
  return false;
}

function takeSnapshot(m: Machine, c: Context): void {
  c.batch = c.taskWork.slice();
  if (m.profile.taskWorkOrder === "lifo") c.batch.reverse();
  c.taskWork = [];
}

/** ctx_flush_and_put: posts what the items completed and lets go of the ring. */
function endRun(m: Machine, c: Context): void {
  const ring = c.flush - 1;
  const r = m.s.rings[ring] as Ring;
  r.taskRun = false;
  flushCompletions(m, ring);
  c.flush = 0;
  r.lock = 0;
}

/**
 * Whether a task that ought to give up the processor (need_resched) may flush, and let go of the ring's lock, between
 * two items of a snapshot, and whether anybody could tell: a failure that is posted ahead, a worker that posts CQEs of
 * its own or wants the lock, another thread, a drain, a TIMEOUT that counts.
 */
export function canFlushEarly(m: Machine, context: number): boolean {
  const c = m.s.contexts[context] as Context;
  const next = c.batch[0] ?? (m.profile.flushes === "at the end" ? c.taskWork.at(-1) : undefined);
  if (c.flush === 0 || next === undefined || ringOfItem(m, next) !== c.flush - 1) return false;
  const ring = c.flush - 1;
  const r = m.s.rings[ring] as Ring;
  if (traitsOf(m, ring).deferTaskrun) return false;
  if (m.plan.threads > 1) return true;
  if (r.completionBatch.length === 0) return wantsLock(m, ring);
  if (m.profile.failedPosts === "at once" || m.plan.counts || r.drainActive) return true;
  return m.s.reqs.some(({ phase, marks }) => phase === PHASE.wqQueued || (marks & MARK.workerRef) !== 0);
}

/** What io_handle_tw_list does when need_resched: posts what is complete, and goes on with the snapshot (CORE-03). */
export function flushEarly(m: Machine, context: number): void {
  m.emit(R["CORE-03"]);
  endRun(m, m.s.contexts[context] as Context);
}

/** Whether the task work of a ring goes to its own list, and runs only when its submitter asks. */
export function isLocal(m: Machine, ring: number): boolean {
  return traitsOf(m, ring).deferTaskrun && !m.promised;
}

/** Whether a DEFER_TASKRUN ring has work that waits for its submitter. */
export function hasLocalWork(m: Machine, ring: number): boolean {
  const r = m.s.rings[ring] as Ring;
  return r.taskWork.length > 0 || r.retry.length > 0;
}

/** __io_run_local_work: takes the lock and the first turn's items. `min` as min_events, `max` as max_events (ORD-11, ORD-12). */
export function startLocalWork(m: Machine, context: number, ring: number, min: number, max: number): void {
  const c = m.s.contexts[context] as Context;
  const r = m.s.rings[ring] as Ring;
  m.emit(R["CORE-04"]);
  r.lock = context + 1;
  r.taskRun = false;
  c.flush = ring + 1;
  c.ran = 0;
  c.ranMin = min;
  takeTurn(m, c, r, max);
}

function takeTurn(m: Machine, c: Context, r: Ring, max: number): void {
  c.ranMin = Math.max(0, c.ranMin - c.ran);
  c.ran = 0;
  const limit = m.profile.localWorkMax === null ? Number.MAX_SAFE_INTEGER : max;
  c.retried = r.retry.length > limit;
  const fresh = m.profile.taskWorkOrder === "fifo" ? r.taskWork : r.taskWork.slice().reverse();
  const all = c.retried ? r.retry : r.retry.concat(fresh);
  if (!c.retried) r.taskWork = [];
  if (all.length > limit) m.emit(R["ORD-12"]);
  c.batch = all.slice(0, limit);
  r.retry = all.slice(limit);
}

/** One step of a local run: an item, or the flush that ends a turn. True when the run is over and the lock released. */
export function stepLocalWork(m: Machine, context: number, ring: number, max: number): boolean {
  const c = m.s.contexts[context] as Context;
  const r = m.s.rings[ring] as Ring;
  if (c.batch.length > 0) {
    const work = c.batch.shift() as number;
    c.ran++;
    runItem(m, context, work);
    if (c.batch.length === 0 && !c.retried && hasLocalWork(m, ring) && c.ran < c.ranMin)
      takeTurn(m, c, r, max);
    return false;
  }
  if (m.profile.flushes === "at the end" && hasLocalWork(m, ring)) {
    takeTurn(m, c, r, max);
    return false;
  }
  flushCompletions(m, ring);
  if (hasLocalWork(m, ring) && c.ran < c.ranMin && m.profile.flushes === "each snapshot") {
    m.emit(R["ORD-11"]);
    takeTurn(m, c, r, max);
    return false;
  }
  if (hasLocalWork(m, ring)) m.emit(R["ORD-11"]);
  r.taskRun = traitsOf(m, ring).taskrunFlag && hasLocalWork(m, ring);
  c.flush = 0;
  c.ran = 0;
  c.ranMin = 0;
  c.retried = false;
  r.lock = 0;
  return true;
}

/**
 * Whether the local work that came while a waiter sleeps is enough to wake it: any item, unless all are polls of
 * unlinked requests and fewer than it waits for (IOU_F_TWQ_LAZY_WAKE).
 */
export function wakesLocalWaiter(m: Machine, ring: number, missing: number): boolean {
  const r = m.s.rings[ring] as Ring;
  const pending = r.taskWork.length + r.retry.length;
  if (pending === 0) return false;
  if (pending >= missing) return true;
  const isLazy = (work: number): boolean =>
    Math.floor(work / 64) === ITEM.poll && !(requestOf(m, work % 64).marks & (MARK.link | MARK.hardlink));
  return !r.taskWork.every(isLazy) || !r.retry.every(isLazy);
}
