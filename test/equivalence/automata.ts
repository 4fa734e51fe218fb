/** Small automata for tests: written as edges, or generated. */
import fc from "fast-check";
import type { Automaton } from "../../src/equivalence/automaton.js";

export type Edge = readonly [from: number, letter: number, to: number];

/** Letter 0 is silent. */
export function automaton(states: number, edges: readonly Edge[]): Automaton {
  const rows = Array.from({ length: states }, (_, id) => edges.filter(([from]) => from === id));
  const edgeStart = [0];
  for (const row of rows) edgeStart.push(edgeStart.at(-1)! + row.length);
  return {
    states,
    edgeStart: Int32Array.from(edgeStart),
    edgeLetter: Int32Array.from(rows.flat(), ([, letter]) => letter),
    edgeTarget: Int32Array.from(rows.flat(), ([, , to]) => to),
  };
}

export interface Size {
  readonly states: number;
  readonly letters: number;
  readonly edges: number;
}

export function automata({ states, letters, edges }: Size): fc.Arbitrary<Automaton> {
  return fc.integer({ min: 1, max: states }).chain((count) => {
    const state = fc.nat({ max: count - 1 });
    const edge = fc.tuple(state, fc.nat({ max: letters }), state);
    return fc.array(edge, { maxLength: edges }).map((list) => automaton(count, list));
  });
}

/** A second automaton that is often nearly the first: some edge is left out, or added, or nothing is. */
export function pairs(size: Size): fc.Arbitrary<readonly [Automaton, Automaton]> {
  const near = automata(size).chain((one) =>
    fc
      .tuple(fc.nat({ max: 2 }), fc.nat(), fc.nat(), fc.integer({ min: 0, max: size.letters }))
      .map(([how, a, b, letter]): readonly [Automaton, Automaton] => {
        const edges = edgesOf(one);
        if (how === 0)
          return [
            one,
            automaton(
              one.states,
              edges.filter((_, at) => at !== a % (edges.length + 1)),
            ),
          ];
        const added: Edge = [a % one.states, letter, b % one.states];
        return how === 1 ? [automaton(one.states, [...edges, added]), one] : [one, one];
      }),
  );
  return fc.oneof(near, fc.tuple(automata(size), automata(size)));
}

export function edgesOf({ states, edgeStart, edgeLetter, edgeTarget }: Automaton): Edge[] {
  return Array.from({ length: states }, (_, id) =>
    Array.from({ length: edgeStart[id + 1]! - edgeStart[id]! }, (_, at): Edge => {
      const edge = edgeStart[id]! + at;
      return [id, edgeLetter[edge]!, edgeTarget[edge]!];
    }),
  ).flat();
}

/** Every word of at most `lengthMax` letters, by the definition and nothing else; as text, sorted. */
export function wordsOf(of: Automaton, lengthMax: number): string[] {
  const words = new Set<string>();
  const seen = new Set<string>();
  const open: [state: number, word: readonly number[]][] = [[0, []]];
  for (const [state, word] of open) {
    const key = `${state} ${word.join()}`;
    if (seen.has(key)) continue;
    seen.add(key);
    words.add(word.join());
    for (const [from, letter, to] of edgesOf(of)) {
      if (from !== state) continue;
      const next = letter === 0 ? word : [...word, letter];
      if (next.length <= lengthMax) open.push([to, next]);
    }
  }
  return [...words].sort();
}
