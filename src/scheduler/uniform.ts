/**
 * Each run with the same probability. Guarantees: of N schedules that end, each is taken with probability 1 / N,
 * exactly: the runs below each state of the graph are counted, and a step is taken in proportion to the runs
 * behind it (Nijenhuis, Wilf: Combinatorial Algorithms, 1978). A random walk is far from that (Sen: Effective
 * random testing of concurrent programs, ASE 2007).
 */
import type { Chooser } from "./chooser.js";
import { forEachComponent } from "./components.js";
import { type Graph, hasId } from "./graph.js";
import { randomOf } from "./random.js";

/** The runs of a graph, counted: made once, for any number of choosers. */
export interface RunCounts {
  readonly total: bigint;
  /** A chooser for one run of the model whose graph it is. */
  chooser(seed: string): Chooser;
}

/**
 * Counts the runs that end. Null if they cannot be counted: the graph has a cycle, or lacks edges because of a
 * limit or a bound. It must come from a search without `ample`, so that the n-th edge of a state is its n-th
 * action.
 */
export function countRuns(graph: Graph): RunCounts | null {
  const { states, edgeStart, edgeTarget, terminals, cut } = graph;
  if (cut.length > 0) return null;
  const runs: bigint[] = new Array<bigint>(states).fill(0n);
  let isAcyclic = true;
  forEachComponent(graph, (members) => {
    const [id] = members;
    if (id === undefined || members.length > 1) {
      isAcyclic = false;
      return false;
    }
    let count = hasId(terminals, id) ? 1n : 0n;
    for (let edge = edgeStart[id]!; edge < edgeStart[id + 1]!; edge++) {
      if (edgeTarget[edge] === id) isAcyclic = false;
      count += runs[edgeTarget[edge]!]!;
    }
    runs[id] = count;
    return isAcyclic;
  });
  if (!isAcyclic) return null;

  return {
    total: runs[0]!,
    chooser(seed) {
      const random = randomOf(seed);
      let at = 0;
      return {
        choose({ count }) {
          const first = edgeStart[at]!;
          if (edgeStart[at + 1]! - first !== count)
            return { stop: "The run is not one of the graph whose runs were counted." };
          let left = random.belowBig(runs[at]!);
          let index = 0;
          for (
            let below = runs[edgeTarget[first]!]!;
            left >= below;
            below = runs[edgeTarget[first + index]!]!
          ) {
            left -= below;
            index++;
          }
          at = edgeTarget[first + index]!;
          return index;
        },
      };
    },
  };
}
