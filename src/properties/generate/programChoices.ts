/** Arbitraries of a scenario with programs: which there are, who uses them, and when they come and go. */
import * as fc from "fast-check";
import { type ScenarioChoice, scenarioChoices } from "./choices.js";
import { type Feature, featuresOf, type GenerateOptions, PROGRAM_FEATURES } from "./features.js";
import { type HookPlan, hookPlans } from "./hookPlans.js";
import { type OperationPlan, operationPlans } from "./operationPlans.js";

/** What an SQE of the scenario becomes: picks one of the operations, or one that is not there. */
export interface OperationPick {
  readonly operation: number;
  readonly flags: number;
}

/**
 * Statements about programs: `where` picks a place in the first thread, 0 the start; null: a thread of its own has it,
 * behind the sleep `delay`, if any.
 */
export interface Coming<Verb extends string> {
  readonly verb: Verb;
  readonly where: number | null;
  readonly delay: string | null;
}

/** `cancel`: sync_cancel of the first SQE; `detach`, `attach`: of the first operation. */
export type OperationComing = Coming<"detach" | "attach" | "cancel">;
/** `drive`: the first thread runs the hook's program itself; `signal`: a signal to the first thread. */
export type HookComing = Coming<"detach" | "attach" | "drive" | "signal">;

export interface OperationChoices {
  readonly plans: readonly OperationPlan[];
  /** By NOP, over and over; null: it stays one. */
  readonly picks: readonly (OperationPick | null)[];
  /** What the first SQE becomes, whatever it was; `isAsync`: with ASYNC. null: it is as the others. */
  readonly first: (OperationPick & { readonly isAsync: boolean }) | null;
  readonly comings: readonly OperationComing[];
}

export interface HookChoices {
  readonly plan: HookPlan;
  readonly comings: readonly HookComing[];
}

export interface ProgramChoice {
  readonly scenario: ScenarioChoice;
  readonly operations: OperationChoices | null;
  readonly hook: HookChoices | null;
  readonly smallCq: boolean;
}

const ownFlags = fc.constantFrom(0, 1, 9);
/** The id of an operation that is not there. */
export const MISSING = 5;

// fast-check prefers the least and the greatest number of a range: what is to be rare has a weight of its own.
const places = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const ids = fc.nat({ max: 2 });
const someId = fc.oneof({ weight: 12, arbitrary: ids }, { weight: 1, arbitrary: fc.constant(MISSING) });
const delays = fc.constantFrom(null, "1ms", "5ms");

function comings<Verb extends string>(
  ...verbs: readonly [Verb, ...Verb[]]
): fc.Arbitrary<readonly Coming<Verb>[]> {
  const coming = fc.record({ verb: fc.constantFrom(...verbs), where: places, delay: delays });
  return fc.array(coming, { minLength: 1, maxLength: 2 });
}

/** It goes, and comes back behind that. */
const goAndCome: fc.Arbitrary<readonly Coming<"detach" | "attach">[]> = fc
  .record({ where: places, delay: delays })
  .map(({ where, delay }) => [
    { verb: "detach", where, delay },
    { verb: "attach", where: where === null ? null : where + 1, delay },
  ]);

const operationChoices: fc.Arbitrary<OperationChoices> = fc.record({
  plans: fc.array(operationPlans, { minLength: 1, maxLength: 3 }),
  picks: fc.array(fc.option(fc.record({ operation: someId, flags: ownFlags }), { freq: 5 }), {
    minLength: 1,
    maxLength: 5,
  }),
  first: fc.option(
    fc.record({
      operation: ids,
      flags: ownFlags,
      isAsync: fc.nat({ max: 4 }).map((n) => n >= 3),
    }),
    { freq: 12 },
  ),
  comings: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 5, arbitrary: comings<OperationComing["verb"]>("cancel", "detach") },
    { weight: 1, arbitrary: goAndCome },
  ),
});

const hookChoices: fc.Arbitrary<HookChoices> = fc.record({
  plan: hookPlans,
  comings: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 4, arbitrary: comings<HookComing["verb"]>("detach", "detach", "attach") },
    { weight: 2, arbitrary: goAndCome },
    { weight: 2, arbitrary: comings<HookComing["verb"]>("detach", "signal", "drive") },
  ),
});

/** Three of four scenarios have no SQE that the core refuses: where one does, its chain runs no issue. */
function plainChoices(options: GenerateOptions): fc.Arbitrary<ScenarioChoice> {
  const left = new Set<Feature>(featuresOf(options));
  for (const feature of PROGRAM_FEATURES) left.delete(feature);
  const all = scenarioChoices({ ...options, features: [...left] });
  if (!left.delete("prep")) return all;
  return fc.oneof(
    { weight: 3, arbitrary: scenarioChoices({ ...options, features: [...left] }) },
    { weight: 1, arbitrary: all },
  );
}

/** Choices for a scenario with the programs that the options ask for. */
export function programChoices(options: GenerateOptions): fc.Arbitrary<ProgramChoice> {
  const features = featuresOf(options);
  return fc.record({
    scenario: plainChoices(options),
    operations: features.has("operations") ? operationChoices : fc.constant(null),
    hook: features.has("hooks") ? hookChoices : fc.constant(null),
    smallCq: fc.nat({ max: 3 }).map((n) => n >= (features.has("hooks") ? 2 : 3)),
  });
}
