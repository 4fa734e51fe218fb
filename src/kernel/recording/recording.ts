/**
 * Recorded runs: what one kernel did with many litmus files, so that somebody without that kernel can hold the model
 * against it. traces/kernel/README.md describes the format.
 */
export const RECORDING_SCHEMA = "ringspec.kernelRuns/1";
export const RECORDING_BYTES_MAX = 64 << 20;

export interface Recording {
  /** uname -r and uname -v of the kernel. */
  readonly release: string;
  readonly version: string;
  /** IORING_FEAT_ names that it reports. */
  readonly features: readonly string[];
  /** The command that made the recording. */
  readonly command: string;
  readonly files: readonly RecordedFile[];
}

export type RecordedFile = {
  /** As it was named, with `/` between folders. */
  readonly path: string;
  /** Of the canonical text: 16 hex digits. Where it differs, outcomes are another scenario's. */
  readonly hash: string;
} & (RecordedRuns | { readonly kind: "unsupported"; readonly reason: string });

export interface RecordedRuns {
  readonly kind: "ran";
  /** Names stand for the indices of an outcome, which the reader of a recording has no scenario for. */
  readonly observed: readonly NamedOutcome[];
  readonly hung: number;
  readonly late: number;
  readonly unlisted: number;
}

/** An outcome whose indices are names, and in how many runs it was seen. */
export interface NamedOutcome {
  readonly runs: number;
  /** By ring name, in the order in which they were posted. */
  readonly cq: Readonly<Record<string, readonly NamedCqe[]>>;
  /** By name of a bound value; null: never bound. */
  readonly ret: Readonly<Record<string, number | null>>;
  readonly files: Readonly<Record<string, string>>;
  readonly hang: boolean;
}

export type NamedCqe = readonly [label: string, res: number, flags: number];
