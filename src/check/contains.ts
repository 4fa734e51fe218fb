/** Whether one profile allows all that others do: which outcomes of each `narrow` are not among those of `wide`. */
import type { LitmusTest } from "../litmus/index.js";
import type { Rule } from "../model/event.js";
import type { Outcome } from "../model/outcome.js";
import type { ProfileName } from "../model/profile.js";
import { checkTest } from "./check.js";
import type { CheckLimits } from "./result.js";

export interface Containment {
  readonly narrow: ProfileName;
  /** Outcomes of `narrow` that `wide` does not have; null: one of the two was not searched whole. */
  readonly missing: readonly Outcome[] | null;
  /** Rules that `narrow` applied: what may explain a difference. */
  readonly rules: readonly Rule[];
}

/** One answer for each of `narrows`, in that order; `wide` is searched once. */
export function missingOutcomes(
  test: LitmusTest,
  narrows: readonly ProfileName[],
  wide: ProfileName,
  limits: CheckLimits = {},
): readonly Containment[] {
  const { outcomes } = checkTest(test, wide, { limits, outcomesMax: 0 });
  return narrows.map((narrow) => {
    const small = checkTest(test, narrow, { limits, outcomesMax: Number.MAX_SAFE_INTEGER });
    const missing =
      small.outcomes === null || outcomes === null
        ? null
        : small.result.outcomes.items.filter((outcome) => !outcomes.has(outcome));
    return { narrow, missing, rules: small.result.rules };
  });
}
