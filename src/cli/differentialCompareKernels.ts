/** `ringspec differential --compare A,B` with a kernel: generated scenarios in which the two differ, and the smallest of them. */
import {
  confirm,
  type KernelDifference,
  lookAt,
  type Shown,
  type Sides,
  type Suspicion,
} from "../conformance/differentialKernels.js";
import { shrinkDifferences, sizeOfTest } from "../conformance/differentialKernelsShrink.js";
import { compileDrawn, drawScenario } from "../conformance/draw.js";
import { KernelPool } from "../kernel/index.js";
import { printLitmus } from "../litmus/index.js";
import type { GenerateOptions } from "../properties/generate/index.js";
import { formatOutcome, outcomeJson } from "../report/outcome.js";
import { sideOf, whyNot } from "./differentialSides.js";
import { EXIT, type ExitCode } from "./exitCode.js";
import type { SideName } from "./kernel/sideName.js";
import { Progress } from "./progress.js";
import { say, type Terminal } from "./terminal.js";

export interface KernelComparePlan {
  readonly names: readonly [SideName, SideName];
  readonly generate: GenerateOptions;
  readonly seed: number;
  readonly scenarios: number;
  /** Of a scenario at first, and to see a difference again. */
  readonly runs: number;
  readonly confirmRuns: number;
  readonly statesMax: number;
  readonly helpers: number;
  readonly json: boolean;
}

/** Differing scenarios that are made small together, the smallest of those drawn. */
const SHRUNK_MAX = 3;
const ROUNDS_MAX = 40;
/** Outcomes of each kind that are printed. */
const PRINTED_MAX = 10;

/** What a whole comparison came to. */
interface Comparison {
  readonly sides: Sides;
  /** Numbers of the drawn scenarios in which the two differ. */
  readonly differing: readonly number[];
  /** Scenarios that looked different, and do not count. */
  readonly unconfirmed: number;
  readonly unsupported: number;
  readonly inconclusive: number;
  readonly smallest: KernelDifference | null;
}

/** Exit code 1 where the two differ, 3 where no scenario could be compared. */
export async function compareKernels(terminal: Terminal, plan: KernelComparePlan): Promise<ExitCode> {
  const pool = new KernelPool({ helpers: plan.helpers });
  try {
    for (const name of plan.names) {
      const missing = await whyNot(name, pool);
      if (missing === null) continue;
      say(terminal, terminal.paint.doubtful(`unsupported: ${missing.reason}`));
      say(terminal, `hint: ${missing.hint}`);
      return EXIT.inconclusive;
    }
    const [a, b] = plan.names;
    const width = 2 * plan.helpers;
    const comparison = await compare(terminal, plan, [sideOf(a, pool, width), sideOf(b, pool, width)]);
    if (plan.json) say(terminal, comparisonJson(plan, comparison));
    else print(terminal, plan, comparison);
    if (comparison.smallest !== null) return EXIT.violated;
    const lost = comparison.unsupported + comparison.inconclusive;
    return lost === plan.scenarios ? EXIT.inconclusive : EXIT.ok;
  } finally {
    pool.close();
  }
}

async function compare(terminal: Terminal, plan: KernelComparePlan, sides: Sides): Promise<Comparison> {
  const progress = new Progress(terminal);
  const { generate, seed, scenarios, runs, confirmRuns, statesMax } = plan;
  const options = { seed, runs, confirmRuns, statesMax };
  const tests = Array.from({ length: scenarios }, (_, index) =>
    compileDrawn(drawScenario(generate, seed, index)),
  );
  progress.begin(1, 3, `${scenarios} scenarios, ${runs} runs each`);
  const looks = await lookAt(sides, tests, options);
  const suspicions: Suspicion[] = [];
  const places: number[] = [];
  for (const [index, look] of looks.entries()) {
    if (look.kind !== "suspect") continue;
    suspicions.push(look.suspicion);
    places.push(index);
  }
  progress.begin(2, 3, `${suspicions.length} that look different, again`);
  const confirmed = await confirm(sides, suspicions, options);
  const differing = places.filter((_, at) => confirmed[at] !== null);
  const smallestFirst = confirmed
    .filter((difference) => difference !== null)
    .sort((one, two) => sizeOfTest(one.test) - sizeOfTest(two.test));
  const small = await shrinkDifferences(sides, smallestFirst.slice(0, SHRUNK_MAX), {
    ...options,
    roundsMax: ROUNDS_MAX,
    onRound: (round, candidates) => progress.begin(3, 3, `round ${round}: ${candidates} smaller ones`),
  });
  progress.clear();
  const count = (kind: (typeof looks)[number]["kind"]): number =>
    looks.filter((look) => look.kind === kind).length;
  return {
    sides,
    differing,
    unconfirmed: suspicions.length - differing.length,
    unsupported: count("unsupported"),
    inconclusive: count("inconclusive"),
    smallest: [...small].sort((one, two) => sizeOfTest(one.test) - sizeOfTest(two.test))[0] ?? null,
  };
}

function print(terminal: Terminal, plan: KernelComparePlan, comparison: Comparison): void {
  const { sides, differing, unconfirmed, unsupported, inconclusive, smallest } = comparison;
  say(
    terminal,
    `${plan.scenarios} scenarios of seed ${plan.seed}: ${sides[0].name} and ${sides[1].name} differ in ` +
      `${differing.length}; ${unconfirmed} looked so and were not confirmed, ${unsupported} unsupported, ` +
      `${inconclusive} inconclusive`,
  );
  if (smallest === null) return;
  const { test, by, shown, runs, otherRuns, instead } = smallest;
  const other = sides[by === 0 ? 1 : 0];
  say(terminal);
  terminal.out(printLitmus(test.ast));
  say(terminal);
  say(terminal, `only ${sides[by].name}, of ${runs} runs:`);
  for (const each of shown.slice(0, PRINTED_MAX)) {
    say(terminal, `  ${each.runs}*>${formatOutcome(each.outcome, test.scenario)}`);
    say(terminal, `    ${reasonOf(each, sides, by)}`);
  }
  if (shown.length > PRINTED_MAX) say(terminal, "  …");
  if (otherRuns === null) return;
  say(terminal);
  say(terminal, `${other.name}, of ${otherRuns} runs:`);
  for (const { outcome, runs: times } of instead.slice(0, PRINTED_MAX))
    say(terminal, `  ${times}:>${formatOutcome(outcome, test.scenario)}`);
  if (instead.length > PRINTED_MAX) say(terminal, "  …");
}

function reasonOf({ confirmedBy, isForbiddenHere }: Shown, sides: Sides, by: 0 | 1): string {
  const { profile } = sides[by === 0 ? 1 : 0];
  const why =
    confirmedBy === "profile"
      ? `confirmed by the profile: ${profile} forbids it`
      : `by runs only: ${profile} was not searched whole`;
  return isForbiddenHere ? `${why}; its own ${sides[by].profile} forbids it: a gap of the model` : why;
}

function comparisonJson(plan: KernelComparePlan, comparison: Comparison): string {
  const { sides, smallest, ...counts } = comparison;
  return JSON.stringify({
    schema: "ringspec.differential-compare-kernels/1",
    sides: sides.map(({ name, profile }) => ({ name, profile })),
    seed: plan.seed,
    scenarios: plan.scenarios,
    runs: plan.runs,
    confirmRuns: plan.confirmRuns,
    ...counts,
    smallest: smallest === null ? null : differenceJson(sides, smallest),
  });
}

function differenceJson(sides: Sides, difference: KernelDifference): unknown {
  const { test, by, shown, runs, otherRuns, instead } = difference;
  return {
    litmus: printLitmus(test.ast),
    by: sides[by].name,
    runs,
    shown: shown.map(({ outcome, runs: times, confirmedBy, isForbiddenHere }) => ({
      ...outcomeJson(outcome, test.scenario),
      runs: times,
      confirmedBy,
      isForbiddenHere,
    })),
    other: {
      runs: otherRuns,
      shown: instead.map(({ outcome, runs: times }) => ({
        ...outcomeJson(outcome, test.scenario),
        runs: times,
      })),
    },
  };
}
