/**
 * What happens to a chain when a member is over: the next one is queued, or the rest is failed.
 * Stands for io_queue_next, io_req_find_next, io_disarm_next, io_fail_links and io_req_tw_fail_links
 * (io_uring.c, timeout.c, 6.18).
 */
import { completeDefer } from "./complete.js";
import { disarmLinkTimeout } from "./linkTimeout.js";
import { type Machine, requestOf, sqeOf, traitsOf } from "./machine.js";
import { R } from "./rules.js";
import { ITEM, MARK } from "./state.js";
import { addTaskWork } from "./taskWork.js";

const ECANCELED = -125;

/** io_queue_next: queues what follows a finished request, as task work (CORE-02). */
export function queueNext(m: Machine, req: number): void {
  const next = findNext(m, req);
  if (next < 0) return;
  m.emit(R["CORE-02"]);
  addTaskWork(m, next, ITEM.issue);
}

/** io_req_find_next: settles the linked timeout, severs where the request failed, and takes the next member off the chain; -1: none. */
export function findNext(m: Machine, req: number): number {
  const r = requestOf(m, req);
  if (!(r.marks & (MARK.link | MARK.hardlink))) return -1;
  if (r.marks & (MARK.armLinkTimeout | MARK.linkTimeout)) disarmLinkTimeout(m, req);
  if (r.marks & MARK.fail) {
    if (r.marks & MARK.hardlink) m.emit(r.marks & MARK.skipLinks ? R["SKIP-05"] : R["FAIL-14"]);
    else severChain(m, req);
  }
  const next = r.next - 1;
  r.next = 0;
  m.emit(next >= 0 ? R["FAIL-15"] : R["FORM-09"]);
  return next;
}

/** io_fail_links: decides whether the rest will be seen, and queues one task work that fails it (PROP-01, SKIP-02, SKIP-03). */
function severChain(m: Machine, req: number): void {
  const r = requestOf(m, req);
  const first = r.next - 1;
  if (first < 0) return;
  const silent = (r.marks & MARK.skipLinks) !== 0;
  for (let link = first; link >= 0; link = requestOf(m, link).next - 1) {
    const member = requestOf(m, link);
    if (sqeOf(m, link).operation.opcode === "LINK_TIMEOUT") m.emit(R["SKIP-07"]);
    if (silent) {
      m.emit(R["SKIP-02"]);
      member.marks |= MARK.skip;
    } else {
      if (member.marks & MARK.skip) m.emit(R["SKIP-03"]);
      member.marks &= ~MARK.skip;
    }
  }
  r.next = 0;
  m.emit(traitsOf(m, sqeOf(m, req).ring).deferTaskrun ? R["PROP-03"] : R["PROP-02"]);
  addTaskWork(m, first, ITEM.failLinks);
}

/** io_req_tw_fail_links: every remaining member gets -ECANCELED, or the error that its own prep gave (PROP-01, FORM-10). */
export function failLinks(m: Machine, first: number): void {
  m.emit(R["PROP-01"]);
  if (m.promised) {
    failPromisedLink(m, first);
    return;
  }
  let link = first;
  while (link >= 0) {
    const member = requestOf(m, link);
    const next = member.next - 1;
    if (member.marks & MARK.fail) m.emit(R["PREP-03"]);
    else {
      if (member.marks & MARK.hardlink) m.emit(R["FORM-10"]);
      const { opcode } = sqeOf(m, link).operation;
      if (opcode === "LINK_TIMEOUT") m.emit(R["PROP-04"]);
      if (opcode === "BPF") m.emit(R["BOP-12"]);
      member.res = ECANCELED;
    }
    member.next = 0;
    completeDefer(m, link);
    link = next;
  }
}

/** As promised: one member after the other, and nothing says that they come together. */
function failPromisedLink(m: Machine, link: number): void {
  const member = requestOf(m, link);
  if (!(member.marks & MARK.fail)) member.res = ECANCELED;
  if (member.marks & MARK.skip) member.marks |= MARK.skipLinks;
  else member.marks &= ~MARK.skipLinks;
  member.marks = (member.marks & ~(MARK.hardlink | MARK.armLinkTimeout)) | MARK.link | MARK.fail;
  completeDefer(m, link);
}
