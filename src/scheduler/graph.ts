/** The states and transitions that a search kept: compressed rows over typed arrays, with letters on the edges. */
import type { LetterLists } from "./letterLists.js";

/**
 * A labelled graph. State 0 is the initial one; states are numbered breadth first.
 *
 * The edges of state `id` are `edgeStart[id] .. edgeStart[id + 1]`, in the order of its actions. With a reduction
 * there are only the edges that it left, and an edge whose event met a bound of the model is not there at all.
 */
export interface Graph {
  readonly states: number;
  /** `states + 1` entries. */
  readonly edgeStart: Int32Array;
  readonly edgeTarget: Int32Array;
  /** What the transition tells: an id in `lists`. */
  readonly edgeLetters: Int32Array;
  readonly lists: LetterLists;
  /** States that enable nothing, ascending: where a run ends. */
  readonly terminals: Int32Array;
  /** States some of whose edges are missing because of a limit or a bound, ascending. Empty: the graph is whole. */
  readonly cut: Int32Array;
}

/** Whether ascending `ids` have `id`. */
export function hasId(ids: Int32Array, id: number): boolean {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return ids[low] === id;
}
