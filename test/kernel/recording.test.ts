import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameOutcome, resolveOutcome } from "../../src/kernel/recording/names.js";
import { readRecording } from "../../src/kernel/recording/readRecording.js";
import type { Recording } from "../../src/kernel/recording/recording.js";
import { writeRecording } from "../../src/kernel/recording/writeRecording.js";
import type { Outcome } from "../../src/model/outcome.js";
import * as s from "./scenarios.js";

const RECORDING: Recording = {
  release: "6.12.117-amd64",
  version: "#1 SMP",
  features: ["SINGLE_MMAP", "NODROP"],
  command: "ringspec kernel litmus --record out.json",
  files: [
    {
      path: "litmus/a.litmus",
      hash: "0123456789abcdef",
      kind: "ran",
      observed: [
        {
          runs: 19,
          cq: {
            r: [
              ["a", 0, 0],
              ["p", 1, 2],
            ],
          },
          ret: { n: 2, m: null },
          files: { f: "x\n" },
          hang: true,
        },
        { runs: 1, cq: { r: [] }, ret: {}, files: {}, hang: false },
      ],
      hung: 1,
      late: 2,
      unlisted: 3,
    },
    { path: "litmus/b.litmus", hash: "fedcba9876543210", kind: "unsupported", reason: "no such opcode" },
  ],
};

type Json = Record<string, unknown>;

/** The recording's JSON with one thing changed. */
function changed(change: (json: Json) => void): string {
  const json = JSON.parse(writeRecording(RECORDING)) as Json;
  change(json);
  return JSON.stringify(json);
}

function problemOf(text: string): string {
  const read = readRecording(text);
  return read.kind === "problem" ? `${read.problem.code}: ${read.problem.message}` : "read";
}

describe("recordings", () => {
  it("come back as they were written", () => {
    expect(readRecording(writeRecording(RECORDING))).toEqual({ kind: "recording", recording: RECORDING });
  });

  it("have a line a file, and leave out what is empty", () => {
    const lines = writeRecording(RECORDING).split("\n");
    expect(lines.filter((line) => line.includes("litmus/"))).toHaveLength(2);
    expect(lines.find((line) => line.includes("a.litmus"))).toContain('{"runs":1,"cq":{"r":[]}}');
  });

  it.each<[string, (json: Json) => void, string]>([
    [
      "a newer schema",
      (json) => {
        json["schema"] = "ringspec.kernelRuns/2";
      },
      "newer-schema: the recording has the schema ringspec.kernelRuns/2, and this ringspec reads ringspec.kernelRuns/1",
    ],
    [
      "a trace",
      (json) => {
        json["schema"] = "ringspec.trace/1";
      },
      'unknown-schema: schema is "ringspec.trace/1"',
    ],
    ["no release", (json) => delete json["release"], "missing-key: release is missing"],
    [
      "files of another type",
      (json) => {
        json["files"] = {};
      },
      "wrong-type: files is an object, not a list",
    ],
    [
      "runs that are no number",
      (json) => {
        (json as { files: { observed: Json[] }[] }).files[0]!.observed[1]!["runs"] = "1";
      },
      "wrong-type: files[0].observed[1].runs is a string, not a number",
    ],
    [
      "an outcome that was never seen",
      (json) => {
        (json as { files: { observed: Json[] }[] }).files[0]!.observed[1]!["runs"] = 0;
      },
      "wrong-type: files[0].observed[1].runs is 0: what was not seen is not recorded",
    ],
    [
      "a CQE without a result",
      (json) => {
        (json as { files: { observed: Json[] }[] }).files[0]!.observed[0]!["cq"] = { r: [["a"]] };
      },
      "wrong-type: files[0].observed[0].cq.r[0] has 1 parts, not a label, a res and perhaps flags",
    ],
    [
      "flags below 0",
      (json) => {
        (json as { files: { observed: Json[] }[] }).files[0]!.observed[0]!["cq"] = { r: [["a", 0, -1]] };
      },
      "wrong-type: files[0].observed[0].cq.r[0][2] is -1, less than 0",
    ],
  ])("with %s are refused, and the place is named", (_, change, message) => {
    expect(problemOf(changed(change))).toBe(message);
  });

  it("that are cut off are refused where they end", () => {
    const text = writeRecording(RECORDING);
    expect(problemOf(text.slice(0, 300))).toBe("not-json: the file is not JSON, or not all of it is there");
    expect(problemOf("")).toBe("not-json: the file is empty");
  });

  it("of any text are read or refused, never thrown at", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readRecording(text).kind).toBe("problem");
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("with any one value replaced are read or refused, never thrown at", () => {
    const text = writeRecording(RECORDING);
    const values = [...text.matchAll(/(?<=[:[,] ?)(-?\d+|"[^"]*"|true|null)/g)].map(
      ({ index, 0: value }) => ({
        index,
        end: index + value.length,
      }),
    );
    expect(values.length).toBeGreaterThan(30);
    fc.assert(
      fc.property(fc.constantFrom(...values), fc.json(), ({ index, end }, json) => {
        readRecording(text.slice(0, index) + json + text.slice(end));
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});

describe("names of outcomes", () => {
  const scenario = s.scenario([s.nop("LINK"), s.nop()], [s.submit(0, 2, 2, 0)], {
    values: ["n"],
    files: [{ name: "f", content: "" }],
  });
  const outcome: Outcome = {
    cq: [
      [
        [0, 0, 0],
        [1, -125, 2],
      ],
    ],
    values: [null],
    files: ["x"],
    hang: false,
  };

  it("stand for the same outcome again", () => {
    const named = nameOutcome({ outcome, runs: 7 }, scenario);
    expect(named.runs).toBe(7);
    expect(resolveOutcome(named, scenario)).toEqual(outcome);
  });

  it.each([
    ["a ring", { cq: { other: [] } }],
    ["a label", { cq: { [scenario.rings[0]!.name]: [["z", 0, 0] as const] } }],
    ["a value", { ret: { k: 1 } }],
    ["a file", { files: { toString: "x" } }],
    ["one value more", { ret: { n: null, k: 1 } }],
  ])("that the scenario does not have stand for nothing: %s", (_, other) => {
    const named = nameOutcome({ outcome, runs: 7 }, scenario);
    expect(resolveOutcome({ ...named, ...other }, scenario)).toBeNull();
  });
});
