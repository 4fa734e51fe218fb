/** Runs of a guest's kernel: it is booted once for all files, and tells of each as soon as it has run it. */
import { type GuestVersion, runOnGuest } from "../../kernel/index.js";
import type { LoadedLitmus } from "../litmusFile.js";
import type { FileReport, Runs, RunsOptions } from "./runs.js";

export interface GuestRunsOptions extends RunsOptions {
  readonly guestTimeMax: number;
}

/** Boots the guest now. Every file of `files` will have a report. */
export function guestRuns(
  version: GuestVersion,
  files: readonly LoadedLitmus[],
  { runs, seed, timeScale, guestTimeMax }: GuestRunsOptions,
): Runs {
  let kernel = { release: version as string, version: "" };
  const reports = new Map(files.map((litmus) => [litmus.path, new Later<FileReport>()]));
  const tell = (at: number, report: FileReport): void => reports.get(files[at]?.path ?? "")?.resolve(report);
  const options = { runs, seed, timeoutMs: guestTimeMax * 1000, ...(timeScale !== null && { timeScale }) };
  const scenarios = files.map(({ test }) => test.scenario);
  runOnGuest(version, scenarios, options, (event) => {
    if (event.kind === "up") kernel = { release: event.release, version: event.version };
    else if (event.kind === "report") tell(event.at, event.report);
    else if (event.kind === "failed") tell(event.at, { kind: "failed", reason: event.reason });
  }).then(
    (missing) => {
      if (missing !== null) for (const report of reports.values()) report.resolve(missing);
    },
    (error: Error) => {
      for (const report of reports.values()) report.reject(error);
    },
  );
  return {
    source: `guest ${version}`,
    profile: `linux-${version}`,
    kernel: () => kernel,
    reportOf: ({ path }) => {
      const report = reports.get(path);
      if (report === undefined) throw new Error(`${path} was not given to the guest`);
      return report.promise;
    },
  };
}

/** A promise that somebody else settles. */
class Later<T> {
  resolve!: (value: T) => void;
  reject!: (error: Error) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    // Whoever asks for it hears of the error; a report that nobody asks for is no fault.
    this.promise.catch(() => undefined);
  }
}
