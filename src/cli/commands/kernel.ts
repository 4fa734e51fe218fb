/** `ringspec kernel`: litmus files on this machine's io_uring, and what it does held against what the model allows. */
import { release } from "node:os";
import type { Command } from "commander";
import { checkTest } from "../../check/check.js";
import type { OutcomeSet } from "../../check/outcomes.js";
import { type Judgement, judge, type KernelReport, runOnKernel } from "../../kernel/index.js";
import type { Outcome } from "../../model/outcome.js";
import { PROFILE_NAMES, type ProfileName } from "../../model/profile.js";
import { nearestOutcome } from "../../report/nearest.js";
import { formatOutcome, outcomeJson } from "../../report/outcome.js";
import type { Context } from "../context.js";
import { EXIT, type ExitCode, worst } from "../exitCode.js";
import { findLitmusFiles } from "../files.js";
import { addLimitOptions, type LimitOptions, limitsFrom } from "../limits.js";
import { type LoadedLitmus, loadLitmus } from "../litmusFile.js";
import { parseCount, parseNatural, parseProfile } from "../options.js";
import { formatProblem, UserError } from "../problem.js";
import { Progress } from "../progress.js";
import { exitOnInterrupt, say, type Terminal } from "../terminal.js";

/** Runs of one file. */
export const KERNEL_RUNS = 200;
/** Allowed outcomes among which the nearest is looked for. */
const NEAREST_MAX = 1000;

interface KernelCommandOptions extends LimitOptions {
  readonly runs: number;
  readonly seed: number;
  readonly profile?: ProfileName;
  readonly json?: boolean;
}

export function addKernelCommand(program: Command, context: Context): void {
  const command = program
    .command("kernel")
    .summary("run litmus files on this machine's kernel, and judge")
    .description(
      "Runs each file on this machine's io_uring many times. An outcome that the profile of the running kernel does not " +
        "allow is a failure; an allowed one that was not seen is coverage.",
    )
    .argument("<path...>", "litmus files, or folders of them")
    .option("-n, --runs <n>", "runs of a file", parseCount, KERNEL_RUNS)
    .option("-s, --seed <n>", "what the runs' delays are drawn from", parseNatural, 1)
    .option(
      "-p, --profile <name>",
      "judge by this profile; default: that of the running kernel",
      parseProfile,
    )
    .option("--json", "one JSON object a file, a line each");
  addLimitOptions(command).action(async (paths: string[], options: KernelCommandOptions) => {
    exitOnInterrupt();
    context.exitCode = await kernelCommand(context.terminal, paths, options);
  });
}

async function kernelCommand(
  terminal: Terminal,
  paths: readonly string[],
  options: KernelCommandOptions,
): Promise<ExitCode> {
  const files = findLitmusFiles(paths);
  const profile = options.profile ?? profileOfKernel(release());
  const progress = new Progress(terminal);
  const verdicts: Verdict[] = [];
  for (const [at, { path }] of files.entries()) {
    progress.begin(at + 1, files.length, path);
    try {
      const litmus = loadLitmus(path);
      const judged = await runAndJudge(terminal, litmus, profile, options);
      progress.clear();
      if (options.json) say(terminal, kernelJson(litmus, profile, judged));
      else print(terminal, litmus, profile, judged);
      verdicts.push(judged.verdict);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      progress.clear();
      for (const problem of error.problems) terminal.err(`${formatProblem(problem)}\n`);
      verdicts.push("error");
    }
    await terminal.turn();
  }
  if (files.length > 1 && !options.json) {
    const of = (name: Verdict): number => verdicts.filter((verdict) => verdict === name).length;
    say(
      terminal,
      `${files.length} files on ${release()} against ${profile}: ${of("ok")} ok, ${of("forbidden")} forbidden, ` +
        `${of("inconclusive")} inconclusive, ${of("unsupported")} unsupported, ${of("error")} with errors`,
    );
  }
  return worst(verdicts.map((verdict) => EXIT_OF[verdict]));
}

type Verdict = "ok" | "forbidden" | "unsupported" | "inconclusive" | "error";

/** What was not run, or not judged, is no pass. */
const EXIT_OF: Readonly<Record<Verdict, ExitCode>> = {
  ok: EXIT.ok,
  forbidden: EXIT.violated,
  unsupported: EXIT.inconclusive,
  inconclusive: EXIT.inconclusive,
  error: EXIT.misused,
};

/** The newest profile that is not newer than the kernel; of an older kernel the oldest. */
export function profileOfKernel(kernel: string): ProfileName {
  const number = (text: string): number => {
    const match = /(\d+)\.(\d+)/.exec(text);
    return match === null ? 0 : Number(match[1]) * 1000 + Number(match[2]);
  };
  const linux = PROFILE_NAMES.filter((name) => name.startsWith("linux-")).sort(
    (a, b) => number(a) - number(b),
  );
  return linux.filter((name) => number(name) <= number(kernel)).at(-1) ?? linux[0] ?? "linux-6.18";
}

type Ran = Extract<KernelReport, { kind: "ran" }>;

type Judged =
  | { readonly verdict: "unsupported"; readonly reason: string; readonly hint: string }
  | { readonly verdict: "inconclusive"; readonly reason: string }
  | {
      readonly verdict: "ok" | "forbidden";
      readonly report: Ran;
      readonly judgement: Judgement;
      readonly allowed: OutcomeSet;
    };

async function runAndJudge(
  terminal: Terminal,
  litmus: LoadedLitmus,
  profile: ProfileName,
  options: KernelCommandOptions,
): Promise<Judged> {
  const { test } = litmus;
  const report = await runOnKernel(test.scenario, { runs: options.runs, seed: options.seed });
  if (report.kind === "unsupported") {
    return { verdict: "unsupported", reason: report.reason, hint: report.hint };
  }
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

function print(terminal: Terminal, litmus: LoadedLitmus, profile: ProfileName, judged: Judged): void {
  const { paint } = terminal;
  const names = litmus.test.scenario;
  say(terminal, `Test ${paint.strong(litmus.test.name)} kernel`);
  if (judged.verdict === "unsupported" || judged.verdict === "inconclusive") {
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
    if (near !== null) say(terminal, `  nearest ${formatOutcome(near, names)}`);
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

function kernelJson(litmus: LoadedLitmus, profile: ProfileName, judged: Judged): string {
  const { test } = litmus;
  const head = {
    schema: "ringspec.kernel/1",
    litmus: test.name,
    file: litmus.path,
    hash: litmus.hash,
    semantics: profile,
    kernel: release(),
    verdict: judged.verdict,
  };
  if (judged.verdict === "unsupported" || judged.verdict === "inconclusive") {
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
