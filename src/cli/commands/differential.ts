/** `ringspec differential`: generated scenarios on this machine's kernel and in the model; or in two profiles. */
import { release } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { type DifferentialOptions, judgeScenario } from "../../conformance/differential.js";
import { OTHERS_FACTOR } from "../../conformance/differentialKernels.js";
import { emptyTally, verdictOf } from "../../conformance/differentialTally.js";
import { compileDrawn, drawScenario, seedOf } from "../../conformance/draw.js";
import { pooledKernel } from "../../conformance/kernelPool.js";
import { KernelPool, profileOfKernel } from "../../kernel/index.js";
import { suggest } from "../../litmus/suggest.js";
import type { ProfileName } from "../../model/profile.js";
import { FEATURES, type Feature, type GenerateOptions, MODEL_ONLY } from "../../properties/generate/index.js";
import { formatOutcome } from "../../report/outcome.js";
import type { Context } from "../context.js";
import { compareProfiles } from "../differentialCompare.js";
import { compareKernels } from "../differentialCompareKernels.js";
import { differentialJson, printDifferential } from "../differentialReport.js";
import { runDifferential } from "../differentialRun.js";
import { profileOfSide, whyNotHere } from "../differentialSides.js";
import {
  type DifferentialState,
  defaultStateFile,
  readState,
  STATE_SCHEMA,
  type StateConfig,
} from "../differentialState.js";
import { EXIT, type ExitCode } from "../exitCode.js";
import { readSideName, SIDE_NAMES, type SideName } from "../kernel/sideName.js";
import { parseCount, parseNatural, parseProfile } from "../options.js";
import { problem, UserError } from "../problem.js";
import { exitOnInterrupt, say, type Terminal } from "../terminal.js";

export const DISAGREEMENTS = "traces/differential";

interface DifferentialCommandOptions {
  readonly seed: number;
  readonly scenarios: number;
  readonly runs: number;
  readonly confirmRuns: number;
  readonly profile?: ProfileName;
  readonly features?: readonly Feature[];
  readonly sqesMax: number;
  readonly statesMax: number;
  readonly helpers: number;
  readonly out: string;
  readonly savedMax: number;
  readonly state?: string;
  readonly resume?: boolean;
  readonly only?: number;
  readonly compare?: readonly [SideName, SideName];
  readonly json?: boolean;
}

export function addDifferentialCommand(program: Command, context: Context): void {
  program
    .command("differential")
    .summary("generated scenarios on this machine's kernel, against the model")
    .description(
      "Draws scenarios, runs each on this machine's io_uring and searches it in the model. What the kernel shows and " +
        "the profile does not allow is made small and saved as a litmus file. Scenario i of a seed is always the same.",
    )
    .option("-s, --seed <n>", "what the scenarios are drawn from", parseNatural, 1)
    .option("--scenarios <n>", "how many", parseCount, 1000)
    .option("-n, --runs <n>", "runs of a scenario", parseCount, 4)
    .option("--confirm-runs <n>", "runs, with more time, to see a disagreement again", parseCount, 30)
    .option(
      "-p, --profile <name>",
      "judge by this profile; default: that of the running kernel",
      parseProfile,
    )
    .option("--features <list>", `with commas, of: ${RUNNABLE.join(" ")}; default: all`, parseFeatures)
    .option("--sqes-max <n>", "SQEs of a scenario, at most 12", parseSqes, 6)
    .option("--states-max <n>", "states of one search", parseCount, 20_000)
    .option("--helpers <n>", "processes that run scenarios at the same time", parseCount, 2)
    .option("--out <folder>", "where disagreements are saved", DISAGREEMENTS)
    .option(
      "--saved-max <n>",
      "disagreements that are made small and saved; all are counted",
      parseNatural,
      20,
    )
    .option("--state <file>", "where the run's state is kept; default: in the user's cache folder")
    .option("--resume", "go on from the state file")
    .option("--only <i>", "run one scenario, and show it", parseNatural)
    .option(
      "--compare <a,b>",
      "the smallest scenario in which two differ, each a profile, host, guest:6.1 or guest:6.12; exits with 1 if they do",
      parsePair,
    )
    .option("--json", "the report as one JSON object")
    .addHelpText("after", COMPARE_HELP)
    .action(async (options: DifferentialCommandOptions) => {
      context.exitCode = await differentialCommand(context.terminal, options);
    });
}

const COMPARE_HELP = `
Of --compare with a kernel: an outcome that one side shows in --runs runs and the
other does not counts as a difference if it is seen again in --confirm-runs runs,
with more time; if the other kernel shows it in none of ${OTHERS_FACTOR} times as many; if so
many sightings on one side come by chance less than once in a million; and if the
other one's profile does not allow it ("confirmed by the profile"). Where that
profile has more states than --states-max, only the runs speak ("by runs only").
A guest is booted for each batch of scenarios.`;

const RUNNABLE: readonly Feature[] = FEATURES.filter((feature) => !MODEL_ONLY.has(feature));

function parseFeatures(text: string): readonly Feature[] {
  const wanted = text.split(",");
  for (const name of wanted) {
    if (RUNNABLE.some((feature) => feature === name)) continue;
    const hint = suggest(name, [...RUNNABLE]);
    throw new InvalidArgumentError(`There is no such feature: ${name}.${hint === null ? "" : ` ${hint}`}`);
  }
  return RUNNABLE.filter((feature) => wanted.includes(feature));
}

function parseSqes(text: string): number {
  const value = parseCount(text);
  if (value > 12) throw new InvalidArgumentError("It is at most 12.");
  return value;
}

function parsePair(text: string): readonly [SideName, SideName] {
  const names = text.split(",");
  const [a, b] = names.map((name) => {
    const side = readSideName(name);
    if (side !== null) return side;
    const near = suggest(name, SIDE_NAMES);
    throw new InvalidArgumentError(
      `${name} is none of ${SIDE_NAMES.join(", ")}.${near === null ? "" : ` ${near}`}`,
    );
  });
  if (a === undefined || b === undefined || names.length !== 2) {
    throw new InvalidArgumentError("It is two names with a comma between them.");
  }
  return [a, b];
}

async function differentialCommand(
  terminal: Terminal,
  options: DifferentialCommandOptions,
): Promise<ExitCode> {
  const { compare } = options;
  if (compare !== undefined) return compareCommand(terminal, compare, options);
  exitOnInterrupt();
  const pool = new KernelPool({ helpers: options.helpers });
  try {
    const missing = await whyNotHere(pool);
    if (missing !== null) {
      say(terminal, terminal.paint.doubtful(`unsupported: ${missing.reason}`));
      say(terminal, `hint: ${missing.hint}`);
      return EXIT.inconclusive;
    }
    return await runOnPool(terminal, pool, options);
  } finally {
    pool.close();
  }
}

function compareCommand(
  terminal: Terminal,
  names: readonly [SideName, SideName],
  options: DifferentialCommandOptions,
): Promise<ExitCode> {
  const [a, b] = names;
  const { seed, scenarios, statesMax, runs, confirmRuns, helpers, json = false } = options;
  const generate = generateOptions(options, olderOf([profileOfSide(a), profileOfSide(b)]));
  const plan = { generate, seed, scenarios, statesMax, json };
  if (a.kind === "profile" && b.kind === "profile")
    return compareProfiles(terminal, { ...plan, profiles: [a.profile, b.profile] });
  exitOnInterrupt();
  return compareKernels(terminal, { ...plan, names, runs, confirmRuns, helpers });
}

/** Of two profiles the one with fewer features: what both have is drawn. */
function olderOf([a, b]: readonly [ProfileName, ProfileName]): ProfileName {
  const number = (name: ProfileName): number => {
    const match = /(\d+)\.(\d+)/.exec(name);
    return match === null ? Number.POSITIVE_INFINITY : Number(match[1]) * 1000 + Number(match[2]);
  };
  return number(a) <= number(b) ? a : b;
}

function generateOptions(options: DifferentialCommandOptions, profile: ProfileName): GenerateOptions {
  const { sqesMax, features = RUNNABLE } = options;
  return { sqesMax, features, profile, kernelRunnable: true };
}

async function runOnPool(
  terminal: Terminal,
  pool: KernelPool,
  options: DifferentialCommandOptions,
): Promise<ExitCode> {
  const profile = options.profile ?? profileOfKernel(release());
  const implementation = pooledKernel(pool, `Linux ${release()}`);
  const generate = generateOptions(options, profile);
  const { seed, runs, confirmRuns, sqesMax, statesMax } = options;
  const settled: DifferentialOptions = { seed, profile, generate, runs, confirmRuns, statesMax };
  if (options.only !== undefined) return runOnly(terminal, implementation, settled, options.only);
  const config: StateConfig = {
    seed,
    runs,
    profile,
    features: generate.features ?? [],
    sqesMax,
    statesMax,
    implementation: implementation.name,
  };
  const stateFile = options.state ?? defaultStateFile(seed, profile);
  const state: DifferentialState = options.resume
    ? readState(stateFile, config)
    : { schema: STATE_SCHEMA, config, tally: emptyTally(), saved: [] };
  if (state.tally.next > options.scenarios) {
    const message = `the state is ${state.tally.next} scenarios on, and ${options.scenarios} are wanted`;
    throw new UserError([problem(stateFile, "bad-option", message, "start without --resume")]);
  }
  const plan = {
    implementation,
    options: settled,
    scenarios: options.scenarios,
    width: 2 * options.helpers,
    out: options.out,
    savedMax: options.savedMax,
    stateFile,
    isTalkative: !options.json,
  };
  await runDifferential(terminal, plan, state);
  if (options.json) say(terminal, differentialJson(state));
  else printDifferential(terminal, state);
  return EXIT_OF[verdictOf(state.tally)];
}

const EXIT_OF = { ok: EXIT.ok, violated: EXIT.violated, inconclusive: EXIT.inconclusive } as const;

/** One scenario: its text, and what it came to. */
async function runOnly(
  terminal: Terminal,
  implementation: ReturnType<typeof pooledKernel>,
  options: DifferentialOptions,
  index: number,
): Promise<ExitCode> {
  const text = drawScenario(options.generate, options.seed, index);
  terminal.out(text);
  say(terminal);
  const test = compileDrawn(text);
  const verdict = await judgeScenario(implementation, options, test, seedOf(options.seed, index) >>> 0);
  if (verdict.kind === "unsupported" || verdict.kind === "inconclusive") {
    say(terminal, terminal.paint.doubtful(`${verdict.kind}: ${verdict.reason}`));
    return EXIT.inconclusive;
  }
  for (const { outcome, runs } of verdict.forbidden)
    say(terminal, terminal.paint.bad(`${runs}*>${formatOutcome(outcome, test.scenario)}`));
  say(terminal, `${verdict.kind}: ${verdict.seen} of ${verdict.allowed} allowed outcomes were seen`);
  return verdict.kind === "disagrees" ? EXIT.violated : EXIT.ok;
}
