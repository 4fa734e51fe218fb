/** Arbitraries of loop hooks: the steps of one run, what its program may make, and how often it runs. */
import * as fc from "fast-check";
import type { HookStep } from "../../programs/steps.js";
import { some, stepOf } from "./steps.js";

export interface HookPlan {
  readonly steps: readonly HookStep[];
  readonly runs: number;
  readonly sqes: number;
  readonly time: string;
}

/** sqe->flags of what a hook makes: mostly none; LINK, HARDLINK, SKIP, DRAIN. */
const sqeFlags = fc.constantFrom(0, 0, 0, 4, 4, 8, 64, 68, 2);

const hookStep = stepOf<HookStep["kind"]>;

const publishAndSubmit = (count: fc.Arbitrary<number>): fc.Arbitrary<HookStep[]> =>
  fc.tuple(hookStep("publish"), hookStep("submit", undefined, count));

/** Some NOPs in one submission. */
const burst: fc.Arbitrary<HookStep[]> = fc
  .tuple(
    hookStep("nop", fc.nat({ max: 3 })),
    fc.integer({ min: 2, max: 4 }),
    publishAndSubmit(fc.constant(8)),
  )
  .map(([nop, count, submit]) => [...Array.from({ length: count }, () => nop), ...submit]);

/** A sleep that a timer ends. */
const nap: fc.Arbitrary<HookStep[]> = fc
  .tuple(
    hookStep("timeout"),
    publishAndSubmit(fc.constantFrom(1, 8)),
    hookStep("wait", undefined, fc.constantFrom(1, 1, 2)),
  )
  .map(([timeout, submit, wait]) => [timeout, ...submit, wait]);

const alone = (step: fc.Arbitrary<HookStep>): fc.Arbitrary<HookStep[]> => step.map((only) => [only]);

/** What goes together: most steps mean little alone. */
const phrases: fc.Arbitrary<HookStep[]> = fc.oneof(
  { weight: 5, arbitrary: alone(hookStep("nop", fc.nat({ max: 3 }), sqeFlags)) },
  { weight: 5, arbitrary: publishAndSubmit(fc.constantFrom(1, 2, 8)) },
  { weight: 2, arbitrary: burst },
  { weight: 1, arbitrary: nap },
  { weight: 4, arbitrary: alone(hookStep("reap", undefined, fc.constantFrom(1, 2, 8))) },
  { weight: 3, arbitrary: alone(hookStep("wait", undefined, fc.constantFrom(1, 2, 3))) },
  { weight: 2, arbitrary: alone(hookStep("timeout", undefined, sqeFlags)) },
  { weight: 1, arbitrary: alone(hookStep("guard", undefined, fc.constantFrom(0, 4))) },
  { weight: 1, arbitrary: alone(hookStep("read", undefined, sqeFlags)) },
  { weight: 1, arbitrary: alone(hookStep("cancel", fc.integer({ min: 1, max: 3 }))) },
  { weight: 1, arbitrary: alone(hookStep("stop", fc.integer({ min: 1, max: 3 }))) },
  { weight: 1, arbitrary: alone(hookStep("return", fc.constantFrom(2, 3), fc.constantFrom(7, 1))) },
  { weight: 1, arbitrary: alone(hookStep("count", undefined, some)) },
  { weight: 1, arbitrary: alone(hookStep("wait-blindly", undefined, fc.constantFrom(1, 4))) },
);

/** What a run begins with: mostly something that is submitted. */
const openings: fc.Arbitrary<HookStep[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<HookStep[]>([]) },
  { weight: 2, arbitrary: burst },
  { weight: 4, arbitrary: nap },
  {
    weight: 2,
    arbitrary: fc
      .tuple(burst, hookStep("reap", undefined, fc.constantFrom(1, 8)))
      .map(([made, reap]) => [...made, reap]),
  },
  // More than a small CQ holds.
  { weight: 2, arbitrary: fc.tuple(burst, burst).map((bursts) => bursts.flat()) },
);

export const hookPlans: fc.Arbitrary<HookPlan> = fc.record({
  steps: fc
    .tuple(openings, fc.array(phrases, { maxLength: 8, size: "max" }))
    .map(([opening, list]) => [...opening, ...list.flat()]),
  runs: fc.integer({ min: 1, max: 4 }),
  sqes: fc.oneof(
    { weight: 1, arbitrary: fc.nat({ max: 3 }) },
    { weight: 3, arbitrary: fc.integer({ min: 4, max: 8 }) },
  ),
  time: fc.constantFrom("1ms", "10ms", "never"),
});
