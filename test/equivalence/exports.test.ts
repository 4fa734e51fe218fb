/** Automata as other tools read them. */
import { expect, it } from "vitest";
import { autLines } from "../../src/equivalence/aut.js";
import { dotLines } from "../../src/equivalence/dot.js";
import { automaton } from "./automata.js";

const NAMES = ["", "a=0", 'done f="x%"'];
const one = automaton(3, [
  [0, 0, 1],
  [0, 1, 1],
  [1, 2, 2],
]);
const nameOf = (letter: number): string => NAMES[letter]!;

it("writes Aldebaran's format, with silent edges as i and names without quotation marks", () => {
  expect([...autLines(one, nameOf)]).toEqual([
    "des (0, 3, 3)",
    "(0, i, 1)",
    '(0, "a=0", 1)',
    '(1, "done f=%22x%25%22", 2)',
  ]);
});

it("writes Graphviz's format, with one edge between two states", () => {
  expect([...dotLines(one, 'a "b"', nameOf)]).toEqual([
    'digraph "a \\"b\\"" {',
    "  rankdir=LR;",
    "  node [shape=circle];",
    "  0 [shape=doublecircle];",
    '  0 -> 1 [label="τ\\na=0"];',
    '  1 -> 2 [label="done f=\\"x%\\""];',
    "}",
  ]);
});
