/** The words of a graph are those of its runs, all of them and no other. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Exhaustive } from "../../src/scheduler/exhaustive.js";
import { codecOf } from "../../src/scheduler/packing.js";
import { run } from "../../src/scheduler/run.js";
import { search } from "../../src/scheduler/search.js";
import { type Word, WordSets } from "../../src/scheduler/wordSets.js";
import { words } from "../../src/scheduler/words.js";
import { type Counters, counters, type Edge, type Place, tableModel } from "./toys.js";

const LETTERS = 7;

/** A random graph without cycles: edges go to larger numbers. The last node is always an end. */
const dag = (nodesMax: number): fc.Arbitrary<Edge[][]> =>
  fc.integer({ min: 1, max: nodesMax }).chain((nodes) =>
    fc.tuple(
      ...Array.from({ length: nodes }, (_, from) =>
        from === nodes - 1
          ? fc.constant<Edge[]>([])
          : fc.array(
              fc.record({
                target: fc.integer({ min: from + 1, max: Math.min(nodes - 1, from + 3) }),
                letters: fc.array(fc.integer({ min: 1, max: LETTERS }), { maxLength: 2 }),
              }),
              { maxLength: 3 },
            ),
      ),
    ),
  );

/** What the words are, by taking every run. */
function bruteForce(
  edges: readonly (readonly Edge[])[],
  tracks: number,
  endOf: (at: number) => number,
): Word[] {
  const { model } = tableModel(edges);
  const found = new Map<string, Word>();
  const chooser = new Exhaustive();
  do {
    const spelled: number[][] = Array.from({ length: tracks }, () => []);
    const { state } = run(model, chooser, {
      stepsMax: 100,
      onEvent: (letter) => spelled[letter % tracks]!.push(letter),
    });
    const word = { tracks: spelled, end: endOf(state.at) };
    found.set(JSON.stringify(word), word);
  } while (chooser.advance());
  return [...found.values()].sort((a, b) => compare(spell(a), spell(b)));
}

const spell = (word: Word): number[] => [
  ...word.tracks.flatMap((letters, track) => letters.map((l) => track * 100 + l)),
  1000 + word.end,
];
function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((symbol, index) => symbol !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

function graphOf(edges: readonly (readonly Edge[])[]) {
  const { model, layout } = tableModel(edges);
  return search(
    { model, codec: codecOf<Place>(layout), letter: (letter: number) => letter },
    {},
    { edges: true },
  );
}

describe("words", () => {
  it("are those of all runs, on random graphs with one to three tracks", () => {
    fc.assert(
      fc.property(
        dag(9),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        (edges, tracks, ends) => {
          const result = graphOf(edges);
          const endOf = (at: number): number => at % ends;
          const found = words(result.graph!, { tracks, trackOf: (letter) => letter % tracks }, (id) =>
            endOf(result.stateOf(id).at),
          );
          if (found.kind !== "finite") throw new Error(found.kind);
          const expected = bruteForce(edges, tracks, endOf);
          expect(found.set.list(100_000)).toEqual(expected);
          expect(found.set.list(2)).toEqual(expected.slice(0, 2));
          expect(found.set.count()).toBe(BigInt(expected.length));
          expect(found.cycle).toBe(null);
          for (const word of expected) {
            expect(found.set.has(word)).toBe(true);
            expect(found.set.has({ ...word, end: ends })).toBe(false);
            const more = word.tracks.map((letters) => [...letters, 1]);
            const isThere = expected.some(
              (other) => JSON.stringify(other) === JSON.stringify({ ...word, tracks: more }),
            );
            expect(found.set.has({ ...word, tracks: more })).toBe(isThere);
          }
        },
      ),
      { numRuns: 600, seed: 11 },
    );
  });

  it("are compared between graphs by number, and subtracted", () => {
    fc.assert(
      fc.property(dag(6), dag(6), fc.integer({ min: 1, max: 3 }), (one, other, tracks) => {
        const sets = new WordSets(tracks);
        const of = (edges: Edge[][]) => {
          const found = words(
            graphOf(edges).graph!,
            { tracks, trackOf: (letter) => letter % tracks },
            () => 0,
            {},
            sets,
          );
          if (found.kind !== "finite") throw new Error(found.kind);
          return {
            id: found.set.id,
            all: bruteForce(edges, tracks, () => 0).map((word) => JSON.stringify(word)),
          };
        };
        const a = of(one);
        const b = of(other);
        expect(a.id === b.id).toBe(String(a.all) === String(b.all));
        const texts = (id: number) => sets.list(id, 1e6).map((word) => JSON.stringify(word));
        expect(texts(sets.difference(a.id, b.id))).toEqual(a.all.filter((word) => !b.all.includes(word)));
        expect(new Set(texts(sets.union(a.id, b.id)))).toEqual(new Set([...a.all, ...b.all]));
        expect(sets.union(sets.difference(a.id, b.id), b.id)).toBe(sets.union(b.id, a.id));
      }),
      { numRuns: 300, seed: 12 },
    );
  });

  it("of interleaved counters are counted exactly, however many", () => {
    // 4 actors of 10 steps each on one track: 40! / 10!^4 orders; on a track each: one.
    const { model, layout } = counters(4, 10);
    const { graph } = search(
      { model, codec: codecOf<Counters>(layout), letter: ({ actor, to }) => 1 + actor * 10 + to },
      {},
      { edges: true },
    );
    const together = words(graph!, { tracks: 1, trackOf: () => 0 }, () => 0);
    const apart = words(graph!, { tracks: 4, trackOf: (letter) => Math.floor((letter - 2) / 10) }, () => 0);
    const halves = words(graph!, { tracks: 2, trackOf: (letter) => Math.floor((letter - 2) / 20) }, () => 0);
    if (together.kind !== "finite" || apart.kind !== "finite" || halves.kind !== "finite") throw new Error();
    const factorial = (n: bigint): bigint => (n < 2n ? 1n : n * factorial(n - 1n));
    expect(together.set.count()).toBe(factorial(40n) / factorial(10n) ** 4n);
    expect(halves.set.count()).toBe((factorial(20n) / factorial(10n) ** 2n) ** 2n);
    expect(apart.set.count()).toBe(1n);
    expect(apart.set.list(5)).toEqual([
      {
        tracks: [0, 1, 2, 3].map((actor) => Array.from({ length: 10 }, (_, n) => 2 + actor * 10 + n)),
        end: 0,
      },
    ]);
  });

  it("are infinite where a cycle spells something and can be left", () => {
    const round = (letters: number[], out: Edge[]): Edge[][] => [
      [{ target: 1, letters: [] }],
      [{ target: 2, letters: [] }, ...out],
      [{ target: 1, letters }],
      [],
    ];
    const of = (edges: Edge[][]) => words(graphOf(edges).graph!, { tracks: 1, trackOf: () => 0 }, () => 0);
    expect(of(round([3], [{ target: 3, letters: [4] }]))).toEqual({ kind: "infinite", state: 2 });
    const silent = of(round([], [{ target: 3, letters: [4] }]));
    expect(silent).toMatchObject({ kind: "finite", cycle: 2 });
    expect(silent.kind === "finite" && silent.set.list(9)).toEqual([{ tracks: [[4]], end: 0 }]);
    const endless = of(round([3], []));
    expect(endless.kind === "finite" && endless.set.count()).toBe(0n);
    const self = of([
      [
        { target: 0, letters: [1] },
        { target: 1, letters: [] },
      ],
      [],
    ]);
    expect(self).toEqual({ kind: "infinite", state: 0 });
  });

  it("are finite or not, and those that they are, on random graphs with cycles", () => {
    const table = fc.array(
      fc.array(
        fc.record({
          target: fc.nat({ max: 5 }),
          letters: fc.subarray([1, 2]).filter(({ length }) => length < 2),
        }),
        {
          maxLength: 2,
        },
      ),
      { minLength: 6, maxLength: 6 },
    );
    const seen = { finite: 0, infinite: 0, limit: 0 };
    fc.assert(
      fc.property(table, (edges) => {
        const reach = (from: number): Set<number> => {
          const found = new Set([from]);
          for (const at of found) for (const { target } of edges[at]!) found.add(target);
          return found;
        };
        const pumps = [...reach(0)].some((at) =>
          edges[at]!.some(({ target, letters }) => {
            const after = reach(target);
            return letters.length > 0 && after.has(at) && [...after].some((end) => edges[end]!.length === 0);
          }),
        );
        const result = graphOf(edges);
        const found = words(result.graph!, { tracks: 1, trackOf: () => 0 }, (id) => result.stateOf(id).at);
        seen[found.kind]++;
        expect(found.kind).toBe(pumps ? "infinite" : "finite");
        if (found.kind !== "finite") return;
        const cycle = [...reach(0)].some((at) => edges[at]!.some(({ target }) => reach(target).has(at)));
        expect(found.cycle !== null).toBe(cycle);
        // Runs by where they are and what they told: finitely many where a run can still end; no longer words than states.
        const runs = new Map([["0:", { at: 0, told: [] as number[] }]]);
        const expected = new Set<string>();
        for (const { at, told } of runs.values()) {
          if (edges[at]!.length === 0) expected.add(JSON.stringify({ tracks: [told], end: at }));
          for (const { target, letters } of edges[at]!) {
            const next = [...told, ...letters];
            if (next.length <= edges.length) runs.set(`${target}:${next}`, { at: target, told: next });
          }
        }
        expect(new Set(found.set.list(1e6).map((word) => JSON.stringify(word)))).toEqual(expected);
      }),
      { numRuns: 500, seed: 13 },
    );
    expect(Math.min(seen.finite, seen.infinite)).toBeGreaterThan(50);
  });

  it("are given up at a limit, with its name", () => {
    const line = (length: number): Edge[][] =>
      Array.from({ length: length + 1 }, (_, at) =>
        at === length ? [] : [{ target: at + 1, letters: [1] }],
      );
    const of = (length: number, limits = {}) =>
      words(graphOf(line(length)).graph!, { tracks: 1, trackOf: () => 0 }, () => 0, limits);
    expect(of(2000).kind).toBe("finite");
    expect(of(2001)).toEqual({ kind: "limit", limit: { name: "lettersMax", value: 2000 } });
    expect(of(100, { nodesMax: 50 })).toEqual({ kind: "limit", limit: { name: "nodesMax", value: 50 } });
  });

  it("go through deep recursion on two tracks, at the longest word", () => {
    // Even letters on one track and odd ones on the other, two ways each: every prepend goes past all of the first
    // track.
    const length = 2000;
    const edges: Edge[][] = Array.from({ length: length + 1 }, (_, at) =>
      at === length
        ? []
        : [
            { target: at + 1, letters: [(at % 2) + 1] },
            ...(at % 400 === 0 ? [{ target: at + 1, letters: [(at % 2) + 3] }] : []),
          ],
    );
    const found = words(graphOf(edges).graph!, { tracks: 2, trackOf: (letter) => letter % 2 }, () => 0);
    expect(found.kind === "finite" && found.set.count()).toBe(32n);
  });

  it("need no recursion over the graph", () => {
    const length = 200_000;
    const edges: Edge[][] = Array.from({ length: length + 1 }, (_, at) =>
      at === length ? [] : [{ target: at + 1, letters: at % 50_000 === 7 ? [1] : [] }],
    );
    const found = words(graphOf(edges).graph!, { tracks: 1, trackOf: () => 0 }, () => 0);
    expect(found.kind === "finite" && found.set.list(3)).toEqual([{ tracks: [[1, 1, 1, 1]], end: 0 }]);
  });

  it("refuse letters, tracks and ends that are out of range", () => {
    const sets = new WordSets(2);
    expect(() => sets.prepend(1, 2, sets.ending(0))).toThrow(RangeError);
    expect(() => sets.prepend(0, 0, sets.ending(0))).toThrow(RangeError);
    expect(() => sets.prepend(2 ** 24, 0, sets.ending(0))).toThrow(RangeError);
    expect(() => sets.ending(-1)).toThrow(RangeError);
    expect(() => new WordSets(64)).toThrow(RangeError);
    expect(sets.list(sets.single({ tracks: [[5], [6, 7]], end: 2 }), 9)).toEqual([
      { tracks: [[5], [6, 7]], end: 2 },
    ]);
    expect(sets.list(sets.empty, 9)).toEqual([]);
    expect(sets.count(sets.empty)).toBe(0n);
  });
});

describe("the shortest word of a set", () => {
  const single = (sets: WordSets, tracks: number[][]) => sets.single({ tracks, end: 0 });

  it("has the fewest letters, and of several comes first in the order of symbols", () => {
    const sets = new WordSets(2);
    const words = [
      [[1, 1, 1], []],
      [[2], [1]],
      [[], [3, 1]],
      [[1], [2]],
    ];
    const set = words.reduce((all, tracks) => sets.union(all, single(sets, tracks)), sets.empty);
    expect(sets.shortest(set)).toEqual({ tracks: [[1], [2]], end: 0 });
    expect(sets.shortest(sets.empty)).toBeNull();
    expect(sets.shortest(sets.ending(7))).toEqual({ tracks: [[], []], end: 7 });
  });

  it("is found with a track a letter, where letters have fewer bits", () => {
    const sets = new WordSets(1000, {}, 15);
    const tracks = Array.from({ length: 1000 }, (_, track) => (track === 999 ? [32_767] : []));
    const set = sets.union(
      sets.prepend(32_767, 999, sets.ending(0)),
      sets.prepend(1, 3, single(sets, tracks)),
    );
    expect(sets.shortest(set)?.tracks[999]).toEqual([32_767]);
    expect(sets.has(set, { tracks: tracks.with(3, [1]), end: 0 })).toBe(true);
    expect(() => sets.prepend(32_768, 0, set)).toThrow(RangeError);
    expect(() => new WordSets(2 ** 15, {}, 15)).toThrow(RangeError);
  });
});
