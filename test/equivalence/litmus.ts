/** Litmus texts compared in a test. */
import { type EquivalenceOptions, equivalence } from "../../src/equivalence/equivalence.js";
import type { Difference, EquivalenceResult, ShownRun } from "../../src/equivalence/result.js";
import { compileLitmus, type LitmusTest } from "../../src/litmus/index.js";
import type { Event } from "../../src/model/event.js";
import { type Action, ringModel } from "../../src/model/model.js";
import type { ProfileName } from "../../src/model/profile.js";
import type { State } from "../../src/model/state.js";
import { replay } from "../../src/scheduler/replay.js";
import { run } from "../../src/scheduler/run.js";

/** One thread T0 with these lines; `declarations` before it. */
export function test(body: string, declarations = ""): LitmusTest {
  return compiled(`litmus t\n${declarations}\nthread T0 {\n${body}\n}\n`);
}

export function compiled(text: string): LitmusTest {
  const result = compileLitmus(text, "-");
  if (!result.ok) throw new Error(`${JSON.stringify(result.diagnostics)}\n${text}`);
  return result.test;
}

/** `submit r { SQE… } wait N`. */
export function submit(...sqes: readonly string[]): string {
  return `submit r {\n${sqes.join("\n")}\n} wait ${sqes.length}\nreap r`;
}

export const PROFILE: ProfileName = "linux-7.1";

/** Compared under linux-7.1, and by the second algorithm; throws where the two disagree. */
export function compared(
  left: LitmusTest,
  right: LitmusTest,
  options: EquivalenceOptions = {},
): EquivalenceResult {
  const result = equivalence(left, right, PROFILE, PROFILE, { second: true, ...options });
  if (result.second?.agrees === false)
    throw new Error(`two algorithms disagree: ${JSON.stringify(result.second)}`);
  return result;
}

/** `word` as text: letters by track. */
export function wordOf(difference: Difference | null): string | null {
  return difference?.word.map(({ letters }) => letters.join(" ")).join("; ") ?? null;
}

/** Follows a run choice by choice; how that ended. */
export function follow({ scenario }: LitmusTest, shown: ShownRun): string {
  const { schedule, end, why } = run(ringModel(scenario, PROFILE), replay(shown.schedule), {
    stepsMax: shown.schedule.length,
  });
  return schedule.length === shown.schedule.length && why === null ? end : `${end}: ${why}`;
}

/** Steps to the first state that enables nothing, and to the first step whose first CQE is of `label`: level by level, with nothing of the search. */
export function shortest(
  { scenario }: LitmusTest,
  label: string,
): { readonly toEnd: number; readonly toFirst: number } {
  const model = ringModel(scenario, PROFILE);
  let toEnd = Number.POSITIVE_INFINITY;
  let toFirst = Number.POSITIVE_INFINITY;
  let level: (readonly [state: State, hasCqe: boolean])[] = [[model.initial(), false]];
  for (let depth = 0; level.length > 0 && depth < 100; depth++) {
    const next = new Map<string, readonly [state: State, hasCqe: boolean]>();
    for (const [state, hasCqe] of level) {
      const actions: readonly Action[] = model.enabled(state);
      if (actions.length === 0) toEnd = Math.min(toEnd, depth);
      for (const action of actions) {
        const after = structuredClone(state);
        const events: Event[] = [];
        model.apply(after, action, (event) => events.push(event));
        const cqe = events.find((event) => event.kind === "cqe");
        if (!hasCqe && cqe?.kind === "cqe" && scenario.labels[cqe.label] === label) {
          toFirst = Math.min(toFirst, depth + 1);
        }
        const has = hasCqe || cqe !== undefined;
        next.set(`${has}${JSON.stringify(after)}`, [after, has]);
      }
    }
    level = [...next.values()];
  }
  return { toEnd, toFirst };
}
