/** Runs of many files, judged and printed one after the other. */
import type { ProfileName } from "../../model/profile.js";
import { type ExitCode, worst } from "../exitCode.js";
import type { LimitOptions } from "../limits.js";
import { formatProblem } from "../problem.js";
import { Progress } from "../progress.js";
import { say, type Terminal } from "../terminal.js";
import { EXIT_OF, judgeReport, type Verdict } from "./judged.js";
import type { Loaded } from "./loadAll.js";
import { judgedJson, printJudged } from "./printJudged.js";
import type { Recorder } from "./recorder.js";
import type { Runs } from "./runs.js";

export interface JudgeOptions extends LimitOptions {
  readonly profile?: ProfileName;
  readonly json?: boolean;
}

/** The worst of all verdicts, as an exit code. `recorder`: is told every report. */
export async function judgeAll(
  terminal: Terminal,
  files: readonly Loaded[],
  runs: Runs,
  recorder: Recorder | null,
  options: JudgeOptions,
): Promise<ExitCode> {
  const profile = options.profile ?? runs.profile;
  const progress = new Progress(terminal);
  const verdicts: Verdict[] = [];
  const coverage = { seen: 0, allowed: 0 };
  for (const [at, file] of files.entries()) {
    progress.begin(at + 1, files.length, file.path);
    if (file.litmus === null) {
      progress.clear();
      for (const problem of file.problems) terminal.err(`${formatProblem(problem)}\n`);
      verdicts.push("error");
    } else {
      const report = await runs.reportOf(file.litmus);
      recorder?.add(file.litmus, report);
      const judged = judgeReport(terminal, file.litmus, report, profile, options);
      progress.clear();
      if (options.json) say(terminal, judgedJson(file.litmus, profile, runs.kernel().release, judged));
      else printJudged(terminal, file.litmus, profile, judged);
      verdicts.push(judged.verdict);
      if ("judgement" in judged) {
        coverage.seen += judged.judgement.coverage.seen;
        coverage.allowed += judged.judgement.coverage.allowed ?? 0;
      }
    }
    await terminal.turn();
  }
  if (files.length > 1 && !options.json) {
    const of = (name: Verdict): number => verdicts.filter((verdict) => verdict === name).length;
    const stale = of("stale") > 0 ? `, ${of("stale")} stale` : "";
    say(
      terminal,
      `${files.length} files on ${runs.kernel().release} against ${profile}: ${of("ok")} ok, ${of("forbidden")} forbidden, ` +
        `${of("inconclusive")} inconclusive, ${of("unsupported")} unsupported${stale}, ${of("error")} with errors`,
    );
    const percent = coverage.allowed === 0 ? 0 : (100 * coverage.seen) / coverage.allowed;
    say(
      terminal,
      `allowed outcomes seen: ${coverage.seen} of ${coverage.allowed} (${percent.toFixed(1)} %), over the files that ran`,
    );
  }
  return worst(verdicts.map((verdict) => EXIT_OF[verdict]));
}
