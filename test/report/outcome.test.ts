/** Outcomes as text and as JSON. */
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../src/model/outcome.js";
import { nearestOutcome } from "../../src/report/nearest.js";
import { formatOutcome, type Names, outcomeJson } from "../../src/report/outcome.js";

const ring = (name: string) => ({ name, sqEntries: 8, cqEntries: 16, setup: [] });
const ONE: Names = {
  rings: [ring("r")],
  labels: ["a", "b", "c"],
  values: ["n"],
  files: [{ name: "f", content: "" }],
  memories: [],
};
const TWO: Names = { ...ONE, rings: [ring("r"), ring("t")] };

const PROGRAMS: Names = {
  ...TWO,
  memories: [
    { name: "h", size: 8, variables: {} },
    { name: "0", size: 8, variables: {} },
  ],
};

const outcome = (part: Partial<Outcome>): Outcome => ({
  cq: [[]],
  values: [null],
  files: [""],
  hang: false,
  ...part,
});

describe("formatOutcome", () => {
  it.each<[string, Names, Partial<Outcome>, string]>([
    ["nothing", ONE, {}, 'no CQE; n=unbound; f=""'],
    [
      "results and errors",
      ONE,
      {
        cq: [
          [
            [0, 10, 0],
            [1, -125, 0],
          ],
        ],
        values: [2],
      },
      'a=10 b=-ECANCELED; n=2; f=""',
    ],
    [
      "flags",
      ONE,
      {
        cq: [
          [
            [0, 1, 2],
            [0, 1, 0],
            [1, 0, 32],
          ],
        ],
      },
      'a=1[MORE] a=1 b=0[0x20]; n=unbound; f=""',
    ],
    ["an error without a name", ONE, { cq: [[[0, -4000, 0]]] }, 'a=-4000; n=unbound; f=""'],
    ["two rings", TWO, { cq: [[[0, 1, 0]], []] }, 'r: a=1; t: no CQE; n=unbound; f=""'],
    ["bytes", ONE, { files: ['a"\\\n\t\0\x7f\xff'] }, 'no CQE; n=unbound; f="a\\"\\\\\\n\\t\\0\\x7f\\xff"'],
    [
      "CQEs that a hook took, and the memories of programs",
      PROGRAMS,
      {
        cq: [[], [[2, 1, 0]]],
        programs: {
          hooked: [
            [
              [0, 0, 0],
              [1, -5, 0],
            ],
            [],
          ],
          variables: [{ remaining: 0, errors: 1 }, { sum: 7 }],
        },
      },
      'r: no CQE; t: c=1; r hooked: a=0 b=-EIO; n=unbound; f=""; h.remaining=0 h.errors=1 0.sum=7',
    ],
    [
      "programs that did nothing",
      ONE,
      { programs: { hooked: [[]], variables: [] } },
      'no CQE; n=unbound; f=""',
    ],
    ["a hang", ONE, { hang: true }, 'no CQE; n=unbound; f=""; hang'],
  ])("%s", (_, names, part, text) => {
    expect(formatOutcome(outcome(part), names)).toBe(text);
  });

  it("leaves out what a file does not have", () => {
    expect(formatOutcome({ cq: [[[2, 0, 0]]], values: [], files: [], hang: false }, ONE)).toBe("c=0");
  });

  it("cuts long contents", () => {
    const text = formatOutcome(outcome({ files: ["x".repeat(300)] }), ONE);
    expect(text).toBe(`no CQE; n=unbound; f="${"x".repeat(256)}"… (300 bytes)`);
  });
});

describe("outcomeJson", () => {
  it("is the form of LITMUS.md", () => {
    expect(outcomeJson(outcome({ cq: [[[0, 10, 0]], [[1, -125, 2]]], values: [3] }), TWO)).toEqual({
      cq: { r: [["a", 10, 0]], t: [["b", -125, 2]] },
      ret: { n: 3 },
      files: { f: "" },
      hang: false,
    });
  });
});

describe("outcomeJson of a scenario with programs", () => {
  it("has what hooks took by ring, and the memories by name", () => {
    const programs = { hooked: [[[0, 0, 0] as const], []], variables: [{ remaining: 0 }, {}] };
    const json = outcomeJson(outcome({ cq: [[], []], programs }), PROGRAMS);
    expect(JSON.stringify(json)).toBe(
      '{"cq":{"r":[],"t":[]},"hooked":{"r":[["a",0,0]],"t":[]},"ret":{"n":null},"files":{"f":""},' +
        '"programs":{"0":{},"h":{"remaining":0}},"hang":false}',
    );
  });
});

describe("nearestOutcome", () => {
  it("looks at what hooks took", () => {
    const hooked = (res: number) => outcome({ programs: { hooked: [[[0, res, 0]]], variables: [] } });
    const [one, two] = [hooked(1), hooked(2)];
    expect(nearestOutcome(hooked(2), [one, two], ONE)).toBe(two);
  });
  const seen = outcome({
    cq: [
      [
        [0, 10, 0],
        [1, -125, 0],
      ],
    ],
  });
  it("prefers the one with the fewest parts that differ", () => {
    const near = outcome({
      cq: [
        [
          [0, 10, 0],
          [1, 0, 0],
        ],
      ],
    });
    expect(nearestOutcome(seen, [outcome({}), near], ONE)).toBe(near);
  });
  it("tells another order from the same one", () => {
    const swapped = outcome({
      cq: [
        [
          [1, -125, 0],
          [0, 10, 0],
        ],
      ],
    });
    expect(nearestOutcome(seen, [swapped, seen], ONE)).toBe(seen);
  });
  it("of nothing is nothing", () => {
    expect(nearestOutcome(seen, [], ONE)).toBeNull();
  });
});
