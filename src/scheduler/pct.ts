/**
 * Probabilistic concurrency testing: Burckhardt, Kothari, Musuvathi, Nagarakatti, A randomized scheduler with
 * probabilistic guarantees of finding bugs, ASPLOS 2010. Guarantees: with n actors and runs of at most k steps, a
 * bug of depth d (one that d ordering constraints suffice to provoke) is found by one run with probability at
 * least 1 / (n·k^(d-1)).
 *
 * The paper's threads have one next step each. Here an actor may have several (the answers of the environment):
 * among those the choice is uniform, and the bound is multiplied by the probability of the answers that the bug
 * needs.
 */
import type { Chooser } from "./chooser.js";
import { randomOf } from "./random.js";

export interface PctOptions {
  /** The paper's d, at least 1: there are d - 1 points at which the running actor loses its priority. */
  readonly depth: number;
  /** The paper's k, at least 1: the change points are drawn from the first so many steps. */
  readonly steps: number;
}

/**
 * Runs the enabled actor of the highest priority. Actors get distinct random priorities, each at the place in the
 * order of those known that is drawn for it when it is first seen.
 */
export function pct(seed: string, { depth, steps }: PctOptions): Chooser {
  if (!(Number.isInteger(depth) && depth >= 1)) throw new RangeError(`no depth ${depth}`);
  if (!(Number.isInteger(steps) && steps >= 1)) throw new RangeError(`no ${steps} steps`);
  const random = randomOf(seed);
  /** Step at which the k-th change happens; several may fall together, as in the paper. */
  const changes = Array.from({ length: depth - 1 }, () => random.below(steps));
  /**
   * Actors that were never lowered, highest first. Inserting each at a random place makes every order equally
   * likely.
   */
  const high: number[] = [];
  /**
   * Lowered actors, by the number of their change: below all others, the first change highest but for the later
   * ones.
   */
  const lowered = new Map<number, number>();
  let step = 0;

  /** Larger runs first. */
  const priorityOf = (actor: number): number => {
    const change = lowered.get(actor);
    return change === undefined ? depth + high.length - high.indexOf(actor) : change;
  };

  return {
    choose({ count, actorOf }) {
      const actors = Array.from({ length: count }, (_, index) => actorOf(index));
      for (const actor of actors) {
        if (!high.includes(actor) && !lowered.has(actor))
          high.splice(random.below(high.length + 1), 0, actor);
      }
      const first = (): number =>
        actors.reduce((best, actor) => (priorityOf(actor) > priorityOf(best) ? actor : best));
      for (const [change, at] of changes.entries()) {
        if (at !== step) continue;
        const actor = first();
        if (high.includes(actor)) high.splice(high.indexOf(actor), 1);
        // The paper's change point i sets the priority to i, of 1..d - 1: the last of them is the highest.
        lowered.set(actor, change + 1);
      }
      step++;
      const runs = first();
      const indices = actors.flatMap((actor, index) => (actor === runs ? [index] : []));
      return indices[random.below(indices.length)]!;
    },
  };
}
