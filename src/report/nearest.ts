/** The allowed outcome that is most like one that is not: what a person compares first. */
import type { Outcome } from "../model/outcome.js";
import { formatOutcome, type Names } from "./outcome.js";

/** The first of `allowed` with the fewest parts that the outcome has not, or has more; null: there are none. */
export function nearestOutcome(outcome: Outcome, allowed: readonly Outcome[], names: Names): Outcome | null {
  const parts = partsOf(outcome, names);
  let best: Outcome | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of allowed) {
    const distance = distanceOf(parts, partsOf(candidate, names));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function partsOf(outcome: Outcome, names: Names): readonly string[] {
  return formatOutcome(outcome, names).split(" ");
}

/** Parts that stand in one list only, then pairs of equal lists that stand in another order. */
function distanceOf(a: readonly string[], b: readonly string[]): number {
  const left = b.slice();
  let distance = 0;
  for (const part of a) {
    const at = left.indexOf(part);
    if (at < 0) distance += 2;
    else left.splice(at, 1);
  }
  distance += 2 * left.length;
  if (distance === 0 && a.join(" ") !== b.join(" ")) distance = 1;
  return distance;
}
