/** A file's observed outcomes held against those that a profile allows. */
import { checkTest } from "../../check/check.js";
import type { OutcomeSet } from "../../check/outcomes.js";
import { type Judgement, judge, type KernelReport } from "../../kernel/index.js";
import type { ProfileName } from "../../model/profile.js";
import { EXIT, type ExitCode } from "../exitCode.js";
import { type LimitOptions, limitsFrom } from "../limits.js";
import type { LoadedLitmus } from "../litmusFile.js";
import type { Terminal } from "../terminal.js";
import type { FileReport } from "./runs.js";

export type Verdict = "ok" | "forbidden" | "unsupported" | "inconclusive" | "stale" | "error";

/** What was not run, or not judged, is no pass. */
export const EXIT_OF: Readonly<Record<Verdict, ExitCode>> = {
  ok: EXIT.ok,
  forbidden: EXIT.violated,
  unsupported: EXIT.inconclusive,
  inconclusive: EXIT.inconclusive,
  stale: EXIT.inconclusive,
  error: EXIT.misused,
};

export type Ran = Extract<KernelReport, { kind: "ran" }>;

export type Judged =
  | { readonly verdict: "unsupported"; readonly reason: string; readonly hint: string }
  | { readonly verdict: "inconclusive" | "stale"; readonly reason: string }
  | {
      readonly verdict: "ok" | "forbidden";
      readonly report: Ran;
      readonly judgement: Judgement;
      readonly allowed: OutcomeSet;
    };

export function judgeReport(
  terminal: Terminal,
  { test }: LoadedLitmus,
  report: FileReport,
  profile: ProfileName,
  options: LimitOptions,
): Judged {
  if (report.kind === "unsupported")
    return { verdict: "unsupported", reason: report.reason, hint: report.hint };
  if (report.kind === "stale") return { verdict: "stale", reason: report.reason };
  if (report.kind === "failed") return { verdict: "inconclusive", reason: report.reason };
  const { result, outcomes } = checkTest(test, profile, {
    limits: limitsFrom(options, terminal),
    outcomesMax: 0,
  });
  if (outcomes === null) {
    const limit = result.explored.limit;
    return {
      verdict: "inconclusive",
      reason: limit === null ? "the model's outcomes have no end" : `${limit.name} ${limit.value} was hit`,
    };
  }
  if (report.observed.length === 0) {
    return {
      verdict: "inconclusive",
      reason: `no run has an outcome: ${report.hung} hung, ${report.late} came too late`,
    };
  }
  const judgement = judge(report.observed, (outcome) => outcomes.has(outcome), outcomes.total);
  return { verdict: judgement.verdict, report, judgement, allowed: outcomes };
}
