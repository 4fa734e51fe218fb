/** Numbers of include/uapi/linux/io_uring.h that the runner needs, as of Linux 6.18. They are the same on every machine. */
import { OPCODES } from "../litmus/opcodes.js";
import type { SetupFlag } from "../model/scenario.js";

/** System call numbers; the three are the same on every architecture that has io_uring. */
export const SYS_IO_URING_SETUP = 425;
export const SYS_IO_URING_ENTER = 426;
export const SYS_IO_URING_REGISTER = 427;

export type OpcodeName = (typeof OPCODES)[number];

const OPCODE_NUMBERS = new Map<string, number>(OPCODES.map((name, number) => [name, number]));

/** The number of an opcode's name; undefined where this program does not know the name. */
export function opcodeNumber(name: string): number | undefined {
  return OPCODE_NUMBERS.get(name);
}

/** An opcode that no kernel has: `io_init_req` fails it with -EINVAL before anything else of the SQE is looked at. */
export const OPCODE_INVALID = 255;

/** IORING_SETUP_*. */
export const SETUP_BITS: Readonly<Record<SetupFlag, number>> = {
  IOPOLL: 1 << 0,
  SQPOLL: 1 << 1,
  SQ_AFF: 1 << 2,
  CQSIZE: 1 << 3,
  CLAMP: 1 << 4,
  ATTACH_WQ: 1 << 5,
  R_DISABLED: 1 << 6,
  SUBMIT_ALL: 1 << 7,
  COOP_TASKRUN: 1 << 8,
  TASKRUN_FLAG: 1 << 9,
  SQE128: 1 << 10,
  CQE32: 1 << 11,
  SINGLE_ISSUER: 1 << 12,
  DEFER_TASKRUN: 1 << 13,
  NO_MMAP: 1 << 14,
  REGISTERED_FD_ONLY: 1 << 15,
  NO_SQARRAY: 1 << 16,
  HYBRID_IOPOLL: 1 << 17,
  SQ_REWIND: 1 << 20,
  BPF: 1 << 20,
  BPF_EXT: 1 << 21,
};

export const IORING_OFF_SQ_RING = 0;
export const IORING_OFF_SQES = 0x10000000;

export const IORING_FEATURES = [
  "SINGLE_MMAP",
  "NODROP",
  "SUBMIT_STABLE",
  "RW_CUR_POS",
  "CUR_PERSONALITY",
  "FAST_POLL",
  "POLL_32BITS",
  "SQPOLL_NONFIXED",
  "EXT_ARG",
  "NATIVE_WORKERS",
  "RSRC_TAGS",
  "CQE_SKIP",
  "LINKED_FILE",
  "REG_REG_RING",
  "RECVSEND_BUNDLE",
  "MIN_TIMEOUT",
  "RW_ATTR",
  "NO_IOWAIT",
] as const;

export const IORING_ENTER_GETEVENTS = 1 << 0;
export const IORING_ENTER_SQ_WAKEUP = 1 << 1;
export const IORING_ENTER_EXT_ARG = 1 << 3;

export const IORING_SQ_NEED_WAKEUP = 1 << 0;
export const IORING_SQ_CQ_OVERFLOW = 1 << 1;

export const IORING_CQE_F_MORE = 1 << 1;

export const IORING_REGISTER_BUFFERS = 0;
export const IORING_REGISTER_FILES_UPDATE = 6;
export const IORING_REGISTER_PROBE = 8;
export const IORING_REGISTER_ENABLE_RINGS = 12;
export const IORING_REGISTER_FILES2 = 13;
export const IORING_REGISTER_SYNC_CANCEL = 24;
export const IORING_RSRC_REGISTER_SPARSE = 1;

export const IORING_NOP_INJECT_RESULT = 1 << 0;
export const IORING_NOP_TW = 1 << 4;

export const IORING_TIMEOUT_ABS = 1 << 0;
export const IORING_TIMEOUT_UPDATE = 1 << 1;
export const IORING_LINK_TIMEOUT_UPDATE = 1 << 4;
export const IORING_TIMEOUT_ETIME_SUCCESS = 1 << 5;
export const IORING_TIMEOUT_MULTISHOT = 1 << 6;

export const IORING_ASYNC_CANCEL = {
  ALL: 1 << 0,
  FD: 1 << 1,
  ANY: 1 << 2,
  FD_FIXED: 1 << 3,
  USERDATA: 1 << 4,
  OP: 1 << 5,
} as const;

export const IORING_POLL_ADD_MULTI = 1 << 0;
export const IORING_RECV_MULTISHOT = 1 << 1;

/** MSG_* of send(2) and recv(2). */
export const MSG_BITS: Readonly<Record<string, number>> = {
  OOB: 0x1,
  PEEK: 0x2,
  DONTROUTE: 0x4,
  TRUNC: 0x20,
  DONTWAIT: 0x40,
  EOR: 0x80,
  WAITALL: 0x100,
  NOSIGNAL: 0x4000,
  MORE: 0x8000,
};

/** O_* of open(2): those whose numbers are the same on every architecture that Node runs on. */
export const OPEN_BITS: Readonly<Record<string, number>> = {
  RDONLY: 0o0,
  WRONLY: 0o1,
  RDWR: 0o2,
  CREAT: 0o100,
  EXCL: 0o200,
  NOCTTY: 0o400,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  NONBLOCK: 0o4000,
  DSYNC: 0o10000,
  NOATIME: 0o1000000,
  CLOEXEC: 0o2000000,
  SYNC: 0o4010000,
};
