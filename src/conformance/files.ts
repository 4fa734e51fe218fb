/** The catalogue against an implementation: a verdict a litmus file. */
import { compileLitmus, formatDiagnostic } from "../litmus/index.js";
import type { Implementation } from "./implementation.js";
import { byOutcomes, runAndJudge } from "./judge.js";
import { type ConformanceOptions, type LitmusText, type Settled, settled } from "./options.js";
import type { FileResult } from "./result.js";

/**
 * One litmus file: every observed outcome must be one that the profile allows. Its claims are not looked at; they are
 * about the model, whose outcome set they hold of. A file that does not compile is `inconclusive`.
 */
export function judgeFile(
  implementation: Implementation,
  file: LitmusText,
  options: ConformanceOptions,
): Promise<FileResult> {
  return judgeSettled(implementation, file, settled(options));
}

async function judgeSettled(
  implementation: Implementation,
  { name, text }: LitmusText,
  options: Settled,
): Promise<FileResult> {
  options.signal?.throwIfAborted();
  const compiled = compileLitmus(text, name);
  if (!compiled.ok) {
    const reason = compiled.diagnostics.map(formatDiagnostic).join("\n");
    return { name, verdict: "inconclusive", reason };
  }
  const judged = await runAndJudge(implementation, compiled.test, text, options, byOutcomes);
  switch (judged.kind) {
    case "ok":
      return { name, verdict: "ok", seen: judged.seen, allowed: judged.allowed, runs: judged.runs };
    case "failed":
      return { name, verdict: "failed", failure: judged.failure };
    default:
      return { name, verdict: judged.kind, reason: judged.reason };
  }
}

/** All files of the options, in their order. */
export async function judgeFiles(implementation: Implementation, options: Settled): Promise<FileResult[]> {
  const { files, failuresMax, onProgress } = options;
  const results: FileResult[] = [];
  let failures = 0;
  for (const file of files) {
    const result = await judgeSettled(implementation, file, options);
    results.push(result);
    onProgress({ part: "files", done: results.length, total: files.length });
    if (result.verdict === "failed" && ++failures >= failuresMax) break;
  }
  return results;
}
