/** The kernel behind a pool of helpers, as differential testing asks it. */
import type { KernelPool, KernelReport } from "../kernel/index.js";
import type { DifferentialImplementation } from "./differential.js";
import type { RunReport } from "./implementation.js";

/** This machine's io_uring. Patience stretches declared times and all waiting alike. */
export function pooledKernel(pool: KernelPool, name: string): DifferentialImplementation {
  return {
    name,
    run: async ({ scenario }, { runs, seed, patience }) => {
      const slow = patience === 1 ? {} : { patience, timeScale: patience };
      return runReportOf(await pool.run(scenario, { runs, seed, keepsTimes: true, ...slow }));
    },
  };
}

/** A scenario whose runs had to be killed is unsupported: what it would have shown is not known. */
export function runReportOf(report: KernelReport): RunReport {
  if (report.kind === "unsupported") return report;
  if (report.hung > 0 && report.observed.length === 0) {
    return { kind: "unsupported", reason: "its runs never ended, and were killed" };
  }
  return { kind: "ran", observed: report.observed };
}
