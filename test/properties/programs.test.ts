/**
 * Drawn programs in drawn scenarios: the two executors agree at each step of a search, with what its codec packs and
 * unpacks; sampled runs end, and satisfy every property. RINGSPEC_PROGRAMS=N draws N of them (default: some hundreds).
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runTest } from "../../src/cli/runTest.js";
import { compileLitmus, formatDiagnostic, type LitmusTest } from "../../src/litmus/index.js";
import { ringModel } from "../../src/model/model.js";
import type { ProfileName } from "../../src/model/profile.js";
import type { State } from "../../src/model/state.js";
import { PROGRAM_SUITES, scenarios, suiteOf, toLitmus } from "../../src/properties/generate/index.js";
import { checkAll, observedOf, PROGRAM_PROPERTIES, PROPERTIES } from "../../src/properties/index.js";
import { codecOf } from "../../src/scheduler/packing.js";
import { search } from "../../src/scheduler/search.js";
import { seeded } from "../../src/scheduler/seeded.js";

/** Of all suites and profiles together. */
const DEFAULT_PROGRAMS = 280;
const PROGRAMS = Number(process.env["RINGSPEC_PROGRAMS"] ?? DEFAULT_PROGRAMS);
const SEED = Number(process.env["RINGSPEC_SEED"] ?? 7);
/** States of one scenario that are looked at by both executors. */
const STATES_MAX = 40;
const RUNS = 3;
const STEPS_MAX = 3000;

const ABOUT: readonly (readonly [suite: string, profile: ProfileName])[] = [
  ["operations", "bpf-op-v3"],
  ["operations", "bpf-op-v1"],
  ["operations", "bpf-op-v4"],
  ["hooks", "linux-7.1"],
  ["hooks", "linux-7.1.5"],
  ["hooks", "loop-v3"],
  ["hooks", "bpf-op-v3"],
];

function compiled(text: string): LitmusTest {
  const result = compileLitmus(text, "generated");
  if (result.ok) return result.test;
  throw new Error(result.diagnostics.map(formatDiagnostic).join("\n"));
}

/** Throws where they differ. */
function compareExecutors({ scenario }: LitmusTest, profile: ProfileName): void {
  const model = ringModel(scenario, profile);
  search(
    {
      model,
      codec: codecOf<State>(model.layout),
      bound: (event) => (event.kind === "bound" ? event.name : null),
    },
    { statesMax: STATES_MAX },
    { selfCheck: true },
  );
}

/** How many of the sampled runs were judged: the others met a bound of the model. */
function judgeRuns(test: LitmusTest, profile: ProfileName): number {
  let judged = 0;
  for (let n = 0; n < RUNS; n++) {
    const { end, outcome, events } = runTest(test, profile, seeded(`${n}`), STEPS_MAX);
    if (events.some(({ kind }) => kind === "bound")) continue;
    expect(end, "a run does not end").toBe("quiescent");
    if (outcome === null) continue;
    judged++;
    const run = { scenario: test.scenario, outcome, trace: observedOf(events) };
    const properties = [...PROPERTIES, ...PROGRAM_PROPERTIES];
    for (const told of [run, { ...run, trace: null }])
      expect(checkAll(told, profile, properties).violations).toEqual([]);
  }
  return judged;
}

describe("drawn programs", () => {
  const numRuns = Math.ceil(PROGRAMS / ABOUT.length);

  it.each(ABOUT)("%s under %s", { timeout: 60_000 + 500 * numRuns }, (name, profile) => {
    const { options } = suiteOf(name)!;
    let judged = 0;
    fc.assert(
      fc.property(scenarios({ ...options, profile }), (scenario) => {
        const text = toLitmus(scenario);
        try {
          const test = compiled(text);
          compareExecutors(test, profile);
          judged += judgeRuns(test, profile);
        } catch (error) {
          throw new Error(`${error instanceof Error ? error.message : error}\n${text}`, { cause: error });
        }
      }),
      { seed: SEED, numRuns },
    );
    if (numRuns > 20) expect(judged).toBeGreaterThan(numRuns * RUNS * 0.7);
  });

  it("every suite of programs is drawn under a profile", () => {
    expect(PROGRAM_SUITES.map((suite) => suite.name).sort()).toEqual(
      [...new Set(ABOUT.map(([name]) => name))].sort(),
    );
  });
});
