/** Holds the runs of a scenario against properties: all outcomes where the search is small, and seeded runs with all that happened in them. */
import { check } from "../check/check.js";
import type { LitmusTest } from "../litmus/index.js";
import type { ProfileName } from "../model/profile.js";
import { checkAll, observedOf, type Property, type Violation } from "../properties/index.js";
import { pct } from "../scheduler/pct.js";
import type { Schedule } from "../scheduler/schedule.js";
import { seeded } from "../scheduler/seeded.js";
import { runTo } from "./pathTo.js";
import { runTest } from "./runTest.js";

/** Seeded runs of one scenario and profile. */
export const RUNS_A_SCENARIO = 12;
/** Beyond this many states a scenario is sampled only. */
export const SEARCHED_STATES_MAX = 20_000;
/** Outcomes of one scenario that are held against the properties. */
const OUTCOMES_MAX = 2000;
const STEPS_MAX = 2000;

export interface PropertyFailure {
  readonly violation: Violation;
  readonly foundBy: "sampling" | "search";
  /** The run that violates it; null: only its outcome is known. */
  readonly schedule: Schedule | null;
}

/** The first violation that is found; undefined: none. The same seed finds the same one. `searches` false: seeded runs only. */
export function judgeTest(
  test: LitmusTest,
  profile: ProfileName,
  properties: readonly Property[],
  seed: string,
  searches = true,
): PropertyFailure | undefined {
  const { scenario } = test;
  for (let n = 0; n < RUNS_A_SCENARIO; n++) {
    const chooser = n % 3 === 2 ? pct(`${seed}/${n}`, { depth: 3, steps: 60 }) : seeded(`${seed}/${n}`);
    const run = runTest(test, profile, chooser, STEPS_MAX);
    if (run.outcome === null) continue;
    const judged = { scenario, outcome: run.outcome, trace: observedOf(run.events) };
    const [violation] = checkAll(judged, profile, properties).violations;
    if (violation !== undefined) return { violation, foundBy: "sampling", schedule: run.schedule };
  }
  if (!searches) return undefined;
  const { outcomes } = check(test, profile, {
    limits: { statesMax: SEARCHED_STATES_MAX },
    outcomesMax: OUTCOMES_MAX,
  });
  for (const outcome of outcomes.items) {
    const [violation] = checkAll({ scenario, outcome, trace: null }, profile, properties).violations;
    if (violation === undefined) continue;
    const run = runTo(test, profile, outcome, { statesMax: SEARCHED_STATES_MAX });
    return { violation, foundBy: "search", schedule: run?.schedule ?? null };
  }
  return undefined;
}
