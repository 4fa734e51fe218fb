/** Costs: the lightest and the heaviest run through a graph, with circles. */
import { expect, it } from "vitest";
import { rangeOf } from "../../src/equivalence/costs.js";
import { LetterLists } from "../../src/scheduler/letterLists.js";

/** Edges as [from, to, weight]; lists of letters are numbered by weight. */
function range(
  states: number,
  edges: readonly (readonly [number, number, number])[],
): readonly [number, number] {
  const sorted = edges.toSorted(([a], [b]) => a - b);
  const edgeStart = Int32Array.from(
    { length: states + 1 },
    (_, id) => sorted.filter(([from]) => from < id).length,
  );
  const { min, max } = rangeOf(
    {
      states,
      edgeStart,
      edgeTarget: Int32Array.from(sorted, ([, to]) => to),
      edgeLetters: Int32Array.from(sorted, ([, , weight]) => weight),
      lists: new LetterLists(),
      terminals: new Int32Array(),
      cut: new Int32Array(),
    },
    Int32Array.of(0, 1, 2, 3, 4),
  );
  return [min, max];
}

it.each([
  ["a single state", 1, [], [0, 0]],
  [
    "two ways to the end",
    3,
    [
      [0, 1, 1],
      [0, 2, 4],
      [1, 2, 2],
    ],
    [3, 4],
  ],
  [
    "a silent circle on the way",
    4,
    [
      [0, 1, 1],
      [1, 2, 0],
      [2, 1, 0],
      [2, 3, 2],
    ],
    [3, 3],
  ],
  [
    "a circle that costs something",
    3,
    [
      [0, 1, 1],
      [1, 0, 1],
      [1, 2, 2],
    ],
    [3, Infinity],
  ],
  [
    "a silent circle without an end",
    2,
    [
      [0, 1, 2],
      [1, 1, 0],
    ],
    [2, 2],
  ],
  [
    "no end but a circle that costs something",
    2,
    [
      [0, 1, 2],
      [1, 1, 1],
    ],
    [Infinity, Infinity],
  ],
  [
    "a lighter way through a circle's other state",
    4,
    [
      [0, 1, 0],
      [1, 2, 1],
      [2, 1, 0],
      [1, 3, 4],
      [2, 3, 0],
    ],
    [1, Infinity],
  ],
] as const)("%s", (_, states, edges, expected) => {
  expect(range(states, edges)).toEqual(expected);
});
