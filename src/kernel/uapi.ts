/** Numbers of include/uapi/linux/io_uring.h that the runner needs, as of Linux 6.18. They are the same on every machine. */
import type { SetupFlag } from "../model/scenario.js";

/** System call numbers; the three are the same on every architecture that has io_uring. */
export const SYS_IO_URING_SETUP = 425;
export const SYS_IO_URING_ENTER = 426;
export const SYS_IO_URING_REGISTER = 427;

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
