/** Arbitraries of programs: steps of custom operations and of a loop hook, and when the hook comes and goes. */
import * as fc from "fast-check";
import type { CallbackStep, HookStep } from "../../programs/steps.js";
import { type ScenarioChoice, scenarioChoices } from "./choices.js";
import { featuresOf, type GenerateOptions, PROGRAM_FEATURES } from "./features.js";

export interface OperationPlan {
  readonly prep: readonly CallbackStep[];
  readonly issue: readonly CallbackStep[];
  readonly fail: readonly CallbackStep[];
  readonly cleanup: readonly CallbackStep[];
}

export interface HookPlan {
  readonly steps: readonly HookStep[];
  readonly runs: number;
  readonly sqes: number;
  readonly time: string;
}

/** What a NOP of the scenario becomes: picks one of the operations, or one that is not there. */
export interface OperationPick {
  readonly operation: number;
  readonly flags: number;
}

/** Statements about programs: `where` picks a place in the first thread; null: a thread of its own has it. */
export interface Coming {
  readonly verb: "attach" | "detach";
  readonly where: number | null;
}

export interface ProgramChoice {
  readonly scenario: ScenarioChoice;
  /** Empty where no operations are asked for. */
  readonly operations: readonly OperationPlan[];
  /** By SQE, over and over; null: it stays what it is. */
  readonly picks: readonly (OperationPick | null)[];
  readonly detachesOperation: boolean;
  readonly hook: HookPlan | null;
  readonly comings: readonly Coming[];
  readonly smallCq: boolean;
}

const word = fc.nat({ max: 1 });
const some = fc.constantFrom(1, 3, 7, -5, 0);

function callbackStep<Kind extends CallbackStep["kind"]>(
  kind: Kind,
  slot: fc.Arbitrary<number> = fc.constant(0),
  value: fc.Arbitrary<number> = fc.constant(0),
): fc.Arbitrary<CallbackStep> {
  return fc.record({ kind: fc.constant(kind), slot, value });
}

const PLAIN_STEPS: fc.WeightedArbitrary<CallbackStep>[] = [
  { weight: 3, arbitrary: callbackStep("map-add", word, some) },
  { weight: 2, arbitrary: callbackStep("set", undefined, some) },
  { weight: 2, arbitrary: callbackStep("map-get", word) },
  { weight: 2, arbitrary: callbackStep("map-put", word) },
  { weight: 2, arbitrary: callbackStep("pdu-put", word) },
  { weight: 1, arbitrary: callbackStep("pdu-get", word) },
  { weight: 1, arbitrary: callbackStep("add", undefined, some) },
  { weight: 1, arbitrary: callbackStep("flags") },
];
const STRAY: fc.WeightedArbitrary<CallbackStep> = { weight: 1, arbitrary: callbackStep("stray") };

function callback(max: number, ...more: fc.WeightedArbitrary<CallbackStep>[]): fc.Arbitrary<CallbackStep[]> {
  return fc.array(fc.oneof(...PLAIN_STEPS, ...more), { maxLength: max, size: "max" });
}

const results = (weight: number): fc.WeightedArbitrary<CallbackStep>[] => [
  { weight, arbitrary: callbackStep("result", undefined, some) },
  { weight, arbitrary: callbackStep("result-number") },
];

const operationPlans: fc.Arbitrary<OperationPlan> = fc.record({
  prep: callback(
    3,
    { weight: 1, arbitrary: callbackStep("return", undefined, fc.constantFrom(0, -22, -5)) },
    { weight: 1, arbitrary: callbackStep("result", undefined, fc.constantFrom(4, -5)) },
    STRAY,
  ),
  issue: callback(
    5,
    ...results(5),
    { weight: 2, arbitrary: callbackStep("return", undefined, fc.constantFrom(0, -5, 7, -11, -529, -125)) },
    { weight: 2, arbitrary: callbackStep("again") },
    STRAY,
  ),
  fail: callback(2, ...results(2)),
  cleanup: callback(2, ...results(1)),
});

/** sqe->flags of what a hook makes: mostly none; LINK, HARDLINK, SKIP, DRAIN. */
const sqeFlags = fc.constantFrom(0, 0, 0, 4, 4, 8, 64, 68, 2);

function hookStep<Kind extends HookStep["kind"]>(
  kind: Kind,
  slot: fc.Arbitrary<number> = fc.constant(0),
  value: fc.Arbitrary<number> = fc.constant(0),
): fc.Arbitrary<HookStep> {
  return fc.record({ kind: fc.constant(kind), slot, value });
}

/** What goes together: most steps mean little alone. */
const phrases: fc.Arbitrary<readonly HookStep[]> = fc.oneof(
  { weight: 5, arbitrary: hookStep("nop", fc.nat({ max: 3 }), sqeFlags).map((step) => [step]) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(hookStep("publish"), hookStep("submit", undefined, fc.constantFrom(1, 2, 8)))
      .map((steps) => [...steps]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        hookStep("nop", fc.nat({ max: 3 })),
        fc.integer({ min: 2, max: 4 }),
        hookStep("publish"),
        hookStep("submit", undefined, fc.constant(8)),
      )
      .map(([nop, count, publish, submit]) => [...Array.from({ length: count }, () => nop), publish, submit]),
  },
  { weight: 4, arbitrary: hookStep("reap", undefined, fc.constantFrom(1, 2, 8)).map((step) => [step]) },
  { weight: 3, arbitrary: hookStep("wait", undefined, fc.constantFrom(1, 2, 3)).map((step) => [step]) },
  { weight: 2, arbitrary: hookStep("timeout", undefined, sqeFlags).map((step) => [step]) },
  { weight: 1, arbitrary: hookStep("guard", undefined, fc.constantFrom(0, 4)).map((step) => [step]) },
  { weight: 1, arbitrary: hookStep("read", undefined, sqeFlags).map((step) => [step]) },
  { weight: 1, arbitrary: hookStep("cancel", fc.integer({ min: 1, max: 3 })).map((step) => [step]) },
  { weight: 1, arbitrary: hookStep("stop", fc.integer({ min: 1, max: 3 })).map((step) => [step]) },
  {
    weight: 1,
    arbitrary: hookStep("return", fc.constantFrom(2, 3), fc.constantFrom(7, 1)).map((step) => [step]),
  },
  { weight: 1, arbitrary: hookStep("count", undefined, some).map((step) => [step]) },
  { weight: 1, arbitrary: hookStep("wait-blindly", undefined, fc.constantFrom(1, 4)).map((step) => [step]) },
);

const hookPlans: fc.Arbitrary<HookPlan> = fc.record({
  steps: fc.array(phrases, { maxLength: 8, size: "max" }).map((list) => list.flat()),
  runs: fc.integer({ min: 1, max: 4 }),
  sqes: fc.integer({ min: 0, max: 8 }),
  time: fc.constantFrom("1ms", "10ms", "never"),
});

/** Choices for a scenario with the programs that the options ask for. */
export function programChoices(options: GenerateOptions): fc.Arbitrary<ProgramChoice> {
  const features = featuresOf(options);
  const isOfPrograms: ReadonlySet<string> = new Set(PROGRAM_FEATURES);
  const plain = { ...options, features: [...features].filter((feature) => !isOfPrograms.has(feature)) };
  const hasOperations = features.has("operations");
  const hasHooks = features.has("hooks");
  return fc.record({
    scenario: scenarioChoices(plain),
    operations: hasOperations ? fc.array(operationPlans, { minLength: 1, maxLength: 3 }) : fc.constant([]),
    picks: hasOperations
      ? fc.array(
          fc.option(fc.record({ operation: fc.nat({ max: 6 }), flags: fc.constantFrom(0, 1, 9) }), {
            freq: 5,
          }),
          { minLength: 1, maxLength: 5 },
        )
      : fc.constant([]),
    detachesOperation: hasOperations ? fc.nat({ max: 9 }).map((n) => n === 9) : fc.constant(false),
    hook: hasHooks ? hookPlans : fc.constant(null),
    comings: hasHooks
      ? fc.array(
          fc.record({
            verb: fc.constantFrom("detach" as const, "attach" as const),
            where: fc.option(fc.nat({ max: 5 }), { freq: 2 }),
          }),
          { maxLength: 2 },
        )
      : fc.constant([]),
    smallCq: hasHooks ? fc.boolean() : fc.constant(false),
  });
}
