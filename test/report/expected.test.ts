/** The sections of an `.expected` file. */
import { describe, expect, it } from "vitest";
import type { CheckResult } from "../../src/check/result.js";
import type { Outcome } from "../../src/model/outcome.js";
import {
  EXPECTED_OUTCOMES_MAX,
  formatExpected,
  formatSection,
  sectionsOf,
} from "../../src/report/expected.js";
import type { Names } from "../../src/report/outcome.js";

const NAMES: Names = {
  rings: [{ name: "r", sqEntries: 8, cqEntries: 16, setup: [] }],
  labels: ["a"],
  values: [],
  files: [],
  memories: [],
};
const outcomes = (count: number): Outcome[] =>
  Array.from({ length: count }, (_, res) => ({
    cq: [[[0, res, 0] as const]],
    values: [],
    files: [],
    hang: false,
  }));

function result(items: readonly Outcome[], total: number | null = items.length): CheckResult {
  return {
    litmus: "t",
    profile: "linux-6.18",
    verdict: "ok",
    claims: [
      {
        kind: "always",
        name: "low",
        text: "a.res < 9",
        line: 1,
        holds: true,
        vacuous: false,
        path: null,
        positive: 1,
        negative: 0,
      },
    ],
    outcomes: { total, items },
    explored: { states: 5, transitions: 6, depth: 3, complete: true, limit: null },
    diagnoses: [],
    rules: [],
  };
}

const hash = (text: string): string => `${text.split("\n").length} lines`;

describe("an .expected file", () => {
  it("says verdict, claims, outcomes and counts of each profile", () => {
    const section = formatSection(result(outcomes(2)), NAMES, hash);
    expect(formatExpected("t", [section])).toBe(`expected t

semantics linux-6.18
verdict ok
claim holds: always low: a.res < 9
outcomes 2
  a=0
  a=1
states 5
transitions 6
`);
  });

  it("is read back by section", () => {
    const one = formatSection(result(outcomes(2)), NAMES, hash);
    const two = formatSection({ ...result(outcomes(3)), profile: "documented" }, NAMES, hash);
    expect([...sectionsOf(formatExpected("t", [one, two]))]).toEqual([
      ["linux-6.18", one],
      ["documented", two],
    ]);
  });

  it("keeps of many outcomes how many they are, and their hash", () => {
    const section = formatSection(result(outcomes(EXPECTED_OUTCOMES_MAX + 7)), NAMES, hash);
    expect(section).toContain("\n  … and 7 more, all 207: 207 lines\n");
    expect(section.split("\n")).toHaveLength(4 + EXPECTED_OUTCOMES_MAX + 1 + 3);
  });

  it("does not hash what was not listed", () => {
    expect(formatSection(result(outcomes(201), 9999), NAMES, hash)).toContain(
      "… and 9799 more, all 9999: not hashed",
    );
  });

  it("of another form has no sections", () => {
    expect(sectionsOf("no such thing\n").size).toBe(0);
  });
});
