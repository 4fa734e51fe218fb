/** Whether one deterministic automaton reads each word of another, decided for both directions at once. */
import { IntVector } from "../scheduler/intVector.js";
import { PairTable } from "../scheduler/pairTable.js";
import type { Determinisation } from "./determinise.js";

/** A shortest word of one side that the other does not read; of several the first in the order of letters. */
export type DistinguishingWord = readonly number[];

export interface Inclusion {
  /** Of the left side only; null: none was found. */
  readonly onlyLeft: DistinguishingWord | null;
  /** Of the right side only. */
  readonly onlyRight: DistinguishingWord | null;
  /** Whether all pairs were looked at, as far as they had to be: then a null above means that there is none. */
  readonly isWhole: boolean;
  /** Pairs of states looked at. */
  readonly pairs: number;
}

/**
 * Breadth first over the pairs of states that the same word leads to (Hopcroft, Karp: A linear algorithm for testing
 * equivalence of finite automata, 1971, without its merging, which would lose the shortest word). Since every state
 * accepts, a word parts the two where one has a move and the other has not. Ends early when both words are found.
 */
export function inclusion(left: Determinisation, right: Determinisation): Inclusion {
  const seen = new PairTable();
  const lefts = new IntVector();
  const rights = new IntVector();
  const parent = new IntVector();
  const letterTo = new IntVector();
  let onlyLeft: DistinguishingWord | null = null;
  let onlyRight: DistinguishingWord | null = null;

  const reach = (a: number, b: number, from: number, letter: number): void => {
    if (seen.get(a, b) >= 0) return;
    seen.set(a, b, lefts.length);
    lefts.push(a);
    rights.push(b);
    parent.push(from);
    letterTo.push(letter);
  };
  const wordTo = (pair: number, letter: number): number[] => {
    const word = [letter];
    for (let at = pair; at > 0; at = parent.get(at)) word.push(letterTo.get(at));
    return word.reverse();
  };

  reach(0, 0, -1, 0);
  for (let pair = 0; pair < lefts.length; pair++) {
    const a = lefts.get(pair);
    const b = rights.get(pair);
    if (!left.expand(a) || !right.expand(b))
      return { onlyLeft, onlyRight, isWhole: false, pairs: lefts.length };
    let i = left.moveStart(a);
    let j = right.moveStart(b);
    while (i < left.moveEnd(a) || j < right.moveEnd(b)) {
      const inLeft = i < left.moveEnd(a) ? left.letterAt(i) : Number.POSITIVE_INFINITY;
      const inRight = j < right.moveEnd(b) ? right.letterAt(j) : Number.POSITIVE_INFINITY;
      if (inLeft === inRight) reach(left.targetAt(i++), right.targetAt(j++), pair, inLeft);
      else if (inLeft < inRight) {
        onlyLeft ??= wordTo(pair, inLeft);
        i++;
      } else {
        onlyRight ??= wordTo(pair, inRight);
        j++;
      }
    }
    if (onlyLeft !== null && onlyRight !== null) break;
  }
  return { onlyLeft, onlyRight, isWhole: true, pairs: lefts.length };
}
