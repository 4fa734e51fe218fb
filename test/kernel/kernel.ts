/** Whether this machine can run scenarios, and how the tests run them. */
import { type KernelOptions, type KernelReport, runOnKernel } from "../../src/kernel/index.js";
import type { Outcome } from "../../src/model/outcome.js";
import type { Scenario } from "../../src/model/scenario.js";
import { buildWorker } from "./build.js";
import * as s from "./scenarios.js";

export interface TestKernel {
  /** null: it can; else why not. */
  readonly whyNot: string | null;
  /** The helper's file: it is in the command line of every helper. */
  readonly workerFile: string;
  run(scenario: Scenario, options: KernelOptions): Promise<KernelReport>;
  /** Outcomes as text, the most frequent first; throws where nothing could be run. */
  outcomes(scenario: Scenario, runs: number, options?: Partial<KernelOptions>): Promise<readonly string[]>;
}

export async function testKernel(name: string): Promise<TestKernel> {
  const workerFile = buildWorker(name);
  const run = (scenario: Scenario, options: KernelOptions): Promise<KernelReport> =>
    runOnKernel(scenario, { workerFile, ...options });
  const tried = await run(s.scenario([s.nop()], [s.submit(0, 1, 1)]), { runs: 1 });
  const whyNot = tried.kind === "ran" ? null : `${tried.reason}: ${tried.hint}`;
  if (whyNot !== null) console.warn(`skipped, no io_uring here: ${whyNot}`);
  return {
    whyNot,
    workerFile,
    run,
    async outcomes(scenario, runs, options = {}) {
      const report = await run(scenario, { runs, ...options });
      if (report.kind === "unsupported") throw new Error(report.reason);
      return report.observed.map(({ outcome }) => format(scenario, outcome));
    },
  };
}

/** `a=0 b=-125`; then `n=3`, `f="…"` and `hang` where there are such. */
export function format(scenario: Scenario, outcome: Outcome): string {
  const parts = outcome.cq.map((cqes) =>
    cqes
      .map(([label, res, flags]) => `${scenario.labels[label]}=${res}${flags === 0 ? "" : `/${flags}`}`)
      .join(" "),
  );
  outcome.values.forEach((value, id) => {
    parts.push(`${scenario.values[id]}=${value}`);
  });
  outcome.files.forEach((content, id) => {
    parts.push(`${scenario.files[id]?.name}="${content}"`);
  });
  if (outcome.hang) parts.push("hang");
  return parts.join("; ");
}
