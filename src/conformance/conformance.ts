/** An implementation of io_uring held against the specification: the catalogue, the property suites, generated scenarios. */
import { judgeFiles } from "./files.js";
import { judgeScenarios, judgeSuite } from "./generated.js";
import type { Implementation } from "./implementation.js";
import { type ConformanceOptions, settled } from "./options.js";
import { type ConformanceResult, type GeneratedResult, worstVerdict } from "./result.js";

/**
 * Runs the three parts, one after the other, a scenario at a time. The same seed, options and answers of the
 * implementation give the same result, byte for byte. Failures are data; it rejects with the signal's reason where that
 * aborts, and for a fault of ours.
 */
export async function conformance(
  implementation: Implementation,
  options: ConformanceOptions,
): Promise<ConformanceResult> {
  const all = settled(options);
  const files = await judgeFiles(implementation, all);
  const suites: GeneratedResult[] = [];
  for (const suite of all.suites) suites.push(await judgeSuite(implementation, suite, options));
  const scenarios = await judgeScenarios(implementation, options);
  return {
    implementation: implementation.name,
    profile: all.profile,
    seed: all.seed,
    verdict: worstVerdict([...files, ...suites, scenarios].map(({ verdict }) => verdict)),
    files,
    suites,
    scenarios,
  };
}
