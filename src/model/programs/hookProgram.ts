/** A BPF loop hook as a pure function over its memory and the ring's regions: io_uring_bpf_ops (bpf-ops.c, 7.1). */
import type { Region } from "./region.js";
import type { Parameters, ProgramArguments, ProgramMemory, RingConstants } from "./setup.js";

/** loop.h: what a `loop_step` returns. */
export const IOU_LOOP_CONTINUE = 0;
export const IOU_LOOP_STOP = 1;

/** What the first posted form's `loop` returns (RFC v3 of November 2025). */
export const IOU_RES_WAIT = 0;
export const IOU_RES_STOP = 1;

/** bpf-ops.h. The first posted form knows 0 as the rings and 1 as the SQEs. */
export const IOU_REGION_MEM = 0;
export const IOU_REGION_CQ = 1;
export const IOU_REGION_SQ = 2;

/** Offsets in a CQE of 16 bytes (struct io_uring_cqe). */
export const CQE = { userData: 0, res: 8, flags: 12, bytes: 16 } as const;

/** What a step is given. Regions are valid during the step only, as the kernel's pointers are. */
export interface HookView {
  /** Its own globals and maps; kept from step to step, and when it is detached. */
  readonly memory: Region;
  readonly ring: RingConstants;
  /**
   * bpf_io_uring_get_region: `size` is in bytes. null: there is no such region, it is not registered, or it has fewer
   * bytes (its size is rounded up to pages of 4096).
   */
  getRegion(id: number, size: number): Region | null;
  /** bpf_io_uring_submit_sqes: the number of SQEs that were consumed, or -EAGAIN. CQEs of inline completions are there when it returns. */
  submitSqes(count: number): number;
}

/** struct iou_loop_params. `cqWaitIdx`: the CQ tail to sleep for, a u32; it persists through the steps of one system call. */
export interface LoopParams {
  cqWaitIdx: number;
}

/** struct iou_loop_state of the first form: the CQ tail to sleep for, and how long, in nanoseconds; 0: no limit. */
export interface LoopState {
  cqTail: number;
  timeoutNs: bigint;
}

/**
 * A program. It must be a function of its arguments alone: it may be run again from the same memory, and must then do
 * the same. Exactly one of `loopStep` and `loop` is there.
 */
export interface HookProgram extends ProgramMemory {
  readonly kind: "hook";
  /** One line: what it is for, and where it comes from. */
  readonly doc: string;
  readonly parameters?: Parameters;
  /**
   * false: it makes no ASYNC_CANCEL and no LINK_TIMEOUT where no declared SQE is one. Left out: it may, and the model
   * keeps in mind what io-wq has only picked up, which takes more states.
   */
  readonly cancels?: false;
  /** user_data of the SQEs that it makes, by the names under which reports and claims know them (`HOOK-NAME`). */
  readonly userData?: Readonly<Record<string, bigint>>;
  /** What user space writes into the program's memory before it loads it. */
  init?(memory: Region, ring: RingConstants, args: ProgramArguments): void;
  /**
   * The index of the first CQE that a later run may read, write, move or take, as its memory is when a run returns; the
   * CQ head, if it may be any. A promise that lets a search forget what older CQEs say: a run that breaks it is refused.
   */
  looksBackTo?(memory: Region, cqHead: number): number;
  /**
   * It never reads the SQ region, and writes an SQE whole before it publishes it: another promise, that lets a search
   * forget SQEs once they are consumed. Default: no.
   */
  readonly readsNoSqes?: true;
  /** The merged form. Returns IOU_LOOP_CONTINUE or IOU_LOOP_STOP. */
  loopStep?(view: HookView, params: LoopParams): number;
  /** The first posted form. Returns IOU_RES_WAIT or IOU_RES_STOP. */
  loop?(view: HookView, state: LoopState): number;
}
