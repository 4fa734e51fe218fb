/**
 * Each enabled action with the same probability at each step. Guarantees: any run of n steps with at most b
 * alternatives each is taken with probability at least b^-n, so nothing is excluded; but runs are not equally
 * likely, and rare orders stay rare.
 */
import type { Chooser } from "./chooser.js";
import { randomOf } from "./random.js";

/** A random walk; the same seed and alternatives give the same run on every machine. */
export function seeded(seed: string): Chooser {
  const random = randomOf(seed);
  return { choose: ({ count }) => random.below(count) };
}
