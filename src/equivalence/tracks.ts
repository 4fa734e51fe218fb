/** Comparison where only some of the order counts: per chain, as a multiset, or per ring where there are several. */
import type { Graph } from "../scheduler/graph.js";
import { type Word, type WordLimits, WordSets } from "../scheduler/wordSets.js";
import { words } from "../scheduler/words.js";
import type { Behaviour } from "./behaviour.js";

/** Letters by the tracks that they belong to: only the order within a track counts. */
export interface Tracks {
  readonly count: number;
  /** 0..count - 1. */
  readonly of: (letter: number) => number;
}

export interface TrackedWords {
  /** Shortest; null: there is none, or a set is not known. */
  readonly onlyLeft: Word | null;
  readonly onlyRight: Word | null;
  /** How many words each side has; null: not known. */
  readonly counts: readonly [left: bigint, right: bigint] | null;
  /** Nodes of the diagram that holds both sets. */
  readonly nodes: number;
  /** Why a set is not known. `infinite`: a state of the side on a cycle that shows something. */
  readonly limit:
    | { readonly name: "infinite"; readonly value: "left" | "right" }
    | { readonly name: "lettersMax" | "nodesMax"; readonly value: number }
    | null;
}

/** What a comparison by tracks needs of a behaviour. */
export type Spelled = Pick<Behaviour, "graph" | "showsForEver">;

/** A letter has so many bits, and so has a track, so that each letter can have one of its own. */
const BITS = 15;
export const TRACKED_LETTERS_MAX = 2 ** BITS - 1;

/**
 * The words of all runs of two graphs that end, each in canonical form (track by track), as two nodes of one diagram:
 * equal sets are equal nodes, and a difference is a difference of nodes. Exact; sets of words that are infinite are not
 * compared (whether one set of partially ordered words holds another is undecidable in general: Bertoni, Mauri,
 * Sabadini, 1982). Of a graph that is cut, the words that it has.
 */
export function compareTracks(
  left: Spelled,
  right: Spelled,
  letters: number,
  tracks: Tracks,
  limits: WordLimits = {},
): TrackedWords {
  const unknown = (limit: TrackedWords["limit"], nodes = 0): TrackedWords => ({
    onlyLeft: null,
    onlyRight: null,
    counts: null,
    nodes,
    limit,
  });
  if (Math.max(letters, tracks.count) > TRACKED_LETTERS_MAX) {
    return unknown({ name: "lettersMax", value: TRACKED_LETTERS_MAX });
  }
  const sets = new WordSets(tracks.count, limits, BITS);
  const ids: number[] = [];
  for (const [side, behaviour] of [
    ["left", left],
    ["right", right],
  ] as const) {
    const spelled = wordsOf(behaviour.graph, tracks, sets);
    if (behaviour.showsForEver >= 0 || spelled.kind === "infinite") {
      return unknown({ name: "infinite", value: side }, sets.nodes);
    }
    if (spelled.kind === "limit") return unknown(spelled.limit, sets.nodes);
    ids.push(spelled.set.id);
  }
  const [a, b] = ids as [number, number];
  const onlyLeft = sets.shortest(sets.difference(a, b));
  const onlyRight = sets.shortest(sets.difference(b, a));
  if (sets.limit !== null) return unknown(sets.limit, sets.nodes);
  return { onlyLeft, onlyRight, counts: [sets.count(a), sets.count(b)], nodes: sets.nodes, limit: null };
}

/** How a run ends is among its letters, so all ends are one. */
function wordsOf(graph: Graph, tracks: Tracks, sets: WordSets): ReturnType<typeof words> {
  return words(graph, { tracks: tracks.count, trackOf: tracks.of }, () => 0, {}, sets);
}
