/** `ringspec promote`: what the model makes of a file now becomes what is expected of it. */
import type { Command } from "commander";
import { check } from "../../check/check.js";
import { claimTitle, claimVerdict, isFailing } from "../../report/claim.js";
import { diffLines, formatDiff } from "../../report/diff.js";
import { EXPECTED_HASHED_MAX, formatExpected, formatSection } from "../../report/expected.js";
import { EXPECTED_BYTES_MAX } from "../checkFile.js";
import type { Context } from "../context.js";
import { EXIT, type ExitCode, worst } from "../exitCode.js";
import { expectedPath, findLitmusFiles, readIfThere, writeText } from "../files.js";
import { shortHash } from "../hash.js";
import { addLimitOptions, type LimitOptions, limitsFrom } from "../limits.js";
import { loadLitmus, profilesOf } from "../litmusFile.js";
import { formatProblem, UserError } from "../problem.js";
import { addProgramsOption, loadPrograms, type Programs, type ProgramsOptions } from "../programs.js";
import { Progress } from "../progress.js";
import { say, type Terminal } from "../terminal.js";

interface PromoteOptions extends LimitOptions, ProgramsOptions {
  readonly dryRun?: boolean;
}

export function addPromoteCommand(program: Command, context: Context): void {
  const command = program
    .command("promote")
    .summary("write what is found as the .expected files")
    .description(
      "Writes NAME.expected beside each NAME.litmus: verdict, claims, the whole outcome set and the counts of each " +
        "profile. What changes is printed as a diff. A file whose search is not complete is left as it is.",
    )
    .argument("<path...>", "litmus files, or folders of them")
    .option("-n, --dry-run", "print what would change, and write nothing");
  addLimitOptions(addProgramsOption(command)).action(async (paths: string[], options: PromoteOptions) => {
    context.exitCode = await promoteCommand(context.terminal, paths, options);
  });
}

async function promoteCommand(
  terminal: Terminal,
  paths: readonly string[],
  options: PromoteOptions,
): Promise<ExitCode> {
  const programs = await loadPrograms(terminal, options);
  const files = findLitmusFiles(paths);
  const progress = new Progress(terminal);
  const codes: ExitCode[] = [];
  let changed = 0;
  for (const [at, { path }] of files.entries()) {
    progress.begin(at + 1, files.length, path);
    try {
      const promoted = promote(terminal, path, programs, options, progress);
      codes.push(promoted.code);
      if (promoted.changed) changed++;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      progress.clear();
      for (const problem of error.problems) terminal.err(`${formatProblem(problem)}\n`);
      codes.push(EXIT.misused);
    }
    await terminal.turn();
  }
  progress.clear();
  const verb = options.dryRun ? "would change" : "written";
  say(terminal, `${files.length} files, ${changed} ${verb}, ${files.length - changed} as they were`);
  return worst(codes);
}

function promote(
  terminal: Terminal,
  path: string,
  programs: Programs,
  options: PromoteOptions,
  progress: Progress,
): { readonly code: ExitCode; readonly changed: boolean } {
  const litmus = loadLitmus(path, programs);
  const { test } = litmus;
  const codes: ExitCode[] = [];
  const sections: string[] = [];
  for (const profile of profilesOf(test)) {
    const result = check(test, profile, {
      limits: limitsFrom(options, terminal),
      outcomesMax: EXPECTED_HASHED_MAX,
      onProgress: (found) => progress.search(found),
    });
    if (!result.explored.complete) {
      progress.clear();
      const limit = result.explored.limit;
      say(
        terminal,
        terminal.paint.doubtful(`not promoted: ${path} ${profile}: ${limit?.name} ${limit?.value} was hit`),
      );
      return { code: EXIT.inconclusive, changed: false };
    }
    for (const claim of result.claims) {
      if (!isFailing(claim)) continue;
      progress.clear();
      say(
        terminal,
        terminal.paint.bad(
          `promoted as it is: ${path} ${profile}: ${claimTitle(claim)} ${claimVerdict(claim)}`,
        ),
      );
      codes.push(EXIT.violated);
    }
    sections.push(formatSection(result, test.scenario, shortHash));
  }
  const target = expectedPath(path);
  const after = formatExpected(test.name, sections);
  const before = readIfThere(target, EXPECTED_BYTES_MAX);
  if (before === after) return { code: worst(codes), changed: false };
  progress.clear();
  say(terminal, `${before === null ? "new" : "changed"} ${target}`);
  if (before !== null)
    for (const line of formatDiff(diffLines(before, after), terminal.paint)) say(terminal, line);
  if (!options.dryRun) writeText(target, after);
  return { code: worst(codes), changed: true };
}
