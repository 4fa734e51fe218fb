/** Makes scenarios in which two kernels differ smaller, as long as they still do: many candidates at a time. */
import { smallerFiles } from "../check/shrinkScenario.js";
import { compileAst, type LitmusTest, printLitmus } from "../litmus/index.js";
import { differenceOf, shrinkDifference } from "./differentialCompare.js";
import {
  confirm,
  type KernelCompareOptions,
  type KernelDifference,
  lookAt,
  type Sides,
  type Suspicion,
} from "./differentialKernels.js";

export interface KernelShrinkOptions extends KernelCompareOptions {
  /** Rounds; each makes every scenario smaller by one thing at most. */
  readonly roundsMax: number;
  /** Before each round, with the number of scenarios that it runs. */
  readonly onRound?: (round: number, candidates: number) => void;
}

/** Smaller scenarios that are tried in the model. */
const GUESS_TRIES_MAX = 1000;
/** Smaller scenarios that are held against each other at once, the smallest first; the others wait until none of these differs. */
const CONFIRMED_AT_ONCE = 4;

interface Shrinking {
  smallest: KernelDifference;
  isDone: boolean;
}

/**
 * The smallest scenario on the greedy way from each, in their order. First the smallest in which the profiles differ is
 * run: where the kernels do as well, it is nearly always the last one. Then a round runs all that are smaller by one thing,
 * of all scenarios together, and goes on with the smallest that differs; what the profiles allow alike is left out, but
 * where one of them is known to be wrong.
 */
export async function shrinkDifferences(
  sides: Sides,
  differences: readonly KernelDifference[],
  options: KernelShrinkOptions,
): Promise<readonly KernelDifference[]> {
  const guesses = differences.map((difference) => guess(sides, difference, options));
  const guessed = await smallestOf(sides, await suspicionsIn(sides, guesses, options), options);
  const all: Shrinking[] = differences.map((drawn, at) => ({
    smallest: guessed[at] ?? drawn,
    isDone: false,
  }));
  for (let round = 1; round <= options.roundsMax && all.some(({ isDone }) => !isDone); round++) {
    const open = all.filter(({ isDone }) => !isDone);
    const candidates = open.map(({ smallest }) => {
      const tests = smallerTests(smallest.test);
      return isGap(smallest) ? tests : tests.filter((test) => profilesDiffer(sides, test, options) !== null);
    });
    options.onRound?.(round, candidates.flat().length);
    const settled = { ...options, seed: options.seed + 10 * round };
    const suspicions = await suspicionsIn(sides, candidates, settled);
    const smaller = await smallestOf(sides, suspicions, settled);
    for (const [at, shrinking] of open.entries()) {
      const found = smaller[at] ?? null;
      if (found === null) shrinking.isDone = true;
      else shrinking.smallest = found;
    }
  }
  return all.map(({ smallest }) => smallest);
}

/** Whether the model is wrong about what one of the kernels does. */
function isGap({ shown }: KernelDifference): boolean {
  return shown.some(({ isForbiddenHere }) => isForbiddenHere);
}

function profilesDiffer([a, b]: Sides, test: LitmusTest, { statesMax }: KernelCompareOptions) {
  return differenceOf(test, a.profile, b.profile, { statesMax });
}

/** The smallest scenario in which the profiles differ, on the way from one in which the kernels do; none where they do not. */
function guess(
  sides: Sides,
  difference: KernelDifference,
  options: KernelCompareOptions,
): readonly LitmusTest[] {
  const found = profilesDiffer(sides, difference.test, options);
  if (found === null || found === "inconclusive" || isGap(difference)) return [];
  const [{ profile: a }, { profile: b }] = sides;
  return [shrinkDifference(found, a, b, { statesMax: options.statesMax }, GUESS_TRIES_MAX).test];
}

/** Looks at all tests of all lists at once; of each list those that look different, the smallest first. */
async function suspicionsIn(
  sides: Sides,
  lists: readonly (readonly LitmusTest[])[],
  options: KernelCompareOptions,
): Promise<readonly (readonly Suspicion[])[]> {
  const looks = [...(await lookAt(sides, lists.flat(), options))];
  return lists.map((tests) =>
    looks
      .splice(0, tests.length)
      .flatMap((look) => (look.kind === "suspect" ? [look.suspicion] : []))
      .sort((one, two) => sizeOfTest(one.test) - sizeOfTest(two.test)),
  );
}

/** Of each list, which has its smallest first, the first that differs; null: none does. */
async function smallestOf(
  sides: Sides,
  lists: readonly (readonly Suspicion[])[],
  options: KernelCompareOptions,
): Promise<readonly (KernelDifference | null)[]> {
  const found: (KernelDifference | null)[] = lists.map(() => null);
  for (let from = 0; ; from += CONFIRMED_AT_ONCE) {
    const parts = lists.map((list, at) =>
      found[at] === null ? list.slice(from, from + CONFIRMED_AT_ONCE) : [],
    );
    if (parts.every((part) => part.length === 0)) return found;
    const confirmed = [...(await confirm(sides, parts.flat(), options))];
    for (const [at, part] of parts.entries()) {
      const first = confirmed.splice(0, part.length).find((difference) => difference !== null);
      if (first !== undefined) found[at] = first;
    }
  }
}

/** All that are smaller by one thing and compile, each once. */
function smallerTests(test: LitmusTest): readonly LitmusTest[] {
  const byText = new Map<string, LitmusTest>();
  for (const file of smallerFiles(test.ast)) {
    const compiled = compileAst(file, "smaller");
    if (compiled.ok && compiled.test.scenario.sqes.length > 0)
      byText.set(printLitmus(compiled.test.ast), compiled.test);
  }
  return [...byText.values()];
}

/** SQEs first, then characters. */
export function sizeOfTest(test: LitmusTest): number {
  return test.scenario.sqes.length * 1e6 + printLitmus(test.ast).length;
}
