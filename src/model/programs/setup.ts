/** What user space tells a program before it loads it, and what of a program's memory has a name. */

/** Offsets into the CQ region (IORING_OFF_SQ_RING, IORING_FEAT_SINGLE_MMAP), in bytes; and the ring's sizes. */
export interface RingConstants {
  readonly sqEntries: number;
  readonly cqEntries: number;
  /** IORING_SETUP_SQ_REWIND: a submission always starts at SQE 0. */
  readonly sqRewind: boolean;
  readonly sqOff: {
    readonly head: number;
    readonly tail: number;
    readonly flags: number;
    readonly dropped: number;
  };
  readonly cqOff: {
    readonly head: number;
    readonly tail: number;
    readonly overflow: number;
    readonly flags: number;
    readonly cqes: number;
  };
}

/**
 * Arguments of a declaration, `NAME(key=value, …)`, as numbers of 64 bits: an integer is itself, a file, pipe end,
 * socket or slot is its descriptor's number, a buffer is its address, an SQE's label is its user_data, and a time is
 * the address of a `struct __kernel_timespec` that says it.
 */
export type ProgramArguments = Readonly<Record<string, bigint>>;

export type VariableType = "u8" | "u32" | "i32" | "u64";

/** A named place in a program's memory, for conditions (`H.remaining = 0`) and reports. `offset` is in bytes. */
export interface Variable {
  readonly offset: number;
  readonly type: VariableType;
}

/** Memory of one program, or shared by several. */
export interface ProgramMemory {
  /** Bytes; zero until `init` has run. */
  readonly memoryBytes: number;
  readonly variables?: Readonly<Record<string, Variable>>;
}

/** The parameters that a declaration must, or (`optional`) may, name. */
export interface Parameters {
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
}
