/** `ringspec run`: one run, drawn by a seed, as a timeline of actors. */
import { type Command, Option } from "commander";
import { lackOf } from "../../litmus/index.js";
import { type ProfileName, profileOf } from "../../model/profile.js";
import { formatOutcome } from "../../report/outcome.js";
import { formatTimeline } from "../../report/timeline.js";
import type { Chooser } from "../../scheduler/chooser.js";
import { pct } from "../../scheduler/pct.js";
import { seeded } from "../../scheduler/seeded.js";
import type { Context } from "../context.js";
import { EXIT, type ExitCode } from "../exitCode.js";
import { writeText } from "../files.js";
import { type LoadedLitmus, loadLitmus, profilesOf, requireProfile } from "../litmusFile.js";
import { parseProfile, parseSeed } from "../options.js";
import { addProgramsOption, loadPrograms, type ProgramsOptions } from "../programs.js";
import { type RunClaim, runTest, STEPS_MAX, type TestRun } from "../runTest.js";
import { traceText } from "../saveTrace.js";
import { commandLine } from "../shell.js";
import { say, type Terminal } from "../terminal.js";

/** The paper's d and k of the PCT chooser. */
const PCT_DEPTH = 3;
const PCT_STEPS = 100;

export const DEFAULT_PROFILE: ProfileName = "linux-6.18";

interface RunCommandOptions extends ProgramsOptions {
  readonly seed?: string;
  readonly profile?: ProfileName;
  readonly chooser: "seeded" | "pct";
  readonly trace?: string;
}

export function addRunCommand(program: Command, context: Context): void {
  const command = program
    .command("run")
    .summary("one run, drawn by a seed, as a timeline")
    .description(
      "Runs a litmus file once and prints what each actor does at each step. The same seed, the same bytes.",
    )
    .argument("<file>", "a litmus file")
    .option("-s, --seed <seed>", "what the choices are drawn from; printed first", parseSeed)
    .option(
      "-p, --profile <name>",
      `whose semantics; default: ${DEFAULT_PROFILE}, or the file's first where that lacks what it uses`,
      parseProfile,
    )
    .addOption(
      new Option("--chooser <name>", "seeded: a random walk; pct: random priorities")
        .choices(["seeded", "pct"])
        .default("seeded"),
    )
    .option("--trace <out>", "write the run as a trace file");
  addProgramsOption(command).action(async (path: string, options: RunCommandOptions) => {
    const litmus = loadLitmus(path, await loadPrograms(context.terminal, options));
    context.exitCode = runCommand(context.terminal, litmus, options);
  });
}

function runCommand(terminal: Terminal, litmus: LoadedLitmus, options: RunCommandOptions): ExitCode {
  const profile = requireProfile(litmus, options.profile ?? defaultProfile(litmus));
  const seed = options.seed ?? terminal.freshSeed();
  say(terminal, `seed ${seed}`);
  const run = runTest(litmus.test, profile, chooserOf(options.chooser, seed));
  const { scenario } = litmus.test;
  const time = scenario.time ?? profileOf(profile).time;
  say(terminal, `${litmus.test.name}, ${profile}, time ${time}, chooser ${options.chooser}`);
  say(terminal);
  printRun(terminal, litmus.test.scenario, run);
  const violated = run.claims?.filter((claim) => claim.says === "violated") ?? [];
  if (options.trace !== undefined) {
    const [first] = violated;
    const violates = first === undefined ? null : { claim: first.title };
    writeText(options.trace, traceText({ litmus, profile, seed, schedule: run.schedule, violates }));
    say(terminal, `  ${commandLine("replay", options.trace, ...litmus.programs.args)}`);
  }
  if (run.end !== "quiescent") return EXIT.inconclusive;
  return violated.length > 0 ? EXIT.violated : EXIT.ok;
}

function defaultProfile({ test }: LoadedLitmus): ProfileName {
  return lackOf(DEFAULT_PROFILE, test.scenario) === null
    ? DEFAULT_PROFILE
    : (profilesOf(test)[0] ?? DEFAULT_PROFILE);
}

function chooserOf(name: "seeded" | "pct", seed: string): Chooser {
  return name === "pct" ? pct(seed, { depth: PCT_DEPTH, steps: PCT_STEPS }) : seeded(seed);
}

/** The timeline, the outcome, and what the run says of the claims. */
export function printRun(
  terminal: Terminal,
  scenario: Parameters<typeof formatTimeline>[1],
  run: TestRun,
): void {
  for (const line of formatTimeline(run.steps, scenario, terminal.paint)) say(terminal, line);
  say(terminal);
  if (run.outcome !== null) say(terminal, `outcome ${formatOutcome(run.outcome, scenario)}`);
  else if (run.end === "steps")
    say(terminal, `the run was cut off after ${run.steps.length} of at most ${STEPS_MAX} steps`);
  for (const claim of run.claims ?? []) say(terminal, formatRunClaim(claim, terminal));
}

function formatRunClaim({ title, says }: RunClaim, { paint }: Terminal): string {
  switch (says) {
    case "violated":
      return `${paint.bad("violated")} ${title}`;
    case "shown":
      return `${paint.good("shown")} ${title}`;
    case "nothing":
      return `${paint.faint("not violated")} ${title}`;
  }
}
