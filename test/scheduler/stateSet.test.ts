/** The set is exact whatever the hash, and knows its memory. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StateSet } from "../../src/scheduler/stateSet.js";

function add(set: StateSet, state: readonly number[], hash: number): number {
  set.reserve();
  set.arena.set([state.length + 1, ...state], set.at);
  return set.add(hash);
}

describe("StateSet", () => {
  it.each([
    [
      "a good hash",
      (state: readonly number[]) =>
        state.reduce((sum, word) => Math.imul(sum ^ word, 0x9e3779b1) ^ (sum >>> 13), 7),
    ],
    ["a poor hash", (state: readonly number[]) => state[0]! & 3],
    ["no hash", () => -1],
  ])("numbers states as a map does, with %s", (_, hashOf) => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 9 }), { maxLength: 400 }),
        (states) => {
          const set = new StateSet(10);
          const ids = new Map<string, number>();
          for (const state of states) {
            const key = String(state);
            const id = ids.get(key) ?? ids.size;
            ids.set(key, id);
            expect(add(set, state, hashOf(state))).toBe(id);
          }
          expect(set.size).toBe(ids.size);
          for (const [key, id] of ids) {
            const state = key.split(",").map(Number);
            expect([
              ...set
                .segmentOf(id)
                .subarray(set.offsetOf(id))
                .subarray(0, state.length + 1),
            ]).toEqual([state.length + 1, ...state]);
          }
        },
      ),
      { numRuns: 50, seed: 5 },
    );
  });

  it("keeps states through all growth, over several segments, and says before what it will take", () => {
    const set = new StateSet(7);
    const count = 120_000;
    for (let n = 0; n < count; n++) {
      const before = set.bytes;
      const promised = set.bytesToReserve;
      add(set, [n, 1, 2, n, 4, ~n].slice(0, 3 + (n % 4)), Math.imul(n, 0x9e3779b1));
      if (set.bytes > before + promised)
        throw new Error(`state ${n}: ${set.bytes} > ${before} + ${promised}`);
    }
    expect(set.size).toBe(count);
    for (let n = 0; n < count; n += 997) {
      expect(set.segmentOf(n)[set.offsetOf(n) + 1]).toBe(n);
      expect(add(set, [n, 1, 2, n, 4, ~n].slice(0, 3 + (n % 4)), Math.imul(n, 0x9e3779b1))).toBe(n);
    }
    expect(set.size).toBe(count);
    // Three segments of 2^18 words, 2^17 places, 2^18 slots of two integers.
    expect(set.bytes).toBe(4 * (3 * 2 ** 18 + 2 ** 17 + 2 * 2 ** 18));
  });

  it("takes states that are larger than a segment usually is", () => {
    const set = new StateSet(400_000);
    const state = new Array<number>(300_000).fill(3);
    expect(add(set, state, 1)).toBe(0);
    expect(add(set, [5], 2)).toBe(1);
    expect(add(set, state, 1)).toBe(0);
    expect(add(set, [...state, 1], 1)).toBe(2);
    expect(set.size).toBe(3);
  });
});
