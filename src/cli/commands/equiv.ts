/** `ringspec equiv`: are two litmus files the same to everybody who looks? */
import { join } from "node:path";
import { type Command, Option } from "commander";
import { autLines } from "../../equivalence/aut.js";
import { BEYOND_PROFILE } from "../../equivalence/beyond/row.js";
import { dotLines } from "../../equivalence/dot.js";
import { ENVIRONMENT_NAMES, type EnvironmentName } from "../../equivalence/environments.js";
import { equivalence } from "../../equivalence/equivalence.js";
import type { CqeOrder } from "../../equivalence/observation.js";
import {
  REPLACEMENT_NAMES,
  REPLACEMENTS,
  type ReplacementName,
} from "../../equivalence/replace/replacements.js";
import type { EquivalenceAutomata, EquivalenceResult, ShownRun, Side } from "../../equivalence/result.js";
import { lackOf } from "../../litmus/index.js";
import { PROFILE_NAMES, type ProfileName } from "../../model/profile.js";
import { formatEquivalence } from "../../report/equivalence.js";
import type { Context } from "../context.js";
import { EXIT, type ExitCode } from "../exitCode.js";
import { writeText } from "../files.js";
import { addLimitOptions, type LimitOptions, limitsFrom } from "../limits.js";
import { type LoadedLitmus, loadLitmus, profilesOf, requireProfile } from "../litmusFile.js";
import { parseCount, parseProfile } from "../options.js";
import { problem, UserError } from "../problem.js";
import { addProgramsOption, loadPrograms, type ProgramsOptions } from "../programs.js";
import { Progress } from "../progress.js";
import { HOOK_BY, type HookBy, hookPair, replacedPair } from "../replacedPair.js";
import { traceText } from "../saveTrace.js";
import { commandLine } from "../shell.js";
import { say, type Terminal } from "../terminal.js";

/** Deterministic states of each side. */
const DETERMINISTIC_MAX = 1_000_000;

const ORDERS: Readonly<Record<string, CqeOrder>> = {
  total: "total",
  "per-chain": "per chain",
  multiset: "multiset",
};

interface EquivOptions extends LimitOptions, ProgramsOptions {
  readonly profile?: ProfileName;
  readonly rightProfile?: ProfileName;
  readonly replace?: ReplacementName;
  readonly beside?: EnvironmentName;
  readonly hookBy?: HookBy;
  readonly observe: string;
  readonly files?: boolean;
  readonly returns?: boolean;
  readonly bisimulation?: boolean;
  readonly second?: boolean;
  readonly export?: string;
  readonly traceDir?: string;
  readonly json?: boolean;
  readonly deterministicMax: number;
}

export function addEquivCommand(program: Command, context: Context): void {
  const command = program
    .command("equiv")
    .summary("whether two litmus files are the same to everybody who looks")
    .description(
      "Compares everything that two files' runs can show, exhaustively. Claims do not matter. Exit code 0: " +
        "equivalent; 1: they differ, and a shortest run shows where; 3: inconclusive.",
    )
    .argument("<left>", "the original")
    .argument("[right]", "its replacement")
    .addOption(
      new Option("--replace <by>", "compare with a replacement of its links that is made here")
        .choices(REPLACEMENT_NAMES)
        .conflicts(["profile", "rightProfile"]),
    )
    .addOption(
      new Option("--beside <environment>", "with --replace: who else is there").choices(ENVIRONMENT_NAMES),
    )
    .addOption(
      new Option("--hook-by <who>", "compare with who does what its hook does, on the hook's kernel")
        .choices(HOOK_BY)
        .conflicts(["replace", "beside", "profile", "rightProfile"]),
    )
    .option(
      "-p, --profile <name>",
      "the profile of both; else the newest kernel that both are about",
      parseProfile,
    )
    .option("--right-profile <name>", "another profile for the replacement", parseProfile)
    .addOption(
      new Option("--observe <order>", "how the order of CQEs counts")
        .choices(Object.keys(ORDERS))
        .default("total"),
    )
    .option("--files", "what files hold at the end counts")
    .option("--returns", "what `as` binds counts")
    .option("--bisimulation", "also decide branching bisimulation with divergence")
    .option("--second", "also ask a second algorithm")
    .option(
      "--export <folder>",
      "write the automata there: .aut (Aldebaran), and .dot (Graphviz) of the minimal ones",
    )
    .option("--trace-dir <folder>", "write both runs of each difference there, for replay")
    .option("--json", "one JSON object")
    .option("--deterministic-max <n>", "deterministic states of each side", parseCount, DETERMINISTIC_MAX);
  addLimitOptions(addProgramsOption(command)).action(
    async (left: string, right: string | undefined, options: EquivOptions) => {
      const programs = await loadPrograms(context.terminal, options);
      const isMade = options.replace !== undefined || options.hookBy !== undefined;
      if ((right !== undefined) === isMade)
        throw new UserError([
          problem(left, "bad-option", "it takes two files, or one and --replace or --hook-by"),
        ]);
      const original = loadLitmus(left, programs);
      if (options.hookBy !== undefined) {
        const pair = hookPair(original, options.hookBy);
        context.exitCode = compare(context.terminal, pair, { ...options, profile: BEYOND_PROFILE });
        return;
      }
      context.exitCode =
        options.replace === undefined
          ? compare(context.terminal, [original, loadLitmus(right ?? "", programs)], options)
          : compare(context.terminal, replacedPair(original, options.replace, options.beside), {
              ...options,
              profile: REPLACEMENTS[options.replace].profile,
            });
    },
  );
}

function compare(
  terminal: Terminal,
  [left, right]: readonly [LoadedLitmus, LoadedLitmus],
  options: EquivOptions,
): ExitCode {
  const profile = options.profile ?? newestOfBoth(left, right, options.rightProfile);
  const profiles = [
    requireProfile(left, profile),
    requireProfile(right, options.rightProfile ?? profile),
  ] as const;
  const progress = new Progress(terminal);
  let shownSide: Side | null = null;
  const { bytesMax, ...limits } = limitsFrom(options, terminal);
  const result = equivalence(left.test, right.test, ...profiles, {
    observation: {
      cqes: ORDERS[options.observe] ?? "total",
      files: options.files ?? false,
      returns: options.returns ?? false,
    },
    // Both searches are held at the same time.
    limits: {
      ...limits,
      ...(bytesMax !== undefined && { bytesMax: Math.floor(bytesMax / 2) }),
      deterministicMax: options.deterministicMax,
    },
    bisimulation: options.bisimulation ?? false,
    second: options.second ?? false,
    onProgress: (side, at) => {
      if (side !== shownSide)
        progress.begin(side === "left" ? 1 : 2, 2, side === "left" ? left.path : right.path);
      shownSide = side;
      progress.search(at);
    },
    ...(options.export !== undefined && {
      onAutomata: (automata) => exportAutomata(options.export ?? "", automata, left, right),
    }),
  });
  progress.clear();
  if (options.json) {
    const files = {
      left: { file: left.path, hash: left.hash },
      right: { file: right.path, hash: right.hash },
    };
    say(terminal, JSON.stringify({ schema: "ringspec.equiv/1", files, ...result }));
  } else {
    for (const line of formatEquivalence(result, titlesOf(left, right), terminal.paint)) say(terminal, line);
  }
  const traces = options.traceDir === undefined ? [] : saveRuns(options.traceDir, result, left, right);
  if (traces.length > 0 && !options.json) {
    say(terminal);
    for (const path of traces) say(terminal, commandLine("replay", path, ...left.programs.args));
  }
  return exitCodeOf(result);
}

/** What the report calls the sides: files of one name by their paths. */
function titlesOf(left: LoadedLitmus, right: LoadedLitmus): readonly [left: string, right: string] {
  const names = [left.test.name, right.test.name] as const;
  return names[0] === names[1] ? [left.path, right.path] : names;
}

function exitCodeOf({ verdict }: EquivalenceResult): ExitCode {
  if (verdict === "equivalent") return EXIT.ok;
  return verdict === "inconclusive" ? EXIT.inconclusive : EXIT.violated;
}

/** The last profile, of those that both files are about, that has all that both use. Throws a UserError where there is none. */
function newestOfBoth(left: LoadedLitmus, right: LoadedLitmus, rightProfile?: ProfileName): ProfileName {
  const of = ({ test }: LoadedLitmus): readonly ProfileName[] =>
    profilesOf(test).filter((name) => lackOf(name, test.scenario) === null);
  const rights = rightProfile === undefined ? of(right) : PROFILE_NAMES;
  const common = of(left).filter((name) => rights.includes(name));
  const newest = PROFILE_NAMES.filter((name) => common.includes(name)).at(-1);
  if (newest !== undefined) return newest;
  const message = `no profile is common to it (${of(left).join(", ")}) and ${right.path} (${of(right).join(", ")})`;
  throw new UserError([
    problem(left.path, "not-in-profile", message, "--profile, and --right-profile for the other"),
  ]);
}

function exportAutomata(
  folder: string,
  { left, right, leftMinimal, rightMinimal, nameOf }: EquivalenceAutomata,
  ...[leftFile, rightFile]: readonly [LoadedLitmus, LoadedLitmus]
): void {
  const sides = [
    ["left", leftFile, left, leftMinimal],
    ["right", rightFile, right, rightMinimal],
  ] as const;
  for (const [side, { test }, automaton, minimal] of sides) {
    const path = join(folder, `${side}.${test.name}`);
    const write = (suffix: string, lines: Iterable<string>): void =>
      writeText(`${path}${suffix}`, `${[...lines].join("\n")}\n`);
    write(".aut", autLines(automaton, nameOf));
    if (minimal === null) continue;
    write(".min.aut", autLines(minimal, nameOf));
    write(".min.dot", dotLines(minimal, test.name, nameOf));
  }
}

/** Paths of the traces: of each difference first the run that shows it, then the other side's. */
function saveRuns(
  folder: string,
  { onlyLeft, onlyRight, left: leftSide, right: rightSide }: EquivalenceResult,
  left: LoadedLitmus,
  right: LoadedLitmus,
): string[] {
  const save = (difference: string, { side, schedule }: ShownRun): string => {
    const [litmus, { profile }] = side === "left" ? [left, leftSide] : [right, rightSide];
    const path = join(folder, `only-${difference}.${side}.${litmus.test.name}.${profile}.trace.json`);
    writeText(path, traceText({ litmus, profile, seed: null, schedule, violates: null }));
    return path;
  };
  return [
    ...(onlyLeft === null ? [] : [save("left", onlyLeft.run), save("left", onlyLeft.other)]),
    ...(onlyRight === null ? [] : [save("right", onlyRight.run), save("right", onlyRight.other)]),
  ];
}
