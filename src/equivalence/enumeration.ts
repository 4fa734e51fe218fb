/**
 * Comparison by tracks once more, by counting out every word: shares no code with the first, and is for small scenarios.
 */
import type { Graph } from "../scheduler/graph.js";
import type { SecondOpinion } from "./antichain.js";
import type { Tracks } from "./tracks.js";

const WORDS_MAX = 1_000_000;

/** Words by what tells them apart, with their numbers of letters; null: more than `max` states with the words that led there. */
export function enumerate(graph: Graph, tracks: Tracks, max = WORDS_MAX): ReadonlyMap<string, number> | null {
  const words = new Map<string, number>();
  const seen = new Set<string>();
  type Open = readonly [state: number, byTrack: readonly string[], length: number];
  const open: Open[] = [[0, Array.from({ length: tracks.count }, () => ""), 0]];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const [state, byTrack, length] = node;
    const word = byTrack.join("|");
    const key = `${state} ${word}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > max) return null;
    if (state === graph.states - 1) {
      words.set(word, length);
      continue;
    }
    for (let edge = graph.edgeStart[state]!; edge < graph.edgeStart[state + 1]!; edge++) {
      const letters = graph.lists.letters(graph.edgeLetters[edge]!);
      const after = [...byTrack];
      for (const letter of letters) after[tracks.of(letter)] += `${letter},`;
      open.push([graph.edgeTarget[edge]!, after, length + letters.length]);
    }
  }
  return words;
}

/** Whether all words of `left` are among those of `right`. */
export function isSubset(
  left: ReadonlyMap<string, number> | null,
  right: ReadonlyMap<string, number> | null,
): SecondOpinion {
  if (left === null || right === null) return { kind: "limit", value: WORDS_MAX };
  const lengths = [...left].filter(([word]) => !right.has(word)).map(([, length]) => length);
  return lengths.length === 0 ? { kind: "included" } : { kind: "not included", length: Math.min(...lengths) };
}
