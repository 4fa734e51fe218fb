/** The strongest verdict: whether two scenarios can follow each other choice by choice, and not only word by word. */
import { forEachComponent } from "../scheduler/components.js";
import { IntVector } from "../scheduler/intVector.js";
import { type Automaton, SILENT } from "./automaton.js";
import { MoveSets } from "./moveSets.js";

export interface Bisimulation {
  readonly isBisimilar: boolean;
  /** Classes of states of both sides together. */
  readonly classes: number;
  readonly rounds: number;
}

export interface BisimulationLimits {
  /** Rounds of refinement; default 100,000. */
  readonly roundsMax?: number;
  /** Polled once a round: a sentence why to stop, or null. */
  readonly stop?: () => string | null;
}

const ROUNDS_MAX = 100_000;
/** Stands for a run of silent moves that never ends, as if it were a letter. */
const DIVERGES = 2 ** 22 - 1;
/** Stands for the class of the round before, so that a round never joins what one before has parted. */
const WAS = 2 ** 22 - 2;

/**
 * Branching bisimulation with explicit divergence (van Glabbeek, Weijland: Branching time and abstraction in
 * bisimulation semantics, 1996): silent moves count where they decide something, and a state that can go on in silence
 * for ever is like no state that cannot. By signature refinement (Blom, Orzan: Distributed branching bisimulation
 * reduction of state spaces, 2003): a state's signature is the set of (letter, class) that it can do after silent moves
 * inside its class; states of equal signatures stay together, until nothing is parted any more. States on a silent
 * cycle are one first, so that a round is one pass from the ends of silence back.
 *
 * null: a limit was hit.
 */
export function bisimulation(
  left: Automaton,
  right: Automaton,
  limits: BisimulationLimits = {},
): Bisimulation | null {
  const both = disjoint(left, right);
  const { groupOf, groups, diverges } = silentCycles(both);
  const starts = new IntVector();
  const letters = new IntVector();
  const targets = new IntVector();
  for (const members of groups) {
    starts.push(letters.length);
    for (const id of members) {
      for (let at = both.edgeStart[id]!; at < both.edgeStart[id + 1]!; at++) {
        const target = groupOf[both.edgeTarget[at]!]!;
        const isInner = both.edgeLetter[at] === SILENT && target === groupOf[id];
        if (isInner) continue;
        letters.push(both.edgeLetter[at]!);
        targets.push(target);
      }
    }
  }
  starts.push(letters.length);

  let classOf = new Int32Array(groups.length);
  let classes = 1;
  const roundsMax = limits.roundsMax ?? ROUNDS_MAX;
  for (let round = 1; round <= roundsMax && (limits.stop?.() ?? null) === null; round++) {
    const moves = new MoveSets();
    const next = new Int32Array(groups.length);
    // A group stands behind all that it reaches in silence.
    for (let group = 0; group < groups.length; group++) {
      const own = classOf[group]!;
      moves.add(WAS, own);
      if (diverges[group] === 1) moves.add(DIVERGES, 0);
      for (let at = starts.get(group); at < starts.get(group + 1); at++) {
        const target = targets.get(at);
        if (letters.get(at) !== SILENT || classOf[target] !== own)
          moves.add(letters.get(at), classOf[target]!);
        else moves.addAll(next[target]!);
      }
      next[group] = moves.close();
    }
    if (moves.size === classes) {
      const isBisimilar = next[groupOf[0]!] === next[groupOf[left.states]!];
      return { isBisimilar, classes, rounds: round };
    }
    classes = moves.size;
    classOf = next;
  }
  return null;
}

/** Both side by side, the right one behind the left. */
function disjoint(left: Automaton, right: Automaton): Automaton {
  const join = (a: Int32Array, b: Int32Array, shift: number): Int32Array => {
    const joined = new Int32Array(a.length + b.length);
    joined.set(a);
    joined.set(shift === 0 ? b : b.map((value) => value + shift), a.length);
    return joined;
  };
  return {
    states: left.states + right.states,
    edgeStart: join(left.edgeStart.subarray(0, left.states), right.edgeStart, left.edgeTarget.length),
    edgeLetter: join(left.edgeLetter, right.edgeLetter, 0),
    edgeTarget: join(left.edgeTarget, right.edgeTarget, left.states),
  };
}

/** States that reach each other in silence, each group behind those that it reaches; and whether it has a silent cycle. */
function silentCycles(automaton: Automaton): {
  readonly groupOf: Int32Array;
  readonly groups: readonly (readonly number[])[];
  readonly diverges: Uint8Array;
} {
  const { states, edgeStart, edgeLetter, edgeTarget } = automaton;
  const starts = new IntVector();
  const targets = new IntVector();
  const loops = new Uint8Array(states);
  // State 0 leads to all of the automaton's, which stand one place behind theirs.
  starts.push(0);
  for (let id = 0; id < states; id++) targets.push(id + 1);
  for (let id = 0; id < states; id++) {
    starts.push(targets.length);
    for (let at = edgeStart[id]!; at < edgeStart[id + 1]!; at++) {
      if (edgeLetter[at] !== SILENT) continue;
      targets.push(edgeTarget[at]! + 1);
      if (edgeTarget[at] === id) loops[id] = 1;
    }
  }
  starts.push(targets.length);
  const groupOf = new Int32Array(states);
  const groups: number[][] = [];
  const silent = { states: states + 1, edgeStart: starts.view(), edgeTarget: targets.view() };
  forEachComponent(silent, (members) => {
    if (members[0] === 0) return true;
    for (const member of members) groupOf[member - 1] = groups.length;
    groups.push(members.map((member) => member - 1));
    return true;
  });
  const diverges = new Uint8Array(groups.length);
  for (const [group, members] of groups.entries()) {
    if (members.length > 1 || loops[members[0]!] === 1) diverges[group] = 1;
  }
  return { groupOf, groups, diverges };
}
