/** Which states of a graph lead to each other, and in which order sets of them can be worked off backwards. */
import type { Graph } from "./graph.js";

/**
 * Tarjan's strongly connected components (SIAM J. Comput. 1972) of what is reachable from state 0, each after all
 * that it leads to, with a stack of its own. `visit` gets the members and the component numbers of all states so
 * far; false: stop.
 */
export function forEachComponent(
  graph: Pick<Graph, "states" | "edgeStart" | "edgeTarget">,
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
