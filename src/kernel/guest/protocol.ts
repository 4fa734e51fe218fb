/** What host and guest tell each other: a job in a file of the guest, and lines of JSON on its second serial port. */
import type { Scenario } from "../../model/scenario.js";
import type { KernelReport } from "../runner.js";

/** Where the guest finds its job, and how many seconds it may run at most. */
export const JOB_FILE = "job/job.json";
export const LIMIT_FILE = "job/seconds";

export interface GuestJob {
  readonly scenarios: readonly Scenario[];
  /** Runs of each. */
  readonly runs: number;
  readonly seed: number;
  readonly timeScale: number;
}

/** `at`: the scenario's place in the job. A scenario that was begun and has no report has taken the guest down. */
export type GuestLine =
  | { readonly kind: "up"; readonly release: string; readonly version: string }
  | { readonly kind: "begin"; readonly at: number }
  | { readonly kind: "report"; readonly at: number; readonly report: KernelReport }
  | { readonly kind: "failed"; readonly at: number; readonly reason: string }
  | { readonly kind: "done" };
