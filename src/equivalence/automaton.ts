/**
 * A graph as a nondeterministic automaton, a letter an edge; and the same without silent edges, which reads the same
 * words.
 */
import { forEachComponent } from "../scheduler/components.js";
import type { Graph } from "../scheduler/graph.js";
import { IntVector } from "../scheduler/intVector.js";
import { LetterLists } from "../scheduler/letterLists.js";
import { PairTable } from "../scheduler/pairTable.js";
import { MoveSets } from "./moveSets.js";

/** The letter of an edge on which nothing is seen. */
export const SILENT = 0;

/**
 * An automaton over letters from 1, every state of which accepts: it reads a word exactly if there is an edge for each
 * of its letters. State 0 is the initial one. An end of a run is a letter, so whole runs are among its words.
 */
export interface Automaton {
  readonly states: number;
  /** `states + 1` entries: the edges of state `id` are `edgeStart[id] .. edgeStart[id + 1]`. */
  readonly edgeStart: Int32Array;
  readonly edgeLetter: Int32Array;
  readonly edgeTarget: Int32Array;
}

/**
 * The automaton of a graph: states keep their ids, and an edge with several letters goes through states of its own,
 * which edges with the same rest to the same target share. `rankOf`: what a letter of the graph is called here.
 */
export function automatonOf(graph: Graph, rankOf: Int32Array): Automaton {
  const { states, lists } = graph;
  const starts = new IntVector();
  const letters = new IntVector();
  const targets = new IntVector();
  // A rest of an edge is a list read backwards, so that rests share what they have in common at their ends.
  const rests = new LetterLists();
  const restOf = new Map<number, number>();
  const inner = new PairTable();
  const innerRest = new IntVector();
  const innerTarget = new IntVector();

  const stateFor = (rest: number, target: number): number => {
    if (rest === LetterLists.EMPTY) return target;
    const known = inner.get(rest, target);
    if (known >= 0) return known;
    const id = states + innerRest.length;
    inner.set(rest, target, id);
    innerRest.push(rest);
    innerTarget.push(target);
    return id;
  };
  const reversed = (list: number): number => {
    let rest = restOf.get(list);
    if (rest !== undefined) return rest;
    rest = LetterLists.EMPTY;
    for (let at = list; at !== LetterLists.EMPTY; at = lists.beginningOf(at)) {
      rest = rests.append(rest, rankOf[lists.lastOf(at)]!);
    }
    restOf.set(list, rest);
    return rest;
  };
  const edge = (rest: number, target: number): void => {
    letters.push(rest === LetterLists.EMPTY ? SILENT : rests.lastOf(rest));
    targets.push(rest === LetterLists.EMPTY ? target : stateFor(rests.beginningOf(rest), target));
  };

  for (let id = 0; id < states; id++) {
    starts.push(letters.length);
    for (let at = graph.edgeStart[id]!; at < graph.edgeStart[id + 1]!; at++) {
      edge(reversed(graph.edgeLetters[at]!), graph.edgeTarget[at]!);
    }
  }
  for (let at = 0; at < innerRest.length; at++) {
    starts.push(letters.length);
    edge(innerRest.get(at), innerTarget.get(at));
  }
  starts.push(letters.length);
  return {
    states: starts.length - 1,
    edgeStart: starts.view(),
    edgeLetter: letters.view(),
    edgeTarget: targets.view(),
  };
}

/**
 * The automaton without silent edges, and without states that differ in nothing but the way to the same next letters:
 * a state becomes the set of its weak moves (letter, state), and equal sets one state. Reads exactly the same words.
 * One pass over the strongly connected components, backwards: on a graph without cycles it merges like Revuz
 * (Minimisation of acyclic deterministic automata in linear time, 1992) does, for automata that need not be
 * deterministic. States on a cycle that reads something are closed under silence, but not merged.
 */
export function withoutSilence(automaton: Automaton): Automaton {
  const { edgeStart, edgeLetter, edgeTarget } = automaton;
  const moves = new MoveSets();
  const setOf = new Int32Array(automaton.states).fill(-1);

  const add = (id: number): void => {
    for (let at = edgeStart[id]!; at < edgeStart[id + 1]!; at++) {
      const set = setOf[edgeTarget[at]!]!;
      if (edgeLetter[at] !== SILENT) moves.add(edgeLetter[at]!, set);
      else if (set >= 0) moves.addAll(set);
    }
  };
  forEachComponent(automaton, (members, componentOf) => {
    const own = componentOf[members[0]!]!;
    const isInside = (at: number): boolean => componentOf[edgeTarget[at]!] === own;
    let reads = false;
    for (const id of members) {
      for (let at = edgeStart[id]!; at < edgeStart[id + 1]!; at++) {
        reads ||= edgeLetter[at] !== SILENT && isInside(at);
      }
    }
    if (!reads) {
      // All members reach each other in silence, if there are several.
      for (const id of members) add(id);
      const set = moves.close();
      for (const id of members) setOf[id] = set;
      return true;
    }
    const groups = silentGroups(automaton, members, isInside);
    // Moves may lead to groups that are closed later: they need their numbers first.
    for (const group of groups) {
      const set = moves.reserve();
      for (const id of group) setOf[id] = set;
    }
    for (const group of groups) {
      for (const id of group) {
        for (let at = edgeStart[id]!; at < edgeStart[id + 1]!; at++) {
          const set = setOf[edgeTarget[at]!]!;
          if (edgeLetter[at] !== SILENT) moves.add(edgeLetter[at]!, set);
          else if (set !== setOf[id]) moves.addAll(set);
        }
      }
      moves.closeAs(setOf[group[0]!]!);
    }
    return true;
  });
  return reachable(moves, setOf[0]!);
}

/** Members that reach each other in silence, grouped; each group after those that it reaches in silence. */
function silentGroups(
  { edgeStart, edgeLetter, edgeTarget }: Automaton,
  members: readonly number[],
  isInside: (edge: number) => boolean,
): number[][] {
  const place = new Map(members.map((id, at) => [id, at + 1]));
  const starts = new IntVector();
  const targets = new IntVector();
  // State 0 leads to all members.
  starts.push(0);
  for (let at = 1; at <= members.length; at++) targets.push(at);
  for (const id of members) {
    starts.push(targets.length);
    for (let at = edgeStart[id]!; at < edgeStart[id + 1]!; at++) {
      if (edgeLetter[at] === SILENT && isInside(at)) targets.push(place.get(edgeTarget[at]!)!);
    }
  }
  starts.push(targets.length);
  const groups: number[][] = [];
  forEachComponent(
    { states: members.length + 1, edgeStart: starts.view(), edgeTarget: targets.view() },
    (group) => {
      if (group[0] !== 0) groups.push(group.map((at) => members[at - 1]!));
      return true;
    },
  );
  return groups;
}

/** What can be reached from the set `initial` along moves to sets, numbered breadth first. */
function reachable(moves: MoveSets, initial: number): Automaton {
  const numberOf = new Int32Array(moves.size).fill(-1);
  const order = new IntVector();
  const edgeStart = new IntVector();
  const edgeLetter = new IntVector();
  const edgeTarget = new IntVector();
  const number = (set: number): number => {
    if (numberOf[set]! < 0) {
      numberOf[set] = order.length;
      order.push(set);
    }
    return numberOf[set]!;
  };
  number(initial);
  for (let id = 0; id < order.length; id++) {
    edgeStart.push(edgeLetter.length);
    moves.forEach(order.get(id), (letter, target) => {
      edgeLetter.push(letter);
      edgeTarget.push(number(target));
    });
  }
  edgeStart.push(edgeLetter.length);
  return {
    states: order.length,
    edgeStart: edgeStart.view(),
    edgeLetter: edgeLetter.view(),
    edgeTarget: edgeTarget.view(),
  };
}
