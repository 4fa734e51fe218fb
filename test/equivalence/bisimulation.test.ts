/** Branching bisimulation with explicit divergence: the textbook's pairs, and its definition on small automata. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Automaton, withoutSilence } from "../../src/equivalence/automaton.js";
import { bisimulation } from "../../src/equivalence/bisimulation.js";
import { Determinisation } from "../../src/equivalence/determinise.js";
import { inclusion } from "../../src/equivalence/inclusion.js";
import { automaton, type Edge, edgesOf, pairs } from "./automata.js";

const A = 1;
const B = 2;
const C = 3;
const TAU = 0;

const PAIRS: readonly (readonly [string, boolean, readonly Edge[], readonly Edge[]])[] = [
  [
    "a·(b + c) and a·b + a·c",
    false,
    [
      [0, A, 1],
      [1, B, 2],
      [1, C, 2],
    ],
    [
      [0, A, 1],
      [0, A, 3],
      [1, B, 2],
      [3, C, 2],
    ],
  ],
  [
    "τ·a and a",
    true,
    [
      [0, TAU, 1],
      [1, A, 2],
    ],
    [[0, A, 1]],
  ],
  [
    "a·τ·b and a·b",
    true,
    [
      [0, A, 1],
      [1, TAU, 2],
      [2, B, 3],
    ],
    [
      [0, A, 1],
      [1, B, 2],
    ],
  ],
  [
    "a + τ·b and a + b",
    false,
    [
      [0, A, 1],
      [0, TAU, 2],
      [2, B, 1],
    ],
    [
      [0, A, 1],
      [0, B, 1],
    ],
  ],
  [
    "a·(τ·b + c) + a·b and a·(τ·b + c): weakly bisimilar",
    false,
    [
      [0, A, 1],
      [0, A, 3],
      [1, TAU, 2],
      [1, C, 4],
      [2, B, 4],
      [3, B, 4],
    ],
    [
      [0, A, 1],
      [1, TAU, 2],
      [1, C, 4],
      [2, B, 4],
    ],
  ],
  [
    "a and a, which may spin before it",
    false,
    [[0, A, 1]],
    [
      [0, TAU, 0],
      [0, A, 1],
    ],
  ],
  [
    "two that may spin, in one step and in two",
    true,
    [
      [0, TAU, 0],
      [0, A, 1],
    ],
    [
      [0, TAU, 2],
      [2, TAU, 0],
      [2, A, 1],
    ],
  ],
];

it.each(PAIRS)("%s: %s", (_, expected, left, right) => {
  expect(bisimulation(automaton(5, left), automaton(5, right))?.isBisimilar).toBe(expected);
});

/** The same by the definition: signatures found by walking silent steps inside the class, from each state on its own. */
function byDefinition(left: Automaton, right: Automaton): boolean {
  const shift = left.states;
  const states = left.states + right.states;
  const edges = [...edgesOf(left), ...edgesOf(right).map(([a, l, b]): Edge => [a + shift, l, b + shift])];
  const from = (id: number): readonly Edge[] => edges.filter(([source]) => source === id);
  let classOf = new Array<number>(states).fill(0);
  for (;;) {
    const inside = (id: number): Set<number> => {
      const reached = new Set([id]);
      for (const at of reached) {
        for (const [, letter, to] of from(at))
          if (letter === TAU && classOf[to] === classOf[id]) reached.add(to);
      }
      return reached;
    };
    const spins = (id: number): boolean =>
      [...inside(id)].some((at) =>
        from(at).some(
          ([, letter, to]) => letter === TAU && classOf[to] === classOf[id] && inside(to).has(at),
        ),
      );
    const signature = (id: number): string => {
      const moves = [...inside(id)].flatMap(from);
      const shown = moves.filter(([, letter, to]) => letter !== TAU || classOf[to] !== classOf[id]);
      const texts = new Set(shown.map(([, letter, to]) => `${letter}>${classOf[to]}`));
      return `${classOf[id]} ${spins(id)} ${[...texts].sort().join()}`;
    };
    const signatures = classOf.map((_, id) => signature(id));
    const names = [...new Set(signatures)];
    const next = signatures.map((text) => names.indexOf(text));
    if (names.length === new Set(classOf).size) return classOf[0] === classOf[shift];
    classOf = next;
  }
}

it("agrees with its definition, and never calls bisimilar what has different words", () => {
  let bisimilar = 0;
  fc.assert(
    fc.property(pairs({ states: 5, letters: 2, edges: 9 }), ([left, right]) => {
      const found = bisimulation(left, right)!.isBisimilar;
      expect(found).toBe(byDefinition(left, right));
      if (!found) return;
      bisimilar++;
      const words = inclusion(
        ...([left, right].map((one) => new Determinisation(withoutSilence(one))) as [
          Determinisation,
          Determinisation,
        ]),
      );
      expect(words).toMatchObject({ onlyLeft: null, onlyRight: null });
    }),
    { numRuns: 600, seed: 6 },
  );
  expect(bisimilar).toBeGreaterThan(100);
});

it("stops at its limits", () => {
  const chain = automaton(6, [
    [0, A, 1],
    [1, A, 2],
    [2, A, 3],
    [3, A, 4],
    [4, A, 5],
  ]);
  expect(bisimulation(chain, chain, { roundsMax: 2 })).toBeNull();
  expect(bisimulation(chain, chain, { stop: () => "enough" })).toBeNull();
});
