/** Makes a scenario in which an implementation disagrees with the model smaller, as long as it still does. */
import { smallerFiles } from "../check/shrinkScenario.js";
import type { Observed } from "../kernel/judge.js";
import { compileAst, type LitmusFile, type LitmusTest } from "../litmus/index.js";
import type { Outcome } from "../model/outcome.js";
import {
  type DifferentialImplementation,
  type DifferentialOptions,
  searchTest,
  seeForbidden,
} from "./differential.js";

export interface Disagreement {
  readonly test: LitmusTest;
  /** Everything that was seen when it was seen last, what is allowed as well. */
  readonly observed: readonly Observed[];
  readonly forbidden: readonly Observed[];
  /** How many outcomes the model allows, and the first of them. */
  readonly allowedTotal: number;
  readonly allowed: readonly Outcome[];
}

export interface ShrinkOptions {
  /** Smaller scenarios that are tried. */
  readonly triesMax: number;
  /** Of the implementation's choices. */
  readonly seed: number;
  readonly onTry?: (tries: number) => void;
}

/** Allowed outcomes that a disagreement carries. */
const ALLOWED_MAX = 1000;
/** A scenario that disagrees in one run of n is run this many times n before it is taken to agree. */
const RUNS_FACTOR = 5;

/**
 * The smallest scenario on the greedy way from `test` that shows with patience what is not allowed; null: `test` itself
 * does not.
 */
export async function shrinkDisagreement(
  implementation: DifferentialImplementation,
  options: DifferentialOptions,
  test: LitmusTest,
  shrink: ShrinkOptions,
): Promise<Disagreement | null> {
  let tries = 0;
  const disagrees = async (candidate: LitmusTest, runsMax: number): Promise<Disagreement | null> => {
    const searched = searchTest(candidate, options);
    if (searched.kind === "inconclusive") return null;
    const { outcomes } = searched;
    const allows = (outcome: Outcome): boolean => outcomes.has(outcome);
    const seed = shrink.seed + 10 * tries;
    const observed = await seeForbidden(implementation, candidate, allows, runsMax, seed);
    if (observed === null) return null;
    return {
      test: candidate,
      observed,
      forbidden: observed.filter(({ outcome }) => !allows(outcome)),
      allowedTotal: outcomes.total,
      allowed: outcomes.list(ALLOWED_MAX),
    };
  };
  let smallest = await disagrees(test, options.confirmRuns);
  if (smallest === null) return null;
  const runsMax = Math.min(options.confirmRuns, Math.ceil(RUNS_FACTOR / rateOf(smallest)));
  search: for (;;) {
    for (const file of smallerFiles(smallest.test.ast)) {
      const candidate = compiled(file);
      if (candidate === null) continue;
      if (tries++ === shrink.triesMax) break search;
      shrink.onTry?.(tries);
      const smaller = await disagrees(candidate, runsMax);
      if (smaller === null) continue;
      smallest = smaller;
      continue search;
    }
    break;
  }
  return smallest;
}

function compiled(file: LitmusFile): LitmusTest | null {
  const result = compileAst(file, "smaller");
  return result.ok && result.test.scenario.sqes.length > 0 ? result.test : null;
}

/** The share of runs that showed what is not allowed. */
function rateOf({ observed, forbidden }: Disagreement): number {
  const runs = (list: readonly Observed[]): number => list.reduce((sum, each) => sum + each.runs, 0);
  return runs(forbidden) / runs(observed);
}
