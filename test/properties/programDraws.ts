/** Scenarios of a suite of programs as drawn, some runs of each, and the situations that those reach. */
import * as fc from "fast-check";
import { runTest } from "../../src/cli/runTest.js";
import { compileLitmus, formatDiagnostic } from "../../src/litmus/index.js";
import type { ProfileName } from "../../src/model/profile.js";
import { scenarios, suiteOf, toLitmus } from "../../src/properties/generate/index.js";
import { observedOf, type Run } from "../../src/properties/index.js";
import { seeded } from "../../src/scheduler/seeded.js";
import { SITUATIONS, type Situation, situationsOf } from "./programSituations.js";

const RUNS = 3;
const STEPS_MAX = 3000;

/** A seeded run that came to its end and met no bound of the model. */
export interface Drawn {
  /** Which of the scenarios it is of. */
  readonly scenario: number;
  readonly run: Run;
  readonly situations: ReadonlySet<Situation>;
}

/** The runs of `count` scenarios, three of each. The same seed draws the same ones. */
export function drawnRuns(
  suite: string,
  profile: ProfileName,
  count: number,
  seed: number,
): readonly Drawn[] {
  const { options } = suiteOf(suite)!;
  const sample = fc.sample(scenarios({ ...options, profile }), { seed, numRuns: count });
  return sample.flatMap((drawn, scenario) => {
    const compiled = compileLitmus(toLitmus(drawn), "drawn");
    if (!compiled.ok) throw new Error(compiled.diagnostics.map(formatDiagnostic).join("\n"));
    const { test } = compiled;
    return Array.from({ length: RUNS }, (_, n) => runTest(test, profile, seeded(`${n}`), STEPS_MAX)).flatMap(
      (ran): Drawn[] => {
        const { outcome, events } = ran;
        if (outcome === null || events.some(({ kind }) => kind === "bound")) return [];
        const run = { scenario: test.scenario, outcome, trace: observedOf(events) };
        return [{ scenario, run, situations: situationsOf(test.scenario, outcome, ran) }];
      },
    );
  });
}

/** Of how many of the scenarios at least one run reached a situation, in per cent. */
export function sharesOf(runs: readonly Drawn[], count: number): ReadonlyMap<Situation, number> {
  const names = Object.keys(SITUATIONS) as Situation[];
  return new Map(
    names.map((name) => {
      const reached = runs.filter(({ situations }) => situations.has(name)).map(({ scenario }) => scenario);
      return [name, (100 * new Set(reached).size) / count];
    }),
  );
}
