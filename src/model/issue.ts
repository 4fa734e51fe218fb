/**
 * The attempt at an operation: inline by the submitter, or by task work; and what it does where it cannot finish.
 * Stands for io_queue_sqe, io_issue_sqe, io_queue_async and the opcode handlers (io_uring.c, rw.c, net.c, …, 6.18).
 */
import { cancelRequests } from "./cancel.js";
import { completeDefer, deferFailed, setFail } from "./complete.js";
import {
  answer,
  assignFile,
  choicesOf,
  enterEnvironment,
  isAnswered,
  refusesInline,
  resultsOf,
  runsInline,
  waitsInEnvironment,
} from "./environment.js";
import { queueIoWq } from "./ioWq.js";
import { armLinkTimeout, takeLinkTimeout } from "./linkTimeout.js";
import { labelOf, type Machine, requestOf, sqeOf } from "./machine.js";
import { issueMessage } from "./msgRing.js";
import { isPollable, resultFails } from "./opcodes.js";
import { issueBpf } from "./operation/request.js";
import { armPoll, isReady, issuePollAdd, removePoll } from "./poll.js";
import { R } from "./rules.js";
import type { Operation } from "./scenario.js";
import { type Context, ITEM, MARK, PHASE, STAGE } from "./state.js";
import { addTaskWork } from "./taskWork.js";
import { issueTimeout, removeTimeout } from "./timeout.js";
import {
  closeFd,
  fillBuffer,
  isRegular,
  objectOf,
  readBytes,
  setSlot,
  sourceBytes,
  unreadBytes,
  writeBytes,
} from "./world.js";

const EAGAIN = -11;
const EBADF = -9;
const ECANCELED = -125;

/** What an attempt comes to: IOU_COMPLETE, IOU_ISSUE_SKIP_COMPLETE, or (all else) the error that the handler returned. */
export const ISSUED = {
  complete: 1,
  /** It has arranged for its own completion. */
  armed: 0,
  /** Completed, but through task work: io_complete_rw with an error. */
  completeLater: 2,
  /** A cancelation has one more victim to choose. */
  again: 3,
  /** In io-wq: blocked inside the operation. */
  blocked: 4,
  /** Fails with the result that the request has: a custom operation may return any number. */
  failed: 5,
} as const;

/** io_queue_sqe: the first, non-blocking attempt. Where the environment must answer first, the context waits for it. */
export function queueSqe(m: Machine, context: number, req: number): void {
  if (m.promised) {
    startPromised(m, req);
    return;
  }
  requestOf(m, req).phase = PHASE.taskWork;
  if (context >= 0 && choicesOf(m, req, "inline") > 1) {
    (m.s.contexts[context] as Context).issuing = req + 1;
    return;
  }
  issueInline(m, context, req, 0);
}

/** As promised: a timer or a poll that is accepted is armed; all else runs at some moment from now on. */
function startPromised(m: Machine, req: number): void {
  const { operation, may } = sqeOf(m, req);
  if (
    may !== null ||
    (operation.opcode !== "TIMEOUT" && operation.opcode !== "POLL_ADD") ||
    !assignFile(m, req)
  ) {
    queueIoWq(m, req);
    return;
  }
  tellIssued(m, req, "submitter");
  const timeout = takeLinkTimeout(m, req);
  if (timeout >= 0) armLinkTimeout(m, timeout);
  if (issueOperation(m, req, 0, false) === ISSUED.complete) completeDefer(m, req);
}

/** The attempt itself, with the environment's answer. */
export function issueInline(m: Machine, context: number, req: number, choice: number): void {
  m.emit(R["CORE-06"]);
  tellIssued(m, req, context < m.plan.threads ? "submitter" : "task work");
  if (!assignFile(m, req)) {
    m.emit(R["FAIL-02"]);
    deferFailed(m, req, EBADF);
    return;
  }
  const { operation, may } = sqeOf(m, req);
  let canceled = 0;
  if (operation.opcode === "ASYNC_CANCEL" && may === null) {
    const result = cancelRequests(m, req, requestOf(m, req).task, choice);
    if (result === null) {
      (m.s.contexts[context] as Context).issuing = req + 1;
      return;
    }
    canceled = result;
  }
  const timeout = takeLinkTimeout(m, req);
  const issued =
    operation.opcode === "ASYNC_CANCEL" && may === null
      ? finish(m, req, canceled)
      : issueOperation(m, req, choice, false);
  if (timeout >= 0) {
    m.emit(R["LT-13"]);
    armLinkTimeout(m, timeout);
  }
  if (issued === ISSUED.complete) completeDefer(m, req);
  else if (issued === ISSUED.completeLater) addTaskWork(m, req, ITEM.complete);
  else if (issued === EAGAIN) queueAsync(m, req, m.s.contexts[context]?.stage !== STAGE.submit);
  else if (issued < 0 || issued === ISSUED.failed) {
    m.emit(R["FAIL-02"]);
    deferFailed(m, req, issued === ISSUED.failed ? requestOf(m, req).res : issued);
  }
}

export function tellIssued(m: Machine, req: number, by: "submitter" | "task work" | "worker"): void {
  const r = requestOf(m, req);
  if (r.marks & MARK.issued) return;
  r.marks |= MARK.issued;
  m.emit({ kind: "issued", req, label: labelOf(m, req), by });
}

/** REQ_F_NOWAIT: -EAGAIN is its result, whoever attempts it (FAIL-02). */
export function mayNotWait(operation: Operation): boolean {
  return (operation.opcode === "SEND" || operation.opcode === "RECV") && operation.msg.includes("DONTWAIT");
}

/**
 * io_queue_async: it would have to wait; poll where its file can, else io-wq. A file that is ready and cannot be tried
 * inline comes back 128 times (APOLL_MAX_RETRY), all within one run of task work, and goes to io-wq then.
 */
function queueAsync(m: Machine, req: number, inTaskWork: boolean): void {
  const { operation } = sqeOf(m, req);
  if (mayNotWait(operation)) {
    m.emit(R["FAIL-02"]);
    deferFailed(m, req, EAGAIN);
    return;
  }
  const { desc } = requestOf(m, req);
  if (!isPollable(operation) || desc === 0 || isRegular(m, desc - 1)) queueIoWq(m, req);
  else if (!isReady(m, req)) armPoll(m, req);
  else if (inTaskWork && !triesPipe(m, desc - 1)) queueIoWq(m, req);
  else addTaskWork(m, req, ITEM.issue);
}

/** A handler that completes with `res`, severing as its opcode says. */
function finish(m: Machine, req: number, res: number): number {
  const { operation } = sqeOf(m, req);
  requestOf(m, req).res = res;
  if (resultFails(operation, res, m.profile.everyErrorSevers)) setFail(m, req);
  return ISSUED.complete;
}

/** The handlers, by opcode. `blocking`: in io-wq, and allowed to wait. */
export function issueOperation(m: Machine, req: number, choice: number, blocking: boolean): number {
  const sqe = sqeOf(m, req);
  const op = sqe.operation;
  if (!blocking && refusesInline(m, req)) return EAGAIN;
  if (isAnswered(sqe)) return issueAnswered(m, req, choice, blocking);
  switch (op.opcode) {
    case "NOP":
      return issueNop(m, req, op);
    case "READ":
      return issueRead(m, req, op, choice, blocking);
    case "WRITE":
      return issueWrite(m, req, op, choice, blocking);
    case "SEND":
      return issueSend(m, req, op);
    case "RECV":
      return issueRecv(m, req, op, blocking);
    case "OPENAT":
      return issueOpen(m, req, op, choice, blocking);
    case "CLOSE":
      return issueClose(m, req, op);
    case "FSYNC":
      return answer(m, req, isRegular(m, requestOf(m, req).desc - 1) ? 0 : -22);
    case "POLL_ADD":
      return issuePollAdd(m, req);
    case "POLL_REMOVE": {
      const res = removePoll(m, req, op.target === "none" ? -1 : op.target, blocking);
      return res < 0 ? res : finish(m, req, res);
    }
    case "TIMEOUT":
      issueTimeout(m, req);
      return ISSUED.armed;
    case "TIMEOUT_REMOVE":
      return finish(m, req, removeTimeout(m, req));
    case "MSG_RING":
      return issueMessage(m, req);
    case "LINK_TIMEOUT":
      return ECANCELED;
    case "BPF":
      return issueBpf(m, req);
    case "ASYNC_CANCEL":
    case "INVALID":
    case "OP":
    case "OTHER":
      throw new Error(`${op.opcode} has no handler of its own: it never gets here`);
  }
}

function issueAnswered(m: Machine, req: number, choice: number, blocking: boolean): number {
  const sqe = sqeOf(m, req);
  const res = resultsOf(m, req)[choice];
  if (res !== undefined) return answer(m, req, res);
  if (blocking) {
    requestOf(m, req).marks |= MARK.never;
    return ISSUED.blocked;
  }
  if (!waitsInEnvironment(sqe)) return EAGAIN;
  enterEnvironment(m, req);
  return ISSUED.armed;
}

/** io_nop: the injected result, by task work where NOP_TW asks for that (FORM-13). */
function issueNop(m: Machine, req: number, op: Operation & { readonly opcode: "NOP" }): number {
  m.emit(R["FORM-13"]);
  finish(m, req, op.res ?? 0);
  return op.taskWork ? ISSUED.completeLater : ISSUED.complete;
}

/** io_read: short is a failure, and so is 0 at the end of the file, unless nothing was asked for (FAIL-03). */
function issueRead(
  m: Machine,
  req: number,
  op: Operation & { readonly opcode: "READ" },
  choice: number,
  blocking: boolean,
): number {
  const desc = requestOf(m, req).desc - 1;
  if (!blocking && !(triesPipe(m, desc) && runsInline(m, req, choice))) return EAGAIN;
  const bytes = readBytes(m, desc, op.len, op.offset);
  if (bytes === null) return waitOr(m, desc, blocking);
  m.emit(R["FAIL-03"]);
  if (typeof bytes === "number") return bytes;
  fillBuffer(m, op.buffer, bytes, 0);
  return finish(m, req, bytes.length);
}

/** io_write; an error of the file's comes through task work (io_complete_rw). */
function issueWrite(
  m: Machine,
  req: number,
  op: Operation & { readonly opcode: "WRITE" },
  choice: number,
  blocking: boolean,
): number {
  const desc = requestOf(m, req).desc - 1;
  if (!blocking && !(triesPipe(m, desc) && runsInline(m, req, choice))) return EAGAIN;
  const res = writeBytes(m, desc, sourceBytes(m, req), op.offset, blocking);
  if (res === null) return waitOr(m, desc, blocking);
  m.emit(R["FAIL-03"]);
  if (res === EBADF) return res;
  finish(m, req, res);
  return res < 0 ? ISSUED.completeLater : ISSUED.complete;
}

/** FMODE_NOWAIT: whether a read or a write of a description may be tried without blocking (K-44). */
function triesPipe(m: Machine, desc: number): boolean {
  if (m.profile.pipesTryInline || m.promised) return true;
  const object = objectOf(m, desc);
  if (object.kind !== "pipe" || m.scenario.pipes[object.pipe]?.nonblock === true) return true;
  m.emit(R["K-44"]);
  return false;
}

/** A worker waits inside the operation; O_NONBLOCK makes that an error, since it has no other way to wait. */
function waitOr(m: Machine, desc: number, blocking: boolean): number {
  if (!blocking) return EAGAIN;
  if (m.promised) return ISSUED.blocked;
  const object = objectOf(m, desc);
  if (object.kind === "pipe" && m.scenario.pipes[object.pipe]?.nonblock === true) return EAGAIN;
  return ISSUED.blocked;
}

/** io_send: a stream takes all of it (FAIL-04). */
function issueSend(m: Machine, req: number, op: Operation & { readonly opcode: "SEND" }): number {
  const desc = requestOf(m, req).desc - 1;
  m.emit(R["FAIL-04"]);
  if (objectOf(m, desc).kind !== "socket") return finish(m, req, -88);
  return finish(m, req, writeBytes(m, desc, sourceBytes(m, req).slice(0, op.len), null, false) ?? EAGAIN);
}

/** io_recv: what is there; with MSG_WAITALL it waits for the rest, and less than all is a failure (FAIL-04, K-14). */
function issueRecv(
  m: Machine,
  req: number,
  op: Operation & { readonly opcode: "RECV" },
  blocking: boolean,
): number {
  const r = requestOf(m, req);
  const desc = r.desc - 1;
  if (objectOf(m, desc).kind !== "socket") return finish(m, req, -88);
  const wanted = op.len - r.progress;
  const bytes = readBytes(m, desc, wanted, null);
  if (bytes === null && blocking && op.msg.includes("DONTWAIT")) return finish(m, req, EAGAIN);
  if (bytes === null) return blocking ? ISSUED.blocked : EAGAIN;
  m.emit(R["FAIL-04"]);
  if (typeof bytes === "number") return finish(m, req, bytes);
  fillBuffer(m, op.buffer, bytes, r.progress);
  if (op.msg.includes("WAITALL") && bytes.length > 0 && bytes.length < wanted) {
    r.progress += bytes.length;
    return blocking ? ISSUED.blocked : EAGAIN;
  }
  const total = r.progress + bytes.length;
  r.progress = 0;
  if (m.profile.tellsUnixInq && total > 0 && unreadBytes(m, desc) > 0) {
    m.emit(R["FAIL-04"]);
    r.marks |= MARK.socketNonempty;
  }
  return finish(m, req, total);
}

/** io_openat2: a new description of the file, in a slot where one is named (K-07). */
function issueOpen(
  m: Machine,
  req: number,
  op: Operation & { readonly opcode: "OPENAT" },
  choice: number,
  blocking: boolean,
): number {
  if (!blocking && !runsInline(m, req, choice)) return EAGAIN;
  if (op.file === null) return finish(m, req, -2);
  if (op.openFlags.includes("EXCL") && op.openFlags.includes("CREAT")) return finish(m, req, -17);
  const desc = m.plan.descOfOpen[req] as number;
  const description = m.s.descs[desc];
  if (description === undefined) throw new Error(`request ${req} opens no description`);
  if (op.openFlags.includes("TRUNC")) m.s.files[op.file] = "";
  if (op.slot === null) {
    m.emit({ kind: "bound", name: "openedFd" });
    return finish(m, req, 0);
  }
  m.emit(R["RES-01"]);
  return finish(m, req, setSlot(m, sqeOf(m, req).ring, op.slot, desc));
}

/** io_close: a descriptor, or a slot; requests that use the file keep it (K-08, RES-04). */
function issueClose(m: Machine, req: number, op: Operation & { readonly opcode: "CLOSE" }): number {
  if (op.fd.kind !== "slot") return finish(m, req, closeFd(m, op.fd));
  const { ring } = sqeOf(m, req);
  const slots = m.s.rings[ring]?.slots ?? [];
  m.emit(R["RES-04"]);
  if (slots.length === 0) return finish(m, req, -6);
  if (op.fd.slot >= slots.length) return finish(m, req, -22);
  if (slots[op.fd.slot] === 0) return finish(m, req, EBADF);
  return finish(m, req, setSlot(m, ring, op.fd.slot, -1));
}
