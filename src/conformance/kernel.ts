/** The real kernel as an implementation: what its runs without an outcome mean to a conformance run. */
import { type KernelOptions, type KernelReport, runOnKernel } from "../kernel/index.js";
import type { Implementation, RunReport } from "./implementation.js";

/** `runs` and `seed` are each request's. */
export type KernelImplementationOptions = Omit<KernelOptions, "runs" | "seed">;

/**
 * This machine's io_uring. Runs that were late or had a result that their `may` does not list have no outcome to judge,
 * and are only told; a run whose helper had to be killed is a failure of the kernel or of the runner, and rejects.
 */
export function kernelImplementation(options: KernelImplementationOptions = {}): Implementation {
  return {
    name: "this machine's kernel",
    run: async ({ scenario }, { runs, seed }) =>
      reportOf(await runOnKernel(scenario, { ...options, runs, seed })),
  };
}

/** What a report of the kernel runner is to a conformance run. Throws where a helper hung. */
export function reportOf(report: KernelReport): RunReport {
  if (report.kind === "unsupported") return report;
  const { observed, hung, late, unlisted } = report;
  if (hung > 0) throw new Error(`${hung} of the runs never ended, and were killed`);
  const lost = [
    ...(late > 0 ? [`${late} runs were held up too long`] : []),
    ...(unlisted > 0 ? [`${unlisted} runs had a result that \`may\` does not list`] : []),
  ];
  return { kind: "ran", observed, ...(lost.length > 0 && { lost: lost.join(", ") }) };
}
