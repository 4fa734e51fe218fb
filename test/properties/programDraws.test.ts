/**
 * What the suites of programs draw is worth its while: nearly all scenarios run their programs, each situation that has a
 * rule comes up, and each claim about programs is decided where what it is about has happened.
 * RINGSPEC_DRAWS=N draws N scenarios of each suite and prints the shares.
 */
import { describe, expect, it } from "vitest";
import type { ProfileName } from "../../src/model/profile.js";
import { PROGRAM_PROPERTIES } from "../../src/properties/index.js";
import { type Drawn, drawnRuns, sharesOf } from "./programDraws.js";
import { SITUATIONS, type Situation } from "./programSituations.js";

const DEFAULT_DRAWS = 150;
const DRAWS = Number(process.env["RINGSPEC_DRAWS"] ?? DEFAULT_DRAWS);
const SEED = 7;

type Shares = Partial<Readonly<Record<Situation, number>>>;

const OPERATIONS: Shares = {
  "an operation is submitted": 95,
  "a callback runs": 90,
  "issue runs": 75,
  "three callbacks run": 75,
  "an operation's prep fails": 1,
  "cleanup runs behind fail": 20,
  "issue runs again in io-wq": 3,
  "a waiting operation is canceled": 5,
  "a link cancels an operation": 5,
  "an operation is taken away in flight": 5,
  "a CQE overflows": 3,
};

const HOOKS: Shares = {
  "a hook is attached": 85,
  "a step runs": 80,
  "three steps run": 30,
  "a hook submits": 60,
  "a hook takes a CQE": 20,
  "a hook's loop sleeps": 5,
  "a CQE overflows under a hook": 5,
  "a hook comes back": 10,
};

/** Least shares of scenarios, in per cent, somewhat below what is drawn now. */
const ABOUT: readonly (readonly [suite: string, profile: ProfileName, shares: Shares])[] = [
  ["operations", "bpf-op-v3", OPERATIONS],
  [
    "hooks",
    "linux-7.1",
    {
      ...HOOKS,
      "a hook is taken away from a sleeping loop": 2,
      "a signal ends a loop": 1,
      "a thread drives a hook's program": 3,
    },
  ],
  ["hooks", "loop-v3", HOOKS],
];

/** What has to have happened in a run for a claim to say something about it. */
const PREMISES: Readonly<Record<string, readonly Situation[]>> = {
  callbackCounts: ["issue runs", "cleanup runs behind fail", "issue runs again in io-wq"],
  callbackOrder: ["three callbacks run", "cleanup runs behind fail"],
  prepsBeforeIssue: ["two operations of a chain are prepared"],
  failConditions: [
    "an operation's prep fails",
    "an issue fails",
    "an issue without an error has a result below 0",
    "a link cancels an operation",
  ],
  callbackResults: ["an operation reads what another has written", "an issue fails"],
  operationsEnd: ["issue runs", "an issue fails"],
  takenOnce: ["a hook takes a CQE", "user space takes a CQE of a hooked ring"],
  loopReturns: ["a step runs", "a call returns from a loop"],
  hookedRingCompletes: ["a hook submits", "a hook is taken away", "user space takes a CQE of a hooked ring"],
  waitingHookIsWoken: ["a thread hangs", "a hook's loop sleeps"],
};

const drawn = new Map<string, readonly Drawn[]>();

/** The same draws for all tests. */
function drawsOf(suite: string, profile: ProfileName): readonly Drawn[] {
  const key = `${suite} ${profile}`;
  const known = drawn.get(key) ?? drawnRuns(suite, profile, DRAWS, SEED);
  drawn.set(key, known);
  return known;
}

describe("what is drawn", { timeout: 60_000 + 1000 * DRAWS }, () => {
  it.each(ABOUT)("%s under %s reaches each situation", (suite, profile, least) => {
    const shares = sharesOf(drawsOf(suite, profile), DRAWS);
    if (process.env["RINGSPEC_DRAWS"] !== undefined) {
      const lines = [...shares].map(([name, share]) => `${share.toFixed(1).padStart(6)} % ${name}`);
      console.log([`${suite} ${profile}, ${DRAWS} scenarios`, ...lines].join("\n"));
    }
    const scarce = (Object.entries(least) as [Situation, number][]).filter(
      ([name, share]) => (shares.get(name) ?? 0) < share,
    );
    expect(scarce.map(([name]) => `${name}: ${shares.get(name)} %`)).toEqual([]);
  });

  it("knows what each claim about programs is about", () => {
    expect(Object.keys(PREMISES).sort()).toEqual(PROGRAM_PROPERTIES.map(({ name }) => name).sort());
    const used = new Set([
      ...ABOUT.flatMap(([, , least]) => Object.keys(least)),
      ...Object.values(PREMISES).flat(),
    ]);
    expect(Object.keys(SITUATIONS).filter((name) => !used.has(name))).toEqual([]);
  });

  it.each(
    PROGRAM_PROPERTIES.map((property) => [property.name, property] as const),
  )("%s is decided where it has something to say", (name, property) => {
    const [suite, profile] = property.rules.some((rule) => rule.startsWith("BOP-")) ? ABOUT[0]! : ABOUT[1]!;
    const open = new Set(PREMISES[name]);
    for (const { situations, run } of drawsOf(suite, profile)) {
      if (![...open].some((situation) => situations.has(situation))) continue;
      if (property.check(run, profile) !== null) continue;
      for (const situation of situations) open.delete(situation);
      if (open.size === 0) break;
    }
    expect([...open]).toEqual([]);
  });
});
