/** Shrinking keeps the failure, ends, and is the same each time. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loose } from "../../src/scheduler/loose.js";
import { run } from "../../src/scheduler/run.js";
import { seeded } from "../../src/scheduler/seeded.js";
import { shrink } from "../../src/scheduler/shrink.js";
import { shrinkSchedule } from "../../src/scheduler/shrinkSchedule.js";
import { philosophers } from "./toys.js";

const limits = { triesMax: 10_000 };
const smaller = (n: number): number[] => [0, Math.floor(n / 2), n - 1].filter((m) => m >= 0 && m < n);

describe("shrink", () => {
  it("finds a value none of whose candidates fails", () => {
    const result = shrink(1000, smaller, (n) => n >= 37, limits);
    expect(result).toMatchObject({ value: 37, isMinimal: true });
  });

  it("stops at its limit, and says so", () => {
    expect(shrink(1000, smaller, (n) => n >= 37, { triesMax: 3 })).toEqual({
      value: 500,
      tries: 3,
      steps: 1,
      isMinimal: false,
    });
    expect(shrink(5, smaller, () => true, { triesMax: 0 })).toEqual({
      value: 5,
      tries: 0,
      steps: 0,
      isMinimal: false,
    });
  });

  it("takes the first candidate that fails", () => {
    expect(
      shrink(
        "abcd",
        (s) => [...s].map((_, at) => s.slice(0, at) + s.slice(at + 1)),
        (s) => s.includes("d"),
        limits,
      ),
    ).toEqual({
      value: "d",
      tries: 4,
      steps: 3,
      isMinimal: true,
    });
  });
});

describe("shrinkSchedule", () => {
  it("finds the deadlock of the philosophers in as many steps as there are seats", () => {
    const { model } = philosophers(4);
    const deadlocks = (indices: readonly number[]): boolean =>
      run(model, loose(indices), { stepsMax: 60 }).end === "quiescent";
    const found = Array.from({ length: 200 }, (_, seed) =>
      run(model, seeded(String(seed)), { stepsMax: 60 }),
    ).find(({ end, schedule }) => end === "quiescent" && schedule.length > 20)!;
    const result = shrinkSchedule(
      found.schedule.map(({ index }) => index),
      deadlocks,
      limits,
    );
    expect(result.isMinimal).toBe(true);
    expect(run(model, loose(result.value), { stepsMax: 60 }).schedule.map(({ label }) => label)).toEqual([
      '3 after ""',
      '2 after ""',
      '1 after ""',
      '0 after ""',
    ]);
  });

  it("keeps the failure, and cuts and lowers all that the failure does not need", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 30 }), fc.nat({ max: 9 }), (indices, wanted) => {
        const fails = (some: readonly number[]): boolean =>
          some.filter((index) => index >= wanted).length >= 2;
        fc.pre(fails(indices));
        const { value, isMinimal } = shrinkSchedule(indices, fails, limits);
        expect(isMinimal).toBe(true);
        expect(value).toEqual([wanted, wanted]);
      }),
      { seed: 3 },
    );
  });

  it("is the same each time", () => {
    const fails = (some: readonly number[]): boolean => some.reduce((sum, n) => sum + n, 0) >= 11;
    const once = () => shrinkSchedule([3, 0, 5, 1, 1, 7, 2, 0, 0], fails, limits);
    expect(once()).toEqual(once());
    expect(once().value).toEqual([1, 1, 7, 2]);
  });
});
