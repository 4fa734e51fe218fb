/**
 * Follows a schedule. Guarantees: the run is the recorded one, choice by choice, or it stops at the first choice
 * that differs, with a sentence that names the step, what was expected and what was enabled instead.
 */
import type { Chooser } from "./chooser.js";
import type { Schedule } from "./schedule.js";

/** Alternatives that the sentence lists before it says how many more there are. */
const LISTED_MAX = 8;

export interface Replay extends Chooser {
  /** Whether the whole schedule was followed. A run that is quiescent earlier leaves some of it. */
  isOver(): boolean;
}

/**
 * A chooser that follows `schedule`. Where it ends and the run does not, it refuses; a limit of as many steps ends
 * the run there.
 */
export function replay(schedule: Schedule): Replay {
  let step = 0;
  return {
    isOver: () => step === schedule.length,
    choose({ count, describe }) {
      const expected = schedule[step];
      const here = `step ${step + 1}`;
      const enabled = (): string => {
        const labels = Array.from(
          { length: Math.min(count, LISTED_MAX) },
          (_, index) => `"${describe(index)}"`,
        ).join(", ");
        return count > LISTED_MAX ? `${labels} and ${count - LISTED_MAX} more` : labels;
      };
      if (expected === undefined)
        return { stop: `The schedule ends before ${here}, where ${enabled()} can happen.` };
      const { index, label } = expected;
      const chosen = `"${label}" (choice ${index + 1} of ${expected.count})`;
      if (index >= count || describe(index) !== label) {
        return {
          stop: `The run parts from its schedule at ${here}: expected ${chosen}; enabled: ${enabled()}.`,
        };
      }
      if (count !== expected.count) {
        return {
          stop: `The run parts from its schedule at ${here}: ${chosen} is enabled, but as one of ${count}: ${enabled()}.`,
        };
      }
      step++;
      return index;
    },
  };
}
