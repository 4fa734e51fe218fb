/** Words of automata: closed under silence, made deterministic, compared in both directions, and by a second algorithm. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { isIncluded } from "../../src/equivalence/antichain.js";
import { type Automaton, withoutSilence } from "../../src/equivalence/automaton.js";
import { Determinisation } from "../../src/equivalence/determinise.js";
import { inclusion } from "../../src/equivalence/inclusion.js";
import { minimise } from "../../src/equivalence/minimise.js";
import { automata, automaton, type Edge, pairs, wordsOf } from "./automata.js";

const SMALL = { states: 6, letters: 2, edges: 10 };
const det = (of: Automaton): Determinisation => new Determinisation(withoutSilence(of));
const minimal = (of: Automaton): Automaton => minimise(det(of).whole()!);

it("reads the same words without silent edges", () => {
  fc.assert(
    fc.property(automata(SMALL), (one) => {
      const closed = withoutSilence(one);
      expect(closed.edgeLetter).not.toContain(0);
      expect(wordsOf(closed, 5)).toEqual(wordsOf(one, 5));
      expect(wordsOf(minimal(one), 5)).toEqual(wordsOf(one, 5));
    }),
    { numRuns: 500, seed: 1 },
  );
});

it("merges what differs in nothing but the way to the same letters", () => {
  const diamond = automaton(5, [
    [0, 0, 1],
    [0, 0, 2],
    [1, 1, 3],
    [2, 1, 4],
  ]);
  expect(withoutSilence(diamond).states).toBe(2);
});

it("agrees with antichains on 1,000 pairs, shortest lengths included", () => {
  const seen = { included: 0, "not included": 0 };
  fc.assert(
    fc.property(pairs({ states: 8, letters: 3, edges: 16 }), ([left, right]) => {
      const { onlyLeft, onlyRight, isWhole } = inclusion(det(left), det(right));
      expect(isWhole).toBe(true);
      for (const [word, opinion] of [
        [onlyLeft, isIncluded(left, right)],
        [onlyRight, isIncluded(right, left)],
      ] as const) {
        expect(opinion).toEqual(
          word === null ? { kind: "included" } : { kind: "not included", length: word.length },
        );
        if (opinion.kind !== "limit") seen[opinion.kind]++;
      }
    }),
    { numRuns: 1000, seed: 2 },
  );
  // Neither answer is an exception.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(400);
});

it("finds a shortest word that one side has and the other has not", () => {
  fc.assert(
    fc.property(pairs({ states: 4, letters: 2, edges: 7 }), ([left, right]) => {
      const { onlyLeft } = inclusion(det(left), det(right));
      const [inLeft, inRight] = [wordsOf(left, 5), new Set(wordsOf(right, 5))];
      const more = inLeft.filter((word) => !inRight.has(word));
      const lengthOf = (word: string): number => word.split(",").length;
      const shortest = Math.min(...more.map(lengthOf));
      if (onlyLeft === null || onlyLeft.length > 5) {
        expect(more).toEqual([]);
        return;
      }
      expect(onlyLeft.length).toBe(shortest);
      expect(onlyLeft.join()).toBe(more.filter((word) => lengthOf(word) === shortest)[0]);
    }),
    { numRuns: 400, seed: 3 },
  );
});

it("gives automata of equal words the same smallest one, and no others", () => {
  let equal = 0;
  fc.assert(
    fc.property(pairs({ states: 5, letters: 2, edges: 9 }), ([left, right]) => {
      const { onlyLeft, onlyRight } = inclusion(det(left), det(right));
      const isSame = onlyLeft === null && onlyRight === null;
      if (isSame) expect(minimal(right)).toEqual(minimal(left));
      else expect(minimal(right)).not.toEqual(minimal(left));
      if (isSame) equal++;
    }),
    { numRuns: 500, seed: 4 },
  );
  expect(equal).toBeGreaterThan(100);
});

it("leaves no two states of the smallest automaton with the same words", () => {
  fc.assert(
    fc.property(automata(SMALL), (one) => {
      const small = minimal(one);
      const from = (state: number): string => {
        // The initial state is 0: exchange the two.
        const swap = (id: number): number => (id === state ? 0 : id === 0 ? state : id);
        const edges: Edge[] = [];
        for (let id = 0; id < small.states; id++) {
          for (let at = small.edgeStart[id]!; at < small.edgeStart[id + 1]!; at++) {
            edges.push([swap(id), small.edgeLetter[at]!, swap(small.edgeTarget[at]!)]);
          }
        }
        return wordsOf(automaton(small.states, edges), 6).join(" ");
      };
      const words = Array.from({ length: small.states }, (_, state) => from(state));
      expect(new Set(words).size).toBe(words.length);
    }),
    { numRuns: 200, seed: 5 },
  );
});

/** The `n`-th letter from the end was a 1; after it, the end (3). Its smallest deterministic automaton has 2^n states and one. */
function nthFromEnd(n: number): Automaton {
  const edges: Edge[] = [
    [0, 1, 0],
    [0, 2, 0],
    [0, 1, 1],
  ];
  for (let id = 1; id < n; id++) edges.push([id, 1, id + 1], [id, 2, id + 1]);
  return automaton(n + 2, [...edges, [n, 3, n + 1]]);
}

it("makes deterministic automata of more than 100,000 states, and finds that none can be left out", () => {
  const whole = new Determinisation(nthFromEnd(17)).whole()!;
  expect(whole.states).toBe(2 ** 17 + 1);
  expect(minimise(whole).states).toBe(2 ** 17 + 1);
});

it("says which limit was passed", () => {
  const one = new Determinisation(nthFromEnd(10), { deterministicMax: 100 });
  expect(one.whole()).toBeNull();
  expect(one.limit).toEqual({ name: "deterministicMax", value: 100 });
  const other = new Determinisation(nthFromEnd(10), { membersMax: 50 });
  expect(inclusion(other, new Determinisation(nthFromEnd(10))).isWhole).toBe(false);
  expect(other.limit).toEqual({ name: "membersMax", value: 50 });
  expect(isIncluded(nthFromEnd(10), nthFromEnd(10), 5)).toEqual({ kind: "limit", value: 5 });
});
