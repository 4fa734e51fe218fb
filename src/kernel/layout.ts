/** Where in the one block of memory everything of a scenario lies. Every thread computes the same from the same scenario. */
import { PATH_OPCODES, SECOND_PATH_OFFSET } from "../model/bytes/encodeOther.js";
import type { FdRef, RingDecl, Scenario, Sqe } from "../model/scenario.js";
import { Allocator, PAGE_BYTES } from "./memory.js";
import { traitsOf } from "./traits.js";
import { Unsupported } from "./unsupported.js";

/** CQEs that one ring's log of a run holds; a run that posts more is given up. */
export const LOG_RECORDS_MAX = 2048;
/** Words of a record: the low word of user_data, res, flags, and 1 when it is written. */
export const LOG_RECORD_WORDS = 4;
const PARAMS_BYTES = 128;
const PATH_BYTES = 2 * SECOND_PATH_OFFSET;
const THREAD_SCRATCH_BYTES = 512;
export const ERROR_BYTES = 1024;
const BYTES_MAX = 64 << 20;

export interface RingArea {
  /** struct io_uring_params. */
  readonly params: number;
  /** A page for the SQ and CQ rings and one for the SQEs, where the ring needs no more and the kernel may be given them. */
  readonly pages: number | null;
  /** Two doubles: the addresses at which the SQ and CQ rings are mapped, and the SQEs. */
  readonly mapped: number;
  /** A lock word for the SQ's writers, and the SQ's position at which the run began. */
  readonly lock: number;
  readonly sqStart: number;
  readonly cqStart: number;
  /** How many SQEs were queued, then their ReqIds. */
  readonly queued: number;
  readonly log: number;
}

export interface ThreadArea {
  /** struct io_uring_getevents_arg, its timespec, an iovec, a pollfd, and small arguments. */
  readonly eventsArg: number;
  readonly timespec: number;
  readonly iovec: number;
  readonly pollfd: number;
  readonly small: number;
  /** Bytes that plain reads and writes move. */
  readonly bytes: number;
  readonly bytesMax: number;
}

export interface Layout {
  readonly bytes: number;
  readonly rings: readonly RingArea[];
  /** Words of descriptor numbers: rings, files, pipe ends (r, w), socket ends (0, 1). */
  readonly fds: number;
  readonly fdCount: number;
  /** By ValueId: whether it is bound, and the value. */
  readonly values: number;
  /** By ThreadId: 1 where it hung. */
  readonly hung: number;
  /** By ThreadId: microseconds by which it was held up. */
  readonly late: number;
  /** What went wrong in a thread, as text. */
  readonly error: number;
  readonly threads: readonly ThreadArea[];
  /** By ReqId. */
  readonly timespecs: readonly number[];
  readonly paths: readonly number[];
  readonly data: readonly number[];
  readonly dataBytes: readonly number[];
  /** By FileId: the path of the file. */
  readonly filePaths: readonly number[];
  /** Words by BufferId. */
  readonly buffers: readonly number[];
  readonly iovecs: number;
  /** For reading files at the end, and small arguments of the session. */
  readonly scratch: number;
  readonly scratchBytes: number;
}

export function fdIndex(ref: FdRef, scenario: Scenario): number {
  const files = scenario.rings.length;
  const pipes = files + scenario.files.length;
  const sockets = pipes + 2 * scenario.pipes.length;
  switch (ref.kind) {
    case "file":
      return files + ref.file;
    case "pipe":
      return pipes + 2 * ref.pipe + (ref.end === "w" ? 1 : 0);
    case "socket":
      return sockets + 2 * ref.sockets + ref.end;
    case "slot":
    case "bad":
      throw new Error(`a ${ref.kind} descriptor has no number of its own`);
  }
}

function dataBytesOf(sqe: Sqe): number {
  const op = sqe.operation;
  switch (op.opcode) {
    case "READ":
    case "RECV":
      return op.buffer === null ? op.len : 0;
    case "WRITE":
    case "SEND":
      return op.source.kind === "buffer"
        ? 0
        : Math.max(op.len, op.source.kind === "data" ? op.source.data.length : 0);
    case "OTHER": {
      // A futex word, a struct statx, or what `len` bytes are moved to or from.
      const len = Number(op.fields["len"] ?? 0);
      return Math.max(512, Number.isSafeInteger(len) && len > 0 ? Math.min(len, BYTES_MAX) : 0);
    }
    default:
      return 0;
  }
}

function needsPath(sqe: Sqe): boolean {
  const op = sqe.operation;
  return op.opcode === "OPENAT" || (op.opcode === "OTHER" && PATH_OPCODES.has(op.name));
}

/** Bytes of struct io_rings before its CQEs, and more. */
const RINGS_HEAD_BYTES = 1024;

/** Whether the rings fit into one page, and the SQEs into another, with the largest entries there are. */
function fitsPages({ sqEntries, cqEntries }: RingDecl): boolean {
  const ringsBytes = RINGS_HEAD_BYTES + 32 * powerOfTwo(cqEntries) + 4 * powerOfTwo(sqEntries);
  return ringsBytes <= PAGE_BYTES && 128 * powerOfTwo(sqEntries) <= PAGE_BYTES;
}

/** What the kernel rounds a number of entries up to. */
function powerOfTwo(entries: number): number {
  return 2 ** Math.ceil(Math.log2(entries));
}

/** @throws {Unsupported} where the scenario wants more memory than a run is given. */
export function layOut(scenario: Scenario): Layout {
  const alloc = new Allocator();
  // Where a request may outlive its run, the ring keeps to the memory that the kernel gives it.
  const { leavesNothing } = traitsOf(scenario);
  const rings = scenario.rings.map((decl) => ({
    pages: leavesNothing && fitsPages(decl) ? alloc.take(2 * PAGE_BYTES, PAGE_BYTES) : null,
    params: alloc.take(PARAMS_BYTES, 64),
    mapped: alloc.take(16),
    lock: alloc.take(4),
    sqStart: alloc.take(4),
    cqStart: alloc.take(4),
    queued: alloc.take(4 * (1 + scenario.sqes.length)),
    log: alloc.take(4 * LOG_RECORD_WORDS * LOG_RECORDS_MAX),
  }));
  const fdCount =
    scenario.rings.length + scenario.files.length + 2 * scenario.pipes.length + 2 * scenario.sockets.length;
  const fds = alloc.take(4 * Math.max(fdCount, 1));
  const values = alloc.take(8 * Math.max(scenario.values.length, 1));
  const hung = alloc.take(4 * Math.max(scenario.threads.length, 1));
  const late = alloc.take(4 * Math.max(scenario.threads.length, 1));
  const error = alloc.take(ERROR_BYTES);
  const threads = scenario.threads.map((thread) => {
    const small = alloc.take(THREAD_SCRATCH_BYTES, 64);
    let bytesMax = 64;
    for (const statement of thread.code) {
      if (statement.do === "write") bytesMax = Math.max(bytesMax, statement.data.length + 1);
      if (statement.do === "read") bytesMax = Math.max(bytesMax, statement.len);
    }
    return {
      eventsArg: small,
      timespec: small + 32,
      iovec: small + 64,
      pollfd: small + 96,
      small: small + 128,
      bytes: alloc.take(bytesMax, 64),
      bytesMax,
    };
  });
  const timespecs = scenario.sqes.map(() => alloc.take(16));
  const paths = scenario.sqes.map((sqe) => (needsPath(sqe) ? alloc.take(PATH_BYTES) : 0));
  const dataBytes = scenario.sqes.map(dataBytesOf);
  const data = dataBytes.map((bytes) => alloc.take(bytes + 1, 64));
  const filePaths = scenario.files.map(() => alloc.take(PATH_BYTES));
  const buffers = scenario.buffers.map((buffer) => alloc.take(buffer.size, 64));
  const iovecs = alloc.take(16 * Math.max(scenario.buffers.length, 1));
  let scratchBytes = 4096;
  for (const file of scenario.files) scratchBytes = Math.max(scratchBytes, file.content.length + 65536);
  const scratch = alloc.take(scratchBytes, 64);
  const bytes = alloc.takePages(1);
  if (bytes > BYTES_MAX) {
    throw new Unsupported(`the scenario needs ${bytes} bytes of memory, and a run is given ${BYTES_MAX}`);
  }
  return {
    bytes,
    rings,
    fds,
    fdCount,
    values,
    hung,
    late,
    error,
    threads,
    timespecs,
    paths,
    data,
    dataBytes,
    filePaths,
    buffers,
    iovecs,
    scratch,
    scratchBytes,
  };
}
