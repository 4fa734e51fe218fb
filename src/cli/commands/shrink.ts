/** `ringspec shrink`: the smallest scenario on the way from a failing one whose claim, or property, still fails in that way. */
import { join } from "node:path";
import type { Command } from "commander";
import { check } from "../../check/check.js";
import type { ClaimResult } from "../../check/result.js";
import { shrinkScenario } from "../../check/shrinkScenario.js";
import { compileAst, type LitmusFile, type LitmusTest, named, printLitmus } from "../../litmus/index.js";
import type { ProfileName } from "../../model/profile.js";
import { propertyOf } from "../../properties/index.js";
import { claimTitle } from "../../report/claim.js";
import { replay } from "../../scheduler/replay.js";
import type { Schedule } from "../../scheduler/schedule.js";
import type { TraceViolation } from "../../trace/index.js";
import { claimOption, pickClaim } from "../claims.js";
import type { Context } from "../context.js";
import { EXIT, type ExitCode } from "../exitCode.js";
import { writeText } from "../files.js";
import { judgeTest } from "../judgeTest.js";
import { addLimitOptions, type LimitOptions, limitsFrom } from "../limits.js";
import { compileText, type LoadedLitmus, loadLitmus, profilesOf, requireProfile } from "../litmusFile.js";
import { parseCount, parseProfile, parseSeed } from "../options.js";
import { problem, UserError } from "../problem.js";
import { addProgramsOption, loadPrograms, type Programs, type ProgramsOptions } from "../programs.js";
import { Progress } from "../progress.js";
import { runTest } from "../runTest.js";
import { saveTrace } from "../saveTrace.js";
import { commandLine } from "../shell.js";
import { symptomOf } from "../symptom.js";
import { say, type Terminal } from "../terminal.js";
import { loadTrace } from "../traceFile.js";
import { printRun } from "./run.js";

/** Candidates that one command searches. */
export const TRIES_MAX = 2000;

interface ShrinkCommandOptions extends LimitOptions, ProgramsOptions {
  readonly profile?: ProfileName;
  readonly claim?: string;
  readonly seed: string;
  readonly triesMax: number;
  readonly out?: string;
}

export function addShrinkCommand(program: Command, context: Context): void {
  const command = program
    .command("shrink")
    .summary("make a failing scenario small")
    .description(
      "Takes away SQEs, flags, operands and statements while the claim is still violated in the same way, searching " +
        "again each time, and prints the smallest litmus file and its shortest run. Of a trace: what it violates.",
    )
    .argument("<file>", "a litmus file, or a trace")
    .option(
      "-p, --profile <name>",
      "under which profile; default: the first that violates a claim",
      parseProfile,
    )
    .addOption(claimOption("the violated claim; default: the first"))
    .option("-s, --seed <seed>", "of the runs, where a property is violated", parseSeed, "1")
    .option("--tries-max <n>", "candidates that are searched", parseCount, TRIES_MAX)
    .option("--out <folder>", "write the smallest file and its trace there");
  addLimitOptions(addProgramsOption(command)).action(async (path: string, options: ShrinkCommandOptions) => {
    const programs = await loadPrograms(context.terminal, options);
    context.exitCode = shrinkCommand(context.terminal, path, programs, options);
  });
}

/** A failing file, and what makes a smaller one fail too. */
interface Failure {
  readonly litmus: LoadedLitmus;
  readonly profile: ProfileName;
  readonly violates: TraceViolation;
  /** A run of the candidate that fails; undefined: it does not fail; null: it fails, and no single run shows it. */
  evidence(test: LitmusTest): Schedule | null | undefined;
}

function shrinkCommand(
  terminal: Terminal,
  path: string,
  programs: Programs,
  options: ShrinkCommandOptions,
): ExitCode {
  const failure = path.endsWith(".litmus")
    ? claimFailure(terminal, loadLitmus(path, programs), options, null)
    : traceFailure(terminal, path, programs, options);
  const { litmus, profile, violates } = failure;
  const title = "claim" in violates ? violates.claim : `property ${violates.property}`;
  say(terminal, `shrinking ${litmus.test.name}, ${profile}, violated: ${title}`);
  const progress = new Progress(terminal);
  let tries = 0;
  const start = focused(litmus, "claim" in violates ? violates.claim : null);
  const shrunk = shrinkScenario(
    start,
    (candidate) => {
      progress.begin(++tries, options.triesMax, "candidates");
      return evidenceOf(candidate, failure) !== undefined;
    },
    { triesMax: options.triesMax },
  );
  progress.clear();
  const end = shrunk.isMinimal
    ? "nothing more can be taken away"
    : `--tries-max ${options.triesMax} was reached`;
  say(terminal, `${shrunk.steps} steps, ${shrunk.tries} candidates: ${end}`);
  say(terminal);
  const smallest = { ...shrunk.value, name: named(shrunkName(litmus.test.name)) };
  const text = printLitmus(smallest);
  terminal.out(text);
  say(terminal);
  const small = compileText(text, smallest.name.text, programs);
  const schedule = failure.evidence(small.test) ?? null;
  if (schedule !== null)
    printRun(terminal, small.test.scenario, runTest(small.test, profile, replay(schedule)));
  else say(terminal, "no run satisfies the claim, so that none can be shown");
  if (options.out !== undefined) {
    const file = join(options.out, `${smallest.name.text}.litmus`);
    writeText(file, text);
    say(terminal, `  ${commandLine("check", file, "--profile", profile, ...programs.args)}`);
    if (schedule !== null) {
      const trace = saveTrace(options.out, null, { litmus: small, profile, seed: null, schedule, violates });
      say(terminal, `  ${commandLine("replay", trace, ...programs.args)}`);
    }
  }
  return EXIT.violated;
}

function shrunkName(name: string): string {
  return name.endsWith("-shrunk") ? name : `${name}-shrunk`;
}

function evidenceOf(ast: LitmusFile, failure: Failure): Schedule | null | undefined {
  const compiled = compileAst(ast, "", failure.litmus.programs.library);
  return compiled.ok ? failure.evidence(compiled.test) : undefined;
}

/** The file with only that claim, without comments and without what was said of the larger one. */
function focused({ test }: LoadedLitmus, claim: string | null): LitmusFile {
  const { ast } = test;
  const titles = test.claims.map((one) => claimTitle(one));
  let at = 0;
  const declarations = ast.declarations.filter((declaration) => {
    if (declaration.kind === "claim") return titles[at++] === claim;
    return declaration.kind !== "doc" && declaration.kind !== "source";
  });
  return { name: ast.name, declarations: declarations.map(({ comments: _, ...declaration }) => declaration) };
}

function traceFailure(
  terminal: Terminal,
  path: string,
  programs: Programs,
  options: ShrinkCommandOptions,
): Failure {
  const { trace, litmus } = loadTrace(path, programs);
  const { violates, semantics } = trace;
  if (violates === null) {
    throw new UserError([
      problem(path, "nothing-to-shrink", "the trace violates nothing", "ringspec replay shows it"),
    ]);
  }
  if ("claim" in violates) {
    return claimFailure(
      terminal,
      litmus,
      { ...options, profile: options.profile ?? semantics },
      violates.claim,
    );
  }
  return propertyFailure(
    path,
    litmus,
    options.profile ?? semantics,
    violates.property,
    trace.seed ?? options.seed,
  );
}

function claimFailure(
  terminal: Terminal,
  litmus: LoadedLitmus,
  options: ShrinkCommandOptions,
  title: string | null,
): Failure {
  const profiles =
    options.profile === undefined ? profilesOf(litmus.test) : [requireProfile(litmus, options.profile)];
  const search = (test: LitmusTest, profile: ProfileName): readonly ClaimResult[] =>
    check(test, profile, { limits: limitsFrom(options, terminal), outcomesMax: 0 }).claims;
  for (const profile of profiles) {
    const claims = search(litmus.test, profile);
    const picked = options.claim === undefined ? null : pickClaim(claims, options.claim, litmus.path);
    const failing = claims.find(
      (claim) =>
        claim.holds === false &&
        (picked === null || claim === picked) &&
        (title === null || claimTitle(claim) === title),
    );
    if (failing === undefined) continue;
    const violated = claimTitle(failing);
    const symptom = symptomIn(litmus.test, profile, violated, failing.path);
    return {
      litmus,
      profile,
      violates: { claim: violated },
      evidence: (test) => {
        const found = search(test, profile).find((claim) => claimTitle(claim) === violated);
        if (found?.holds !== false) return undefined;
        return symptomIn(test, profile, violated, found.path) === symptom ? found.path : undefined;
      },
    };
  }
  const where = profiles.length === 1 ? `under ${profiles[0]}` : "under any of its profiles";
  throw new UserError([
    problem(
      litmus.path,
      "nothing-to-shrink",
      `no such claim of the file is violated ${where}`,
      "ringspec check shows what it claims",
    ),
  ]);
}

function symptomIn(test: LitmusTest, profile: ProfileName, title: string, path: Schedule | null): string {
  const claim = test.claims.find((one) => claimTitle(one) === title);
  if (claim === undefined || path === null) return "";
  const { outcome } = runTest(test, profile, replay(path));
  return outcome === null ? "" : symptomOf(claim.condition, outcome, test.scenario);
}

function propertyFailure(
  path: string,
  litmus: LoadedLitmus,
  profile: ProfileName,
  name: string,
  seed: string,
): Failure {
  const property = propertyOf(name);
  if (property === undefined) {
    throw new UserError([
      problem(path, "wrong-type", `violates.property is "${name}", and there is no such property`),
    ]);
  }
  return {
    litmus,
    profile,
    violates: { property: name },
    evidence: (test) => judgeTest(test, profile, [property], seed)?.schedule,
  };
}
