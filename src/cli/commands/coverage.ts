/** `ringspec coverage`: the rules of the specification against the files that exercise them, and the mutants that they kill. */
import { statSync } from "node:fs";
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
import { type KilledMutant, readMutantTable } from "../mutantTable.js";
import { collectProfiles } from "../options.js";
import { formatProblem, UserError } from "../problem.js";
import { addProgramsOption, loadPrograms, type Programs, type ProgramsOptions } from "../programs.js";
import { Progress } from "../progress.js";
import { say, type Terminal } from "../terminal.js";

interface CoverageOptions extends LimitOptions, ProgramsOptions {
  readonly profile?: readonly ProfileName[];
  readonly json?: boolean;
  readonly strict?: boolean;
}

export function addCoverageCommand(program: Command, context: Context): void {
  const command = program
    .command("coverage")
    .summary("rules against the files that exercise them")
    .description(
      "Searches every file and says of each rule of the specification how many files exercise it, and which first. " +
        "Where a folder holds a mutants.json, also how many wrong models of the rule these files were seen to notice.",
    )
    .argument("[path...]", "litmus files, or folders of them", ["litmus"])
    .option("-p, --profile <name>", "only under this profile; may stand there several times", collectProfiles)
    .option("--json", "one JSON object")
    .option(
      "--strict",
      "exit code 1 where some rule is exercised by no file, or has no mutant and no reason",
    );
  addLimitOptions(addProgramsOption(command)).action(async (paths: string[], options: CoverageOptions) => {
    context.exitCode = await coverageCommand(context.terminal, paths, options);
  });
}

/** What is known of one rule. */
interface RuleCoverage {
  /** Files that exercise it, in the order in which they were searched. */
  readonly files: string[];
  /** Mutants of it that one of the searched files kills. */
  readonly killed: KilledMutant[];
  /** Why it has none. */
  exempt: string | null;
}

interface Coverage {
  readonly fileCount: number;
  readonly byRule: ReadonlyMap<string, RuleCoverage>;
  /** Whether some folder said anything of mutants. */
  readonly hasMutants: boolean;
}

async function coverageCommand(
  terminal: Terminal,
  paths: readonly string[],
  options: CoverageOptions,
): Promise<ExitCode> {
  const programs = await loadPrograms(terminal, options);
  const files = findLitmusFiles(paths);
  const byRule = new Map(
    RULES.map(({ id }): [string, RuleCoverage] => [id, { files: [], killed: [], exempt: null }]),
  );
  const hasMutants = addMutants(byRule, paths, new Set(files.map(({ path }) => path)));
  const progress = new Progress(terminal);
  let isMisused = false;
  for (const [at, { path }] of files.entries()) {
    progress.begin(at + 1, files.length, path);
    try {
      for (const id of rulesOf(terminal, path, programs, options)) byRule.get(id)?.files.push(path);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      progress.clear();
      for (const problem of error.problems) terminal.err(`${formatProblem(problem)}\n`);
      isMisused = true;
    }
    await terminal.turn();
  }
  progress.clear();
  const coverage: Coverage = { fileCount: files.length, byRule, hasMutants };
  if (options.json) printJson(terminal, coverage);
  else print(terminal, coverage);
  if (isMisused) return EXIT.misused;
  const lacks = RULES.some(({ id }) => !isExercised(coverage, id) || (hasMutants && !isPinned(coverage, id)));
  return options.strict && lacks ? EXIT.violated : EXIT.ok;
}

/** Adds what the tables of the named folders say. A mutant counts where the file that kills it is one of `searched`. */
function addMutants(
  byRule: ReadonlyMap<string, RuleCoverage>,
  paths: readonly string[],
  searched: ReadonlySet<string>,
): boolean {
  let hasMutants = false;
  for (const path of paths) {
    if (!statSync(path).isDirectory()) continue;
    const table = readMutantTable(path);
    if (table === null) continue;
    hasMutants = true;
    for (const [id, { killed, exempt }] of table) {
      const rule = byRule.get(id);
      if (rule === undefined) continue;
      rule.killed.push(...killed.filter(({ killer }) => searched.has(killer)));
      rule.exempt ??= exempt;
    }
  }
  return hasMutants;
}

function rulesOf(
  terminal: Terminal,
  path: string,
  programs: Programs,
  options: CoverageOptions,
): ReadonlySet<string> {
  const { test } = loadLitmus(path, programs);
  const own = profilesOf(test);
  const profiles =
    options.profile === undefined ? own : own.filter((name) => options.profile?.includes(name));
  const fired = profiles.flatMap(
    (profile) => check(test, profile, { limits: limitsFrom(options, terminal), outcomesMax: 0 }).rules,
  );
  return new Set(fired.map(({ id }) => id));
}

function ruleOf({ byRule }: Coverage, id: string): RuleCoverage {
  return byRule.get(id) ?? { files: [], killed: [], exempt: null };
}

function isExercised(coverage: Coverage, id: string): boolean {
  return ruleOf(coverage, id).files.length > 0;
}

function isKilled(coverage: Coverage, id: string): boolean {
  return ruleOf(coverage, id).killed.length > 0;
}

function isExempt(coverage: Coverage, id: string): boolean {
  return !isKilled(coverage, id) && ruleOf(coverage, id).exempt !== null;
}

/** Whether breaking the rule is noticed, or cannot be. */
function isPinned(coverage: Coverage, id: string): boolean {
  return isKilled(coverage, id) || isExempt(coverage, id);
}

function countOf(coverage: Coverage, has: (coverage: Coverage, id: string) => boolean): number {
  return RULES.filter(({ id }) => has(coverage, id)).length;
}

function print(terminal: Terminal, coverage: Coverage): void {
  const { fileCount, hasMutants } = coverage;
  const rows = RULES.map(({ id, title }) => {
    const { files, killed } = ruleOf(coverage, id);
    const mutants = isExempt(coverage, id) ? "exempt" : String(killed.length);
    return [id, String(files.length), ...(hasMutants ? [mutants] : []), files[0] ?? "-", title];
  });
  const heads = ["rule", "files", ...(hasMutants ? ["mutants"] : []), "the first", "title"];
  const sides = heads.map((head) => (head === "files" || head === "mutants" ? "right" : "left"));
  for (const line of formatTable(heads, rows, sides)) say(terminal, line);
  say(terminal);
  for (const { id, title, source } of RULES) {
    if (isExercised(coverage, id)) continue;
    say(terminal, terminal.paint.bad(`no file exercises ${id}: ${title} (${source})`));
  }
  for (const { id, title } of hasMutants ? RULES : []) {
    if (isExempt(coverage, id)) say(terminal, `no mutant of ${id}: ${ruleOf(coverage, id).exempt}`);
    else if (!isPinned(coverage, id))
      say(terminal, terminal.paint.bad(`no killed mutant of ${id}: ${title}`));
  }
  say(
    terminal,
    `${countOf(coverage, isExercised)} of ${RULES.length} rules are exercised by ${fileCount} files`,
  );
  if (!hasMutants) return;
  say(
    terminal,
    `${countOf(coverage, isKilled)} of ${RULES.length} rules have a mutant that one of them kills, ${countOf(coverage, isExempt)} can have none`,
  );
}

/** `killed`, `exempt` and `mutants` are there where a folder holds a table of mutants. */
function printJson(terminal: Terminal, coverage: Coverage): void {
  const { fileCount, hasMutants } = coverage;
  const rules = RULES.map(({ id, title, source }) => {
    const { files, killed, exempt } = ruleOf(coverage, id);
    return { id, title, source, files, ...(hasMutants && { mutants: killed, exempt }) };
  });
  say(
    terminal,
    JSON.stringify({
      schema: "ringspec.coverage/1",
      files: fileCount,
      total: rules.length,
      exercised: countOf(coverage, isExercised),
      ...(hasMutants && { killed: countOf(coverage, isKilled), exempt: countOf(coverage, isExempt) }),
      rules,
    }),
  );
}
