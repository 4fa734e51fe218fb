/** What can be held against the specification: something that runs a scenario and tells its CQEs. */
import type { Observed } from "../kernel/index.js";
import type { LitmusTest } from "../litmus/index.js";

export interface RunRequest {
  /** How often the scenario is to be run; an implementation without any chance in it may run it once. */
  readonly runs: number;
  /** What its choices, if it makes any, are to be drawn from. */
  readonly seed: number;
}

/** What an implementation tells of the runs of one scenario. */
export type RunReport =
  | {
      readonly kind: "unsupported";
      /** What of the scenario it does not have. */
      readonly reason: string;
    }
  | {
      readonly kind: "ran";
      /** Different outcomes, each with the number of runs that had it. */
      readonly observed: readonly Observed[];
    };

/** An implementation of io_uring: the kernel, a library that emulates it, a reimplementation. */
export interface Implementation {
  /** As reports call it. */
  readonly name: string;
  /** Runs the scenario from a fresh state. What it cannot run is `unsupported`, never a guess. */
  run(test: LitmusTest, request: RunRequest): Promise<RunReport>;
}
