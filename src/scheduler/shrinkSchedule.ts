/** Makes a failing schedule shorter, and then closer to always taking the first action. */
import { type ShrinkLimits, type Shrunk, shrink } from "./shrink.js";

/**
 * Delta debugging (Zeller, Hildebrandt: Simplifying and isolating failure-inducing input, 2002) on the indices of
 * a schedule: parts of halving sizes are cut out; then indices are lowered, to 0 first. `stillFails` runs the
 * indices with `loose`, which makes a run of every list. Trailing zeros are what `loose` does by itself, so they
 * are cut at once. The result fails, if the limit was not reached no single choice can be cut from it or lowered
 * by any of the amounts tried.
 */
export function shrinkSchedule(
  indices: readonly number[],
  stillFails: (indices: readonly number[]) => boolean,
  limits: ShrinkLimits,
): Shrunk<readonly number[]> {
  return shrink(indices, candidates, stillFails, limits);
}

function* candidates(indices: readonly number[]): Generator<readonly number[]> {
  let end = indices.length;
  while (end > 0 && indices[end - 1] === 0) end--;
  if (end < indices.length) yield indices.slice(0, end);
  for (let size = indices.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < indices.length; at += size)
      yield [...indices.slice(0, at), ...indices.slice(at + size)];
  }
  for (const [at, index] of indices.entries()) {
    for (let lower = 0; lower < index; lower = index - Math.floor((index - lower) / 2)) {
      yield indices.with(at, lower);
    }
  }
}
