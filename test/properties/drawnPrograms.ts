/** Sampled runs of drawn programs against some properties. Bundled with a wrong model by programMutants.test.ts. */
import * as fc from "fast-check";
import { runTest } from "../../src/cli/runTest.js";
import { compileLitmus } from "../../src/litmus/index.js";
import type { ProfileName } from "../../src/model/profile.js";
import { scenarios, suiteOf, toLitmus } from "../../src/properties/generate/index.js";
import { checkAll, observedOf, propertyOf, type Violation } from "../../src/properties/index.js";
import { seeded } from "../../src/scheduler/seeded.js";

export interface Search {
  readonly suite: string;
  readonly profile: ProfileName;
  readonly properties: readonly string[];
  readonly seed: number;
  readonly scenariosMax: number;
  readonly runs: number;
}

const STEPS_MAX = 1000;

/** The first violation of each property, by its name; those that are not violated are not there. A run that throws is none. */
export function violationsOf(asked: Search): ReadonlyMap<string, Violation> {
  const found = new Map<string, Violation>();
  const { options } = suiteOf(asked.suite)!;
  const drawn = fc.sample(scenarios({ ...options, profile: asked.profile }), {
    seed: asked.seed,
    numRuns: asked.scenariosMax,
  });
  for (const scenario of drawn) {
    const open = asked.properties.filter((name) => !found.has(name));
    if (open.length === 0) break;
    const compiled = compileLitmus(toLitmus(scenario), "generated");
    if (!compiled.ok) throw new Error(toLitmus(scenario));
    for (let n = 0; n < asked.runs; n++) {
      const { outcome, events } = runTest(compiled.test, asked.profile, seeded(`${n}`), STEPS_MAX);
      if (outcome === null || events.some(({ kind }) => kind === "bound")) continue;
      const run = { scenario: compiled.test.scenario, outcome, trace: observedOf(events) };
      const { violations } = checkAll(
        run,
        asked.profile,
        open.map((name) => propertyOf(name)!),
      );
      for (const violation of violations) found.set(violation.property, violation);
    }
  }
  return found;
}
