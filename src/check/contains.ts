/** Whether one profile allows all that another one does: which outcomes of `narrow` are not among those of `wide`. */
import type { LitmusTest } from "../litmus/index.js";
import type { Rule } from "../model/event.js";
import type { Outcome } from "../model/outcome.js";
import type { ProfileName } from "../model/profile.js";
import { checkTest } from "./check.js";
import type { CheckLimits } from "./result.js";

export interface Containment {
  /** Outcomes of `narrow` that `wide` does not have; null: one of the two was not searched whole. */
  readonly missing: readonly Outcome[] | null;
  /** Rules that `narrow` applied: what may explain a difference. */
  readonly rules: readonly Rule[];
}

export function missingOutcomes(
  test: LitmusTest,
  narrow: ProfileName,
  wide: ProfileName,
  limits: CheckLimits = {},
): Containment {
  const small = checkTest(test, narrow, { limits, outcomesMax: Number.MAX_SAFE_INTEGER });
  const large = checkTest(test, wide, { limits, outcomesMax: 0 });
  const { outcomes } = large;
  const missing =
    small.outcomes === null || outcomes === null
      ? null
      : small.result.outcomes.items.filter((outcome) => !outcomes.has(outcome));
  return { missing, rules: small.result.rules };
}
