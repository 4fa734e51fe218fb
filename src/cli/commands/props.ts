/** `ringspec props`: the properties of io_uring held against generated scenarios; what fails is made small and kept. */
import { join } from "node:path";
import type { Command } from "commander";
import * as fc from "fast-check";
import { compileLitmus, formatDiagnostic, type LitmusTest } from "../../litmus/index.js";
import { suggest } from "../../litmus/suggest.js";
import { hasPrograms, type ProfileName } from "../../model/profile.js";
import {
  PROGRAM_SUITES,
  SUITES,
  type Suite,
  scenarios,
  suiteOf,
  toLitmus,
} from "../../properties/generate/index.js";
import type { Property } from "../../properties/index.js";
import { replay } from "../../scheduler/replay.js";
import type { Context } from "../context.js";
import { EQUIVALENCE_SUITE, runEquivalenceSuite } from "../equivalenceSuite.js";
import { EXIT, type ExitCode, worst } from "../exitCode.js";
import { writeText } from "../files.js";
import { shortHash } from "../hash.js";
import { judgeTest, type PropertyFailure } from "../judgeTest.js";
import { compileText } from "../litmusFile.js";
import { collectProfiles, parseCount, parseNatural } from "../options.js";
import { problem, UserError } from "../problem.js";
import { addProgramsOption, loadPrograms, type ProgramsOptions } from "../programs.js";
import { Progress } from "../progress.js";
import { runTest } from "../runTest.js";
import { saveTrace } from "../saveTrace.js";
import { commandLine } from "../shell.js";
import { say, type Terminal } from "../terminal.js";
import { REGRESSIONS } from "./check.js";
import { DEFAULT_PROFILE, printRun } from "./run.js";

/** Scenarios of a suite and profile. */
export const SCENARIOS_A_SUITE = 100;

const ALL_SUITES: readonly Suite[] = [...SUITES, ...PROGRAM_SUITES];

const SUITE_NAMES: readonly string[] = [...ALL_SUITES.map(({ name }) => name), EQUIVALENCE_SUITE];

interface PropsOptions extends ProgramsOptions {
  readonly suite?: string;
  readonly seed?: number;
  readonly runs: number;
  readonly profile?: readonly ProfileName[];
  readonly out: string;
}

export function addPropsCommand(program: Command, context: Context): void {
  const command = program
    .command("props")
    .summary("property suites over generated scenarios")
    .description(
      "Generates scenarios and holds their runs against the properties of a suite, or of all suites. A failure is made " +
        `small, and kept as a litmus file with its trace. The suite ${EQUIVALENCE_SUITE} replaces the links of generated ` +
        "chains, and holds the verdict against what the matrix predicts; it is run by its name only.",
    )
    .option("--suite <name>", `one of: ${SUITE_NAMES.join(", ")}`)
    .option("-s, --seed <n>", "what the scenarios are drawn from; printed first", parseNatural)
    .option("--runs <n>", "scenarios of a suite and profile", parseCount, SCENARIOS_A_SUITE)
    .option(
      "-p, --profile <name>",
      `default: ${DEFAULT_PROFILE}, and one with programs for their suites; may stand there several times`,
      collectProfiles,
    )
    .option("--out <folder>", "where failures are kept", REGRESSIONS);
  addProgramsOption(command).action(async (options: PropsOptions) => {
    context.exitCode = await propsCommand(context.terminal, options);
  });
}

async function propsCommand(terminal: Terminal, options: PropsOptions): Promise<ExitCode> {
  const isEquivalence = options.suite === EQUIVALENCE_SUITE;
  if (isEquivalence && options.profile !== undefined)
    throw new UserError([
      problem("--profile", "bad-option", "each replacement of links has a profile of its own"),
    ]);
  if (!isEquivalence && options.programs !== undefined)
    throw new UserError([
      problem("--programs", "bad-option", `only --suite ${EQUIVALENCE_SUITE} names programs`),
    ]);
  const suites = isEquivalence ? [] : options.suite === undefined ? ALL_SUITES : [suiteNamed(options.suite)];
  const programs = await loadPrograms(terminal, options);
  const seed = options.seed ?? Number(terminal.freshSeed()) % 2 ** 31;
  say(terminal, `seed ${seed}`);
  const progress = new Progress(terminal);
  const codes: ExitCode[] = [];
  for (const suite of suites) {
    for (const profile of options.profile ?? [suite.profile ?? DEFAULT_PROFILE]) {
      const lacks = whatLacks(suite, profile);
      if (lacks !== null) {
        if (options.suite !== undefined) throw new UserError([problem("--profile", "not-in-profile", lacks)]);
        continue;
      }
      codes.push(runSuite(terminal, suite, profile, seed, options, progress));
      await terminal.turn();
    }
  }
  // By name only: fresh seeds still find combinations of features that no row of the matrix is about.
  if (isEquivalence) codes.push(runEquivalenceSuite(terminal, { ...options, seed, programs }, progress));
  return worst(codes);
}

/** Why a suite cannot be run under a profile; null: it can. */
function whatLacks({ name, options: { features = [] } }: Suite, profile: ProfileName): string | null {
  const use = { hooks: features.includes("hooks"), operations: features.includes("operations") };
  if (hasPrograms(profile, use)) return null;
  return `${profile} has no ${use.hooks ? "loop hooks" : "custom operations"}, which ${name} is about`;
}

function suiteNamed(name: string): Suite {
  const suite = suiteOf(name);
  if (suite !== undefined) return suite;
  throw new UserError([
    problem("--suite", "unknown-suite", "there is no such suite", suggest(name, SUITE_NAMES)),
  ]);
}

function runSuite(
  terminal: Terminal,
  suite: Suite,
  profile: ProfileName,
  seed: number,
  options: PropsOptions,
  progress: Progress,
): ExitCode {
  let tries = 0;
  let fault: Error | null = null;
  // What was found first is what is shrunk: no other property, and no slower way to find it.
  let first: { readonly properties: readonly Property[]; readonly searches: boolean } | undefined;
  const fails = (text: string): PropertyFailure | undefined => {
    progress.begin(++tries, options.runs, `${suite.name} ${profile}`);
    try {
      const properties = first === undefined ? suite.properties : first.properties;
      const failure = judgeTest(compiled(text), profile, properties, String(seed), first?.searches ?? true);
      if (failure !== undefined) {
        first ??= {
          properties: properties.filter(({ name }) => name === failure.violation.property),
          searches: failure.foundBy === "search",
        };
      }
      return failure;
    } catch (error) {
      // What throws is a fault of ours, and no finding. The last one is that of the smallest scenario.
      fault = new Error(
        `${error instanceof Error ? error.message : String(error)}\nin the scenario\n${text}`,
        {
          cause: error,
        },
      );
      throw fault;
    }
  };
  const details = fc.check(
    fc.property(
      scenarios({ ...suite.options, profile }),
      (scenario) => fails(toLitmus(scenario)) === undefined,
    ),
    { seed, numRuns: options.runs, verbose: fc.VerbosityLevel.None },
  );
  progress.clear();
  const [scenario] = details.counterexample ?? [];
  if (fault !== null) throw fault;
  if (scenario === undefined) {
    say(
      terminal,
      `${terminal.paint.good("ok")} ${suite.name} ${profile}: ${details.numRuns} scenarios, ${suite.properties.length} properties`,
    );
    return EXIT.ok;
  }
  const failure = fails(toLitmus(scenario));
  progress.clear();
  if (failure === undefined)
    throw new Error(`suite ${suite.name}, seed ${seed}: the failure does not come back`);
  const head = `${suite.name} ${profile}: ${failure.violation.property}, after ${details.numRuns} scenarios`;
  say(terminal, `${terminal.paint.bad("violated")} ${head}`);
  say(terminal, failure.violation.message);
  report(terminal, (name) => toLitmus(scenario, name), suite, profile, seed, failure, options.out);
  return EXIT.violated;
}

function compiled(text: string): LitmusTest {
  const result = compileLitmus(text, "generated");
  if (result.ok) return result.test;
  const said = result.diagnostics.map(formatDiagnostic).join("\n");
  throw new Error(`a generated scenario does not compile: ${said}`);
}

function report(
  terminal: Terminal,
  textNamed: (name: string) => string,
  suite: Suite,
  profile: ProfileName,
  seed: number,
  { violation, schedule }: PropertyFailure,
  folder: string,
): void {
  const name = `prop-${suite.name}-${violation.property}-${shortHash(textNamed("generated")).slice(0, 8)}`;
  const text = textNamed(name);
  const file = join(folder, `${name}.litmus`);
  const litmus = compileText(text, file);
  say(terminal);
  terminal.out(text);
  say(terminal);
  writeText(file, text);
  if (schedule !== null) {
    printRun(terminal, litmus.test.scenario, runTest(litmus.test, profile, replay(schedule)));
    const violates = { property: violation.property };
    const trace = saveTrace(folder, null, { litmus, profile, seed: String(seed), schedule, violates });
    say(terminal, `  ${commandLine("replay", trace)}`);
    say(terminal, `  ${commandLine("shrink", trace)}`);
  }
  say(terminal, `  ${commandLine("check", file, "--profile", profile)}`);
  say(
    terminal,
    `  ${commandLine("props", "--suite", suite.name, "--profile", profile, "--seed", String(seed))}`,
  );
}
