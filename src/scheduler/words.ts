/** Every word that a graph can spell on the way from its initial state to an end, exactly, without any history in its states. */
import type { Graph } from "./graph.js";
import { hasId } from "./graph.js";
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
 * The words of all runs of `graph` that end: the letters of its edges in order, then `endOf(terminal)`. Each in canonical form: the letters of
 * track 0, those of track 1, …, the end.
 *
 * Contract: exact. A state's set is the union, over its edges, of the edge's letters before the target's set; equal sets are one node,
 * so states that differ only in a past that nobody reads cost nothing. States whose edges were cut off (`graph.cut`) add
 * only what they still have: then the result is a subset. `cycle` is a state on a cycle, if there is one: a run need not end. A cycle
 * that spells nothing adds no words.
 *
 * To compare two graphs, give both the same `sets` (and the same numbering of letters and ends): then equal ids are equal sets.
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

/**
 * Tarjan's strongly connected components (SIAM J. Comput. 1972) of what is reachable from state 0, each after all that it leads to, with a stack of
 * its own. `visit` gets the members and the component numbers of all states so far; false: stop.
 */
function forEachComponent(
  graph: Graph,
  visit: (members: readonly number[], componentOf: Int32Array) => boolean,
): void {
  const { edgeStart, edgeTarget, states } = graph;
  const UNSEEN = -1;
  const OPEN = -1;
  const indexOf = new Int32Array(states).fill(UNSEEN);
  const low = new Int32Array(states);
  const componentOf = new Int32Array(states).fill(OPEN);
  const nextEdge = edgeStart.slice(0, states);
  const open: number[] = [];
  const path: number[] = [];
  let seen = 0;
  let components = 0;

  const enter = (id: number): void => {
    indexOf[id] = seen;
    low[id] = seen++;
    open.push(id);
    path.push(id);
  };

  if (states > 0) enter(0);
  while (path.length > 0) {
    const id = path.at(-1)!;
    const edge = nextEdge[id]!;
    if (edge < edgeStart[id + 1]!) {
      nextEdge[id] = edge + 1;
      const target = edgeTarget[edge]!;
      if (indexOf[target] === UNSEEN) enter(target);
      else if (componentOf[target] === OPEN) low[id] = Math.min(low[id]!, indexOf[target]!);
      continue;
    }
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[id]!);
    if (low[id] !== indexOf[id]) continue;
    const members: number[] = [];
    let member: number;
    do {
      member = open.pop()!;
      componentOf[member] = components;
      members.push(member);
    } while (member !== id);
    components++;
    if (!visit(members, componentOf)) return;
  }
}
