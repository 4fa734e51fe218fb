/** Whether links could be replaced: rows of litmus tests in, and out a cell for each replacement, as plain data. */
import { type LitmusTest, lackOf } from "../litmus/index.js";
import type { ProfileName } from "../model/profile.js";
import type { ProgramLibrary } from "../model/programs/index.js";
import { compiled, docOf } from "./compiled.js";
import { type Costs, costsOf } from "./costs.js";
import { ENVIRONMENT_NAMES, ENVIRONMENTS, type EnvironmentName } from "./environments.js";
import { type EquivalenceLimits, equivalence } from "./equivalence.js";
import type { Observation } from "./observation.js";
import { REPLACEMENT_NAMES, REPLACEMENTS, type ReplacementName } from "./replace/replacements.js";
import type { EquivalenceResult, EquivalenceVerdict } from "./result.js";

export type CellVerdict = EquivalenceVerdict | "impossible";

/** From the best to the worst: what a row's environments say together is the last of them. */
export const CELL_VERDICTS: readonly CellVerdict[] = [
  "equivalent",
  "inconclusive",
  "allows more",
  "loses some",
  "differ both ways",
  "impossible",
];

/** One comparison: the original and its replacement, both in the same environment. */
export interface Trial {
  readonly environment: EnvironmentName;
  readonly verdict: CellVerdict;
  /** Why there is no replacement; null: there is one. */
  readonly why: string | null;
  readonly result: EquivalenceResult | null;
  /** What was compared, for whoever wants to run it: the tests, whose trees print as their litmus texts. */
  readonly original: LitmusTest;
  readonly replacement: LitmusTest | null;
}

export interface Cell {
  readonly replacement: ReplacementName;
  readonly profile: ProfileName;
  /** The worst of its trials. */
  readonly verdict: CellVerdict;
  /** The trial that has it: the first, so `quiet` where quiet is enough to part them. */
  readonly decisive: Trial;
  /** In the order of ENVIRONMENT_NAMES; those that have no place in the row are in `Row.noPlace`. */
  readonly trials: readonly Trial[];
  /** Where nobody disturbs; null: a limit was hit, or there is no replacement. */
  readonly costs: { readonly original: Costs | null; readonly replacement: Costs | null };
}

export interface Row {
  readonly name: string;
  readonly doc: string | null;
  readonly observation: Observation;
  readonly noPlace: readonly { readonly environment: EnvironmentName; readonly why: string }[];
  readonly cells: readonly Cell[];
}

export interface MatrixOptions {
  /** Default: all. */
  readonly replacements?: readonly ReplacementName[];
  readonly environments?: readonly EnvironmentName[];
  /** Of each search; default 300,000 states. */
  readonly limits?: EquivalenceLimits;
  /** What `links` and the others are; default: the shelf. */
  readonly programs?: ProgramLibrary;
  /** Also ask the second algorithm in each trial; what it says is in `Trial.result.second`. Default: no. */
  readonly second?: boolean;
  readonly onTrial?: (replacement: ReplacementName, environment: EnvironmentName) => void;
}

export const MATRIX_STATES_MAX = 300_000;

/** A row: the test's links against each replacement, in each environment. Its claims do not matter. */
export function matrixRow(test: LitmusTest, options: MatrixOptions = {}): Row {
  const observation = observationOf(test);
  const wanted = options.environments ?? ENVIRONMENT_NAMES;
  const noPlace: { environment: EnvironmentName; why: string }[] = [];
  const originals: { environment: EnvironmentName; test: LitmusTest }[] = [];
  for (const environment of wanted) {
    const around = ENVIRONMENTS[environment].around(test.ast);
    if (around.kind === "no place") noPlace.push({ environment, why: around.why });
    else originals.push({ environment, test: compiled(around.file, options.programs) });
  }
  const cells = (options.replacements ?? REPLACEMENT_NAMES).map((name) => {
    const trials = originals.map((original) => {
      options.onTrial?.(name, original.environment);
      return tried(name, original.environment, original.test, observation, options);
    });
    return cellOf(name, trials, options);
  });
  return { name: test.name, doc: docOf(test), observation, noPlace, cells };
}

/** One comparison of a row; null: the environment has no place in it. */
export function trialOf(
  test: LitmusTest,
  replacement: ReplacementName,
  environment: EnvironmentName,
  options: MatrixOptions = {},
): Trial | null {
  const around = ENVIRONMENTS[environment].around(test.ast);
  if (around.kind === "no place") return null;
  const original = compiled(around.file, options.programs);
  return tried(replacement, environment, original, observationOf(test), options);
}

/** CQEs in total order and what files hold; what calls return where the row's test binds it. */
export function observationOf({ scenario }: LitmusTest): Observation {
  return { cqes: "total", files: true, returns: scenario.values.length > 0 };
}

function tried(
  name: ReplacementName,
  environment: EnvironmentName,
  original: LitmusTest,
  observation: Observation,
  { limits, programs, second }: MatrixOptions,
): Trial {
  const { replace, profile } = REPLACEMENTS[name];
  const none = (why: string): Trial => ({
    environment,
    verdict: "impossible",
    why,
    result: null,
    original,
    replacement: null,
  });
  const replaced = replace(original.ast);
  if (replaced.kind === "impossible") return none(replaced.why);
  const replacement = compiled(replaced.file, programs);
  for (const side of [original, replacement]) {
    const lack = lackOf(profile, side.scenario);
    if (lack !== null) return none(`${profile} has no ${lack}`);
  }
  const result = equivalence(original, replacement, profile, profile, {
    observation,
    limits: { statesMax: MATRIX_STATES_MAX, ...limits },
    second: second ?? false,
  });
  return { environment, verdict: result.verdict, why: null, result, original, replacement };
}

function cellOf(name: ReplacementName, trials: readonly Trial[], { limits }: MatrixOptions): Cell {
  const { profile } = REPLACEMENTS[name];
  const rank = ({ verdict }: Trial): number => CELL_VERDICTS.indexOf(verdict);
  const worst = Math.max(...trials.map(rank));
  const decisive = trials.find((trial) => rank(trial) === worst);
  const [first] = trials;
  if (decisive === undefined || first === undefined) throw new RangeError("a cell has at least one trial");
  const bounds = {
    statesMax: limits?.statesMax ?? MATRIX_STATES_MAX,
    ...(limits?.stop && { stop: limits.stop }),
  };
  const costs = (test: LitmusTest | null): Costs | null =>
    test === null || lackOf(profile, test.scenario) !== null ? null : costsOf(test.scenario, profile, bounds);
  return {
    replacement: name,
    profile,
    verdict: decisive.verdict,
    decisive,
    trials,
    costs: { original: costs(first.original), replacement: costs(first.replacement) },
  };
}
