/** A conformance run as a person reads it: what was seen, what should have been, and how to look at it again. */
import type { ConformanceFailure, ConformanceResult, GeneratedResult } from "../conformance/result.js";
import type { ProfileName } from "../model/profile.js";
import { nearestOutcome } from "./nearest.js";
import { formatOutcome } from "./outcome.js";

/** Where a failing scenario comes from: a file, or a seed. */
export type FoundIn = { readonly file: string } | { readonly seed: number };

/** The outcome that was observed, and the allowed one most like it; null where the failure is not about outcomes. */
export function comparedOutcomes(
  failure: ConformanceFailure,
): { readonly observed: string; readonly nearest: string | null } | null {
  if (failure.kind === "broken") return null;
  const { scenario } = failure.test;
  const observed = formatOutcome(failure.outcome, scenario);
  if (failure.kind === "violated") return { observed, nearest: null };
  const nearest = nearestOutcome(failure.outcome, failure.allowed, scenario);
  return { observed, nearest: nearest && formatOutcome(nearest, scenario) };
}

/** Several lines: what is wrong, the scenario, and the way back to it. */
export function formatFailure(failure: ConformanceFailure, profile: ProfileName, found: FoundIn): string {
  const compared = comparedOutcomes(failure);
  const lines: string[] = [];
  if (failure.kind === "broken") lines.push(`the implementation broke down: ${failure.message}`);
  if (failure.kind === "violated") {
    lines.push(`violates ${failure.violation.property}: ${failure.violation.message}`);
  }
  if (failure.kind === "forbidden") {
    const count = failure.allowedTotal === 1 ? "one other outcome" : `${failure.allowedTotal} other outcomes`;
    lines.push(`not allowed by ${profile}, which has ${count} here`);
  }
  if (compared !== null) lines.push(`  observed  ${compared.observed}`);
  if (compared?.nearest) lines.push(`  nearest   ${compared.nearest}`);
  lines.push("", failure.litmus.trimEnd(), "");
  const file = "file" in found ? found.file : `${failure.test.name}.litmus`;
  lines.push(
    "file" in found
      ? "What is allowed, and why:"
      : `Found with seed ${found.seed}. As ${file}, what is allowed, and why:`,
    `  npx ringspec check ${file} --profile ${profile}`,
    `  npx ringspec explain ${file} --profile ${profile}`,
    `The implementation alone: judgeFile(implementation, { name: "${file}", text }, { profile: "${profile}" })`,
  );
  return lines.join("\n");
}

/** A line a part, then the failures. */
export function formatConformance(result: ConformanceResult): string {
  const { implementation, profile, seed, files, suites, scenarios } = result;
  const lines = [`${implementation}, held against ${profile} (seed ${seed}): ${result.verdict}`];
  const count = (verdict: string): number => files.filter((file) => file.verdict === verdict).length;
  const verdicts = ["ok", "failed", "inconclusive", "unsupported"].filter((verdict) => count(verdict) > 0);
  if (files.length > 0) {
    lines.push(`  files: ${verdicts.map((verdict) => `${count(verdict)} ${verdict}`).join(", ")}`);
  }
  for (const part of [...suites, scenarios]) lines.push(`  ${part.name}: ${countsOf(part)}`);
  for (const file of files) {
    if (file.verdict !== "failed") continue;
    lines.push("", `${file.name}: ${formatFailure(file.failure, profile, { file: file.name })}`);
  }
  for (const { name, failure } of [...suites, scenarios]) {
    if (failure !== null) lines.push("", `${name}: ${formatFailure(failure, profile, { seed })}`);
  }
  return lines.join("\n");
}

/** `failed, 12 ok, 3 unsupported (MSG_RING 2, …)`. */
export function countsOf(part: GeneratedResult): string {
  const parts = [part.verdict, `${part.ok} of ${part.drawn} judged`];
  for (const kind of ["inconclusive", "unsupported"] as const) {
    const reasons = part[kind];
    if (reasons.length === 0) continue;
    const total = reasons.reduce((sum, { count }) => sum + count, 0);
    const shown = reasons.slice(0, REASONS_MAX).map(({ reason, count }) => `${reason}: ${count}`);
    parts.push(`${total} ${kind} (${shown.join("; ")}${reasons.length > REASONS_MAX ? "; …" : ""})`);
  }
  return parts.join(", ");
}

const REASONS_MAX = 3;
