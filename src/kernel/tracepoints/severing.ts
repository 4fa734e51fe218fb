/**
 * Does this result sever a soft link, as far as a log can tell? A log has no lengths and no flags of operations, so
 * that of a read of 5 bytes nobody can say whether it was short.
 */

import type { Rule } from "../../model/event.js";
import { R } from "../../model/rules.js";
import type { Request } from "./request.js";

export interface Severing {
  readonly how: "severs" | "continues" | "either";
  readonly rule: Rule;
}

/** FAIL-09: their own errors do not sever; those that are returned before they begin do (FAIL-02). */
const ERROR_MAY_CONTINUE = new Set([
  "FSYNC",
  "SYNC_FILE_RANGE",
  "FALLOCATE",
  "FTRUNCATE",
  "UNLINKAT",
  "RENAMEAT",
  "MKDIRAT",
  "SYMLINKAT",
  "LINKAT",
  "STATX",
  "MADVISE",
  "SHUTDOWN",
  "GETXATTR",
  "FGETXATTR",
  "SETXATTR",
  "FSETXATTR",
  // Canceled ones do not, what their prep and first attempt return does.
  "FUTEX_WAIT",
  "FUTEX_WAITV",
]);

/** FAIL-02, FAIL-06, FAIL-08, FAIL-10, FORM-13: every error severs, every other result is success. */
const ERROR_SEVERS = new Set([
  "NOP",
  "POLL_ADD",
  "POLL_REMOVE",
  "TIMEOUT_REMOVE",
  "ASYNC_CANCEL",
  "OPENAT",
  "OPENAT2",
  "CLOSE",
  "FADVISE",
  "ACCEPT",
  "CONNECT",
  "BIND",
  "LISTEN",
  "SOCKET",
  "EPOLL_CTL",
  "EPOLL_WAIT",
  "MSG_RING",
  "FUTEX_WAKE",
  "FIXED_FD_INSTALL",
]);

/** FAIL-03, FAIL-05: every error severs, and whether another result is short the log does not say. */
const TRANSFERS = new Set([
  "READ",
  "WRITE",
  "READV",
  "WRITEV",
  "READ_FIXED",
  "WRITE_FIXED",
  "SPLICE",
  "TEE",
  "SEND",
  "SENDMSG",
  "RECV",
  "RECVMSG",
]);

const ETIME = -62;

export function severing({ opcode, ring }: Request, res: number): Severing {
  if (opcode === "TIMEOUT")
    return { how: res === 0 ? "continues" : res === ETIME ? "either" : "severs", rule: R["FAIL-07"] };
  if (ERROR_SEVERS.has(opcode)) return { how: res < 0 ? "severs" : "continues", rule: R["FAIL-10"] };
  if (TRANSFERS.has(opcode)) {
    // Polled I/O sets no failure mark; whether a ring is polled is unknown where the log does not show its creation.
    return { how: res < 0 && ring.isIopoll === false ? "severs" : "either", rule: R["FAIL-03"] };
  }
  if (ERROR_MAY_CONTINUE.has(opcode)) return { how: res < 0 ? "either" : "continues", rule: R["FAIL-09"] };
  return { how: "either", rule: R["FAIL-01"] };
}

/** Whether a canceled request of that opcode may report the part that it had transferred (PROP-07). */
export function transfers(opcode: string): boolean {
  return TRANSFERS.has(opcode);
}
