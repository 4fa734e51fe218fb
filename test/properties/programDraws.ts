/** Scenarios of a suite of programs as drawn, and how many of them reach each situation. */
import * as fc from "fast-check";
import { runTest } from "../../src/cli/runTest.js";
import { compileLitmus, formatDiagnostic } from "../../src/litmus/index.js";
import type { ProfileName } from "../../src/model/profile.js";
import { scenarios, suiteOf, toLitmus } from "../../src/properties/generate/index.js";
import { seeded } from "../../src/scheduler/seeded.js";
import { SITUATIONS, type Situation, situationsOf } from "./programSituations.js";

const RUNS = 3;
const STEPS_MAX = 3000;

/** By situation: of how many of `count` drawn scenarios at least one of three seeded runs reached it. */
export function reached(
  suite: string,
  profile: ProfileName,
  count: number,
  seed: number,
): ReadonlyMap<Situation, number> {
  const { options } = suiteOf(suite)!;
  const counts = new Map((Object.keys(SITUATIONS) as Situation[]).map((name) => [name, 0]));
  for (const scenario of fc.sample(scenarios({ ...options, profile }), { seed, numRuns: count })) {
    const compiled = compileLitmus(toLitmus(scenario), "drawn");
    if (!compiled.ok) throw new Error(compiled.diagnostics.map(formatDiagnostic).join("\n"));
    const here = new Set<Situation>();
    for (let n = 0; n < RUNS; n++) {
      const run = runTest(compiled.test, profile, seeded(`${n}`), STEPS_MAX);
      for (const name of situationsOf(compiled.test.scenario, run)) here.add(name);
    }
    for (const name of here) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
