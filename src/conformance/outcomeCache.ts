/** The model's outcome sets, each searched once: for several implementations, or one with several settings. */
import { type Check, checkTest } from "../check/check.js";
import type { CheckLimits } from "../check/result.js";
import type { LitmusTest } from "../litmus/index.js";
import type { ProfileName } from "../model/profile.js";

/** Holds all that it was ever asked for; to be shared among runs with the same limits. */
export class OutcomeCache {
  private readonly checks = new Map<string, Check>();

  /** `litmus` is the text of the test, which says what it is. */
  check(test: LitmusTest, litmus: string, profile: ProfileName, limits: CheckLimits): Check {
    const key = `${profile}\n${litmus}`;
    const known = this.checks.get(key);
    if (known !== undefined) return known;
    const check = checkTest(test, profile, { limits, outcomesMax: 0 });
    this.checks.set(key, check);
    return check;
  }
}
