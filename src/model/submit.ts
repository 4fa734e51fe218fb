/**
 * Submission: what happens to each SQE, how chains are formed, and what a failing prep does to one.
 * Stands for io_submit_sqes, io_submit_sqe, io_init_req, io_submit_fail_init, io_submit_state_end and
 * io_queue_sqe_fallback (io_uring.c, 6.18).
 */
import { deferFailed, flushCompletions, setFail } from "./complete.js";
import { deferRequest, initDrain, joinDrain } from "./drain.js";
import { queueIoWq } from "./ioWq.js";
import { queueSqe } from "./issue.js";
import { prepLinkTimeout } from "./linkTimeout.js";
import { type Machine, requestOf, sqeOf, traitsOf } from "./machine.js";
import { isForcedAsync, takesBufferSelect, takesIopoll } from "./opcodes.js";
import { allocateRequest, prepBpf } from "./operation/request.js";
import { R } from "./rules.js";
import { IOSQE, type Sqe } from "./scenario.js";
import { takeSqe } from "./sqMemory.js";
import { type Context, MARK, PHASE, type Ring } from "./state.js";
import { lookUpFd } from "./world.js";

const EINVAL = -22;
const EFAULT = -14;
const EOPNOTSUPP = -95;
const ECANCELED = -125;

/** Takes one SQE off the ring; whether the submission stops after it (PREP-06). */
export function submitOne(m: Machine, context: number): boolean {
  const c = m.s.contexts[context] as Context;
  const ring = m.s.rings[c.ring] as Ring;
  const req = takeSqe(m, c.ring, c.submitted);
  if (req < 0) return true;
  const r = requestOf(m, req);
  const sqe = sqeOf(m, req);
  c.left--;
  c.submitted++;
  if (m.plan.drains && m.profile.drainCounts === "completions") ring.sqSeq++;
  r.task = context;
  r.phase = PHASE.chained;
  r.marks = marksOf(m, sqe);
  if (m.plan.hasOperations) allocateRequest(m, c.ring, req);
  const error = initRequest(m, c.ring, req);
  if (error !== 0) return failInit(m, context, req, error);
  linkOrQueue(m, context, req);
  return false;
}

/** LINK and HARDLINK together are a hard link (FORM-07). */
function marksOf(m: Machine, sqe: Sqe): number {
  let marks = 0;
  if (sqe.flags & IOSQE.LINK) marks |= MARK.link;
  if (sqe.flags & IOSQE.HARDLINK) {
    if (sqe.flags & IOSQE.LINK) m.emit(R["FORM-07"]);
    marks |= MARK.hardlink;
  }
  if (sqe.flags & IOSQE.SKIP) marks |= MARK.skip;
  if (sqe.flags & IOSQE.ASYNC) marks |= MARK.forceAsync;
  return marks;
}

/** io_init_req: the checks of prep, in the kernel's order; 0 or the error (PREP-01). */
function initRequest(m: Machine, ring: number, req: number): number {
  const refusal = checkRequest(m, ring, req);
  if (refusal !== 0) {
    if (sqeOf(m, req).operation.opcode === "BPF") m.emit(R["BOP-03"]);
    return refusal;
  }
  const error = prepOperation(m, ring, req);
  if (error !== 0) m.emit(R["PREP-01"]);
  return error;
}

/** What is refused whatever the handler's prep would say. */
function checkRequest(m: Machine, ring: number, req: number): number {
  const sqe = sqeOf(m, req);
  const r = requestOf(m, req);
  const state = m.s.rings[ring] as Ring;
  if (sqe.operation.opcode === "INVALID") {
    m.emit(R["PREP-01"]);
    return EINVAL;
  }
  if (sqe.flags & IOSQE.BUFFER_SELECT && !takesBufferSelect(sqe.operation)) {
    m.emit(R["PREP-01"]);
    return EOPNOTSUPP;
  }
  if (sqe.flags & IOSQE.SKIP) {
    m.emit(R["SKIP-09"]);
    state.drainDisabled = true;
  }
  if (sqe.flags & IOSQE.DRAIN) {
    if (state.drainDisabled) {
      m.emit(R["SKIP-09"]);
      return EOPNOTSUPP;
    }
    r.marks |= MARK.drain;
    initDrain(m, ring);
  }
  if (state.drainActive || state.drainNext) joinDrain(m, ring, req);
  if (traitsOf(m, ring).iopoll && !takesIopoll(sqe.operation)) {
    m.emit(R["IOP-01"]);
    return EINVAL;
  }
  return 0;
}

/** Whether READ_FIXED or WRITE_FIXED names a registered buffer that does not exist (RES-05). */
function hasBadBufferIndex(m: Machine, req: number): boolean {
  const { operation } = sqeOf(m, req);
  if (operation.opcode !== "OTHER" || !operation.name.endsWith("_FIXED")) return false;
  return Number(operation.fields["buf_index"] ?? 0) >= m.scenario.buffers.filter(({ fixed }) => fixed).length;
}

/** The handlers' own prep. */
function prepOperation(m: Machine, ring: number, req: number): number {
  const sqe = sqeOf(m, req);
  const r = requestOf(m, req);
  const op = sqe.operation;
  if (sqe.prepError !== null) return sqe.prepError;
  switch (op.opcode) {
    case "NOP":
      if (op.res !== null && !m.profile.nopInject) {
        m.emit(R["K-44"]);
        return EINVAL;
      }
      if (op.taskWork && !m.profile.nopTaskWork) return EINVAL;
      break;
    case "TIMEOUT":
      if (op.multishot && (op.abs || !m.profile.timeoutMultishot)) return EINVAL;
      break;
    case "LINK_TIMEOUT": {
      const error = prepLinkTimeout(m, ring);
      if (error !== 0) return error;
      break;
    }
    case "POLL_ADD":
      if (sqe.multishot && sqe.flags & IOSQE.SKIP) {
        m.emit(R["SKIP-11"]);
        return EINVAL;
      }
      break;
    case "BPF":
      return prepBpf(m, ring, req);
    case "ASYNC_CANCEL":
      if (op.flags.includes("ANY") && (op.flags.includes("FD") || op.flags.includes("OP"))) return EINVAL;
      break;
    case "OTHER":
      if (m.profile.fixedBuffers === "at prep" && hasBadBufferIndex(m, req)) {
        m.emit(R["RES-05"]);
        return EFAULT;
      }
      break;
    case "RECV":
      if (sqe.multishot && !(sqe.flags & IOSQE.BUFFER_SELECT)) return EINVAL;
      break;
    case "OPENAT":
    case "CLOSE":
      if (sqe.flags & IOSQE.FIXED_FILE && op.opcode === "OPENAT") return -9;
      break;
    default:
      break;
  }
  if (isForcedAsync(op) && m.profile.neverInline === "at prep") r.marks |= MARK.forceAsync;
  return 0;
}

/** io_submit_sqe behind prep: assembles chains; a chain, or a lone request, is queued when it is whole (FORM-01, FORM-02). */
function linkOrQueue(m: Machine, context: number, req: number): void {
  const c = m.s.contexts[context] as Context;
  const ring = m.s.rings[c.ring] as Ring;
  const r = requestOf(m, req);
  const links = (r.marks & (MARK.link | MARK.hardlink)) !== 0;
  let head = req;
  if (ring.linkHead > 0) {
    m.emit(R["FORM-01"]);
    m.emit(R["FORM-11"]);
    requestOf(m, ring.linkLast - 1).next = req + 1;
    ring.linkLast = req + 1;
    grabFile(m, req);
    if (links) return;
    head = ring.linkHead - 1;
    ring.linkHead = 0;
    ring.linkLast = 0;
  } else if (links) {
    ring.linkHead = req + 1;
    ring.linkLast = req + 1;
    return;
  }
  m.emit(R["FORM-02"]);
  const marks = requestOf(m, head).marks;
  if (marks & (MARK.fail | MARK.forceAsync)) queueFallback(m, c.ring, head);
  else {
    m.emit(R["ORD-04"]);
    queueSqe(m, context, head);
  }
}

/** 6.1's io_req_prep_async: a later member grabs its normal file now, if it is open (RES-03). */
function grabFile(m: Machine, req: number): void {
  if (m.profile.followerFiles === "at issue") return;
  const sqe = sqeOf(m, req);
  const fd = "fd" in sqe.operation ? sqe.operation.fd : null;
  if (
    fd === null ||
    fd.kind === "slot" ||
    sqe.operation.opcode === "CLOSE" ||
    sqe.operation.opcode === "ASYNC_CANCEL"
  )
    return;
  m.emit(R["RES-03"]);
  requestOf(m, req).desc = lookUpFd(m, sqe.ring, fd) + 1;
}

/** io_submit_fail_init: the chain goes on being assembled, and will be failed whole (PREP-03, PREP-06). */
function failInit(m: Machine, context: number, req: number, error: number): boolean {
  const c = m.s.contexts[context] as Context;
  const ring = m.s.rings[c.ring] as Ring;
  const r = requestOf(m, req);
  m.emit(R["PREP-03"]);
  if (sqeOf(m, req).operation.opcode === "LINK_TIMEOUT") m.emit(R["LT-17"]);
  failNode(m, req, error);
  const head = ring.linkHead - 1;
  if (head >= 0 && !(requestOf(m, head).marks & MARK.fail)) {
    if (requestOf(m, head).marks & MARK.skip) m.emit(R["SKIP-04"]);
    failNode(m, head, ECANCELED);
  }
  if (head >= 0) requestOf(m, ring.linkLast - 1).next = req + 1;
  if (r.marks & (MARK.link | MARK.hardlink)) {
    m.emit(R["PREP-06"]);
    if (head < 0) ring.linkHead = req + 1;
    ring.linkLast = req + 1;
    return false;
  }
  ring.linkHead = 0;
  ring.linkLast = 0;
  if (head < 0) m.emit(R["PREP-08"]);
  queueFallback(m, c.ring, head >= 0 ? head : req);
  const stops = !traitsOf(m, c.ring).submitAll;
  if (stops) m.emit(R["PREP-06"]);
  return stops;
}

/** req_fail_link_node. */
function failNode(m: Machine, req: number, error: number): void {
  setFail(m, req);
  requestOf(m, req).res = error;
}

/** io_queue_sqe_fallback: a failed chain is completed at once, hard links or not, drain or not; others go to the defer list or to io-wq. */
function queueFallback(m: Machine, ring: number, head: number): void {
  const r = requestOf(m, head);
  const { drainActive } = m.s.rings[ring] as Ring;
  if (r.marks & MARK.fail) {
    if (r.marks & MARK.hardlink) m.emit(R["PREP-05"]);
    if (drainActive) m.emit(R["PREP-10"]);
    m.emit(R["PREP-04"]);
    r.marks = (r.marks & ~MARK.hardlink) | MARK.link;
    deferFailed(m, head, r.res);
  } else if (drainActive) deferRequest(m, ring, head);
  else queueIoWq(m, head);
}

/** io_submit_state_end: a chain that is still open ends here, and runs in io-wq (FORM-03, FORM-04); then the flush. */
export function endSubmission(m: Machine, ring: number): void {
  const r = m.s.rings[ring] as Ring;
  if (r.linkHead > 0) {
    const head = r.linkHead - 1;
    r.linkHead = 0;
    r.linkLast = 0;
    m.emit(R["FORM-03"]);
    if (r.sq.length > 0) m.emit(R["FORM-06"]);
    if (requestOf(m, head).marks & MARK.armLinkTimeout) m.emit(R["FORM-05"]);
    if (!(requestOf(m, head).marks & MARK.fail)) m.emit(R["FORM-04"]);
    queueFallback(m, ring, head);
  }
  flushCompletions(m, ring);
  m.emit(R["ORD-17"]);
  m.emit(R["ENT-05"]);
}
