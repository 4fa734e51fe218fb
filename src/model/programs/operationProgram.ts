/** A custom operation as pure functions: uring_bpf_ops of the posted IORING_OP_BPF series (v1 to v3). */
import type { Region } from "./region.js";
import type { Parameters, ProgramArguments, ProgramMemory } from "./setup.js";

/** Bits of sqe->bpf_op_flags above which the operation's id stands. */
export const BPF_OP_SHIFT = 24;

/** struct io_bpf_buf_desc (v2 and v3), 16 bytes. */
export const BUF_DESC = { type: 0, reserved: 1, bufIndex: 2, len: 4, addr: 8, bytes: 16 } as const;
export const BUF_USER = 0;
export const BUF_FIXED = 1;
export const BUF_VEC = 2;
export const BUF_KFIXED = 3;
export const BUF_REG_VEC = 4;

export const ITER_DEST = 0;
export const ITER_SOURCE = 1;

/** A place in buffer 1 or buffer 2 of a v1 SQE; `offset` is in bytes. */
export interface BufferPlace {
  readonly buffer: number;
  readonly offset: number;
}

/** One buffer, page chunk by page chunk (bpf_iter_uring_buf_*, v3). It must be destroyed. */
export interface BufferIterator {
  /** 0, or the error that bpf_iter_uring_buf_new returned; the iterator is inert then. */
  readonly error: number;
  /** Bytes of the next chunk; null at the end, or where it is inert. */
  next(): number | null;
  /** bpf_uring_buf_dynptr: the chunk, read-only; null (-EINVAL) where there is none. */
  read(): Region | null;
  /** bpf_uring_buf_dynptr_rdwr: null where there is no chunk (-EINVAL), or the direction is ITER_SOURCE (-EPERM). */
  write(): Region | null;
  destroy(): void;
}

/** struct uring_bpf_data and the kfuncs, as one callback of one request sees them. */
export interface OperationData {
  /** What the program may keep of this request: 24 bytes in v1, 36 in v3. Not zeroed before `prep`. */
  readonly pdu: Region;
  /** Globals and maps, shared by all that name the same map. */
  readonly memory: Region;
  /** sqe->bpf_op_flags, with the id in its upper 8 bits. */
  readonly opFlags: number;
  /** IO_URING_F_UNLOCKED | IO_URING_F_IOWQ while an io-wq worker runs it. */
  readonly isInIoWq: boolean;
  /** uring_bpf_set_result. A negative result marks the request as failed, for good. */
  setResult(res: number): void;
  /** v1: uring_bpf_data_to_req, of which this much can be read. */
  readonly userData: bigint;
  /** v1: io_uring_bpf_req_memcpy: bytes copied, or an error. */
  memcpy(to: BufferPlace, from: BufferPlace, size: number): number;
  /** v3: bpf_iter_uring_buf_new. */
  openBuffer(desc: Region, at: number, direction: number): BufferIterator;
  /** bpf_probe_read_user: `size` bytes of user memory; null: -EFAULT. */
  readUser(address: bigint, size: number): Region | null;
}

/**
 * A program. It must be a function of its arguments alone. `prep` has to be there, or every request is refused with
 * -EOPNOTSUPP; `issue` missing completes without a result (v1: -ECANCELED).
 */
export interface OperationProgram extends ProgramMemory {
  readonly kind: "operation";
  /** One line: what it is for, and where it comes from. */
  readonly doc: string;
  readonly parameters?: Parameters;
  /** The name of its memory: operations with the same one share it. Its own where there is none. */
  readonly map?: string;
  init?(memory: Region, args: ProgramArguments): void;
  /** 0, or the error with which the request fails. */
  prep?(data: OperationData, sqe: Region): number;
  /** 0: complete; -EAGAIN: again in io-wq; any other: fail with it. */
  issue?(data: OperationData): number;
  fail?(data: OperationData): void;
  cleanup?(data: OperationData): void;
}
