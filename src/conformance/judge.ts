/** One scenario: run by an implementation, and judged by the model's outcome set or by properties. */
import { checkTest } from "../check/check.js";
import { judge, type Observed } from "../kernel/judge.js";
import { type LitmusTest, lackOf } from "../litmus/index.js";
import { checkAll, type Property } from "../properties/index.js";
import type { Implementation, RunReport } from "./implementation.js";
import type { Settled } from "./options.js";
import type { ConformanceFailure } from "./result.js";

/** What one scenario comes to. */
export type Judged =
  | { readonly kind: "ok"; readonly seen: number; readonly allowed: number; readonly runs: number }
  | { readonly kind: "failed"; readonly failure: ConformanceFailure }
  | { readonly kind: "unsupported" | "inconclusive"; readonly reason: string };

/** By which of the two the runs are judged. */
export type Judge = (
  test: LitmusTest,
  litmus: string,
  observed: readonly Observed[],
  options: Settled,
) => Judged;

/** Allowed outcomes that a failure carries, for the nearest one to be found among them. */
const ALLOWED_MAX = 1000;

/** Runs the scenario and judges what was observed. Rejects for a fault of ours only. */
export async function runAndJudge(
  implementation: Implementation,
  test: LitmusTest,
  litmus: string,
  options: Settled,
  judgedBy: Judge,
): Promise<Judged> {
  const lack = lackOf(options.profile, test.scenario);
  if (lack !== null) return { kind: "unsupported", reason: `${options.profile} has no ${lack}` };
  let report: RunReport;
  try {
    report = await implementation.run(test, { runs: options.runs, seed: options.seed });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "failed", failure: { kind: "broken", litmus, test, message } };
  }
  const wrong = whatIsWrong(report, test);
  if (wrong !== null) return { kind: "failed", failure: { kind: "broken", litmus, test, message: wrong } };
  if (report.kind === "unsupported") return { kind: "unsupported", reason: report.reason };
  if (report.observed.length === 0)
    return { kind: "inconclusive", reason: report.lost ?? "no run had an outcome" };
  return judgedBy(test, litmus, report.observed, options);
}

/** Authors write reports by hand, in JavaScript too: an ill-formed one would be a puzzling mismatch later. */
function whatIsWrong(report: RunReport, { scenario }: LitmusTest): string | null {
  if (report?.kind === "unsupported") return null;
  if (report?.kind !== "ran" || !Array.isArray(report.observed)) {
    return `a report is {kind: "ran", observed: […]} or {kind: "unsupported", reason}, and not ${JSON.stringify(report)}`;
  }
  const lengths = [
    ["cq", scenario.rings.length, "rings"],
    ["values", scenario.values.length, "bound values"],
    ["files", scenario.files.length, "files"],
  ] as const;
  for (const { outcome, runs } of report.observed) {
    if (!(runs > 0)) return `an outcome was observed in ${runs} runs`;
    for (const [name, length, what] of lengths) {
      if (outcome?.[name]?.length !== length) {
        return `outcome.${name} has ${outcome?.[name]?.length ?? "no"} entries: the scenario has ${length} ${what}`;
      }
    }
    if (scenario.memories.length > 0 && outcome.programs === undefined) {
      return "outcome.programs is missing: the scenario has programs, which take CQEs and have memories";
    }
    if (typeof outcome.hang !== "boolean") return "outcome.hang is neither true nor false";
  }
  return null;
}

/** Each outcome must be one of the model's. */
export function byOutcomes(
  test: LitmusTest,
  litmus: string,
  observed: readonly Observed[],
  options: Settled,
): Judged {
  const { profile, limits, cache } = options;
  const { outcomes, result } =
    cache?.check(test, litmus, profile, limits) ?? checkTest(test, profile, { limits, outcomesMax: 0 });
  if (outcomes === null) {
    const { limit } = result.explored;
    const reason = limit === null ? "the runs are endless" : `the model's search met the limit ${limit.name}`;
    return { kind: "inconclusive", reason };
  }
  const runs = observed.reduce((sum, each) => sum + each.runs, 0);
  const { forbidden, coverage } = judge(observed, (outcome) => outcomes.has(plain(outcome)), outcomes.total);
  const [first] = forbidden;
  if (first === undefined) return { kind: "ok", seen: coverage.seen, allowed: outcomes.total, runs };
  const failure: ConformanceFailure = {
    kind: "forbidden",
    litmus,
    test,
    ...first,
    allowed: outcomes.list(ALLOWED_MAX),
    allowedTotal: outcomes.total,
  };
  return { kind: "failed", failure };
}

/** An outcome with its fields in the order in which sets compare them. */
function plain({ cq, programs, values, files, hang }: Observed["outcome"]): Observed["outcome"] {
  return { cq, ...(programs !== undefined && { programs }), values, files, hang };
}

/** Each outcome must satisfy the properties, as far as they can be decided on CQEs alone. */
export function byProperties(properties: readonly Property[]): Judge {
  return (test, litmus, observed, { profile }) => {
    for (const { outcome, runs } of observed) {
      const run = { scenario: test.scenario, outcome, trace: null };
      const [violation] = checkAll(run, profile, properties).violations;
      if (violation === undefined) continue;
      return { kind: "failed", failure: { kind: "violated", litmus, test, outcome, runs, violation } };
    }
    return {
      kind: "ok",
      seen: observed.length,
      allowed: observed.length,
      runs: observed.reduce((sum, each) => sum + each.runs, 0),
    };
  };
}
