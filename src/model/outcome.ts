/** What one complete run shows to user space: the form in which a search, a sampled run and a kernel are compared. */
import type { LabelId } from "./scenario.js";

/** A posted CQE: who it names, `res`, and the IORING_CQE_F_ flags. */
export type CqeRecord = readonly [label: LabelId, res: number, flags: number];

export interface Outcome {
  /** By RingId, each in the order in which they were posted. */
  readonly cq: readonly (readonly CqeRecord[])[];
  /** Only where the scenario has programs. */
  readonly programs?: {
    /** By RingId: CQEs that a hook took off the ring, in the order in which they were posted; they are not in `cq`. */
    readonly hooked: readonly (readonly CqeRecord[])[];
    /** By MemoryId: the named places of each program's memory. */
    readonly variables: readonly Readonly<Record<string, number>>[];
  };
  /** By ValueId; null: never bound. */
  readonly values: readonly (number | null)[];
  /** By FileId: the content at the end. */
  readonly files: readonly string[];
  /** A thread is blocked and nothing can ever unblock it. */
  readonly hang: boolean;
}
