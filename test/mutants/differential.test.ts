/** A wrong rule put into the model is found by differential testing against the kernel, in a scenario of at most four SQEs. */
import { afterAll, describe, expect, it } from "vitest";
import { checkTest } from "../../src/check/check.js";
import {
  type CheckTest,
  type DifferentialImplementation,
  type DifferentialOptions,
  runScenario,
  runScenarios,
} from "../../src/conformance/differential.js";
import { shrinkDisagreement } from "../../src/conformance/differentialShrink.js";
import { compileDrawn, drawScenario } from "../../src/conformance/draw.js";
import { pooledKernel } from "../../src/conformance/kernelPool.js";
import { KernelPool } from "../../src/kernel/index.js";
import { type LitmusTest, printLitmus } from "../../src/litmus/index.js";
import type { Feature } from "../../src/properties/generate/index.js";
import { formatOutcome } from "../../src/report/outcome.js";
import { formatTable } from "../../src/report/table.js";
import { buildWorker } from "../kernel/build.js";
import { testKernel } from "../kernel/kernel.js";
import { buildChecker } from "./build.js";
import { MUTANTS } from "./mutants.js";

const kernel = await testKernel("differentialMutants");
const pool = new KernelPool({ helpers: 2, workerFile: buildWorker("differentialMutantsPool") });
afterAll(() => pool.close());

/** Nothing that takes time: what these rules are about shows without timers. */
const FEATURES: readonly Feature[] = [
  "links",
  "hardlinks",
  "skip",
  "drain",
  "inject",
  "files",
  "prep",
  "submits",
  "submitAll",
  "deferTaskrun",
  "cancel",
];
const OPTIONS: DifferentialOptions = {
  seed: 1,
  profile: "linux-6.18",
  generate: { sqesMax: 6, features: FEATURES, profile: "linux-6.18", kernelRunnable: true },
  runs: 2,
  confirmRuns: 20,
  statesMax: 20_000,
};
const SCENARIOS_MAX = 400;
const SQES_MAX = 4;

const WRONG = [
  "a soft link never severs",
  "a hard link severs like a soft one",
  "a chain goes on in the next submission",
  "a failed prep spares the head",
  "no failed prep stops the submission",
  "SUBMIT_ALL stops like any ring",
  "SKIP hides nothing",
  "a failed SKIP member leaves the rest visible",
  "a short read does not sever",
  "a later request overtakes a drain",
];

/**
 * The kernel, of which only that is told which the model without the mutant allows: what is found is the mutant, and no
 * gap of the model's own. Runs of a drawn scenario are kept for the next mutant.
 */
function tamed(real: DifferentialImplementation): DifferentialImplementation {
  const kept = new Map<string, ReturnType<DifferentialImplementation["run"]>>();
  const run = async (test: LitmusTest, request: Parameters<typeof real.run>[1]) => {
    const report = await real.run(test, request);
    if (report.kind === "unsupported") return report;
    const { outcomes } = checkTest(test, OPTIONS.profile, { limits: { statesMax: OPTIONS.statesMax } });
    return { ...report, observed: report.observed.filter(({ outcome }) => outcomes?.has(outcome) ?? false) };
  };
  return {
    name: real.name,
    run(test, request) {
      if (request.patience !== 1) return run(test, request);
      const report = kept.get(test.name) ?? run(test, request);
      kept.set(test.name, report);
      return report;
    },
  };
}

/** A wrong model may also meet its own assertions: that is no disagreement, and is not counted. */
function withoutFaults(check: CheckTest): CheckTest {
  return (test, profile, options) => {
    try {
      return check(test, profile, options);
    } catch {
      const { result } = checkTest(test, profile, { limits: { statesMax: 1 } });
      return { result, outcomes: null };
    }
  };
}

describe.skipIf(kernel.whyNot !== null)("a wrong rule", () => {
  const implementation = tamed(pooledKernel(pool, "the kernel"));
  const table: string[][] = [];
  afterAll(() => {
    const head = ["wrong rule", "scenarios", "SQEs", "seen", "litmus"];
    console.log(formatTable(head, table, ["left", "right", "right", "left", "left"]).join("\n"));
  });

  it.each(WRONG)("%s", async (name) => {
    const mutant = MUTANTS.find((candidate) => candidate.name === name);
    if (mutant === undefined) throw new Error(`there is no mutant ${name}`);
    const { checkTest: mutated } = await buildChecker(mutant);
    const options: DifferentialOptions = { ...OPTIONS, check: withoutFaults(mutated) };
    const run = (index: number) => runScenario(implementation, options, index);
    let found: number | null = null;
    for await (const { index, verdict } of runScenarios(run, 0, SCENARIOS_MAX, 4)) {
      if (verdict.kind !== "disagrees") continue;
      found = index;
      break;
    }
    expect(found, `not found in ${SCENARIOS_MAX} scenarios`).not.toBeNull();
    const drawn = compileDrawn(drawScenario(options.generate, options.seed, found ?? 0));
    const small = await shrinkDisagreement(implementation, options, drawn, { triesMax: 400, seed: 1 });
    expect(small, "the disagreement does not come back").not.toBeNull();
    if (small === null) return;
    const { sqes } = small.test.scenario;
    const [seen] = small.forbidden;
    table.push([
      name,
      String((found ?? 0) + 1),
      String(sqes.length),
      seen === undefined ? "" : formatOutcome(seen.outcome, small.test.scenario),
      printLitmus(small.test.ast)
        .replace(/^litmus .*\n/, "")
        .replace(/\s+/g, " ")
        .trim(),
    ]);
    expect(sqes.length).toBeLessThanOrEqual(SQES_MAX);
  });
});
