/** What `ringspec kernel` says of a file: a histogram in the form of the memory models' tools, or one JSON object. */
import type { Outcome } from "../../model/outcome.js";
import type { ProfileName } from "../../model/profile.js";
import { nearestOutcome } from "../../report/nearest.js";
import { formatOutcome, outcomeJson } from "../../report/outcome.js";
import { formatSideBySide, sideBySide } from "../../report/sideBySide.js";
import type { LoadedLitmus } from "../litmusFile.js";
import { say, type Terminal } from "../terminal.js";
import type { Judged } from "./judged.js";

/** Allowed outcomes among which the nearest is looked for. */
const NEAREST_MAX = 1000;

export function printJudged(
  terminal: Terminal,
  litmus: LoadedLitmus,
  profile: ProfileName,
  judged: Judged,
): void {
  const { paint } = terminal;
  const names = litmus.test.scenario;
  say(terminal, `Test ${paint.strong(litmus.test.name)} kernel`);
  if ("reason" in judged) {
    say(terminal, paint.doubtful(`${judged.verdict}: ${judged.reason}`));
    if (judged.verdict === "unsupported") say(terminal, `hint: ${judged.hint}`);
    say(terminal);
    return;
  }
  const { report, judgement, allowed } = judged;
  say(terminal, `Kernel ${report.release} against ${profile}`);
  say(terminal, `Histogram (${report.observed.length} states, ${report.runs} runs)`);
  const width = String(report.runs).length;
  for (const { outcome, runs } of report.observed) {
    const sign = allowed.has(outcome) ? paint.good(":>") : paint.bad("*>");
    say(terminal, `${String(runs).padStart(width)}${sign}${formatOutcome(outcome, names)}`);
  }
  for (const { outcome } of judgement.forbidden) {
    say(terminal, paint.bad(`Forbidden ${formatOutcome(outcome, names)}`));
    const near = nearestOutcome(outcome, allowed.list(NEAREST_MAX), names);
    if (near === null) continue;
    const rows = sideBySide(outcome, near, names);
    for (const line of formatSideBySide(rows, ["seen", "nearest allowed"], paint)) say(terminal, line);
  }
  say(terminal, judged.verdict === "ok" ? paint.good("Ok") : paint.bad("No"));
  say(
    terminal,
    `Coverage ${judgement.coverage.seen} of ${judgement.coverage.allowed ?? "?"} allowed outcomes were seen`,
  );
  for (const [what, count] of [
    ["hung", report.hung],
    ["late", report.late],
    ["with a result that `may` does not list", report.unlisted],
  ] as const) {
    if (count > 0) say(terminal, paint.doubtful(`Without outcome: ${count} runs ${what}`));
  }
  say(terminal);
}

/** `release`: of the kernel that was asked. */
export function judgedJson(
  litmus: LoadedLitmus,
  profile: ProfileName,
  release: string,
  judged: Judged,
): string {
  const { test } = litmus;
  const head = {
    schema: "ringspec.kernel/1",
    litmus: test.name,
    file: litmus.path,
    hash: litmus.hash,
    semantics: profile,
    kernel: release,
    verdict: judged.verdict,
  };
  if ("reason" in judged) {
    return JSON.stringify({ ...head, reason: judged.reason });
  }
  const { report, judgement, allowed } = judged;
  const json = (outcome: Outcome) => outcomeJson(outcome, test.scenario);
  const near = (outcome: Outcome): Outcome | null =>
    nearestOutcome(outcome, allowed.list(NEAREST_MAX), test.scenario);
  return JSON.stringify({
    ...head,
    runs: report.runs,
    hung: report.hung,
    late: report.late,
    unlisted: report.unlisted,
    observed: report.observed.map(({ outcome, runs }) => ({
      ...json(outcome),
      runs,
      allowed: allowed.has(outcome),
    })),
    forbidden: judgement.forbidden.map(({ outcome, runs }) => {
      const nearest = near(outcome);
      return { ...json(outcome), runs, nearest: nearest === null ? null : json(nearest) };
    }),
    coverage: judgement.coverage,
  });
}
