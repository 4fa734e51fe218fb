/**
 * What the rules must know of an opcode besides its operands: how it is first attempted, where it waits, and what
 * makes its result a failure. Stands for io_issue_defs (opdef.c) and the handlers' req_set_fail calls, 6.18.
 */
import type { Operation } from "./scenario.js";

/** Handlers that set REQ_F_FORCE_ASYNC at prep: they always run in io-wq (ORD-07, ND-15). */
const FORCE_ASYNC = new Set([
  "FSYNC",
  "SYNC_FILE_RANGE",
  "FALLOCATE",
  "FTRUNCATE",
  "MADVISE",
  "SPLICE",
  "TEE",
  "STATX",
  "UNLINKAT",
  "RENAMEAT",
  "MKDIRAT",
  "SYMLINKAT",
  "LINKAT",
  "GETXATTR",
  "FGETXATTR",
  "SETXATTR",
  "FSETXATTR",
  "SHUTDOWN",
]);

/** Handlers that report a negative result without REQ_F_FAIL (FAIL-09). */
const ERROR_DOES_NOT_SEVER = new Set([
  "UNLINKAT",
  "RENAMEAT",
  "MKDIRAT",
  "SYMLINKAT",
  "LINKAT",
  "STATX",
  "FSYNC",
  "SYNC_FILE_RANGE",
  "FALLOCATE",
  "FTRUNCATE",
  "MADVISE",
  "SHUTDOWN",
  "GETXATTR",
  "FGETXATTR",
  "SETXATTR",
  "FSETXATTR",
]);

/** Operations that a full or empty file makes wait on its wait queue: pollin or pollout in io_issue_defs. */
const POLLABLE = new Set([
  "READ",
  "WRITE",
  "SEND",
  "RECV",
  "READV",
  "WRITEV",
  "READ_FIXED",
  "WRITE_FIXED",
  "SENDMSG",
  "RECVMSG",
  "ACCEPT",
  "CONNECT",
  "EPOLL_WAIT",
  "SEND_ZC",
  "SENDMSG_ZC",
  "RECV_ZC",
  "READ_MULTISHOT",
  "PIPE",
]);

/** A result other than the requested length is a failure (FAIL-03, FAIL-05). */
const EXACT_LENGTH = new Set([
  "READ",
  "WRITE",
  "READV",
  "WRITEV",
  "READ_FIXED",
  "WRITE_FIXED",
  "SPLICE",
  "TEE",
]);

/** io_cancel_remove counts what it removed, and the count is the canceler's result (LT-06). */
const CANCEL_COUNTS = new Set(["FUTEX_WAIT", "FUTEX_WAITV", "WAITID"]);

/** Opcodes that take IOSQE_BUFFER_SELECT. */
const BUFFER_SELECT = new Set(["READ", "READV", "RECV", "RECVMSG", "SEND", "SENDMSG", "READ_MULTISHOT"]);

/** Opcodes that an IOPOLL ring takes (IOP-01). */
const IOPOLL = new Set([
  "NOP",
  "READ",
  "WRITE",
  "READV",
  "WRITEV",
  "READ_FIXED",
  "WRITE_FIXED",
  "PROVIDE_BUFFERS",
  "REMOVE_BUFFERS",
  "MSG_RING",
  "URING_CMD",
  "FILES_UPDATE",
  "CLOSE",
]);

/** The name that the kernel gives the opcode. */
export function opcodeName(operation: Operation): string {
  return operation.opcode === "OTHER" ? operation.name : operation.opcode;
}

export function isForcedAsync(operation: Operation): boolean {
  if (operation.opcode === "OPENAT") {
    return operation.openFlags.some((flag) => flag === "CREAT" || flag === "TRUNC" || flag === "TMPFILE");
  }
  return FORCE_ASYNC.has(opcodeName(operation));
}

export function isPollable(operation: Operation): boolean {
  return POLLABLE.has(opcodeName(operation));
}

export function takesBufferSelect(operation: Operation): boolean {
  return BUFFER_SELECT.has(opcodeName(operation));
}

export function takesIopoll(operation: Operation): boolean {
  return IOPOLL.has(opcodeName(operation));
}

export function cancelCounts(operation: Operation): boolean {
  return CANCEL_COUNTS.has(opcodeName(operation));
}

/** io_wq_hash_work: buffered writes to one inode run one after the other. */
export function isHashed(operation: Operation): boolean {
  const name = opcodeName(operation);
  return name === "WRITE" || name === "WRITEV" || name === "WRITE_FIXED" || name === "FALLOCATE";
}

/** io_shutdown returns -ENOTSOCK before it does anything: an error that is returned severs whatever the opcode (FAIL-02). */
function isReturned(name: string, res: number): boolean {
  return name === "SHUTDOWN" && res === -88;
}

/**
 * Whether a handler that completes with `res` marks its request as failed. A result that the handler *returns* as an
 * error fails always; that is the caller's business (FAIL-02).
 */
export function resultFails(operation: Operation, res: number, everyErrorSevers: boolean): boolean {
  const name = opcodeName(operation);
  if (res < 0) return everyErrorSevers || !ERROR_DOES_NOT_SEVER.has(name) || isReturned(name, res);
  if ("len" in operation && EXACT_LENGTH.has(name)) return res !== operation.len;
  if ((operation.opcode === "SEND" || operation.opcode === "RECV") && operation.msg.includes("WAITALL")) {
    return res < operation.len;
  }
  if (operation.opcode === "OTHER" && EXACT_LENGTH.has(name)) {
    const len = operation.fields["len"];
    return len !== undefined && Number(len) !== res;
  }
  return false;
}
