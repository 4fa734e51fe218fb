/** Two outcomes side by side. */
import { expect, it } from "vitest";
import type { Outcome } from "../../src/model/outcome.js";
import type { Names } from "../../src/report/outcome.js";
import { paint } from "../../src/report/paint.js";
import { formatSideBySide, sideBySide } from "../../src/report/sideBySide.js";

const ring = (name: string) => ({ name, sqEntries: 8, cqEntries: 16, setup: [] });
const NAMES: Names = {
  rings: [ring("r")],
  labels: ["a", "b", "c"],
  values: ["n"],
  files: [{ name: "f", content: "" }],
  memories: [],
};
const LEFT: Outcome = {
  cq: [
    [
      [0, 0, 0],
      [1, 4, 2],
      [2, -125, 0],
    ],
  ],
  values: [3],
  files: ["xy"],
  hang: false,
};
const text = (left: Outcome, right: Outcome, names = NAMES): string =>
  formatSideBySide(sideBySide(left, right, names), ["seen", "nearest allowed"], paint(false)).join("\n");

it("aligns equal CQEs, and marks what only one side has", () => {
  const right: Outcome = {
    ...LEFT,
    cq: [
      [
        [1, 4, 2],
        [2, 0, 0],
        [0, 0, 0],
      ],
    ],
  };
  expect(text(LEFT, right)).toMatchInlineSnapshot(`
    "           seen          nearest allowed
    * CQ       a=0
               b=4[MORE]     b=4[MORE]
    *          c=-ECANCELED
    *                        c=0
    *                        a=0
      returns  n=3           n=3
      files    f="xy"        f="xy""
  `);
});

it("shows a hang, an unbound value and another content beside what is allowed", () => {
  expect(text({ ...LEFT, values: [null], files: ["x"], hang: true }, LEFT)).toMatchInlineSnapshot(`
    "           seen          nearest allowed
      CQ       a=0           a=0
               b=4[MORE]     b=4[MORE]
               c=-ECANCELED  c=-ECANCELED
    * returns  n=unbound     n=3
    * files    f="x"         f="xy"
    * end      hang          no thread hangs"
  `);
});

it("names the rings where there are several", () => {
  const two: Names = { ...NAMES, rings: [ring("r"), ring("t")] };
  const left = { ...LEFT, cq: [[], [[0, 5, 0] as const]] };
  expect(text(left, { ...left, cq: [[], []] }, two)).toMatchInlineSnapshot(`
    "           seen    nearest allowed
    * CQ of t  a=5
      returns  n=3     n=3
      files    f="xy"  f="xy""
  `);
});

it("shows what a hook took, and the programs' memories", () => {
  const names: Names = { ...NAMES, memories: [{ name: "h", size: 4, variables: {} }] };
  const programs = (res: number, left: number) => ({
    hooked: [[[0, res, 0] as const]],
    variables: [{ left }],
  });
  const seen: Outcome = { ...LEFT, cq: [[]], programs: programs(1, 2) };
  expect(text(seen, { ...seen, programs: programs(1, 3) }, names)).toMatchInlineSnapshot(`
    "            seen      nearest allowed
      hooked    a=1       a=1
      returns   n=3       n=3
      files     f="xy"    f="xy"
    * programs  h.left=2  h.left=3"
  `);
});

it("marks nothing where both are equal", () => {
  expect(text(LEFT, LEFT)).not.toContain("*");
});
