/** `ringspec check`: every claim of every file decided under every profile, and compared with what was promoted. */
import type { Command } from "commander";
import type { CheckResult, ClaimResult } from "../../check/result.js";
import type { ProfileName } from "../../model/profile.js";
import { checkJson, errorJson } from "../../report/checkJson.js";
import { claimTitle } from "../../report/claim.js";
import { formatDiff } from "../../report/diff.js";
import { formatBlock, formatLine } from "../../report/herd.js";
import { formatStats, type StatsRow } from "../../report/stats.js";
import { type Comparison, checkFile, expectedOf } from "../checkFile.js";
import type { Context } from "../context.js";
import { EXIT, type ExitCode, worst } from "../exitCode.js";
import { findLitmusFiles, type NamedFile } from "../files.js";
import { addLimitOptions, type LimitOptions, limitsFrom } from "../limits.js";
import { type LoadedLitmus, loadLitmus, profilesOf, requireProfile } from "../litmusFile.js";
import { collectProfiles, parseCount } from "../options.js";
import { formatProblem, UserError } from "../problem.js";
import { addProgramsOption, loadPrograms, type Programs, type ProgramsOptions } from "../programs.js";
import { Progress } from "../progress.js";
import { saveTrace } from "../saveTrace.js";
import { commandLine } from "../shell.js";
import { say, type Terminal } from "../terminal.js";

/** Outcomes that a report lists of one file and profile. */
export const OUTCOMES_SHOWN_MAX = 100;
/** Where a failing run is kept that is not to come back. */
export const REGRESSIONS = "traces/regressions";

interface CheckCommandOptions extends LimitOptions, ProgramsOptions {
  readonly profile?: readonly ProfileName[];
  readonly json?: boolean;
  readonly stats?: boolean;
  readonly quiet?: boolean;
  readonly time?: boolean;
  readonly maxOutcomes: number;
  readonly traceDir?: string;
}

export function addCheckCommand(program: Command, context: Context): void {
  const command = program
    .command("check")
    .summary("decide every claim of litmus files, exhaustively")
    .description(
      "Decides every claim of the files, or of all .litmus files in the folders, under each profile of their " +
        "`semantics` line, or under all, and compares with the .expected file beside each.",
    )
    .argument("<path...>", "litmus files, or folders of them")
    .option("-p, --profile <name>", "only this profile; may stand there several times", collectProfiles)
    .option("--json", "one JSON object a file and profile, a line each")
    .option("-q, --quiet", "one line a file and profile")
    .option("--stats", "how tight the profiles are: outcomes a file and profile")
    .option("--max-outcomes <n>", "outcomes that are listed; all are counted", parseCount, OUTCOMES_SHOWN_MAX)
    .option("--trace-dir <folder>", "write the run that violates a claim there")
    .option("--time", "print times, also where no terminal is");
  addLimitOptions(addProgramsOption(command)).action(
    async (paths: string[], options: CheckCommandOptions) => {
      const programs = await loadPrograms(context.terminal, options);
      context.exitCode = await new CheckRun(context.terminal, programs, options).run(findLitmusFiles(paths));
    },
  );
}

interface Checked {
  readonly litmus: LoadedLitmus;
  readonly result: CheckResult;
  readonly comparison: Comparison;
}

class CheckRun {
  private readonly progress: Progress;
  private readonly rows: StatsRow[] = [];
  private readonly codes: ExitCode[] = [];
  private files = 0;
  private skipped = 0;
  private missing = 0;
  private differing = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly programs: Programs,
    private readonly options: CheckCommandOptions,
  ) {
    this.progress = new Progress(terminal);
  }

  async run(files: readonly NamedFile[]): Promise<ExitCode> {
    for (const [at, file] of files.entries()) {
      this.progress.begin(at + 1, files.length, file.path);
      this.file(file, at + 1, files.length);
      await this.terminal.turn();
    }
    this.progress.clear();
    const { json, stats } = this.options;
    if (stats && !json) for (const line of ["", ...formatStats(this.rows)]) say(this.terminal, line);
    if (files.length > 1 && !json) this.summary();
    return worst(this.codes);
  }

  private file(file: NamedFile, at: number, count: number): void {
    try {
      const litmus = loadLitmus(file.path, this.programs);
      const expected = expectedOf(file.path);
      const profiles = this.profilesFor(litmus, file.isNamed);
      if (profiles.length === 0) this.skipped++;
      else this.files++;
      const checked = profiles.map((profile) => {
        this.progress.begin(at, count, `${file.path} ${profile}`);
        return this.profile(litmus, profile, expected);
      });
      if (this.options.quiet && !this.options.json && checked.length > 0) this.printLine(file.path, checked);
      if (expected === null && profiles.length > 0) this.missing++;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.progress.clear();
      if (this.options.json) say(this.terminal, errorJson(file.path, error.problems));
      for (const problem of error.problems) this.terminal.err(`${formatProblem(problem)}\n`);
      this.codes.push(EXIT.misused);
    }
  }

  /** Of a file found in a folder only the profiles that its claims are about; of one named, whatever is asked for. */
  private profilesFor(litmus: LoadedLitmus, isNamed: boolean): readonly ProfileName[] {
    const own = profilesOf(litmus.test);
    const { profile: wanted } = this.options;
    if (wanted === undefined) return own;
    return isNamed
      ? wanted.map((profile) => requireProfile(litmus, profile))
      : wanted.filter((profile) => own.includes(profile));
  }

  private profile(
    litmus: LoadedLitmus,
    profile: ProfileName,
    expected: ReadonlyMap<string, string> | null,
  ): Checked {
    const { terminal, options } = this;
    const before = terminal.now();
    const { result, comparison } = checkFile(litmus, profile, expected, {
      limits: limitsFrom(options, terminal),
      outcomesMax: options.maxOutcomes,
      onProgress: (progress) => this.progress.search(progress),
    });
    const seconds = options.time || terminal.outIsTty ? (terminal.now() - before) / 1000 : null;
    this.progress.clear();
    const checked = { litmus, result, comparison };
    this.rows.push({ file: litmus.path, result });
    this.codes.push(codeOf(checked));
    if (comparison.status === "differs") this.differing++;
    if (options.json) this.printJson(checked);
    else if (!options.quiet) this.printBlock(checked, seconds);
    return checked;
  }

  private printJson(checked: Checked): void {
    const { litmus, result, comparison } = checked;
    const { traceDir } = this.options;
    const context = {
      file: litmus.path,
      hash: litmus.hash,
      names: litmus.test.scenario,
      expected: comparison.status,
    };
    say(this.terminal, checkJson(result, context));
    if (traceDir !== undefined) this.saveTraces(checked, traceDir);
  }

  private printBlock(checked: Checked, seconds: number | null): void {
    const { terminal } = this;
    const { litmus, result } = checked;
    const options = { names: litmus.test.scenario, hash: litmus.hash, paint: terminal.paint, seconds };
    say(terminal, formatBlock(result, options));
    this.printDifference(checked);
    this.nextCommands(checked);
    say(terminal);
  }

  /** All profiles of a file. */
  private printLine(path: string, checked: readonly Checked[]): void {
    const results = checked.map(({ result }) => result);
    const differs = checked.some(({ comparison }) => comparison.status === "differs");
    say(this.terminal, formatLine(results, path, differs, this.terminal.paint));
    for (const one of checked) this.printDifference(one);
    const failing = checked.find((one) => codeOf(one) === EXIT.violated);
    if (failing !== undefined) this.nextCommands(failing);
  }

  private printDifference({ comparison, result }: Checked): void {
    const { terminal } = this;
    if (comparison.status !== "differs") return;
    say(
      terminal,
      terminal.paint.bad(`${result.profile} differs from the .expected file (- promoted, + now):`),
    );
    for (const line of formatDiff(comparison.diff, terminal.paint)) say(terminal, line);
  }

  private nextCommands(checked: Checked): void {
    const { litmus, result, comparison } = checked;
    const { args } = litmus.programs;
    const commands: string[] = [];
    if (result.claims.some(isViolated)) {
      const { traceDir } = this.options;
      const traces = traceDir === undefined ? [] : this.saveTraces(checked, traceDir);
      for (const trace of traces) commands.push(commandLine("replay", trace, ...args));
      if (traceDir === undefined && result.claims.some((claim) => isViolated(claim) && claim.path !== null)) {
        commands.push(
          commandLine("check", litmus.path, "--profile", result.profile, "--trace-dir", REGRESSIONS, ...args),
        );
      }
      commands.push(commandLine("shrink", litmus.path, "--profile", result.profile, ...args));
    }
    if (commands.length > 0 || comparison.status === "differs")
      commands.push(commandLine("promote", litmus.path, ...args));
    for (const line of commands) say(this.terminal, `  ${line}`);
  }

  private saveTraces({ litmus, result }: Checked, folder: string): string[] {
    const { profile } = result;
    return result.claims.flatMap((claim, at) =>
      isViolated(claim) && claim.path !== null
        ? [
            saveTrace(folder, at + 1, {
              litmus,
              profile,
              seed: null,
              schedule: claim.path,
              violates: { claim: claimTitle(claim) },
            }),
          ]
        : [],
    );
  }

  private summary(): void {
    const of = (code: ExitCode): number => this.codes.filter((other) => other === code).length;
    const parts = [
      `${this.files} files`,
      `${of(EXIT.ok)} as claimed`,
      `${of(EXIT.violated)} violated`,
      `${of(EXIT.inconclusive)} inconclusive`,
    ];
    if (of(EXIT.misused) > 0) parts.push(`${of(EXIT.misused)} files with errors`);
    if (this.differing > 0) parts.push(`${this.differing} differ from .expected`);
    if (this.missing > 0) parts.push(`${this.missing} files without .expected`);
    if (this.skipped > 0) parts.push(`${this.skipped} files are about other profiles`);
    say(this.terminal, parts.join(", "));
  }
}

function isViolated(claim: ClaimResult): boolean {
  return claim.holds === false;
}

function codeOf({ result, comparison }: Checked): ExitCode {
  if (result.verdict === "violated" || comparison.status === "differs") return EXIT.violated;
  return result.verdict === "inconclusive" ? EXIT.inconclusive : EXIT.ok;
}
