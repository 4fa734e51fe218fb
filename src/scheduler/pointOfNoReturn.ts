/** After which step was it too late? */
import type { Graph } from "./graph.js";

/**
 * Of a run that ends badly, given as the ids of its states (`SearchResult.idsTo`): the first step after which
 * every continuation that ends, ends badly. Steps count from 1; 0: it was too late from the start. Null: the last
 * state of the run still has a way out, so the run is not bad yet.
 *
 * `isBad` says it of a terminal. A state whose edges are cut off counts as a way out: what is not explored is not
 * proven. A run that goes round for ever is no way out, since it never ends.
 */
export function pointOfNoReturn(
  graph: Graph,
  isBad: (terminal: number) => boolean,
  path: readonly number[],
): number | null {
  const escapes = waysOut(graph, isBad);
  for (const [step, id] of path.entries()) {
    if (escapes[id] === 0) return step;
  }
  return null;
}

/** For each state 1 if a run from it can end well: backwards from the good ends over the reversed edges. */
function waysOut(
  { states, edgeStart, edgeTarget, terminals, cut }: Graph,
  isBad: (terminal: number) => boolean,
): Uint8Array {
  const sourceStart = new Int32Array(states + 1);
  for (const target of edgeTarget) sourceStart[target + 1]!++;
  for (let id = 0; id < states; id++) sourceStart[id + 1]! += sourceStart[id]!;
  const next = sourceStart.slice();
  const source = new Int32Array(edgeTarget.length);
  for (let id = 0; id < states; id++) {
    for (let edge = edgeStart[id]!; edge < edgeStart[id + 1]!; edge++)
      source[next[edgeTarget[edge]!]!++] = id;
  }

  const escapes = new Uint8Array(states);
  const pending: number[] = [];
  const reach = (id: number): void => {
    if (escapes[id] === 1) return;
    escapes[id] = 1;
    pending.push(id);
  };
  for (const id of terminals) if (!isBad(id)) reach(id);
  for (const id of cut) reach(id);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    for (let at = sourceStart[id]!; at < sourceStart[id + 1]!; at++) reach(source[at]!);
  }
  return escapes;
}
