/** What can be held against the specification: something that runs a scenario and tells its CQEs. */
import type { Observed } from "../kernel/judge.js";
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
      /** What of the scenario it does not have, in few different words: reports count equal reasons. */
      readonly reason: string;
    }
  | {
      readonly kind: "ran";
      /** Different outcomes, each with the number of runs that had it. */
      readonly observed: readonly Observed[];
      /** Why some of the runs have no outcome; left out: all have one. */
      readonly lost?: string;
    };

/** An implementation of io_uring: the kernel, a library that emulates it, a reimplementation. */
export interface Implementation {
  /** As reports call it. */
  readonly name: string;
  /**
   * Runs the scenario from a fresh state, to the end of its threads and of the sweep behind them, where nothing can move
   * any more. What it cannot run is `unsupported`, never a guess; a rejection is a failure of the implementation.
   */
  run(test: LitmusTest, request: RunRequest): Promise<RunReport>;
}
