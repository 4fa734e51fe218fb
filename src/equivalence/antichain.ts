/**
 * Inclusion once more, by another algorithm that shares no code with the first: for tests, and for whoever wants a
 * second opinion.
 */
import { type Automaton, SILENT } from "./automaton.js";

export type SecondOpinion =
  /** `length`: letters of the shortest word that only the left automaton reads. */
  | { readonly kind: "included" }
  | { readonly kind: "not included"; readonly length: number }
  | { readonly kind: "limit"; readonly value: number };

const PAIRS_MAX = 1_000_000;

/**
 * Whether `right` reads every word of `left`, on the automata as they are, silent edges and all. Antichains (De Wulf,
 * Doyen, Henzinger, Raskin: Antichains: a new algorithm for checking universality of finite automata, 2006): breadth
 * first over pairs of a state of `left` and the set of states of `right` that the same word leads to; a pair is
 * dropped where one with the same state and a subset is known, since that reads a missing word no later.
 */
export function isIncluded(left: Automaton, right: Automaton, pairsMax = PAIRS_MAX): SecondOpinion {
  const known = new Map<number, ReadonlySet<number>[]>();
  let pairs = 0;
  const isNew = (state: number, set: ReadonlySet<number>): boolean => {
    const chain = known.get(state) ?? [];
    if (chain.some((smaller) => isSubset(smaller, set))) return false;
    known.set(state, [...chain.filter((larger) => !isSubset(set, larger)), set]);
    pairs++;
    return true;
  };

  type Pair = readonly [state: number, set: ReadonlySet<number>];
  let reached: Pair[] = [[0, closure(right, [0])]];
  for (let length = 1; reached.length > 0; length++) {
    // A pair may only be dropped for one that reads a word no longer: so all pairs of a level come before the next.
    const level = reached.filter(([state, set]) => isNew(state, set));
    for (const [state, set] of level) {
      for (const target of readFrom(left, new Set([state]), SILENT))
        if (isNew(target, set)) level.push([target, set]);
    }
    reached = [];
    for (const [state, set] of level) {
      const successors = new Map<number, ReadonlySet<number>>();
      for (let at = left.edgeStart[state]!; at < left.edgeStart[state + 1]!; at++) {
        const letter = left.edgeLetter[at]!;
        if (letter === SILENT) continue;
        const after = successors.get(letter) ?? closure(right, readFrom(right, set, letter));
        successors.set(letter, after);
        if (after.size === 0) return { kind: "not included", length };
        reached.push([left.edgeTarget[at]!, after]);
      }
    }
    if (pairs > pairsMax) return { kind: "limit", value: pairsMax };
  }
  return { kind: "included" };
}

function readFrom(
  { edgeStart, edgeLetter, edgeTarget }: Automaton,
  set: ReadonlySet<number>,
  letter: number,
): number[] {
  const targets: number[] = [];
  for (const state of set) {
    for (let at = edgeStart[state]!; at < edgeStart[state + 1]!; at++) {
      if (edgeLetter[at] === letter) targets.push(edgeTarget[at]!);
    }
  }
  return targets;
}

function closure(automaton: Automaton, states: readonly number[]): ReadonlySet<number> {
  const set = new Set(states);
  for (const state of set)
    for (const target of readFrom(automaton, new Set([state]), SILENT)) set.add(target);
  return set;
}

function isSubset(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  if (a.size > b.size) return false;
  for (const state of a) if (!b.has(state)) return false;
  return true;
}
