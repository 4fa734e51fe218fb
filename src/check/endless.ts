/** A hook that never yields: a state from which no run ends, in a graph that is whole. */
import type { Scenario } from "../model/scenario.js";
import type { Graph } from "../scheduler/graph.js";
import type { SearchResult } from "../scheduler/search.js";
import type { Watched } from "./monitor.js";
import type { ClaimResult } from "./result.js";

/** States from which no terminal can be reached, ascending. */
function endlessStates(graph: Graph): readonly number[] {
  const { states, terminals } = graph;
  const sources = backward(graph);
  const ends = new Uint8Array(states);
  const open: number[] = [];
  for (const id of terminals) {
    ends[id] = 1;
    open.push(id);
  }
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (let at = sources.start[id] as number; at < (sources.start[id + 1] as number); at++) {
      const from = sources.from[at] as number;
      if (ends[from] === 1) continue;
      ends[from] = 1;
      open.push(from);
    }
  }
  return Array.from({ length: states }, (_, id) => id).filter((id) => ends[id] === 0);
}

/** The edges turned round: whence each state is reached. */
function backward({ states, edgeStart, edgeTarget }: Graph): { start: Int32Array; from: Int32Array } {
  const start = new Int32Array(states + 1);
  for (const target of edgeTarget) start[target + 1] = (start[target + 1] as number) + 1;
  for (let id = 0; id < states; id++) start[id + 1] = (start[id + 1] as number) + (start[id] as number);
  const next = start.slice();
  const from = new Int32Array(edgeTarget.length);
  for (let id = 0; id < states; id++) {
    for (let at = edgeStart[id] as number; at < (edgeStart[id + 1] as number); at++) {
      const target = edgeTarget[at] as number;
      from[next[target] as number] = id;
      next[target] = (next[target] as number) + 1;
    }
  }
  return { start, from };
}

/**
 * The claim that nobody had to make: every run may end; null: it holds. Names the hooks whose loops run in the first
 * state in which one does.
 */
export function endlessRun(found: SearchResult<Watched>, scenario: Scenario): ClaimResult | null {
  if (!found.complete || found.graph === null) return null;
  const states = endlessStates(found.graph);
  const [first] = states;
  if (first === undefined) return null;
  const looping = states.find((id) => hooksRunning(found, id, scenario).length > 0);
  const hooks = looping === undefined ? [] : hooksRunning(found, looping, scenario);
  return {
    kind: "never",
    name: null,
    text: hooks.length > 0 ? `${hooks.join(" and ")} never yields` : "a run that cannot end",
    line: 1,
    holds: false,
    vacuous: false,
    path: found.pathTo(looping ?? first),
    positive: 1,
    negative: 0,
  };
}

/** The hooks whose loops are under way in a state. */
function hooksRunning(found: SearchResult<Watched>, id: number, scenario: Scenario): readonly string[] {
  const { contexts, rings } = found.stateOf(id).system;
  return contexts
    .filter(({ loop }) => loop[0]?.isInside === true)
    .map(({ ring }) => scenario.hooks[(rings[ring]?.memory[0]?.hook ?? 0) - 1]?.name)
    .filter((name) => name !== undefined);
}
