/**
 * IOSQE_IO_DRAIN: what is held on the defer list, and when it is let go.
 * Stands for io_init_drain, io_drain_req and io_queue_deferred (io_uring.c, 6.16 and later), and for
 * req_need_defer (6.1 to 6.15), which counts completions.
 */
import { type Machine, requestOf, sqeOf } from "./machine.js";
import { R } from "./rules.js";
import { ITEM, MARK, PHASE, type Ring } from "./state.js";
import { addTaskWork } from "./taskWork.js";

/** io_init_drain: DRAIN on an SQE. In the middle of a chain it moves to the head, and to what follows the chain (DRN-07). */
export function initDrain(m: Machine, ring: number): void {
  const r = m.s.rings[ring] as Ring;
  m.emit(R["DRN-01"]);
  r.drainActive = true;
  if (r.linkHead === 0) return;
  m.emit(R["DRN-07"]);
  requestOf(m, r.linkHead - 1).marks |= MARK.drain | MARK.forceAsync;
  r.drainNext = true;
}

/** While a drain is active every later request goes the slow way; the first after a drained chain drains too (DRN-03, DRN-08). */
export function joinDrain(m: Machine, ring: number, req: number): void {
  const r = m.s.rings[ring] as Ring;
  const marks = requestOf(m, req);
  if (r.drainActive) {
    m.emit(R["DRN-03"]);
    marks.marks |= MARK.forceAsync;
  }
  if (r.drainNext && r.linkHead === 0) {
    m.emit(R["DRN-08"]);
    r.drainNext = false;
    r.drainActive = true;
    marks.marks |= MARK.drain | MARK.forceAsync;
  }
}

/** io_drain_req: a request, with its chain, joins the defer list; it may be let go at once (DRN-12). */
export function deferRequest(m: Machine, ring: number, head: number): void {
  const r = m.s.rings[ring] as Ring;
  for (let req = head; req >= 0; req = requestOf(m, req).next - 1) requestOf(m, req).phase = PHASE.deferred;
  if (m.profile.drainCounts === "completions") {
    deferByCount(m, ring, head);
    return;
  }
  r.deferList.push(head);
  const drains = (requestOf(m, head).marks & MARK.drain) !== 0;
  releaseDeferred(m, ring);
  if (!drains && r.deferList.length === 0) {
    m.emit(R["DRN-12"]);
    r.drainActive = false;
  }
}

function chainLength(m: Machine, head: number): number {
  let length = 0;
  for (let req = head; req >= 0; req = requestOf(m, req).next - 1) length++;
  return length;
}

/** Whether a live request of the ring is not on the defer list: nr_req_allocated != nr_drained (DRN-02). */
function hasUndeferred(m: Machine, ring: number): boolean {
  let live = 0;
  for (let req = 0; req < m.s.reqs.length; req++) {
    const { phase } = requestOf(m, req);
    if (sqeOf(m, req).ring !== ring) continue;
    if (phase !== PHASE.unsubmitted && phase !== PHASE.inSq && phase !== PHASE.done) live++;
  }
  for (const head of (m.s.rings[ring] as Ring).deferList) live -= chainLength(m, head);
  return live !== 0;
}

/** io_queue_deferred: lets go of the list's head once nothing else lives, and of what follows it up to the next drain (DRN-03, DRN-04). */
export function releaseDeferred(m: Machine, ring: number): void {
  const r = m.s.rings[ring] as Ring;
  if (m.profile.drainCounts === "completions") {
    while (releaseByCount(m, ring));
    return;
  }
  let drainSeen = false;
  let first = true;
  while (r.deferList.length > 0) {
    const head = r.deferList[0] as number;
    if (requestOf(m, head).marks & MARK.drain) drainSeen = true;
    if ((drainSeen || first) && hasUndeferred(m, ring)) {
      m.emit(R["DRN-02"]);
      return;
    }
    r.deferList.shift();
    m.emit(first ? R["DRN-01"] : R["DRN-04"]);
    letGo(m, head);
    first = false;
  }
}

function letGo(m: Machine, head: number): void {
  for (let req = head; req >= 0; req = requestOf(m, req).next - 1) requestOf(m, req).phase = PHASE.chained;
  requestOf(m, head).targetSeq = 0;
  addTaskWork(m, head, ITEM.issue);
}

/** Whether a worker that has posted a CQE must still look at the defer list: up to 6.15, where a drain holds something. */
export function mustRelease(m: Machine, ring: number): boolean {
  const { drainActive, deferList } = m.s.rings[ring] as Ring;
  return m.profile.drainCounts === "completions" && drainActive && deferList.length > 0;
}

/**
 * One turn of 6.1's io_queue_deferred: hands the list's head to its task, which runs on another processor than a worker
 * and may issue it before the next one is there. False where there is nothing to let go.
 */
export function releaseByCount(m: Machine, ring: number): boolean {
  const r = m.s.rings[ring] as Ring;
  const head = r.deferList[0];
  if (head === undefined || waitsForCount(m, r, head)) return false;
  r.deferList.shift();
  letGo(m, head);
  return true;
}

/** 6.1's io_drain_req: a drain waits until as many CQEs are in the ring as SQEs were consumed before it (DRN-16). */
function deferByCount(m: Machine, ring: number, head: number): void {
  const r = m.s.rings[ring] as Ring;
  m.emit(R["DRN-16"]);
  // It waits for completion_lock, and finds a list from which a worker has taken all that it lets go.
  if (m.s.reqs.some(({ phase }, req) => phase === PHASE.wqReleasing && sqeOf(m, req).ring === ring))
    releaseDeferred(m, ring);
  requestOf(m, head).targetSeq = r.sqSeq - chainLength(m, head);
  if (r.deferList.length === 0 && !waitsForCount(m, r, head)) {
    r.drainActive = false;
    letGo(m, head);
  } else r.deferList.push(head);
}

/** req_need_defer. Any CQE counts, also the one of a submission that failed later (K-20). */
function waitsForCount(m: Machine, r: Ring, head: number): boolean {
  const { marks, targetSeq } = requestOf(m, head);
  return (marks & MARK.drain) !== 0 && targetSeq !== r.cqSeq;
}
