/** Arbitraries of custom operations: a few steps a callback. */
import * as fc from "fast-check";
import type { CallbackStep } from "../../programs/steps.js";
import { some, stepOf } from "./steps.js";

export interface OperationPlan {
  readonly prep: readonly CallbackStep[];
  readonly issue: readonly CallbackStep[];
  readonly fail: readonly CallbackStep[];
  readonly cleanup: readonly CallbackStep[];
}

const word = fc.nat({ max: 1 });

const callbackStep = stepOf<CallbackStep["kind"]>;

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

/** Of those that fail nothing is issued, nor of their chain. */
const unsoundPreps = callback(
  2,
  { weight: 2, arbitrary: callbackStep("return", undefined, fc.constantFrom(0, -22, -5)) },
  { weight: 2, arbitrary: callbackStep("result", undefined, fc.constantFrom(4, -5)) },
  { weight: 2, arbitrary: STRAY.arbitrary },
);

export const operationPlans: fc.Arbitrary<OperationPlan> = fc.record({
  prep: fc.oneof({ weight: 3, arbitrary: callback(2) }, { weight: 1, arbitrary: unsoundPreps }),
  issue: callback(
    5,
    ...results(5),
    { weight: 2, arbitrary: callbackStep("return", undefined, fc.constantFrom(0, -5, 7, -11, -529, -125)) },
    { weight: 4, arbitrary: callbackStep("again") },
    STRAY,
  ),
  fail: callback(2, ...results(2)),
  cleanup: callback(2, ...results(1)),
});
