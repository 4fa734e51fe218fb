/** `ringspec differential --compare A,B`: generated scenarios in which two profiles differ, and the smallest of them. */
import { type Difference, differenceOf, shrinkDifference } from "../conformance/differentialCompare.js";
import { compileDrawn, drawScenario } from "../conformance/draw.js";
import { printLitmus } from "../litmus/index.js";
import type { ProfileName } from "../model/profile.js";
import type { GenerateOptions } from "../properties/generate/index.js";
import { formatOutcome, outcomeJson } from "../report/outcome.js";
import { EXIT, type ExitCode } from "./exitCode.js";
import { Progress } from "./progress.js";
import { say, type Terminal } from "./terminal.js";

export interface ComparePlan {
  readonly profiles: readonly [ProfileName, ProfileName];
  readonly generate: GenerateOptions;
  readonly seed: number;
  readonly scenarios: number;
  readonly statesMax: number;
  readonly json: boolean;
}

/** Differing scenarios that are made small, to find the smallest. */
const SHRUNK_MAX = 20;
const SHRINK_TRIES_MAX = 1000;
/** Outcomes of each profile that are printed. */
const PRINTED_MAX = 10;

/** Exit code 1 where the two differ, 3 where no scenario could be searched under both. */
export async function compareProfiles(terminal: Terminal, plan: ComparePlan): Promise<ExitCode> {
  const [a, b] = plan.profiles;
  const limits = { statesMax: plan.statesMax };
  const progress = new Progress(terminal);
  const differing: number[] = [];
  let inconclusive = 0;
  let smallest: Difference | null = null;
  for (let index = 0; index < plan.scenarios; index++) {
    progress.begin(index + 1, plan.scenarios, `${differing.length} differ`);
    const test = compileDrawn(drawScenario(plan.generate, plan.seed, index));
    const found = differenceOf(test, a, b, limits);
    if (found === "inconclusive") inconclusive++;
    else if (found !== null) {
      differing.push(index);
      if (differing.length <= SHRUNK_MAX) {
        const small = shrinkDifference(found, a, b, limits, SHRINK_TRIES_MAX);
        if (smallest === null || sizeOf(small) < sizeOf(smallest)) smallest = small;
      }
    }
    await terminal.turn();
  }
  progress.clear();
  if (plan.json) say(terminal, compareJson(plan, differing, inconclusive, smallest));
  else print(terminal, plan, differing, inconclusive, smallest);
  if (smallest !== null) return EXIT.violated;
  return inconclusive === plan.scenarios ? EXIT.inconclusive : EXIT.ok;
}

/** SQEs first, then characters. */
function sizeOf({ test }: Difference): number {
  return test.scenario.sqes.length * 1e6 + printLitmus(test.ast).length;
}

function print(
  terminal: Terminal,
  { profiles: [a, b], scenarios, seed }: ComparePlan,
  differing: readonly number[],
  inconclusive: number,
  smallest: Difference | null,
): void {
  say(
    terminal,
    `${scenarios} scenarios of seed ${seed}: ${a} and ${b} differ in ${differing.length}, ${inconclusive} inconclusive`,
  );
  if (smallest === null) return;
  const { test, onlyA, onlyB, totalA, totalB } = smallest;
  say(terminal);
  terminal.out(printLitmus(test.ast));
  for (const [profile, only, total] of [
    [a, onlyA, totalA],
    [b, onlyB, totalB],
  ] as const) {
    say(terminal);
    say(terminal, `only ${profile}, ${only.length} of ${total}:`);
    for (const outcome of only.slice(0, PRINTED_MAX))
      say(terminal, `  ${formatOutcome(outcome, test.scenario)}`);
    if (only.length > PRINTED_MAX) say(terminal, "  …");
  }
}

function compareJson(
  { profiles, scenarios, seed }: ComparePlan,
  differing: readonly number[],
  inconclusive: number,
  smallest: Difference | null,
): string {
  return JSON.stringify({
    schema: "ringspec.differential-compare/1",
    profiles,
    seed,
    scenarios,
    inconclusive,
    differing,
    smallest:
      smallest === null
        ? null
        : {
            litmus: printLitmus(smallest.test.ast),
            only: {
              [profiles[0]]: smallest.onlyA.map((outcome) => outcomeJson(outcome, smallest.test.scenario)),
              [profiles[1]]: smallest.onlyB.map((outcome) => outcomeJson(outcome, smallest.test.scenario)),
            },
          },
  });
}
