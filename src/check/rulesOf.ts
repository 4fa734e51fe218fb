/** Which rules a run applied: what `explain` shows. */
import type { LitmusTest } from "../litmus/index.js";
import type { Rule } from "../model/event.js";
import type { ProfileName } from "../model/profile.js";
import { RULES } from "../model/rules.js";
import type { Schedule } from "../scheduler/schedule.js";
import { watchClaims } from "./check.js";

/** The rules that fired along `schedule`, each once, in the order of the specification. Throws a RangeError where the schedule is none of this file's. */
export function rulesOnPath(test: LitmusTest, profile: ProfileName, schedule: Schedule): readonly Rule[] {
  const model = watchClaims(test, profile);
  const state = model.initial();
  const fired = new Set<Rule>();
  for (const [step, choice] of schedule.entries()) {
    const action = model.enabled(state)[choice.index];
    if (action === undefined) throw new RangeError(`step ${step}: choice ${choice.index} is not enabled`);
    model.apply(state, action, (event) => {
      if (event.kind === "rule") fired.add(event);
    });
  }
  return RULES.filter((rule) => fired.has(rule));
}
