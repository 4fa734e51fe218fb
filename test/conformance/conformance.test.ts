import { describe, expect, it } from "vitest";
import {
  type ConformanceOptions,
  conformance,
  formatConformance,
  type Implementation,
  judgeFile,
  type RunReport,
} from "../../src/index.js";
import { toyRing } from "./toy/implementation.js";

const TWO_NOPS = {
  name: "two",
  text: "litmus two\nthread T0 {\n  submit r {\n    a: NOP\n    b: NOP\n  } wait 2\n}\n",
};
const SMALL: ConformanceOptions = {
  profile: "linux-6.18",
  files: [TWO_NOPS],
  features: ["links", "inject", "skip"],
  suites: [],
  scenarios: 20,
};

/** Answers every scenario alike. */
function answering(report: RunReport): Implementation {
  return { name: "stub", run: async () => report };
}

function ran(...resOfRuns: readonly (readonly [number, number])[]): RunReport {
  const observed = resOfRuns.map((results, at) => ({
    outcome: {
      cq: [results.map((res, label) => [label, res, 0] as const)],
      values: [],
      files: [],
      hang: false,
    },
    runs: at + 1,
  }));
  return { kind: "ran", observed };
}

describe("one file", () => {
  it("is ok with what was seen, of what is allowed", async () => {
    const result = await judgeFile(answering(ran([0, 0])), TWO_NOPS, SMALL);
    expect(result).toEqual({ name: "two", verdict: "ok", seen: 1, allowed: 1, runs: 1 });
  });

  it("fails for one run of what is not allowed, and tells what is", async () => {
    const result = await judgeFile(answering(ran([0, 0], [0, -5])), TWO_NOPS, SMALL);
    expect(result).toMatchObject({
      verdict: "failed",
      failure: {
        kind: "forbidden",
        runs: 2,
        outcome: {
          cq: [
            [
              [0, 0, 0],
              [1, -5, 0],
            ],
          ],
        },
        allowedTotal: 1,
      },
    });
  });

  it("is not judged where it is unsupported, was lost, does not compile, or is too large to search", async () => {
    const unsupported: RunReport = { kind: "unsupported", reason: "NOP" };
    expect(await judgeFile(answering(unsupported), TWO_NOPS, SMALL)).toEqual({
      name: "two",
      verdict: "unsupported",
      reason: "NOP",
    });
    const lost: RunReport = { kind: "ran", observed: [], lost: "3 runs were late" };
    expect(await judgeFile(answering(lost), TWO_NOPS, SMALL)).toMatchObject({
      verdict: "inconclusive",
      reason: "3 runs were late",
    });
    expect(await judgeFile(answering(ran()), { name: "x", text: "litmus" }, SMALL)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringContaining("x:1:"),
    });
    expect(
      await judgeFile(answering(ran([0, 0])), TWO_NOPS, { ...SMALL, limits: { statesMax: 2 } }),
    ).toMatchObject({
      verdict: "inconclusive",
      reason: "the model's search met the limit statesMax",
    });
  });

  it("fails where the implementation breaks down", async () => {
    const throwing: Implementation = {
      name: "stub",
      run: async () => {
        throw new Error("out of SQEs");
      },
    };
    const failure = { kind: "broken", litmus: TWO_NOPS.text, message: "out of SQEs" };
    expect(await judgeFile(throwing, TWO_NOPS, SMALL)).toMatchObject({ verdict: "failed", failure });
  });

  it.each<[object | null, string]>([
    [null, "a report is"],
    [{ kind: "done" }, "a report is"],
    [{ kind: "ran" }, "a report is"],
    [{ kind: "ran", observed: [{ outcome: {}, runs: 1 }] }, "outcome.cq has no entries"],
    [{ kind: "ran", observed: [{ runs: 1 }] }, "outcome.cq has no entries"],
    [{ kind: "ran", observed: [{ outcome: { cq: [[], []] }, runs: 1 }] }, "outcome.cq has 2 entries"],
    [{ kind: "ran", observed: [{ outcome: { cq: [[]], values: [], files: [] }, runs: 1 }] }, "outcome.hang"],
    [{ kind: "ran", observed: [{ outcome: {}, runs: 0 }] }, "0 runs"],
  ])("fails where the report is ill-formed: %j", async (report, message) => {
    const result = await judgeFile(answering(report as RunReport), TWO_NOPS, SMALL);
    expect(result).toMatchObject({
      verdict: "failed",
      failure: { kind: "broken", message: expect.stringContaining(message) },
    });
  });
});

it("has the same result for the same seed, byte for byte, and other scenarios for another", async () => {
  const run = async (seed: number): Promise<string> => {
    const result = await conformance(toyRing("a soft link never severs"), { ...SMALL, seed });
    return JSON.stringify(result);
  };
  expect(await run(7)).toBe(await run(7));
  const texts = async (seed: number): Promise<string[]> => {
    const seen: string[] = [];
    const spy: Implementation = {
      name: "spy",
      run: async ({ ast }) => {
        seen.push(JSON.stringify(ast.declarations));
        return { kind: "unsupported", reason: "all" };
      },
    };
    await conformance(spy, { ...SMALL, seed });
    return seen;
  };
  expect(await texts(7)).not.toEqual(await texts(8));
});

it("is unsupported, and not ok, where nothing was run", async () => {
  const result = await conformance(answering({ kind: "unsupported", reason: "all of it" }), SMALL);
  expect(result.verdict).toBe("unsupported");
  expect(result.scenarios).toMatchObject({
    drawn: 20,
    ok: 0,
    unsupported: [{ reason: "all of it", count: 20 }],
  });
  expect(formatConformance(result)).toBe(
    "stub, held against linux-6.18 (seed 1): unsupported\n" +
      "  files: 1 unsupported\n" +
      "  scenarios: unsupported, 0 of 20 judged, 20 unsupported (all of it: 20)",
  );
});

it("shows the smallest scenario with the observed outcome and the nearest allowed one", async () => {
  const { scenarios } = await conformance(toyRing("a soft link never severs"), { ...SMALL, files: [] });
  expect(scenarios.failure?.litmus.match(/: NOP/g)).toHaveLength(2);
  const text = formatConformance(
    await conformance(toyRing("a soft link never severs"), { ...SMALL, files: [] }),
  );
  expect(text).toMatch(/observed {2}a=-EIO b=0\n {2}nearest {3}a=-EIO b=-ECANCELED\n/);
  expect(text).toContain("Found with seed 1. As generated.litmus, what is allowed, and why:");
});

it("ends the files after failuresMax, and tells its progress", async () => {
  const files = [1, 2, 3].map((n) => ({ ...TWO_NOPS, name: `${n}` }));
  const done: string[] = [];
  const result = await conformance(answering(ran([0, -5])), {
    ...SMALL,
    files,
    failuresMax: 2,
    scenarios: 1,
    onProgress: (progress) => done.push(`${progress.part} ${progress.done}/${progress.total}`),
  });
  expect(result.files.map(({ name }) => name)).toEqual(["1", "2"]);
  expect(done).toEqual(["files 1/3", "files 2/3", "scenarios 1/1"]);
});

it("rejects with the reason of a signal that aborts, in any part", async () => {
  for (const files of [[TWO_NOPS], []]) {
    const controller = new AbortController();
    const aborting: Implementation = {
      name: "stub",
      run: async () => {
        controller.abort(new Error("enough"));
        return { kind: "unsupported", reason: "all" };
      },
    };
    const run = conformance(aborting, { ...SMALL, files, signal: controller.signal });
    await expect(run).rejects.toThrow("enough");
  }
});
