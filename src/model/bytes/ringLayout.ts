/**
 * A ring's memory as Linux 6.18 lays it out (struct io_rings, rings_size; io_uring_setup's sq_off and cq_off): what a
 * hook's program finds in its regions.
 */
import { CQE } from "../programs/hookProgram.js";
import type { RingConstants } from "../programs/setup.js";
import type { RingDecl } from "../scenario.js";
import { SQE_BYTES } from "./sqeFields.js";

/** Offsets in struct io_rings, in bytes. */
export const RINGS = {
  sqHead: 0,
  sqTail: 4,
  cqHead: 8,
  cqTail: 12,
  sqRingMask: 16,
  cqRingMask: 20,
  sqRingEntries: 24,
  cqRingEntries: 28,
  sqDropped: 32,
  sqFlags: 36,
  cqFlags: 40,
  cqOverflow: 44,
  cqes: 64,
} as const;

/** PAGE_SIZE, in bytes. */
export const PAGE = 4096;
/** SMP_CACHE_BYTES, to which the SQ's index array is aligned. */
const CACHE_LINE = 64;

export function roundUp(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}

/** Bytes from one CQE to the next. */
function cqeStride(ring: RingDecl): number {
  return ring.setup.includes("CQE32") ? 2 * CQE.bytes : CQE.bytes;
}

/** Where head and CQEs end: with CQE32 the kernel doubles both. */
function cqesEnd(ring: RingDecl): number {
  const bytes = RINGS.cqes + CQE.bytes * ring.cqEntries;
  return ring.setup.includes("CQE32") ? 2 * bytes : bytes;
}

export function ringConstants(ring: RingDecl): RingConstants {
  return {
    sqEntries: ring.sqEntries,
    cqEntries: ring.cqEntries,
    sqRewind: ring.setup.includes("SQ_REWIND"),
    sqOff: { head: RINGS.sqHead, tail: RINGS.sqTail, flags: RINGS.sqFlags, dropped: RINGS.sqDropped },
    cqOff: {
      head: RINGS.cqHead,
      tail: RINGS.cqTail,
      overflow: RINGS.cqOverflow,
      flags: RINGS.cqFlags,
      cqes: RINGS.cqes,
    },
  };
}

/** Offset of the SQ's index array; null with NO_SQARRAY. */
export function sqArrayOffset(ring: RingDecl): number | null {
  if (ring.setup.includes("NO_SQARRAY")) return null;
  return roundUp(cqesEnd(ring), CACHE_LINE);
}

/** Bytes of the CQ region: head, CQEs and the index array, in whole pages. */
export function cqRegionSize(ring: RingDecl): number {
  const array = sqArrayOffset(ring);
  return roundUp(array === null ? cqesEnd(ring) : array + 4 * ring.sqEntries, PAGE);
}

/** Bytes of the SQ region, the SQEs, in whole pages. */
export function sqRegionSize(ring: RingDecl): number {
  return roundUp((ring.setup.includes("SQE128") ? 2 * SQE_BYTES : SQE_BYTES) * ring.sqEntries, PAGE);
}

/** As they stand; all are u32 and wrap. */
export interface RingCounters {
  readonly sqHead: number;
  readonly sqTail: number;
  /** IORING_SQ_* */
  readonly sqFlags: number;
  readonly sqDropped: number;
  readonly cqHead: number;
  readonly cqTail: number;
  /** IORING_CQ_* */
  readonly cqFlags: number;
  /** CQEs that were lost. */
  readonly cqOverflow: number;
}

/**
 * The bytes of the CQ region. `cqes`: the CQEs that nobody has taken, 16 chars each, oldest first: the first is at
 * cqHead. Slots that hold none are zero, and the index array is as user space fills it: each entry is its own index.
 */
export function cqRegion(ring: RingDecl, counters: RingCounters, cqes: string): Uint8Array {
  const bytes = new Uint8Array(cqRegionSize(ring));
  const view = new DataView(bytes.buffer);
  const words: readonly (readonly [number, number])[] = [
    [RINGS.sqHead, counters.sqHead],
    [RINGS.sqTail, counters.sqTail],
    [RINGS.cqHead, counters.cqHead],
    [RINGS.cqTail, counters.cqTail],
    [RINGS.sqRingMask, ring.sqEntries - 1],
    [RINGS.cqRingMask, ring.cqEntries - 1],
    [RINGS.sqRingEntries, ring.sqEntries],
    [RINGS.cqRingEntries, ring.cqEntries],
    [RINGS.sqDropped, counters.sqDropped],
    [RINGS.sqFlags, counters.sqFlags],
    [RINGS.cqFlags, counters.cqFlags],
    [RINGS.cqOverflow, counters.cqOverflow],
  ];
  // setUint32 takes a number modulo 2^32: a counter may have been counted past it.
  for (const [at, value] of words) view.setUint32(at, value, true);
  const count = cqes.length / CQE.bytes;
  if (!Number.isInteger(count) || count > ring.cqEntries)
    throw new Error(`${cqes.length} bytes are not the CQEs of a ring of ${ring.cqEntries}`);
  for (let i = 0; i < count; i++) {
    const slot = ((counters.cqHead + i) & (ring.cqEntries - 1)) >>> 0;
    const at = RINGS.cqes + cqeStride(ring) * slot;
    for (let j = 0; j < CQE.bytes; j++) bytes[at + j] = cqes.charCodeAt(CQE.bytes * i + j);
  }
  const array = sqArrayOffset(ring);
  if (array !== null) for (let i = 0; i < ring.sqEntries; i++) view.setUint32(array + 4 * i, i, true);
  return bytes;
}

/** A CQE's 16 bytes, a char a byte. */
export function cqeBytes(userData: bigint, res: number, flags: number): string {
  const view = new DataView(new ArrayBuffer(CQE.bytes));
  view.setBigUint64(CQE.userData, userData, true);
  view.setInt32(CQE.res, res, true);
  view.setUint32(CQE.flags, flags, true);
  return String.fromCharCode(...new Uint8Array(view.buffer));
}
