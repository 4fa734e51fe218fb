/**
 * Every word that a graph can spell on the way from its initial state to an end, exactly, without any history in
 * its states.
 */
import { forEachComponent } from "./components.js";
import { type Graph, hasId } from "./graph.js";
import { LetterLists } from "./letterLists.js";
import { type Word, type WordLimit, type WordLimits, type WordSetId, WordSets } from "./wordSets.js";

export interface Alphabet {
  /** How many tracks there are. */
  readonly tracks: number;
  /** The track of a letter: 0..tracks - 1. Only the order within a track counts. */
  trackOf(letter: number): number;
}

export type Words =
  | { readonly kind: "finite"; readonly set: WordSet; readonly cycle: number | null }
  /** `state` is on a cycle that spells something and from which a run can end. */
  | { readonly kind: "infinite"; readonly state: number }
  | { readonly kind: "limit"; readonly limit: WordLimit };

/** A set of words with the diagram that it lives in. */
export class WordSet {
  constructor(
    readonly sets: WordSets,
    readonly id: WordSetId,
  ) {}

  count(): bigint {
    return this.sets.count(this.id);
  }

  /** The first `max` words in canonical order. */
  list(max: number): Word[] {
    return this.sets.list(this.id, max);
  }

  has(word: Word): boolean {
    return this.sets.has(this.id, word);
  }
}

/**
 * The words of all runs of `graph` that end: the letters of its edges in order, then `endOf(terminal)`. Each in
 * canonical form: the letters of track 0, those of track 1, …, the end.
 *
 * Contract: exact. A state's set is the union, over its edges, of the edge's letters before the target's set;
 * equal sets are one node, so states that differ only in a past that nobody reads cost nothing. States whose edges
 * were cut off (`graph.cut`) add only what they still have: then the result is a subset. `cycle` is a state on a
 * cycle, if there is one: a run need not end. A cycle that spells nothing adds no words.
 *
 * To compare two graphs, give both the same `sets` (and the same numbering of letters and ends): then equal ids
 * are equal sets.
 *
 * Time is about that of the search; no recursion over the graph, whatever its depth.
 */
export function words(
  graph: Graph,
  alphabet: Alphabet,
  endOf: (terminal: number) => number,
  limits: WordLimits = {},
  sets: WordSets = new WordSets(alphabet.tracks, limits),
): Words {
  const { edgeStart, edgeTarget, edgeLetters, lists, terminals } = graph;
  const setOf = new Int32Array(graph.states);
  let cycle: number | null = null;
  let infinite: number | null = null;

  const before = (list: number, set: WordSetId): WordSetId => {
    let result = set;
    for (let at = list; at !== LetterLists.EMPTY; at = lists.beginningOf(at)) {
      const letter = lists.lastOf(at);
      result = sets.prepend(letter, alphabet.trackOf(letter), result);
    }
    return result;
  };

  forEachComponent(graph, (members, componentOf) => {
    const component = componentOf[members[0]!]!;
    let set = sets.empty;
    let isCycle = false;
    let spells: number | null = null;
    for (const id of members) {
      if (hasId(terminals, id)) set = sets.union(set, sets.ending(endOf(id)));
      for (let edge = edgeStart[id]!; edge < edgeStart[id + 1]!; edge++) {
        const target = edgeTarget[edge]!;
        const list = edgeLetters[edge]!;
        if (componentOf[target] !== component) set = sets.union(set, before(list, setOf[target]!));
        else {
          isCycle = true;
          if (list !== LetterLists.EMPTY) spells ??= id;
        }
      }
    }
    for (const id of members) setOf[id] = set;
    if (isCycle) cycle ??= members[0]!;
    if (spells !== null && set !== sets.empty) infinite ??= spells;
    return infinite === null && sets.limit === null;
  });

  if (infinite !== null) return { kind: "infinite", state: infinite };
  if (sets.limit !== null) return { kind: "limit", limit: sets.limit };
  return { kind: "finite", set: new WordSet(sets, setOf[0]!), cycle };
}
