/** The mapped SQ and CQ of one ring, as user space sees them: liburing's part, on typed arrays. */
import { SQE_BYTES } from "../model/bytes/sqeFields.js";
import { formatRes } from "../model/errno.js";
import type { RingDecl } from "../model/scenario.js";
import { LOG_RECORD_WORDS, LOG_RECORDS_MAX, type RingArea } from "./layout.js";
import { type Memory, PAGE_BYTES, roundToPages } from "./memory.js";
import type { Syscalls } from "./syscalls.js";
import { IORING_OFF_SQ_RING, IORING_OFF_SQES, SETUP_BITS } from "./uapi.js";

const PROT_READ_WRITE = 3;
const MAP_SHARED_POPULATE = 0x1 | 0x8000;
const MADV_DONTNEED = 4;

/** Word indices of struct io_uring_params. */
const PARAMS = { flags: 2, sqThreadIdle: 4, features: 5, wqFd: 6, sqOff: 10, cqOff: 20 } as const;
/** Byte offsets of the user_addr of its sq_off and cq_off. */
const SQES_ADDRESS = 72;
const RINGS_ADDRESS = 112;

/**
 * Creates the ring that `decl` declares, in the pages that `area` has for it if `inPages`; its SQ thread keeps looking
 * for SQEs for `sqThreadIdleMs`. Returns its descriptor or a negative errno.
 */
export function setupRing(
  sys: Syscalls,
  memory: Memory,
  area: RingArea,
  decl: RingDecl,
  extraFlags: number,
  workQueueFd: number,
  sqThreadIdleMs: number,
  inPages: boolean,
): number {
  const at = area.params >> 2;
  memory.u32.fill(0, at, at + 32);
  let flags = SETUP_BITS.CQSIZE | extraFlags;
  for (const name of decl.setup) flags |= SETUP_BITS[name];
  memory.u32[at + 1] = decl.cqEntries;
  if (inPages && area.pages !== null) {
    flags |= SETUP_BITS.NO_MMAP;
    memory.writeU64(area.params + RINGS_ADDRESS, memory.address(area.pages));
    memory.writeU64(area.params + SQES_ADDRESS, memory.address(area.pages + PAGE_BYTES));
  }
  memory.u32[at + PARAMS.flags] = flags;
  if ((flags & SETUP_BITS.SQPOLL) !== 0) memory.u32[at + PARAMS.sqThreadIdle] = sqThreadIdleMs;
  if ((flags & SETUP_BITS.ATTACH_WQ) !== 0) memory.i32[at + PARAMS.wqFd] = workQueueFd;
  return sys.ioUringSetup(decl.sqEntries, memory.address(area.params));
}

/** Positions of CQEs of a run, `to` excluded. */
export interface Reaped {
  readonly from: number;
  readonly to: number;
}
const NOTHING: Reaped = { from: 0, to: 0 };

/** Writes the SQE of `req` at `offset` of the mapped SQEs. */
export type EncodeSqe = (req: number, view: DataView, offset: number) => void;

/** One mapping as typed arrays. */
interface Window {
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly data: DataView;
}
const UNMAPPED: Window = {
  u32: new Uint32Array(0),
  i32: new Int32Array(0),
  data: new DataView(new ArrayBuffer(0)),
};

export class RingMap {
  readonly sqEntries: number;
  readonly cqEntries: number;
  readonly features: number;
  readonly sqeStride: number;
  readonly hasSqThread: boolean;
  private readonly cqeWords: number;
  /** Word indices within the shared mapping. */
  private readonly sqHead: number;
  private readonly sqTail: number;
  private readonly sqFlagsAt: number;
  private readonly sqArray: number | null;
  private readonly cqHead: number;
  private readonly cqTail: number;
  private readonly cqes: number;
  private readonly sharedBytes: number;
  private readonly sqesBytes: number;
  private readonly lockAt: number;
  /** In memory of ours, which nobody has to map and unmap. */
  private readonly isInPages: boolean;
  private shared: Window = UNMAPPED;
  private sqes: Window = UNMAPPED;
  /** The kernel refuses an address of our choice, but gives the same ones again and again. */
  private readonly windows = new Map<number, Window>();

  /** Reads the offsets that io_uring_setup(2) has filled in; they are the same for every ring of the declaration. */
  constructor(
    private readonly sys: Syscalls,
    private readonly memory: Memory,
    readonly area: RingArea,
  ) {
    const { u32 } = memory;
    const params = area.params >> 2;
    const word = (index: number): number => u32[params + index] ?? 0;
    const flags = word(PARAMS.flags);
    this.sqEntries = word(0);
    this.cqEntries = word(1);
    this.features = word(PARAMS.features);
    this.hasSqThread = (flags & SETUP_BITS.SQPOLL) !== 0;
    this.sqeStride = (flags & SETUP_BITS.SQE128) !== 0 ? 2 * SQE_BYTES : SQE_BYTES;
    this.cqeWords = (flags & SETUP_BITS.CQE32) !== 0 ? 8 : 4;
    this.sqHead = word(PARAMS.sqOff) >> 2;
    this.sqTail = word(PARAMS.sqOff + 1) >> 2;
    this.sqFlagsAt = word(PARAMS.sqOff + 4) >> 2;
    this.isInPages = (flags & SETUP_BITS.NO_MMAP) !== 0;
    const noArray = (flags & SETUP_BITS.NO_SQARRAY) !== 0;
    const arrayBytes = word(PARAMS.sqOff + 6);
    this.sqArray = noArray ? null : arrayBytes >> 2;
    this.cqHead = word(PARAMS.cqOff) >> 2;
    this.cqTail = word(PARAMS.cqOff + 1) >> 2;
    const cqesBytes = word(PARAMS.cqOff + 5);
    this.cqes = cqesBytes >> 2;
    this.sharedBytes = Math.max(
      noArray ? 0 : arrayBytes + 4 * this.sqEntries,
      cqesBytes + 4 * this.cqeWords * this.cqEntries,
    );
    this.sqesBytes = this.sqeStride * this.sqEntries;
    this.lockAt = area.lock >> 2;
  }

  /** Maps the rings and SQEs of a fresh `fd`; every thread that uses them calls `attach` then. */
  map(fd: number): void {
    const { memory, area, sys } = this;
    const at = (bytes: number, offset: number): number => {
      if (this.isInPages && area.pages !== null)
        return memory.address(area.pages + (offset === IORING_OFF_SQES ? PAGE_BYTES : 0));
      const address = sys.mmap(0, bytes, PROT_READ_WRITE, MAP_SHARED_POPULATE, fd, offset);
      if (address < 0) throw new Error(`mmap of a ring: ${formatRes(address)}`);
      return address;
    };
    // With IORING_FEAT_SINGLE_MMAP both rings are one mapping.
    memory.data.setFloat64(area.mapped, at(this.sharedBytes, IORING_OFF_SQ_RING), true);
    memory.data.setFloat64(area.mapped + 8, at(this.sqesBytes, IORING_OFF_SQES), true);
    this.attach();
    const { u32 } = this.shared;
    if (this.sqArray !== null) for (let i = 0; i < this.sqEntries; i++) u32[this.sqArray + i] = i;
  }

  attach(): void {
    const { memory, area } = this;
    this.shared = this.window(memory.data.getFloat64(area.mapped, true), this.sharedBytes);
    this.sqes = this.window(memory.data.getFloat64(area.mapped + 8, true), this.sqesBytes);
  }

  unmap(): void {
    const { pages } = this.area;
    // The kernel writes to a ring's memory until it has torn the ring down, a moment after the close: those pages stay
    // with it, and the next ring finds others, empty ones.
    if (this.isInPages && pages !== null)
      this.sys.madvise(this.memory.address(pages), 2 * PAGE_BYTES, MADV_DONTNEED);
    else this.unmapMappings();
    this.shared = UNMAPPED;
    this.sqes = UNMAPPED;
  }

  private unmapMappings(): void {
    const { memory, area, sys } = this;
    const shared = memory.data.getFloat64(area.mapped, true);
    const sqes = memory.data.getFloat64(area.mapped + 8, true);
    const sharedBytes = roundToPages(this.sharedBytes);
    const sqesBytes = roundToPages(this.sqesBytes);
    // Mapped one after the other they are mostly adjacent, and unmapping is what a short run takes most time for.
    if (sqes + sqesBytes === shared) sys.munmap(sqes, sqesBytes + sharedBytes);
    else {
      sys.munmap(shared, sharedBytes);
      sys.munmap(sqes, sqesBytes);
    }
  }

  private window(address: number, bytes: number): Window {
    const known = this.windows.get(address);
    if (known !== undefined && known.data.byteLength >= bytes) return known;
    const buffer = this.sys.view(address, bytes);
    const window = {
      u32: new Uint32Array(buffer),
      i32: new Int32Array(buffer),
      data: new DataView(buffer),
    };
    this.windows.set(address, window);
    return window;
  }

  /** Begins a run: positions count from here. */
  begin(): void {
    const { u32 } = this.memory;
    u32[this.area.sqStart >> 2] = Atomics.load(this.shared.u32, this.sqTail);
    u32[this.area.cqStart >> 2] = Atomics.load(this.shared.u32, this.cqTail);
    u32[this.area.queued >> 2] = 0;
  }

  /** IORING_SQ_* as they stand. */
  sqFlags(): number {
    return Atomics.load(this.shared.u32, this.sqFlagsAt);
  }

  /** SQEs that the kernel has consumed since the run began. */
  consumed(): number {
    return (
      (Atomics.load(this.shared.u32, this.sqHead) - (this.memory.u32[this.area.sqStart >> 2] ?? 0)) >>> 0
    );
  }

  /** SQEs published and not consumed. */
  unconsumed(): number {
    const { u32 } = this.shared;
    return (Atomics.load(u32, this.sqTail) - Atomics.load(u32, this.sqHead)) >>> 0;
  }

  /** CQEs in the ring that nobody has taken. */
  unread(): number {
    const { u32 } = this.shared;
    return (Atomics.load(u32, this.cqTail) - Atomics.load(u32, this.cqHead)) >>> 0;
  }

  /** CQEs that reached the ring since the run began. */
  postedCount(): number {
    return (
      (Atomics.load(this.shared.u32, this.cqTail) - (this.memory.u32[this.area.cqStart >> 2] ?? 0)) >>> 0
    );
  }

  /** CQEs taken since the run began. */
  reapedCount(): number {
    return (
      (Atomics.load(this.shared.u32, this.cqHead) - (this.memory.u32[this.area.cqStart >> 2] ?? 0)) >>> 0
    );
  }

  /**
   * Writes SQEs with `encode` and stores the tail once behind the last.
   * @returns false where the SQ has no room for all of them; then none is written.
   */
  queue(reqs: readonly number[], encode: EncodeSqe): boolean {
    const { memory } = this;
    const { u32 } = memory;
    this.lock();
    const tail = Atomics.load(this.shared.u32, this.sqTail);
    const fits = this.sqEntries - ((tail - Atomics.load(this.shared.u32, this.sqHead)) >>> 0) >= reqs.length;
    if (fits) {
      const queued = this.area.queued >> 2;
      let count = u32[queued] ?? 0;
      for (let i = 0; i < reqs.length; i++) {
        const req = reqs[i] ?? 0;
        encode(req, this.sqes.data, ((tail + i) & (this.sqEntries - 1)) * this.sqeStride);
        u32[queued + 1 + count] = req;
        count += 1;
      }
      u32[queued] = count;
      Atomics.store(this.shared.u32, this.sqTail, (tail + reqs.length) >>> 0);
    }
    this.unlock();
    return fits;
  }

  /** Takes the CQEs that are there, or `max` of them, into the ring's log. Returns their positions. */
  reap(max: number | null): Reaped {
    const { u32, i32 } = this.memory;
    if (this.unread() === 0) return NOTHING;
    this.lock();
    const cq = this.shared;
    const head = Atomics.load(cq.u32, this.cqHead);
    const available = (Atomics.load(cq.u32, this.cqTail) - head) >>> 0;
    const count = max === null ? available : Math.min(max, available);
    const first = (head - (u32[this.area.cqStart >> 2] ?? 0)) >>> 0;
    if (first + count > LOG_RECORDS_MAX) throw new Error(`a run posted more than ${LOG_RECORDS_MAX} CQEs`);
    for (let i = 0; i < count; i++) {
      const cqe = this.cqes + ((head + i) & (this.cqEntries - 1)) * this.cqeWords;
      const record = (this.area.log >> 2) + (first + i) * LOG_RECORD_WORDS;
      i32[record] = cq.i32[cqe] ?? 0;
      i32[record + 1] = cq.i32[cqe + 2] ?? 0;
      i32[record + 2] = cq.i32[cqe + 3] ?? 0;
    }
    Atomics.store(cq.u32, this.cqHead, (head + count) >>> 0);
    this.unlock();
    return { from: first, to: first + count };
  }

  /** User space's own lock: a `queue` or `reap` is one step, whoever else does one on the ring. */
  private lock(): void {
    while (Atomics.compareExchange(this.memory.i32, this.lockAt, 0, 1) !== 0);
  }

  private unlock(): void {
    Atomics.store(this.memory.i32, this.lockAt, 0);
  }
}
