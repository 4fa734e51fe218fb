/**
 * How a result becomes a CQE: the completion batch, posting, CQ overflow, and the free that follows.
 * Stands for io_req_complete_defer, __io_submit_flush_completions, io_fill_cqe_req, io_cqring_add_overflow and
 * io_free_batch_list (io_uring.c, 6.18).
 */
import { cqeBytes } from "./bytes/ringLayout.js";
import { releaseDeferred } from "./drain.js";
import { queueNext } from "./links.js";
import { releaseHeldTimeout } from "./linkTimeout.js";
import {
  labelOf,
  type Machine,
  memoryOf,
  requestOf,
  ringOf,
  sqeOf,
  traitsOf,
  userDataOf,
  userSpace,
} from "./machine.js";
import { cleanupBpf, failBpf } from "./operation/request.js";
import { CQE } from "./programs/index.js";
import { R } from "./rules.js";
import type { LabelId } from "./scenario.js";
import { CQ_LABELS, CQES_MAX, MARK, PHASE, RES_MAX, RES_OFFSET, type Ring, STAGE } from "./state.js";
import { flushTimeouts } from "./timeout.js";
import { dropFile } from "./world.js";

/** What an unread CQE must carry for the threads that will read it; 0 where nobody looks. */
function cqCode(m: Machine, label: number, res: number, flags: number): number {
  const watched = m.plan.watched[label] ?? -1;
  if (watched < 0) return 0;
  if (!m.plan.watchesResults) return watched + 1;
  const kept = Math.min(Math.max(res, -RES_OFFSET), RES_MAX - RES_OFFSET - 1);
  return watched + 1 + CQ_LABELS * ((kept + RES_OFFSET) * 8 + (flags & 7));
}

function ringHasRoom(m: Machine, ring: number): boolean {
  const r = m.s.rings[ring] as Ring;
  return r.overflow.length === 0 && r.cq.length < traitsOf(m, ring).cqEntries;
}

/** A CQE on its way: what `cq` or `overflow` holds of it, and its 16 bytes where somebody looks at them, else "". */
interface Posted {
  readonly code: number;
  readonly bytes: string;
}

function postedOf(
  m: Machine,
  ring: number,
  label: number,
  userData: () => bigint,
  res: number,
  flags: number,
): Posted {
  if (memoryOf(m, ring) === undefined) return { code: cqCode(m, label, res, flags), bytes: "" };
  return { code: label + 1, bytes: cqeBytes(userData(), res, flags) };
}

function putInRing(m: Machine, ring: number, { code, bytes }: Posted): void {
  const r = m.s.rings[ring] as Ring;
  if (r.cq.length >= CQES_MAX) {
    m.emit({ kind: "bound", name: "cqes" });
    return;
  }
  r.cq.push(code);
  if (m.plan.counts) r.seq++;
  const memory = memoryOf(m, ring);
  if (memory !== undefined) memory.cqes += bytes;
}

function putAside(m: Machine, ring: number, { code, bytes }: Posted): void {
  const r = m.s.rings[ring] as Ring;
  if (r.overflow.length >= CQES_MAX) {
    m.emit({ kind: "bound", name: "cqes" });
    return;
  }
  r.overflow.push(code);
  const memory = memoryOf(m, ring);
  if (memory !== undefined) memory.overflow += bytes;
}

/** The oldest of the overflow list. */
function takeAside(m: Machine, ring: number): Posted {
  const code = (m.s.rings[ring] as Ring).overflow.shift() as number;
  const memory = memoryOf(m, ring);
  if (memory === undefined) return { code, bytes: "" };
  const bytes = memory.overflow.slice(0, CQE.bytes);
  memory.overflow = memory.overflow.slice(CQE.bytes);
  return { code, bytes };
}

/** A CQE that a drain of 6.1 to 6.15 counts: the last of a request, once it is in the ring (DRN-16). */
function countForDrain(m: Machine, ring: number): void {
  if (m.profile.drainCounts === "completions" && m.plan.drains) (m.s.rings[ring] as Ring).cqSeq++;
}

const CQE_F_SOCK_NONEMPTY = 4;

/** The flags of a request's final CQE. */
export function cqeFlagsOf(marks: number): number {
  return marks & MARK.socketNonempty ? CQE_F_SOCK_NONEMPTY : 0;
}

/** A request's final CQE: into the ring, or, where that is full or CQEs wait already, to the overflow list (OVF-01, OVF-03). */
export function postCqe(m: Machine, ring: number, req: number, res: number, flags: number): void {
  const label = labelOf(m, req);
  const posted = postedOf(m, ring, label, () => userDataOf(m, req), res, flags);
  if (post(m, ring, label, posted, res, flags)) countForDrain(m, ring);
}

/** io_post_aux_cqe: a CQE that is no request's own. */
export function postAuxCqe(m: Machine, ring: number, label: LabelId, res: number, flags: number): void {
  const posted = postedOf(m, ring, label, () => userSpace(m).userDataOf(label), res, flags);
  post(m, ring, label, posted, res, flags);
}

/** Whether it is in the ring. */
function post(m: Machine, ring: number, label: LabelId, posted: Posted, res: number, flags: number): boolean {
  const fits = ringHasRoom(m, ring);
  if (fits) putInRing(m, ring, posted);
  else {
    m.emit((m.s.rings[ring] as Ring).cq.length < traitsOf(m, ring).cqEntries ? R["OVF-03"] : R["OVF-01"]);
    putAside(m, ring, posted);
  }
  m.emit({ kind: "cqe", ring, label, res, flags, overflow: !fits });
  return fits;
}

/** io_req_post_cqe: a CQE of a multishot that goes on; false where it does not fit (OVF-06). Flushes what came before (ORD-16). */
export function postMore(m: Machine, req: number, res: number): boolean {
  const { ring } = sqeOf(m, req);
  const label = labelOf(m, req);
  if ((m.s.rings[ring] as Ring).completionBatch.length > 0) flushCompletions(m, ring);
  m.emit(R["ORD-16"]);
  if (!ringHasRoom(m, ring)) {
    m.emit(R["OVF-06"]);
    return false;
  }
  const posted = postedOf(m, ring, label, () => userDataOf(m, req), res, 2);
  putInRing(m, ring, posted);
  m.emit({ kind: "cqe", ring, label, res, flags: 2, overflow: false });
  commit(m, ring);
  return true;
}

/** io_commit_cqring_flush: what is looked at each time that the CQ tail moves. */
export function commit(m: Machine, ring: number): void {
  flushTimeouts(m, ring);
  if (!traitsOf(m, ring).deferTaskrun) wakeSyncCancels(m, ring);
  if (m.profile.drainCounts === "completions" && (m.s.rings[ring] as Ring).drainActive)
    releaseDeferred(m, ring);
}

/** io_cqring_wake: whoever sleeps on the ring's CQ looks again. */
function wakeSyncCancels(m: Machine, ring: number): void {
  for (const c of m.s.contexts) {
    if (c.ring !== ring) continue;
    if (c.stage === STAGE.syncCancelSleeps) c.stage = STAGE.syncCancel;
    if (c.resume === STAGE.syncCancelSleeps) c.resume = STAGE.syncCancel;
  }
}

/** __io_cqring_overflow_flush: moves what fits, oldest first (OVF-04). */
export function flushOverflow(m: Machine, ring: number): void {
  const r = m.s.rings[ring] as Ring;
  if (r.overflow.length === 0) return;
  m.emit(R["OVF-04"]);
  while (r.overflow.length > 0 && r.cq.length < traitsOf(m, ring).cqEntries) {
    putInRing(m, ring, takeAside(m, ring));
    countForDrain(m, ring);
  }
  commit(m, ring);
}

/** req_set_fail: the mark that severs a soft chain; a failure is told even where success would be skipped (SKIP-02). */
export function setFail(m: Machine, req: number): void {
  const r = requestOf(m, req);
  m.emit(R["FAIL-01"]);
  r.marks |= MARK.fail;
  if (r.marks & MARK.skip) {
    m.emit(R["SKIP-02"]);
    r.marks = (r.marks & ~MARK.skip) | MARK.skipLinks;
  }
}

/** io_req_complete_defer: the result is known; its CQE waits for the flush (CORE-01). */
export function completeDefer(m: Machine, req: number): void {
  const r = requestOf(m, req);
  if (m.promised) {
    r.phase = PHASE.wqIssued;
    return;
  }
  r.phase = PHASE.batched;
  ringOf(m, req).completionBatch.push(req);
}

/** io_req_defer_failed: fails a request with `res`, or with what it has transferred so far (PROP-07). */
export function deferFailed(m: Machine, req: number, res: number): void {
  const r = requestOf(m, req);
  const { operation } = sqeOf(m, req);
  setFail(m, req);
  r.res = res;
  if ("len" in operation && r.progress > 0) {
    m.emit(R["PROP-07"]);
    r.res = r.progress;
  }
  if (m.plan.hasOperations) failBpf(m, req);
  if (m.profile.failedPosts === "at once") postFailedAtOnce(m, req);
  else completeDefer(m, req);
}

/** 6.1's io_req_complete_failed: the CQE ahead of the batch, its chain settled at once, the free with the next flush. */
function postFailedAtOnce(m: Machine, req: number): void {
  const r = requestOf(m, req);
  const { ring } = sqeOf(m, req);
  if (!(r.marks & MARK.skip)) postCqe(m, ring, req, r.res, cqeFlagsOf(r.marks));
  r.marks |= MARK.skip;
  if (!(r.marks & (MARK.workerRef | MARK.timeoutRef))) {
    queueNext(m, req);
    r.marks &= ~(MARK.link | MARK.hardlink);
  }
  completeDefer(m, req);
  commit(m, ring);
}

/**
 * __io_submit_flush_completions: posts the batch in order, then frees it in the same order; freeing a linked request
 * queues what follows it (CORE-01, CORE-02).
 */
export function flushCompletions(m: Machine, ring: number): void {
  const r = m.s.rings[ring] as Ring;
  if (r.completionBatch.length > 0) {
    m.emit(R["CORE-01"]);
    const batch = r.completionBatch.slice();
    r.completionBatch.length = 0;
    for (const req of batch) {
      const { marks, res } = requestOf(m, req);
      if (marks & MARK.skip) m.emit(ringHasRoom(m, ring) ? R["SKIP-01"] : R["SKIP-12"]);
      else postCqe(m, ring, req, res, cqeFlagsOf(marks));
    }
    commit(m, ring);
    for (const req of batch) putRequest(m, req);
  }
  // What counts completions has looked when they were posted, and not at a flush of none.
  if (r.drainActive && m.profile.drainCounts === "requests") releaseDeferred(m, ring);
}

/** Drops the reference of the one who completed a request: frees it, unless a worker or a timeout still holds it. */
export function putRequest(m: Machine, req: number): void {
  const r = requestOf(m, req);
  if (m.promised) releaseHeldTimeout(m, req);
  else if (r.marks & (MARK.workerRef | MARK.timeoutRef)) {
    r.phase = PHASE.wqHeld;
    return;
  }
  queueNext(m, req);
  freeRequest(m, req);
}

/** The request is gone; its file reference with it. */
export function freeRequest(m: Machine, req: number): void {
  const r = requestOf(m, req);
  if (m.plan.hasOperations) cleanupBpf(m, req);
  dropFile(m, req);
  r.phase = PHASE.done;
  r.marks = 0;
  r.next = 0;
  r.task = 0;
  r.res = 0;
  r.progress = 0;
  r.timer = 0;
  r.targetSeq = 0;
  m.emit({ kind: "freed", req });
  const made = req - m.scenario.sqes.length;
  if (made >= 0) m.s.made[made] = "";
}
