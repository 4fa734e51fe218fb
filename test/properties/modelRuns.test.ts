/** The specification against the named claims: generated scenarios, sampled runs of the model, every property. */
import * as fc from "fast-check";
import seedrandom from "seedrandom";
import { describe, expect, it } from "vitest";
import { boundValue, hangs } from "../../src/check/monitor.js";
import { compileLitmus } from "../../src/litmus/index.js";
import type { Event } from "../../src/model/event.js";
import { ringModel } from "../../src/model/model.js";
import type { ProfileName } from "../../src/model/profile.js";
import type { Scenario } from "../../src/model/scenario.js";
import { litmusTexts, SUITES } from "../../src/properties/generate/index.js";
import { checkAll, observedOf, type Run } from "../../src/properties/index.js";

const STEPS_MAX = 5000;

/** One run to its end, with choices from `seed`; null where a bound of the model was met. */
function sampledRun(scenario: Scenario, profile: ProfileName, seed: string): Run | null {
  const random = seedrandom(seed);
  const model = ringModel(scenario, profile);
  const state = model.initial();
  const events: Event[] = [];
  for (let steps = 0; ; steps++) {
    const actions = model.enabled(state);
    if (actions.length === 0) break;
    if (steps > STEPS_MAX) return null;
    model.apply(state, actions[Math.floor(random() * actions.length)]!, (event) => events.push(event));
  }
  if (events.some(({ kind }) => kind === "bound")) return null;
  const posted = events.filter((event) => event.kind === "cqe");
  const outcome = {
    cq: scenario.rings.map((_, ring) =>
      posted.filter((cqe) => cqe.ring === ring).map((cqe) => [cqe.label, cqe.res, cqe.flags] as const),
    ),
    values: scenario.values.map((_, value) => boundValue(state, value)),
    files: state.files.slice(),
    hang: hangs(state, scenario),
  };
  return { scenario, outcome, trace: observedOf(events) };
}

describe.each<ProfileName>(["linux-6.18", "documented"])("runs of %s satisfy every property", (profile) => {
  it.each(SUITES.map((suite) => [suite.name, suite] as const))(
    "%s",
    { timeout: 30_000 },
    (_, { options }) => {
      const texts = fc.sample(litmusTexts({ ...options, profile }), { seed: 11, numRuns: 30 });
      let runs = 0;
      for (const text of texts) {
        const compiled = compileLitmus(text, "generated.litmus");
        if (!compiled.ok) throw new Error(text);
        for (const seed of ["1", "2"]) {
          const run = sampledRun(compiled.test.scenario, profile, seed);
          if (run === null) continue;
          runs++;
          for (const told of [run, { ...run, trace: null }]) {
            expect(checkAll(told, profile).violations, text).toEqual([]);
          }
        }
      }
      expect(runs).toBeGreaterThan(50);
    },
  );
});
