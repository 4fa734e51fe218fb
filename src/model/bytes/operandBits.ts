/** Bits of the operands of an SQE (include/uapi/linux/io_uring.h, send(2), open(2)). They are the same on every machine. */

export const IORING_NOP_INJECT_RESULT = 1 << 0;
export const IORING_NOP_TW = 1 << 4;

/** IORING_NOP_FILE, FIXED_FILE, FIXED_BUFFER and CQE32. */
export const IORING_NOP_OTHERS = 0b10_1110;

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

/** IORING_FSYNC_DATASYNC. */
export const IORING_FSYNC_DATASYNC = 1 << 0;

/** file_index of a direct descriptor in whichever slot is free. */
export const IORING_FILE_INDEX_ALLOC = 0xffff_ffff;

/** MSG_RING's commands, in `addr`. */
export const IORING_MSG_DATA = 0;

/** poll(2) bits that the model knows: IN, PRI, OUT, ERR, HUP, RDHUP. */
export const POLL_BITS = 0x201f;

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
