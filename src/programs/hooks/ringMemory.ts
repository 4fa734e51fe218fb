/** The ring as a hook's program sees it: two pieces of memory, and where in them heads, tails and entries lie. */
import {
  CQE,
  type HookView,
  IOU_LOOP_STOP,
  IOU_REGION_CQ,
  IOU_REGION_SQ,
  type Region,
  type RingConstants,
} from "../../model/programs/index.js";
import { errorOf } from "../globals.js";
import { IORING_CQE_F_MORE, IORING_SQ_CQ_OVERFLOW, SQE } from "../sqe.js";

/** `a - b` of indices that wrap around at 2^32. */
export function distance(a: number, b: number): number {
  return (a - b) >>> 0;
}

/** `a + b` of indices that wrap around at 2^32. */
export function advanced(a: number, b: number): number {
  return (a + b) >>> 0;
}

/** Region ids: the merged form's. */
const MERGED = { rings: IOU_REGION_CQ, sqes: IOU_REGION_SQ };

/**
 * Both regions of the ring, for this step only. Without IORING_SETUP_NO_SQARRAY the SQ array must map each entry to
 * the SQE of the same index, as liburing sets it up. null: the kernel gives no such region.
 */
export function openRing(view: HookView, ids: { rings: number; sqes: number } = MERGED): RingMemory | null {
  const { ring } = view;
  const rings = view.getRegion(ids.rings, ring.cqOff.cqes + ring.cqEntries * CQE.bytes);
  const sqes = view.getRegion(ids.sqes, ring.sqEntries * SQE.bytes);
  return rings === null || sqes === null ? null : new RingMemory(rings, sqes, ring);
}

export class RingMemory {
  constructor(
    readonly rings: Region,
    readonly sqes: Region,
    private readonly ring: RingConstants,
  ) {}

  get cqHead(): number {
    return this.rings.u32(this.ring.cqOff.head);
  }
  get cqTail(): number {
    return this.rings.u32(this.ring.cqOff.tail);
  }
  /** CQEs before `head` are gone for user space as well. */
  reapTo(head: number): void {
    this.rings.setU32(this.ring.cqOff.head, head);
  }
  /** Where the CQE of an index, such as a head, begins in `rings`. */
  cqeAt(index: number): number {
    return this.ring.cqOff.cqes + (index & (this.ring.cqEntries - 1)) * CQE.bytes;
  }
  userData(index: number): bigint {
    return this.rings.u64(this.cqeAt(index) + CQE.userData);
  }
  res(index: number): number {
    return this.rings.i32(this.cqeAt(index) + CQE.res);
  }
  /** Whether the CQE of an index is its request's last one: multishot requests post several. */
  isLastOfRequest(index: number): boolean {
    return (this.rings.u32(this.cqeAt(index) + CQE.flags) & IORING_CQE_F_MORE) === 0;
  }

  get sqHead(): number {
    return this.rings.u32(this.ring.sqOff.head);
  }
  get sqTail(): number {
    return this.rings.u32(this.ring.sqOff.tail);
  }
  /** IORING_SQ_NEED_WAKEUP, IORING_SQ_CQ_OVERFLOW, IORING_SQ_TASKRUN. */
  get sqFlags(): number {
    return this.rings.u32(this.ring.sqOff.flags);
  }
  /** SQEs that were queued and not submitted yet. Says nothing on a ring with SQ_REWIND, which has no SQ tail. */
  get queued(): number {
    return distance(this.sqTail, this.sqHead);
  }
  /** Where the SQE of an index, such as the SQ head, begins in `sqes`. */
  sqeAt(index: number): number {
    return (index & (this.ring.sqEntries - 1)) * SQE.bytes;
  }
  /**
   * Where the n-th SQE (from 0) that the program adds begins in `sqes`. For programs to which the SQ belongs: one that
   * user space has queued and nobody submitted may be overwritten.
   */
  freeSqeAt(n: number): number {
    return this.sqeAt(this.ring.sqRewind ? n : this.sqTail + n);
  }
  /** Makes the `count` SQEs added known; with SQ_REWIND their number is an argument of submit_sqes alone. */
  publish(count: number): void {
    if (!this.ring.sqRewind) this.rings.setU32(this.ring.sqOff.tail, advanced(this.sqTail, count));
  }

  /** CQEs wait in the kernel for room in the CQ. */
  get hasOverflow(): boolean {
    return (this.sqFlags & IORING_SQ_CQ_OVERFLOW) !== 0;
  }

  /**
   * No CQE can come until user space has reaped some: a program that leaves CQEs to it must stop now, for the loop
   * does not sleep while there is an overflow.
   */
  get isFullForUser(): boolean {
    return this.hasOverflow && distance(this.cqTail, this.cqHead) === this.ring.cqEntries;
  }
}

/** Ends the system call; why is kept for user space in the global at `at`. STOP is 1 in both forms. */
export function stopWith(memory: Region, at: number, error: number): number {
  memory.setI32(at, error);
  return IOU_LOOP_STOP;
}

/**
 * Publishes the `count` SQEs that the program has added, and submits them all: a failing prep ends a submission, and what
 * is left of it is submitted again. Returns `count`, or an error.
 */
export function submitAll(view: HookView, ring: RingMemory, count: number): number {
  ring.publish(count);
  for (let left = count; left > 0; ) {
    const submitted = view.submitSqes(left);
    if (submitted <= 0) return submissionError(submitted);
    left -= submitted;
  }
  return count;
}

/** What submit_sqes says where it did not take all that it was given: its error, or that some were left. */
export function submissionError(submitted: number): number {
  return submitted < 0 ? submitted : errorOf("EIO");
}
