/** What the runs of a scenario cost, at least and at most: counted along its search graph, so that no run is left out. */
import type { Event } from "../model/event.js";
import { ringModel } from "../model/model.js";
import type { ProfileName } from "../model/profile.js";
import type { Scenario } from "../model/scenario.js";
import { mappedRings, type State } from "../model/state.js";
import { forEachComponent } from "../scheduler/components.js";
import type { Graph } from "../scheduler/graph.js";
import { codecOf } from "../scheduler/packing.js";
import { type SearchLimits, search } from "../scheduler/search.js";

/**
 * `enters`: calls of io_uring_enter(2). `crossings`: system calls of whatever kind. `cqes`: CQEs that user space has to
 * read. `steps`: runs of a loop hook's program. `calls`: runs of a custom operation's callbacks.
 */
export const COST_KINDS = ["enters", "crossings", "cqes", "steps", "calls"] as const;
export type CostKind = (typeof COST_KINDS)[number];

/** Over all runs; `max` Infinity: there is a run with more than any number. */
export interface CostRange {
  readonly min: number;
  readonly max: number;
}
export type Costs = Readonly<Record<CostKind, CostRange>>;

/**
 * Of all runs, the sweep behind the threads' end included. Null where the search is not complete. A run that never ends
 * costs what it costs up to where it goes in circles, and without end where the circle itself costs something.
 */
export function costsOf(
  scenario: Scenario,
  profile: ProfileName,
  limits: SearchLimits & { readonly stop?: () => string | null } = {},
): Costs | null {
  const mapped = mappedRings(scenario);
  const letter = (event: Event): number => 1 + COST_KINDS.indexOf(kindOf(event, mapped) as CostKind);
  const graph = countedGraph(scenario, profile, letter, limits);
  if (graph === null) return null;
  const ranges = COST_KINDS.map((kind, at) => [kind, rangeOf(graph, weightsOf(graph, at + 1))] as const);
  return Object.fromEntries(ranges) as Costs;
}

/** By label: how many CQEs of requests that bear its user_data a run has at most. Null and Infinity as above. */
export function submissionsOf(
  scenario: Scenario,
  profile: ProfileName,
  limits: SearchLimits & { readonly stop?: () => string | null } = {},
): readonly number[] | null {
  const letter = (event: Event): number => (event.kind === "cqe" ? 1 + event.label : 0);
  const graph = countedGraph(scenario, profile, letter, limits);
  return graph && scenario.labels.map((_, label) => rangeOf(graph, weightsOf(graph, 1 + label)).max);
}

/** The search graph with a letter for each event that counts; null: it is not complete. */
function countedGraph(
  scenario: Scenario,
  profile: ProfileName,
  letter: (event: Event) => number,
  { stop, ...bounds }: SearchLimits & { readonly stop?: () => string | null },
): Graph | null {
  const model = ringModel(scenario, profile);
  const found = search(
    {
      model,
      codec: codecOf<State>(model.layout),
      letter,
      bound: (event) => (event.kind === "bound" ? event.name : null),
    },
    bounds,
    { edges: true, parents: false, ...(stop && { stop }) },
  );
  return found.complete ? found.graph : null;
}

/** What an event counts as; null: as nothing. */
function kindOf(event: Event, mapped: readonly boolean[]): CostKind | null {
  switch (event.kind) {
    case "entered":
      return "enters";
    case "called":
      return "crossings";
    case "cqe":
      return mapped[event.ring] === true ? null : "cqes";
    case "taken":
      return event.hooked ? null : "cqes";
    case "step":
      return "steps";
    case "call":
      return "calls";
    default:
      return null;
  }
}

/** By list of letters: how often it has the letter. */
function weightsOf({ edgeLetters, lists }: Graph, letter: number): Int32Array {
  const weights = new Int32Array(lists.size);
  for (const list of new Set(edgeLetters)) {
    weights[list] = lists.letters(list).filter((one) => one === letter).length;
  }
  return weights;
}

/** The lightest and the heaviest way from state 0 to where a run ends, or goes in circles for ever. */
export function rangeOf(graph: Graph, weights: Int32Array): CostRange {
  const { edgeStart, edgeTarget, edgeLetters, states } = graph;
  const min = new Float64Array(states).fill(Infinity);
  const max = new Float64Array(states).fill(-Infinity);
  forEachComponent(graph, (members, componentOf) => {
    const own = componentOf[members[0]!]!;
    const sum = { heaviest: -Infinity, isClosed: true, circles: false };
    for (const id of members) {
      for (let edge = edgeStart[id]!; edge < edgeStart[id + 1]!; edge++) {
        const target = edgeTarget[edge]!;
        const weight = weights[edgeLetters[edge]!]!;
        if (componentOf[target] === own) {
          sum.circles ||= weight > 0;
          continue;
        }
        sum.isClosed = false;
        sum.heaviest = Math.max(sum.heaviest, weight + max[target]!);
        min[id] = Math.min(min[id]!, weight + min[target]!);
      }
    }
    const end = sum.circles ? Infinity : 0;
    for (const id of members) {
      max[id] = sum.circles ? Infinity : sum.isClosed ? 0 : sum.heaviest;
      if (sum.isClosed) min[id] = end;
    }
    settle(members, min);
    return true;
  });
  return { min: min[0]!, max: max[0]! };

  /** Within a component: until no edge makes a state lighter (Bellman, Ford). */
  function settle(members: readonly number[], lightest: Float64Array): void {
    if (members.length === 1) return;
    for (let changed = true; changed; ) {
      changed = false;
      for (const id of members) {
        for (let edge = edgeStart[id]!; edge < edgeStart[id + 1]!; edge++) {
          const way = weights[edgeLetters[edge]!]! + lightest[edgeTarget[edge]!]!;
          if (way >= lightest[id]!) continue;
          lightest[id] = way;
          changed = true;
        }
      }
    }
  }
}
