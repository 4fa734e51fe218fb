/** Differential testing without a kernel: what is drawn, how results are added up, found, made small and gone on with. */
import { describe, expect, it } from "vitest";
import { checkTest } from "../../src/check/check.js";
import {
  type DifferentialImplementation,
  type DifferentialOptions,
  judgeScenario,
  runScenario,
  runScenarios,
  type ScenarioResult,
} from "../../src/conformance/differential.js";
import { differenceOf, shrinkDifference } from "../../src/conformance/differentialCompare.js";
import { shrinkDisagreement } from "../../src/conformance/differentialShrink.js";
import { addResult, emptyTally, verdictOf } from "../../src/conformance/differentialTally.js";
import { compileDrawn, drawScenario, seedOf } from "../../src/conformance/draw.js";
import { featuresOfScenario } from "../../src/conformance/scenarioFeatures.js";
import type { LitmusTest } from "../../src/litmus/index.js";
import type { Outcome } from "../../src/model/outcome.js";
import type { GenerateOptions } from "../../src/properties/generate/index.js";

const GENERATE: GenerateOptions = {
  sqesMax: 5,
  profile: "linux-6.18",
  kernelRunnable: true,
  features: ["links", "hardlinks", "skip", "inject", "prep"],
};
const OPTIONS: DifferentialOptions = {
  seed: 1,
  profile: "linux-6.18",
  generate: GENERATE,
  runs: 1,
  confirmRuns: 4,
  statesMax: 5000,
};

const firstOutcome = (test: LitmusTest): Outcome => {
  const [outcome] = checkTest(test, "linux-6.18", { outcomesMax: 1 }).result.outcomes.items;
  if (outcome === undefined) throw new Error("the model allows nothing");
  return outcome;
};

/** An implementation that shows one outcome of the model's, as `change` makes it. */
const modelAs = (change: (outcome: Outcome, patience: number) => Outcome): DifferentialImplementation => ({
  name: "a fake",
  run: (test, { runs, patience }) =>
    Promise.resolve({ kind: "ran", observed: [{ outcome: change(firstOutcome(test), patience), runs }] }),
});
const sound = modelAs((outcome) => outcome);
/** -ECANCELED becomes 0: severed members succeed. */
const neverSevers = modelAs((outcome) => ({
  ...outcome,
  cq: outcome.cq.map((cqes) =>
    cqes.map(([label, res, flags]) => [label, res === -125 ? 0 : res, flags] as const),
  ),
}));

const DIFFERENT = compileDrawn(
  "litmus x\nthread T0 {\n  submit {\n    a: NOP res=-EIO | LINK\n    b: NOP | LINK\n    c: NOP\n    d: NOP\n  } as n\n}\n",
);

describe("drawing", () => {
  it("draws scenario i of a seed alone as in a row, and others for another seed", () => {
    const row = Array.from({ length: 20 }, (_, index) => drawScenario(GENERATE, 7, index));
    expect(drawScenario(GENERATE, 7, 13)).toBe(row[13]);
    const other = Array.from({ length: 20 }, (_, index) => drawScenario(GENERATE, 8, index));
    expect(other.map((text) => text.replace("s8-", "s7-"))).not.toEqual(row);
    expect(new Set(row.map((text) => text.replace(/^.*\n/, ""))).size).toBeGreaterThan(15);
  });

  it("derives different seeds from near ones", () => {
    const seeds = new Set<number>();
    for (let seed = 0; seed < 30; seed++) for (let at = 0; at < 100; at++) seeds.add(seedOf(seed, at));
    expect(seeds.size).toBe(3000);
  });

  it("draws inline scenarios on default rings now and then, whatever the features are", () => {
    const test = compileDrawn(drawScenario({ ...GENERATE, features: ["sqpoll", "pipes", "links"] }, 1, 7));
    expect(test.scenario.rings.map(({ setup }) => setup)).toEqual([[]]);
    expect(test.scenario.sqes.every(({ operation }) => operation.opcode === "NOP")).toBe(true);
  });
});

describe("features of a scenario", () => {
  it.each([
    ["a: NOP", []],
    ["a: NOP | LINK\n b: NOP | SKIP", ["links", "skip"]],
    ["a: READ fd=p.r len=4 | HARDLINK\n b: LINK_TIMEOUT ts=1ms", ["hardlinks", "linkTimeouts", "pipes"]],
    ["a: NOP prep=-EINVAL | DRAIN", ["drain", "prep"]],
  ])("%s", (sqes, features) => {
    const test = compileDrawn(`litmus x\npipe p\nthread T0 {\n submit {\n ${sqes}\n }\n}\n`);
    expect(featuresOfScenario(test.scenario)).toEqual(features);
  });
});

describe("judging", () => {
  it("agrees where what is seen is allowed, and counts how much more is", async () => {
    const verdict = await judgeScenario(sound, OPTIONS, DIFFERENT, 1);
    expect(verdict).toMatchObject({ kind: "agrees", allowed: 1, seen: 1, isDeterministic: true });
  });

  it("calls what is seen only without patience unconfirmed", async () => {
    const hasty = modelAs((outcome, patience) => (patience === 1 ? { ...outcome, hang: true } : outcome));
    expect((await judgeScenario(hasty, OPTIONS, DIFFERENT, 1)).kind).toBe("unconfirmed");
  });

  it("does not judge what the search did not finish, or nothing ran", async () => {
    const few = { ...OPTIONS, statesMax: 2 };
    expect((await judgeScenario(sound, few, DIFFERENT, 1)).kind).toBe("inconclusive");
    const none: DifferentialImplementation = {
      name: "late",
      run: () => Promise.resolve({ kind: "ran", observed: [] }),
    };
    expect(await judgeScenario(none, OPTIONS, DIFFERENT, 1)).toEqual({
      kind: "inconclusive",
      reason: "no run had an outcome",
    });
  });

  it("finds an implementation that never severs, and makes the scenario two SQEs small", async () => {
    const run = (index: number) => runScenario(neverSevers, OPTIONS, index);
    const found: number[] = [];
    for await (const { index, verdict } of runScenarios(run, 0, 60, 3)) {
      if (verdict.kind === "disagrees") found.push(index);
    }
    expect(found.length).toBeGreaterThan(5);
    const drawn = compileDrawn(drawScenario(GENERATE, 1, found[0] ?? 0));
    const small = await shrinkDisagreement(neverSevers, OPTIONS, drawn, { triesMax: 500, seed: 1 });
    expect(small?.test.scenario.sqes.length).toBe(2);
    expect(small?.forbidden.length).toBe(1);
  });

  it("does not make small what does not come back", async () => {
    expect(await shrinkDisagreement(sound, OPTIONS, DIFFERENT, { triesMax: 9, seed: 1 })).toBeNull();
  });
});

describe("adding up", () => {
  const results = async (from: number, to: number, width: number): Promise<ScenarioResult[]> => {
    const list: ScenarioResult[] = [];
    const run = (index: number) => runScenario(neverSevers, OPTIONS, index);
    for await (const result of runScenarios(run, from, to, width)) list.push(result);
    return list;
  };

  it("comes to the same whatever is under way at a time, and where it was kept and gone on with", async () => {
    const whole = emptyTally();
    for (const result of await results(0, 40, 1)) addResult(whole, result);
    const first = emptyTally();
    for (const result of await results(0, 17, 5)) addResult(first, result);
    const second = JSON.parse(JSON.stringify(first)) as typeof first;
    for (const result of await results(second.next, 40, 4)) addResult(second, result);
    expect(second).toEqual(whole);
    expect(whole.next).toBe(40);
    expect(whole.disagree.length).toBeGreaterThan(0);
    expect(verdictOf(whole)).toBe("violated");
  });

  it("takes results in their order only", () => {
    const result: ScenarioResult = {
      index: 1,
      features: [],
      verdict: { kind: "unsupported", reason: "x" },
    };
    expect(() => addResult(emptyTally(), result)).toThrow("scenario 1 where 0 is the next");
  });

  it("is violated by a deterministic scenario with two outcomes, and inconclusive where nothing agreed", () => {
    const tally = emptyTally();
    const verdict = {
      kind: "agrees",
      allowed: 2,
      seen: 1,
      isDeterministic: true,
      forbidden: [],
    } as const;
    expect(verdictOf(tally)).toBe("inconclusive");
    addResult(tally, { index: 0, features: ["links"], verdict });
    expect(tally.deterministic).toEqual({ scenarios: 1, loose: [0] });
    expect(tally.features["links"]?.ratio).toBe(2);
    expect(verdictOf(tally)).toBe("violated");
  });
});

describe("two profiles", () => {
  it("differ in nothing where they are one", () => {
    expect(differenceOf(DIFFERENT, "linux-6.18", "linux-6.18", {})).toBeNull();
  });

  it("differ in few SQEs: 6.1 posts a failed request at once", () => {
    const text =
      "litmus x\nthread T0 {\n submit {\n a: NOP\n b: READ fd=-1 len=4\n c: NOP | LINK\n d: NOP\n } as n\n}\n";
    const found = differenceOf(compileDrawn(text), "linux-6.1", "linux-6.18", {});
    if (found === null || found === "inconclusive") throw new Error(`${found}`);
    const small = shrinkDifference(found, "linux-6.1", "linux-6.18", {}, 500);
    expect(small.test.scenario.sqes.length).toBe(2);
    expect(small.onlyA.length).toBe(1);
    expect(small.onlyB.length).toBe(1);
  });
});
