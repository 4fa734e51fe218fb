/** The fields of struct io_uring_sqe that the shelf's hooks write or read: offsets in bytes, numbers of the uapi. */
import type { Region } from "../model/programs/index.js";

export const SQE = {
  opcode: 0,
  flags: 1,
  fd: 4,
  off: 8,
  addr: 16,
  len: 24,
  /** nop_flags, rw_flags, timeout_flags… */
  opFlags: 28,
  userData: 32,
  bytes: 64,
} as const;

export const IORING_OP_NOP = 0;
export const IORING_OP_READ_FIXED = 4;
export const IORING_OP_WRITE_FIXED = 5;
export const IORING_OP_ASYNC_CANCEL = 14;
export const IORING_OP_READ = 22;
export const IORING_OP_WRITE = 23;

export const IOSQE_IO_DRAIN = 1 << 1;
export const IOSQE_CQE_SKIP_SUCCESS = 1 << 6;
export const IORING_NOP_INJECT_RESULT = 1 << 0;
/** cqe->flags: the request will post another CQE. */
export const IORING_CQE_F_MORE = 1 << 1;
/** The flags word of the SQ: there are CQEs that had no room in the CQ. */
export const IORING_SQ_CQ_OVERFLOW = 1 << 1;

/** A NOP that completes with 0. */
export function writeNop(sqes: Region, at: number, userData: bigint): void {
  sqes.fill(at, SQE.bytes, 0);
  sqes.setU8(at + SQE.opcode, IORING_OP_NOP);
  sqes.setI32(at + SQE.fd, -1);
  sqes.setU64(at + SQE.userData, userData);
}

/**
 * An ASYNC_CANCEL or TIMEOUT_REMOVE, by `opcode`, of the request that bears `target` as user_data. It posts a CQE only where
 * it fails.
 */
export function writeQuietRemoval(
  sqes: Region,
  at: number,
  opcode: number,
  userData: bigint,
  target: bigint,
): void {
  writeNop(sqes, at, userData);
  sqes.setU8(at + SQE.opcode, opcode);
  sqes.setU8(at + SQE.flags, IOSQE_CQE_SKIP_SUCCESS);
  sqes.setU64(at + SQE.addr, target);
}

/** A NOP that completes with `res` (6.10 and later): how a hook posts a CQE, for which there is no kfunc. */
export function writeNopWithResult(sqes: Region, at: number, userData: bigint, res: number): void {
  writeNop(sqes, at, userData);
  sqes.setI32(at + SQE.len, res);
  sqes.setU32(at + SQE.opFlags, IORING_NOP_INJECT_RESULT);
}
