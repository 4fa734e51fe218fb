/** `ringspec matrix`: could links be replaced? A row for each link feature, a column for each replacement. */
import { join } from "node:path";
import { type Command, Option } from "commander";
import { type BeyondRow, beyondRow, isBeyondRow, type Opposed } from "../../equivalence/beyond/row.js";
import { COST_KINDS, type Costs } from "../../equivalence/costs.js";
import { type Cell, MATRIX_STATES_MAX, matrixRow, type Row, type Trial } from "../../equivalence/matrix.js";
import { REPLACEMENT_NAMES, type ReplacementName } from "../../equivalence/replace/replacements.js";
import type { EquivalenceResult, ShownRun, Side } from "../../equivalence/result.js";
import { type LitmusTest, printLitmus } from "../../litmus/index.js";
import type { ProfileName } from "../../model/profile.js";
import { beyondSections, beyondSummary, formatBeyond } from "../../report/beyond.js";
import { formatMatrix, matrixPage, reasonOf } from "../../report/matrix.js";
import type { Context } from "../context.js";
import { EXIT, type ExitCode } from "../exitCode.js";
import { findLitmusFiles, readIfThere, writeText } from "../files.js";
import { shortHash } from "../hash.js";
import { type LoadedLitmus, loadLitmus } from "../litmusFile.js";
import { parseCount, parseSeconds } from "../options.js";
import { problem, UserError } from "../problem.js";
import { addProgramsOption, loadPrograms, type Programs, type ProgramsOptions } from "../programs.js";
import { Progress } from "../progress.js";
import { traceText } from "../saveTrace.js";
import { say, type Terminal } from "../terminal.js";

/** The rows that come with the package: what links do, and what hooks do. */
const ROWS = ["litmus/matrix", "litmus/beyond"];
const PAGE_BYTES_MAX = 4 * 1024 * 1024;
/** Seconds for one row; what is over it is inconclusive. */
const ROW_SECONDS_MAX = 120;

interface MatrixCommandOptions extends ProgramsOptions {
  readonly by?: ReplacementName;
  readonly statesMax: number;
  readonly timeMax: number;
  readonly json?: boolean;
  readonly write?: string;
  readonly check?: boolean;
  readonly traces?: string;
  readonly second?: boolean;
}

export function addMatrixCommand(program: Command, context: Context): void {
  const command = program
    .command("matrix")
    .summary("whether links could be replaced, feature by feature")
    .description(
      "Replaces the links of each file by a loop hook, by user space, and by custom operations, and compares both " +
        "sides exhaustively, alone and beside others. Of a file whose hook is handed SQEs it tries every chain of them, and " +
        "user space in the hook's place. Exit code 0: the matrix is made, whatever it says; with --check " +
        "1: the page is another one; with --second 1: the algorithms disagree, 3: one of them was stopped by a limit.",
    )
    .argument("[path...]", "litmus files, or folders of them", ROWS)
    .addOption(new Option("--by <replacement>", "only this column").choices(REPLACEMENT_NAMES))
    .option("--states-max <n>", "states of each search", parseCount, MATRIX_STATES_MAX)
    .option("--time-max <seconds>", "time of each row", parseSeconds, ROW_SECONDS_MAX)
    .option("--json", "one JSON object a row, a line each")
    .option("--write <page>", "write the matrix as a page")
    .option("--check", "with --write: write nothing, and say whether the page is what would be written")
    .option("--second", "compare by a second algorithm too, and say where the two disagree")
    .option("--traces <folder>", "write both runs of each difference there, for replay");
  addProgramsOption(command).action(async (paths: string[], options: MatrixCommandOptions) => {
    context.exitCode = await matrixCommand(context.terminal, paths, options);
  });
}

async function matrixCommand(
  terminal: Terminal,
  paths: readonly string[],
  options: MatrixCommandOptions,
): Promise<ExitCode> {
  if (options.check === true && options.write === undefined)
    throw new UserError([problem("--check", "bad-option", "it checks the page of --write")]);
  const programs = await loadPrograms(terminal, options);
  const files = findLitmusFiles(paths).map(({ path }) => loadLitmus(path, programs));
  const progress = new Progress(terminal);
  const pathOf = new Map<Row | BeyondRow, string>();
  const rows: Row[] = [];
  const beyond: BeyondRow[] = [];
  for (const [at, file] of files.entries()) {
    progress.begin(at + 1, files.length, file.path);
    const end = terminal.now() + options.timeMax * 1000;
    const limits = {
      statesMax: options.statesMax,
      stop: () => (terminal.now() > end ? `--time-max ${options.timeMax}` : null),
    };
    if (isBeyondRow(file.test)) {
      // A column of the first part is no column of the second.
      if (options.by !== undefined) continue;
      const row = beyondRow(file.test, {
        programs: programs.library,
        limits,
        onPart: (part) => progress.begin(at + 1, files.length, `${file.path} ${part}`),
      });
      pathOf.set(row, file.path);
      beyond.push(row);
      if (options.json) {
        progress.clear();
        say(terminal, JSON.stringify({ schema: "ringspec.beyond/1", file: file.path, ...beyondJson(row) }));
      }
      if (options.traces !== undefined) saveBeyond(options.traces, row, programs);
      await terminal.turn();
      continue;
    }
    const row = matrixRow(file.test, {
      programs: programs.library,
      ...(options.by !== undefined && { replacements: [options.by] }),
      second: options.second ?? false,
      limits,
      onTrial: (replacement, environment) =>
        progress.begin(at + 1, files.length, `${file.path} ${replacement} ${environment}`),
    });
    pathOf.set(row, file.path);
    rows.push(row);
    if (options.json) {
      progress.clear();
      say(terminal, JSON.stringify({ schema: "ringspec.matrix/1", file: file.path, ...rowJson(row) }));
    }
    if (options.traces !== undefined) saveRow(options.traces, row, programs);
    await terminal.turn();
  }
  progress.clear();
  const parts = [
    ...(rows.length > 0 ? [formatMatrix(rows, terminal.paint)] : []),
    ...(beyond.length > 0 ? [formatBeyond(beyond, terminal.paint)] : []),
  ];
  for (const [at, lines] of options.json ? [] : parts.entries()) {
    if (at > 0) say(terminal);
    for (const line of lines) say(terminal, line);
  }
  const agreed = options.second === true ? secondOpinion(terminal, rows, options.json === true) : EXIT.ok;
  if (options.write === undefined) return agreed;
  const pathOfRow = (row: Row | BeyondRow): string => pathOf.get(row) ?? row.name;
  const page = matrixPage(rows, pathOfRow, {
    summary: beyondSummary(beyond),
    sections: beyondSections(beyond, pathOfRow),
  });
  if (options.check !== true) {
    writeText(options.write, page);
    return agreed;
  }
  if (readIfThere(options.write, PAGE_BYTES_MAX) === page) return agreed;
  terminal.err(`${options.write} is not what would be written now: run the command without --check\n`);
  return EXIT.violated;
}

/** Says where the algorithms disagree and where one of them was stopped, and how many comparisons they agree on. */
function secondOpinion(terminal: Terminal, rows: readonly Row[], isJson: boolean): ExitCode {
  const tell = (line: string): void => {
    if (isJson) terminal.err(`${line}\n`);
    else say(terminal, line);
  };
  const counts = { compared: 0, agree: 0, disagree: 0, stopped: 0 };
  for (const { name, cells } of rows) {
    for (const { replacement, trials } of cells) {
      for (const { environment, result } of trials) {
        if (result === null) continue;
        counts.compared++;
        const agrees = result.second?.agrees ?? null;
        counts[agrees === null ? "stopped" : agrees ? "agree" : "disagree"]++;
        if (agrees === true) continue;
        const what = agrees === null ? "one of the algorithms was stopped" : "the algorithms disagree";
        tell(`${name} by ${replacement}, ${environment}: ${what}: ${JSON.stringify(result.second)}`);
      }
    }
  }
  const { compared, agree, disagree, stopped } = counts;
  tell(
    `second algorithm: of ${compared} comparisons ${agree} agree, ${disagree} disagree, ${stopped} stopped by a limit`,
  );
  return disagree > 0 ? EXIT.violated : stopped > 0 ? EXIT.inconclusive : EXIT.ok;
}

/** Plain data: trees as their texts, and costs without end as null. */
function rowJson({ name, doc, observation, noPlace, cells }: Row): Readonly<Record<string, unknown>> {
  return {
    litmus: name,
    doc,
    observation,
    noPlace,
    cells: cells.map(({ replacement, profile, verdict, decisive, trials, costs }) => ({
      replacement,
      profile,
      verdict,
      decisive: decisive.environment,
      reason: verdict === "equivalent" ? null : reasonOf(decisive),
      costs: { original: costsJson(costs.original), replacement: costsJson(costs.replacement) },
      trials: trials.map(({ original, replacement: by, ...trial }) => ({
        ...trial,
        original: printLitmus(original.ast),
        replacement: by === null ? null : printLitmus(by.ast),
      })),
    })),
  };
}

function beyondJson({
  name,
  doc,
  profile,
  costs,
  user,
  links,
  nearest,
}: BeyondRow): Readonly<Record<string, unknown>> {
  const opposed = ({ test, result, costs: own }: Opposed): unknown => ({
    verdict: result.verdict,
    costs: costsJson(own),
    text: printLitmus(test.ast),
    result,
  });
  return {
    litmus: name,
    doc,
    profile,
    costs: costsJson(costs),
    user: opposed(user),
    links: typeof links === "string" ? { why: links } : { ...links, nearest: undefined },
    nearest: nearest && opposed(nearest),
  };
}

function costsJson(costs: Costs | null): unknown {
  if (costs === null) return null;
  const finite = (count: number): number | null => (count === Infinity ? null : count);
  return Object.fromEntries(
    COST_KINDS.map((kind) => [kind, { min: finite(costs[kind].min), max: finite(costs[kind].max) }]),
  );
}

/** Of each difference first the run that shows it, then the other side's. */
function saveRow(folder: string, row: Row, programs: Programs): void {
  for (const cell of row.cells) for (const trial of cell.trials) saveTrial(folder, cell, trial, programs);
}

function saveTrial(folder: string, { replacement, profile }: Cell, trial: Trial, programs: Programs): void {
  const { environment, result, original, replacement: replaced } = trial;
  if (result === null || replaced === null) return;
  const name = `${original.name}.${replacement}.${environment}`;
  saveDifferences(folder, name, { left: original, right: replaced }, result, profile, programs);
}

function saveBeyond(
  folder: string,
  { name, test, profile, user, nearest }: BeyondRow,
  programs: Programs,
): void {
  const save = (by: string, opposed: Opposed | null): void => {
    if (opposed === null) return;
    const sides = { left: test, right: opposed.test };
    saveDifferences(folder, `${name}.${by}`, sides, opposed.result, profile, programs);
  };
  save("user", user);
  save("links", nearest);
}

function saveDifferences(
  folder: string,
  name: string,
  sides: Readonly<Record<Side, LitmusTest>>,
  result: EquivalenceResult,
  profile: ProfileName,
  programs: Programs,
): void {
  for (const only of ["onlyLeft", "onlyRight"] as const) {
    const difference = result[only];
    if (difference === null) continue;
    for (const { side, schedule } of [difference.run, difference.other] satisfies readonly ShownRun[]) {
      const test = sides[side];
      const text = printLitmus(test.ast);
      const litmus: LoadedLitmus = { path: test.name, text, test, hash: shortHash(text), programs };
      const path = join(folder, `${name}.${only}.${side}.${profile}.trace.json`);
      writeText(path, traceText({ litmus, profile, seed: null, schedule, violates: null }));
    }
  }
}
