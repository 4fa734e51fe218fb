import { describe, expect, it } from "vitest";
import { differenceOf } from "../../src/cli/kernel/difference.js";
import type { Outcomes } from "../../src/cli/kernel/side.js";
import type { Outcome } from "../../src/model/outcome.js";

function outcome(res: number): Outcome {
  return { cq: [[[0, res, 0]]], values: [], files: [], hang: false };
}

function resOf({ cq }: Outcome): number {
  return cq[0]?.[0]?.[1] ?? Number.NaN;
}

/** Results by the runs in which they were seen. */
function seen(runs: Readonly<Record<number, number>>): Outcomes {
  const results = Object.keys(runs).map(Number);
  return {
    kind: "outcomes",
    total: results.length,
    listed: results.map(outcome),
    runs: Object.values(runs).reduce((sum, count) => sum + count, 0),
    has: (other) => results.includes(resOf(other)),
    runsOf: (other) => runs[resOf(other)] ?? 0,
  };
}

/** A profile's results, of which only the first `listed` are listed. */
function allowed(results: readonly number[], listed = results.length): Outcomes {
  return {
    kind: "outcomes",
    total: results.length,
    listed: results.slice(0, listed).map(outcome),
    runs: null,
    has: (other) => results.includes(resOf(other)),
    runsOf: () => null,
  };
}

function summary(a: Outcomes, b: Outcomes): unknown {
  const difference = differenceOf(a, b);
  if ("reason" in difference) return difference;
  const { verdict, onlyA, onlyB, both } = difference;
  return [verdict, onlyA.map(resOf), onlyB.map(resOf), both.map(resOf)];
}

describe("differenceOf", () => {
  it.each<[string, Outcomes, Outcomes, unknown]>([
    ["equal profiles", allowed([1, 2]), allowed([2, 1]), ["same", [], [], [1, 2]]],
    ["profiles that differ both ways", allowed([1, 2]), allowed([2, 3]), ["differ", [1], [3], [2]]],
    [
      "profiles listed in part, equal so far",
      allowed([1, 2, 3], 2),
      allowed([1, 2]),
      ["inconclusive", [], [], [1, 2]],
    ],
    ["profiles listed in part that differ", allowed([1, 2, 3], 2), allowed([1]), ["differ", [2], [], [1]]],
    ["kernels", seen({ 1: 20 }), seen({ 1: 19, 2: 1 }), ["differ", [], [2], [1]]],
    ["kernels with nothing in common", seen({ 1: 20 }), seen({ 2: 20 }), ["differ", [1], [2], []]],
    [
      "a kernel that shows less than a profile allows",
      seen({ 1: 5 }),
      allowed([1, 2]),
      ["same", [], [], [1]],
    ],
    ["the same with the sides changed", allowed([1, 2]), seen({ 1: 5 }), ["same", [], [], [1]]],
    ["a kernel that shows more", allowed([1, 2]), seen({ 1: 5, 3: 1 }), ["differ", [], [3], [1]]],
    ["a kernel and a profile listed in part", seen({ 3: 5 }), allowed([1, 2, 3], 1), ["same", [], [], [3]]],
  ])("%s", (_, a, b, expected) => {
    expect(summary(a, b)).toEqual(expected);
  });

  it("says why there is nothing to compare", () => {
    const none = { kind: "none", verdict: "unsupported", reason: "no such opcode" } as const;
    expect(differenceOf(allowed([1]), none)).toEqual({ verdict: "unsupported", reason: "no such opcode" });
  });
});
