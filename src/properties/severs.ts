/**
 * Does this result sever a soft link? The table of REQ_F_FAIL over opcodes and results (rules FAIL-01 to FAIL-11):
 * it is not simply a negative result. Executed on 6.18.44; read in io_uring/rw.c, net.c, timeout.c, sync.c, fs.c.
 */
import type { Sqe } from "../model/scenario.js";
import type { Kernel } from "./profile.js";

/** Why a result severs or not: the rule that decides it. */
export type SeveringRule =
  /** An error of an opcode for which every error fails; also any plain success. */
  "FAIL-02" | "FAIL-03" | "FAIL-04" | "FAIL-05" | "FAIL-07" | "FAIL-09";

export interface Severing {
  readonly how: "severs" | "continues" | "either";
  readonly rule: SeveringRule;
}

/** FAIL-09: the handlers report their error without setting REQ_F_FAIL (since the refactoring of Linux 6.0). */
export const OPCODES_THAT_NEVER_SEVER: readonly string[] = [
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
];
const neverSever: ReadonlySet<string> = new Set(OPCODES_THAT_NEVER_SEVER);

/** FAIL-10: executed, every error severs. */
export const OPCODES_THAT_SEVER: readonly string[] = [
  "FADVISE",
  "CONNECT",
  "ACCEPT",
  "BIND",
  "LISTEN",
  "SOCKET",
  "EPOLL_CTL",
  "EPOLL_WAIT",
  "REMOVE_BUFFERS",
  "FILES_UPDATE",
  "FUTEX_WAIT",
  "FUTEX_WAKE",
  "WAITID",
  "URING_CMD",
  "FIXED_FD_INSTALL",
];
const everSever: ReadonlySet<string> = new Set(OPCODES_THAT_SEVER);

const ETIME = -62;
const ECANCELED = -125;
/** Errors that come from around the handler, not from it: a file that is not there, a work item canceled before it ran. */
const AROUND_THE_HANDLER: ReadonlySet<number> = new Set([-9, -11, ECANCELED]);

const byError = (res: number): Severing => ({ how: res < 0 ? "severs" : "continues", rule: "FAIL-02" });

/** Of the final CQE's `res` of a request that was started; of a request canceled in a severed chain it says nothing. */
export function severing(sqe: Sqe, res: number, kernel: Kernel): Severing {
  const operation = sqe.operation;
  switch (operation.opcode) {
    case "READ":
    case "WRITE":
      return transfer(sqe, res, operation.len, "FAIL-03");
    case "SEND":
    case "RECV":
      if (res < 0) return byError(res);
      if (!operation.msg.includes("WAITALL") || sqe.multishot) return { how: "continues", rule: "FAIL-04" };
      return { how: res < operation.len ? "severs" : "continues", rule: "FAIL-04" };
    case "TIMEOUT":
      if (res === ETIME) return { how: operation.etimeSuccess ? "continues" : "severs", rule: "FAIL-07" };
      return byError(res);
    case "FSYNC":
      return neverSevering(res, kernel);
    case "LINK_TIMEOUT":
      // LT-03: the guarded request decides, never its timeout.
      return { how: "continues", rule: "FAIL-02" };
    case "BPF":
      return res < 0 ? { how: "either", rule: "FAIL-02" } : byError(res);
    case "OTHER":
      return otherSevering(sqe, operation.name, operation.fields["len"], res, kernel);
    default:
      return byError(res);
  }
}

function transfer(sqe: Sqe, res: number, len: number, rule: SeveringRule): Severing {
  if (res < 0) return byError(res);
  // A multishot that ends with an end of file, or because the CQ is full, has not failed (OVF-06).
  if (sqe.multishot) return { how: "continues", rule };
  return { how: res === len ? "continues" : "severs", rule: res === len ? "FAIL-02" : rule };
}

function neverSevering(res: number, kernel: Kernel): Severing {
  if (res >= 0) return byError(res);
  // The manual pages say that every error breaks the chain.
  if (kernel === null) return { how: "severs", rule: "FAIL-09" };
  return { how: AROUND_THE_HANDLER.has(res) ? "either" : "continues", rule: "FAIL-09" };
}

function otherSevering(
  sqe: Sqe,
  name: string,
  len: string | undefined,
  res: number,
  kernel: Kernel,
): Severing {
  if (neverSever.has(name)) return neverSevering(res, kernel);
  if (name === "FUTEX_WAIT" && res === ECANCELED) {
    return { how: kernel === null ? "severs" : "continues", rule: "FAIL-09" };
  }
  if (everSever.has(name)) return byError(res);
  const requested = len === undefined ? Number.NaN : Number(len);
  if (name === "SPLICE" || name === "TEE") {
    if (Number.isNaN(requested)) return { how: res < 0 ? "severs" : "either", rule: "FAIL-05" };
    return transfer(sqe, res, requested, "FAIL-05");
  }
  if ((name === "READ_FIXED" || name === "WRITE_FIXED") && !Number.isNaN(requested)) {
    return transfer(sqe, res, requested, "FAIL-03");
  }
  return { how: res < 0 && !name.endsWith("_ZC") ? "severs" : "either", rule: "FAIL-02" };
}
