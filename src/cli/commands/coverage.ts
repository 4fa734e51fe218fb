/** `ringspec coverage`: the rules of the specification against the files that exercise them. */
import type { Command } from "commander";
import { check } from "../../check/check.js";
import type { ProfileName } from "../../model/profile.js";
import { RULES } from "../../model/rules.js";
import { formatTable } from "../../report/table.js";
import type { Context } from "../context.js";
import { EXIT, type ExitCode } from "../exitCode.js";
import { findLitmusFiles } from "../files.js";
import { addLimitOptions, type LimitOptions, limitsFrom } from "../limits.js";
import { loadLitmus, profilesOf } from "../litmusFile.js";
import { collectProfiles } from "../options.js";
import { formatProblem, UserError } from "../problem.js";
import { Progress } from "../progress.js";
import { say, type Terminal } from "../terminal.js";

interface CoverageOptions extends LimitOptions {
  readonly profile?: readonly ProfileName[];
  readonly json?: boolean;
  readonly strict?: boolean;
}

export function addCoverageCommand(program: Command, context: Context): void {
  const command = program
    .command("coverage")
    .summary("rules against the files that exercise them")
    .description(
      "Searches every file and says of each rule of the specification how many files exercise it, and which first.",
    )
    .argument("[path...]", "litmus files, or folders of them", ["litmus"])
    .option("-p, --profile <name>", "only under this profile; may stand there several times", collectProfiles)
    .option("--json", "one JSON object")
    .option("--strict", "exit code 1 where some rule is exercised by no file");
  addLimitOptions(command).action(async (paths: string[], options: CoverageOptions) => {
    context.exitCode = await coverageCommand(context.terminal, paths, options);
  });
}

async function coverageCommand(
  terminal: Terminal,
  paths: readonly string[],
  options: CoverageOptions,
): Promise<ExitCode> {
  const files = findLitmusFiles(paths);
  const progress = new Progress(terminal);
  const exercisedBy = new Map<string, string[]>(RULES.map(({ id }) => [id, []]));
  let isMisused = false;
  for (const [at, { path }] of files.entries()) {
    progress.begin(at + 1, files.length, path);
    try {
      for (const id of rulesOf(terminal, path, options)) exercisedBy.get(id)?.push(path);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      progress.clear();
      for (const problem of error.problems) terminal.err(`${formatProblem(problem)}\n`);
      isMisused = true;
    }
    await terminal.turn();
  }
  progress.clear();
  const missing = RULES.filter(({ id }) => exercisedBy.get(id)?.length === 0);
  if (options.json) printJson(terminal, files.length, exercisedBy);
  else print(terminal, files.length, exercisedBy);
  if (isMisused) return EXIT.misused;
  return options.strict && missing.length > 0 ? EXIT.violated : EXIT.ok;
}

function rulesOf(terminal: Terminal, path: string, options: CoverageOptions): ReadonlySet<string> {
  const { test } = loadLitmus(path);
  const own = profilesOf(test);
  const profiles =
    options.profile === undefined ? own : own.filter((name) => options.profile?.includes(name));
  const fired = profiles.flatMap(
    (profile) => check(test, profile, { limits: limitsFrom(options, terminal), outcomesMax: 0 }).rules,
  );
  return new Set(fired.map(({ id }) => id));
}

function print(
  terminal: Terminal,
  fileCount: number,
  exercisedBy: ReadonlyMap<string, readonly string[]>,
): void {
  const rows = RULES.map(({ id, title }) => {
    const files = exercisedBy.get(id) ?? [];
    return [id, String(files.length), files[0] ?? "-", title];
  });
  for (const line of formatTable(["rule", "files", "the first", "title"], rows, [
    "left",
    "right",
    "left",
    "left",
  ])) {
    say(terminal, line);
  }
  const missing = RULES.filter(({ id }) => exercisedBy.get(id)?.length === 0);
  say(terminal);
  for (const { id, title, source } of missing)
    say(terminal, terminal.paint.bad(`no file exercises ${id}: ${title} (${source})`));
  say(
    terminal,
    `${RULES.length - missing.length} of ${RULES.length} rules are exercised by ${fileCount} files`,
  );
}

function printJson(
  terminal: Terminal,
  fileCount: number,
  exercisedBy: ReadonlyMap<string, readonly string[]>,
): void {
  const rules = RULES.map(({ id, title, source }) => ({
    id,
    title,
    source,
    files: exercisedBy.get(id) ?? [],
  }));
  const exercised = rules.filter(({ files }) => files.length > 0).length;
  say(
    terminal,
    JSON.stringify({
      schema: "ringspec.coverage/1",
      files: fileCount,
      total: rules.length,
      exercised,
      rules,
    }),
  );
}
