/** Generated scenarios in which two profiles differ: no implementation has a part in it. */
import { checkTest } from "../check/check.js";
import type { CheckLimits } from "../check/result.js";
import { shrinkScenario } from "../check/shrinkScenario.js";
import { compileAst, type LitmusTest } from "../litmus/index.js";
import type { Outcome } from "../model/outcome.js";
import type { ProfileName } from "../model/profile.js";

/** Outcomes of one profile that the other does not have, by profile; at most `LISTED_MAX` of each are looked at. */
export interface Difference {
  readonly test: LitmusTest;
  readonly onlyA: readonly Outcome[];
  readonly onlyB: readonly Outcome[];
  readonly totalA: number;
  readonly totalB: number;
}

const LISTED_MAX = 2000;

/** null: the two have the same outcomes, as far as they were listed; `inconclusive`: one of them was not searched whole. */
export function differenceOf(
  test: LitmusTest,
  a: ProfileName,
  b: ProfileName,
  limits: CheckLimits,
): Difference | "inconclusive" | null {
  const left = checkTest(test, a, { limits, outcomesMax: 0 }).outcomes;
  const right = checkTest(test, b, { limits, outcomesMax: 0 }).outcomes;
  if (left === null || right === null) return "inconclusive";
  const onlyA = left.list(LISTED_MAX).filter((outcome) => !right.has(outcome));
  const onlyB = right.list(LISTED_MAX).filter((outcome) => !left.has(outcome));
  if (onlyA.length === 0 && onlyB.length === 0) {
    // Of two sets with other sizes one has something that is not listed.
    return left.total === right.total ? null : "inconclusive";
  }
  return { test, onlyA, onlyB, totalA: left.total, totalB: right.total };
}

/** The smallest scenario on the greedy way from `difference` in which the two still differ. */
export function shrinkDifference(
  difference: Difference,
  a: ProfileName,
  b: ProfileName,
  limits: CheckLimits,
  triesMax: number,
): Difference {
  let smallest = difference;
  shrinkScenario(
    difference.test.ast,
    (file) => {
      const compiled = compileAst(file, "smaller");
      if (!compiled.ok || compiled.test.scenario.sqes.length === 0) return false;
      const smaller = differenceOf(compiled.test, a, b, limits);
      if (smaller === null || smaller === "inconclusive") return false;
      smallest = smaller;
      return true;
    },
    { triesMax },
  );
  return smallest;
}
