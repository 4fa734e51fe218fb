/** Kernels held against each other, with fakes for kernels: what counts as a difference, who runs how often, how it is made small. */
import { describe, expect, it } from "vitest";
import { checkTest } from "../../src/check/check.js";
import {
  CHANCE_MAX,
  chanceOf,
  confirm,
  type KernelCompareOptions,
  type KernelSide,
  lookAt,
  OTHERS_FACTOR,
  type ProfileSide,
  type Sides,
} from "../../src/conformance/differentialKernels.js";
import { shrinkDifferences } from "../../src/conformance/differentialKernelsShrink.js";
import { compileDrawn } from "../../src/conformance/draw.js";
import type { RunReport } from "../../src/conformance/implementation.js";
import { type LitmusTest, printLitmus } from "../../src/litmus/index.js";
import type { Outcome } from "../../src/model/outcome.js";
import type { ProfileName } from "../../src/model/profile.js";
import { formatOutcome } from "../../src/report/outcome.js";

const OPTIONS: KernelCompareOptions = { seed: 1, runs: 4, confirmRuns: 30, statesMax: 5000 };

interface Call {
  readonly runs: number;
  readonly patience: number;
  readonly tests: number;
}
interface Fake extends KernelSide {
  readonly calls: Call[];
}

/** A kernel of which run i shows outcome i of what `shows` gives, round and round. */
function fake(
  profile: ProfileName,
  shows: (test: LitmusTest, call: number, runs: number) => readonly Outcome[] | RunReport,
  isSlow = false,
): Fake {
  const calls: Call[] = [];
  return {
    kind: "kernel",
    name: `fake ${profile}`,
    profile,
    isSlow,
    calls,
    run: (tests, { runs, patience }) => {
      calls.push({ runs, patience, tests: tests.length });
      const reports = tests.map((test): RunReport => {
        const shown = shows(test, calls.length, runs);
        if ("kind" in shown) return shown;
        const times = (at: number) => Math.floor(runs / shown.length) + (at < runs % shown.length ? 1 : 0);
        const observed = shown.map((outcome, at) => ({ outcome, runs: times(at) }));
        return { kind: "ran", observed: observed.filter((each) => each.runs > 0) };
      });
      return Promise.resolve(reports);
    },
  };
}

const allowed = (test: LitmusTest, profile: ProfileName): readonly Outcome[] =>
  checkTest(test, profile, { outcomesMax: 100 }).result.outcomes.items;
/** A kernel that does what its profile says, all of it. */
const faithful = (profile: ProfileName, isSlow = false): Fake =>
  fake(profile, (test) => allowed(test, profile), isSlow);
const profileSide = (profile: ProfileName): ProfileSide => ({ kind: "profile", name: profile, profile });

/** -EINVAL on 6.1 (K-44), and the rest has nothing to do with it. */
const INJECTED = compileDrawn(`litmus x
pipe p
thread T0 {
  submit {
    a: NOP
    b: NOP res=-EIO  | LINK
    c: NOP           | LINK
    d: NOP
  } as n
  sleep 1ms
}
`);
/** Two outcomes on 6.18: the workers are free to run either first. */
const RACE = compileDrawn(
  "litmus x\nthread T0 {\n  submit {\n    a: NOP | ASYNC\n    b: NOP | ASYNC\n  } wait 2\n}\n",
);

async function suspicionsOf(sides: Sides, test: LitmusTest, options = OPTIONS) {
  const [look] = await lookAt(sides, [test], options);
  return look?.kind === "suspect" ? [look.suspicion] : [];
}

async function differenceOf(sides: Sides, test: LitmusTest, options = OPTIONS) {
  const [difference] = await confirm(sides, await suspicionsOf(sides, test, options), options);
  return difference ?? null;
}

describe("the chance", () => {
  it("is Fisher's: the share of the ways in which all sightings can fall to one side", () => {
    expect(chanceOf(0, 30, 600)).toBe(1);
    expect(chanceOf(1, 30, 600)).toBeCloseTo(30 / 630, 12);
    expect(chanceOf(2, 3, 1)).toBeCloseTo(3 / 6, 12);
    expect(chanceOf(4, 3, 1)).toBe(0);
  });

  it("lets five of thirty runs count, and four not, against twenty times as many", () => {
    expect(chanceOf(5, 30, 30 * OTHERS_FACTOR)).toBeLessThan(CHANCE_MAX);
    expect(chanceOf(4, 30, 30 * OTHERS_FACTOR)).toBeGreaterThan(CHANCE_MAX);
  });
});

describe("two kernels", () => {
  it("differ in what one shows, the other does not in many more runs, and its profile forbids", async () => {
    const [a, b] = [faithful("linux-6.1"), faithful("linux-6.18")];
    const difference = await differenceOf([a, b], INJECTED);
    expect(difference).toMatchObject({ by: 0, runs: 6, otherRuns: 6 * OTHERS_FACTOR });
    expect(difference?.shown).toMatchObject([{ runs: 6, confirmedBy: "profile", isForbiddenHere: false }]);
    expect(difference?.instead.map(({ outcome }) => formatOutcome(outcome, INJECTED.scenario))).toEqual([
      "a=0 b=-EIO c=-ECANCELED d=-ECANCELED; n=4",
    ]);
    expect(a.calls).toEqual([
      { runs: 4, patience: 1, tests: 1 },
      { runs: 6, patience: 10, tests: 1 },
    ]);
    expect(b.calls).toEqual([
      { runs: 4, patience: 1, tests: 1 },
      { runs: 6 * OTHERS_FACTOR, patience: 1, tests: 1 },
    ]);
  });

  it("leave the many runs to the one that is not emulated", async () => {
    const difference = await differenceOf([faithful("linux-6.18"), faithful("linux-6.1", true)], INJECTED);
    expect(difference).toMatchObject({ by: 1, runs: 6, otherRuns: 6 * OTHERS_FACTOR });
    const reversed = await differenceOf([faithful("linux-6.18", true), faithful("linux-6.1")], INJECTED);
    expect(reversed).toMatchObject({ by: 0, runs: 6, otherRuns: 6 * OTHERS_FACTOR });
  });

  it("do not differ in what the other one was only not seen to do", async () => {
    const [first, second] = allowed(RACE, "linux-6.18");
    if (first === undefined || second === undefined) throw new Error("the race has one outcome");
    const sides: Sides = [fake("linux-6.18", () => [first]), fake("linux-6.18", () => [second])];
    expect(await lookAt(sides, [RACE], OPTIONS)).toEqual([{ kind: "same" }]);
  });

  it("are told apart by their runs alone where the profile cannot be searched, and are said to be", async () => {
    const difference = await differenceOf([faithful("linux-6.1"), faithful("linux-6.18")], INJECTED, {
      ...OPTIONS,
      statesMax: 2,
    });
    expect(difference?.shown).toMatchObject([{ confirmedBy: "runs", isForbiddenHere: false }]);
  });

  it("differ also where the kernel's own profile forbids what it shows, which is said", async () => {
    const [shown] = allowed(INJECTED, "linux-6.1");
    if (shown === undefined) throw new Error("the model allows nothing");
    const wrong = fake("linux-6.18", () => [shown]);
    const difference = await differenceOf([wrong, faithful("linux-6.18")], INJECTED);
    expect(difference?.shown).toMatchObject([{ confirmedBy: "profile", isForbiddenHere: true }]);
  });

  const old = allowed(INJECTED, "linux-6.1");
  const now = allowed(INJECTED, "linux-6.18");

  it("do not differ in what is not seen again", async () => {
    const once = fake("linux-6.1", (_, call) => (call === 1 ? old : now));
    const sides: Sides = [once, faithful("linux-6.18")];
    expect(await suspicionsOf(sides, INJECTED)).toHaveLength(1);
    expect(
      await differenceOf([fake("linux-6.1", (_, call) => (call === 1 ? old : now)), sides[1]], INJECTED),
    ).toBeNull();
  });

  it("do not differ in what the other one shows in one of its many runs", async () => {
    const late = fake("linux-6.18", (_, call) =>
      call === 1 ? now : [...Array.from({ length: 119 }, () => now[0] as Outcome), ...old],
    );
    expect(await differenceOf([faithful("linux-6.1"), late], INJECTED)).toBeNull();
  });

  it.each([
    [5, 0, 6],
    [4, 0, null],
    [2, 3, 30],
    [0, 4, null],
  ])("seen in %d of six runs and %d of twenty-four more, against none of 120 and 480: differ after %s", async (first, then, runs) => {
    const times = [4, first, then];
    const seldom = fake("linux-6.1", (_, call) =>
      Array.from({ length: 24 }, (__, at) => (at < (times[call - 1] ?? 0) ? old : now)[0] as Outcome),
    );
    const difference = await differenceOf([seldom, faithful("linux-6.18")], INJECTED);
    expect(difference?.runs ?? null).toBe(runs);
    if (runs !== null) expect(difference).toMatchObject({ otherRuns: runs * OTHERS_FACTOR });
  });

  it("are asked no further where the other one has shown it", async () => {
    const late = fake("linux-6.18", (_, call) => (call === 1 ? now : old));
    const sides: [Fake, Fake] = [faithful("linux-6.1"), late];
    expect(await differenceOf(sides, INJECTED)).toBeNull();
    expect(sides[0].calls.map(({ runs }) => runs)).toEqual([4, 6]);
  });

  it("do not differ where the other one's many runs have no outcome", async () => {
    const gone = fake("linux-6.18", (_, call) => (call === 1 ? now : []));
    expect(await differenceOf([faithful("linux-6.1"), gone], INJECTED)).toBeNull();
  });

  it("are not compared where one lacks something, or has no outcome", async () => {
    const lacks = fake("linux-6.1", () => ({ kind: "unsupported", reason: "no such ring" }));
    const late = fake("linux-6.1", () => ({ kind: "ran", observed: [], lost: "the guest crashed" }));
    const looks = await lookAt([lacks, faithful("linux-6.18")], [RACE], OPTIONS);
    expect(looks).toEqual([{ kind: "unsupported", reason: "no such ring" }]);
    expect(await lookAt([faithful("linux-6.18"), late], [RACE], OPTIONS)).toEqual([
      { kind: "inconclusive", reason: "the guest crashed" },
    ]);
  });
});

describe("a kernel and a profile", () => {
  it("differ in what the kernel shows and the profile forbids, never the other way round", async () => {
    const difference = await differenceOf([profileSide("linux-6.18"), faithful("linux-6.1")], INJECTED);
    expect(difference).toMatchObject({ by: 1, runs: 6, otherRuns: null, instead: [] });
    const one = fake("linux-6.18", (test) => allowed(test, "linux-6.18").slice(0, 1));
    expect(await lookAt([one, profileSide("linux-6.18")], [RACE], OPTIONS)).toEqual([{ kind: "same" }]);
  });

  it("are not compared where the profile cannot be searched whole", async () => {
    const sides: Sides = [faithful("linux-6.1"), profileSide("linux-6.18")];
    const looks = await lookAt(sides, [INJECTED], { ...OPTIONS, statesMax: 2 });
    expect(looks).toEqual([{ kind: "inconclusive", reason: "linux-6.18 was not searched whole" }]);
  });
});

describe("shrinking", () => {
  /** Does what 6.1 does, and says that it is a 6.18: the model is wrong about it. */
  const wrong = (): Fake => fake("linux-6.18", (test) => allowed(test, "linux-6.1"));

  it("runs the smallest that the profiles know, of all scenarios in one batch, and nothing where that differs", async () => {
    const sides: [Fake, Fake] = [faithful("linux-6.1", true), faithful("linux-6.18")];
    const difference = await differenceOf(sides, INJECTED);
    if (difference === null) throw new Error("no difference");
    const before = sides[0].calls.length;
    const options = { ...OPTIONS, roundsMax: 20 };
    const small = await shrinkDifferences(sides, [difference, difference], options);
    expect(small.map(({ test }) => printLitmus(test.ast))).toEqual([
      "litmus x\n\nthread T0 {\n  submit {\n    b: NOP res=-EIO\n  }\n}\n",
      "litmus x\n\nthread T0 {\n  submit {\n    b: NOP res=-EIO\n  }\n}\n",
    ]);
    const looks = sides[0].calls.slice(before).filter(({ runs }) => runs === OPTIONS.runs);
    expect(looks.map(({ tests }) => tests)).toEqual([2]);
  });

  it("goes by what is seen alone where the model is wrong, a batch a round", async () => {
    const sides: [Fake, Fake] = [wrong(), faithful("linux-6.18")];
    const difference = await differenceOf(sides, INJECTED);
    if (difference === null) throw new Error("no difference");
    const rounds: number[] = [];
    const before = sides[0].calls.length;
    const [small] = await shrinkDifferences(sides, [difference], {
      ...OPTIONS,
      roundsMax: 20,
      onRound: (_, candidates) => rounds.push(candidates),
    });
    expect(printLitmus(small?.test.ast ?? INJECTED.ast)).toBe(
      "litmus x\n\nthread T0 {\n  submit {\n    b: NOP res=-EIO\n  }\n}\n",
    );
    const looks = sides[0].calls.slice(before).filter(({ runs }) => runs === OPTIONS.runs);
    expect(looks.map(({ tests }) => tests)).toEqual(rounds);
  });

  it("stops after so many rounds with what it has", async () => {
    const sides: Sides = [wrong(), faithful("linux-6.18")];
    const difference = await differenceOf(sides, INJECTED);
    if (difference === null) throw new Error("no difference");
    const [small] = await shrinkDifferences(sides, [difference], { ...OPTIONS, roundsMax: 1 });
    expect(small?.test.scenario.sqes.length).toBe(3);
  });

  it("passes over smaller ones that look different and are not, however many come first", async () => {
    // Shows 6.1's outcome of what has an `a` always, of all else in the first look only.
    const keepsA = fake("linux-6.18", (test, _, runs) =>
      allowed(
        test,
        runs === OPTIONS.runs || printLitmus(test.ast).includes("a: ") ? "linux-6.1" : "linux-6.18",
      ),
    );
    const sides: Sides = [keepsA, faithful("linux-6.18")];
    const difference = await differenceOf(sides, INJECTED);
    if (difference === null) throw new Error("no difference");
    const [small] = await shrinkDifferences(sides, [difference], { ...OPTIONS, roundsMax: 20 });
    expect(printLitmus(small?.test.ast ?? INJECTED.ast)).toBe(
      "litmus x\n\nthread T0 {\n  submit {\n    a: NOP\n    b: NOP res=-EIO\n  }\n}\n",
    );
  });
});
