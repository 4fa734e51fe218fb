/** Where outcomes come from that are judged or compared: this machine's kernel, a guest's, a recording. */
import { release, version } from "node:os";
import { type KernelReport, profileOfKernel, runOnKernel } from "../../kernel/index.js";
import type { ProfileName } from "../../model/profile.js";
import type { LoadedLitmus } from "../litmusFile.js";

/** What there is of one file. */
export type FileReport =
  | KernelReport
  /** Nothing is known of it, and the reason is not that the kernel cannot. */
  | { readonly kind: "failed"; readonly reason: string }
  /** The recorded runs are those of another text. */
  | { readonly kind: "stale"; readonly reason: string };

export interface Runs {
  /** What is asked, for a head: `this machine`, `guest 6.12`, the recording's file. */
  readonly source: string;
  /** By which profile its outcomes are judged where the user names none. */
  readonly profile: ProfileName;
  /** uname -r and uname -v; of a guest they are known with the first report. */
  kernel(): { readonly release: string; readonly version: string };
  /** Files have to be asked for in the order in which the runs were given them. */
  reportOf(litmus: LoadedLitmus): Promise<FileReport>;
}

export interface RunsOptions {
  readonly runs: number;
  readonly seed: number;
  readonly timeScale: number | null;
}

/** Runs of this machine's kernel, made when they are asked for. */
export function hostRuns({ runs, seed, timeScale }: RunsOptions): Runs {
  return {
    source: "this machine",
    profile: profileOfKernel(release()),
    kernel: () => ({ release: release(), version: version() }),
    reportOf: ({ test }) =>
      runOnKernel(test.scenario, { runs, seed, ...(timeScale !== null && { timeScale }) }),
  };
}
