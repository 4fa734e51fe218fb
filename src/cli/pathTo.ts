/** A run that ends in an outcome which a search listed: the outcome is asked for as a claim, and the shortest run that shows it is followed. */
import { check } from "../check/check.js";
import type { CheckLimits } from "../check/result.js";
import type { LitmusTest } from "../litmus/index.js";
import type { Condition } from "../model/condition.js";
import type { Outcome } from "../model/outcome.js";
import type { ProfileName } from "../model/profile.js";
import type { Scenario } from "../model/scenario.js";
import { replay } from "../scheduler/replay.js";
import { runTest, type TestRun } from "./runTest.js";

/** null: none is found within the limits, or a condition cannot tell the outcome from another one. */
export function runTo(
  test: LitmusTest,
  profile: ProfileName,
  outcome: Outcome,
  limits: CheckLimits,
): TestRun | null {
  const condition = conditionOf(outcome, test.scenario);
  const asked = {
    ...test,
    claims: [{ kind: "exists", name: null, text: "the outcome", condition, line: 0 } as const],
  };
  const path = check(asked, profile, { limits, outcomesMax: 0 }).claims[0]?.path ?? null;
  if (path === null) return null;
  const run = runTest(test, profile, replay(path));
  return JSON.stringify(run.outcome) === JSON.stringify(outcome) ? run : null;
}

function conditionOf(outcome: Outcome, { memories }: Scenario): Condition {
  const atoms: Condition[] = [];
  const last = new Map<number, readonly [res: number, count: number]>();
  for (const records of outcome.cq) {
    for (const [at, [label, res]] of records.entries()) {
      const before = records[at - 1]?.[0];
      if (before !== undefined && before !== label && !last.has(label)) {
        atoms.push({ kind: "before", first: before, second: label });
      }
      last.set(label, [res, (last.get(label)?.[1] ?? 0) + 1]);
    }
  }
  for (const [label, res] of (outcome.programs?.hooked ?? []).flat()) {
    last.set(label, [res, (last.get(label)?.[1] ?? 0) + 1]);
  }
  for (const [label, [value, count]] of last) {
    atoms.push({ kind: "res", label, cmp: "=", value }, { kind: "count", label, cmp: "=", value: count });
  }
  for (const [value, than] of outcome.values.entries()) {
    if (than !== null) atoms.push({ kind: "value", value, cmp: "=", than });
  }
  for (const [file, text] of outcome.files.entries()) atoms.push({ kind: "file", file, equal: true, text });
  for (const [memory, places] of (outcome.programs?.variables ?? []).entries()) {
    for (const [name, value] of Object.entries(places)) {
      const variable = memories[memory]?.variables[name];
      if (variable !== undefined) atoms.push({ kind: "variable", memory, variable, cmp: "=", value });
    }
  }
  const hang: Condition = { kind: "hang" };
  atoms.push(outcome.hang ? hang : { kind: "not", of: hang });
  return atoms.reduce((left, right): Condition => ({ kind: "and", left, right }), { kind: "true" });
}
