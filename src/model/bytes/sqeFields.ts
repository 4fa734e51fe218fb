/** The fields of struct io_uring_sqe, how they are written, and what those who write them must know of a run. */
import type { BufferId, FdRef, ReqId, Scenario, Time } from "../scenario.js";

export const SQE_BYTES = 64;

/** Field offsets of struct io_uring_sqe. */
export const SQE = {
  opcode: 0,
  flags: 1,
  ioprio: 2,
  fd: 4,
  off: 8,
  addr: 16,
  len: 24,
  opFlags: 28,
  userData: 32,
  bufIndex: 40,
  personality: 42,
  fileIndex: 44,
  addr3: 48,
  /** struct io_uring_attr_pi and its like, of READ and WRITE. */
  attrTypeMask: 56,
} as const;

/** What the encoder must know of user space, a run's or the model's: numbers of descriptors and addresses of memory. */
export interface SqeContext {
  readonly scenario: Scenario;
  /** High word of every user_data of the run: which one is looked at first depends on a hash of it. */
  readonly salt: number;
  fd(ref: FdRef): number;
  ringFd(ring: number): number;
  /** The memory that a request reads from or writes to: a buffer's, or its own. */
  dataAddress(req: ReqId): number;
  /** Address of a struct __kernel_timespec that holds `time`. */
  timespecAddress(req: ReqId, time: Time, abs: boolean): number;
  pathAddress(req: ReqId): number;
  /** Index of a registered buffer; null for one that is not. */
  fixedBuffer(buffer: BufferId): number | null;
  /** How IORING_OP_BPF is laid out; null: there is no such opcode. */
  readonly operations: BpfContext | null;
}

/** The form of the posted series in which IORING_OP_BPF names its buffers, and where they are. */
export interface BpfContext {
  readonly version: "v1" | "v3";
  bufferAddress(buffer: BufferId): number;
  /** Address of the SQE's array of struct io_bpf_buf_desc (v3). */
  descriptorsAddress(req: ReqId): number;
}

/** A destination of one SQE; `offset` is that of its first byte. */
export interface SqeTarget {
  readonly view: DataView;
  readonly offset: number;
}

/** Writes the fields of struct io_uring_sqe, little-endian as every machine that we run on is. */
export class SqeWriter {
  constructor(private readonly target: SqeTarget) {
    for (let at = 0; at < SQE_BYTES; at += 4) target.view.setUint32(target.offset + at, 0, true);
  }
  u8(field: number, value: number): void {
    this.target.view.setUint8(this.target.offset + field, value);
  }
  u16(field: number, value: number): void {
    this.target.view.setUint16(this.target.offset + field, value, true);
  }
  i32(field: number, value: number): void {
    this.target.view.setInt32(this.target.offset + field, value, true);
  }
  u32(field: number, value: number): void {
    this.target.view.setUint32(this.target.offset + field, value, true);
  }
  /** A number below 2^53, such as an address. */
  u64(field: number, value: number): void {
    this.u32(field, value >>> 0);
    this.u32(field + 4, Math.floor(value / 2 ** 32));
  }
  /** user_data, or an `addr` that names one. */
  userData(field: number, low: number, salt: number): void {
    this.u32(field, low);
    this.u32(field + 4, salt);
  }
}
