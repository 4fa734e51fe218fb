/**
 * Follows indices as far as they make sense, and then takes the first action always. Guarantees: every list of
 * integers is some run, so that a shrinker may cut and change lists as it likes. What came of it is in the
 * schedule of the run.
 */
import type { Chooser } from "./chooser.js";

/** What is no index of an enabled action counts as 0, as does what is past the end. */
export function loose(indices: readonly number[]): Chooser {
  let step = 0;
  return {
    choose({ count }) {
      const index = indices[step++] ?? 0;
      return Number.isInteger(index) && index >= 0 && index < count ? index : 0;
    },
  };
}
