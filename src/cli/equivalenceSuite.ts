/**
 * The suite `equivalence` of `ringspec props`: generated chains, their links replaced, and the verdict held against what
 * the rows of the matrix say of the features that they use.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { matrixRow, type Trial } from "../equivalence/matrix.js";
import { type Judged, judgeReplacement } from "../equivalence/prediction/judge.js";
import { type KnownRows, knownRows } from "../equivalence/prediction/prediction.js";
import {
  REPLACEMENT_NAMES,
  REPLACEMENTS,
  type ReplacementName,
} from "../equivalence/replace/replacements.js";
import { compileLitmus, formatDiagnostic, type LitmusTest, printLitmus } from "../litmus/index.js";
import { chainScenarios, toLitmus } from "../properties/generate/index.js";
import { reasonOf } from "../report/matrix.js";
import { EXIT, type ExitCode } from "./exitCode.js";
import { findLitmusFiles, writeText } from "./files.js";
import { shortHash } from "./hash.js";
import { compileText, type LoadedLitmus, loadLitmus } from "./litmusFile.js";
import type { Programs } from "./programs.js";
import type { Progress } from "./progress.js";
import { traceText } from "./saveTrace.js";
import { commandLine } from "./shell.js";
import { say, type Terminal } from "./terminal.js";

export const EQUIVALENCE_SUITE = "equivalence";

/** The rows that come with the package. */
const ROWS = fileURLToPath(new URL("../../litmus/matrix/", import.meta.url));
const SQES_MAX = 4;
/** Of each search; what has more is counted as cut off. */
const STATES_MAX = 20_000;

export interface EquivalenceSuiteOptions {
  readonly seed: number;
  /** Scenarios. */
  readonly runs: number;
  /** Where a mismatch is kept. */
  readonly out: string;
  /** What replaces links is one of these; the rows are of the shelf's. */
  readonly programs: Programs;
}

/** A scenario whose verdict is another one than the rows predict. */
interface Mismatch {
  readonly test: LitmusTest;
  readonly replacement: ReplacementName;
  readonly judged: Judged;
}

const NO_COUNTS = { verdict: 0, oneSided: 0, none: 0, cutOff: 0 };

/** Exit code 1: a verdict is another one than predicted. Throws for what is a fault of ours, the second algorithm's disagreement included. */
export function runEquivalenceSuite(
  terminal: Terminal,
  options: EquivalenceSuiteOptions,
  progress: Progress,
): ExitCode {
  const rows = rowsOf(progress);
  const counts = { ...NO_COUNTS };
  let tries = 0;
  let first: ReplacementName | undefined;
  let fault: unknown = null;
  const mismatchOf = (text: string): Mismatch | undefined => {
    progress.begin(++tries, options.runs, EQUIVALENCE_SUITE);
    const test = compiled(text, options.programs);
    // What was found first is what is shrunk.
    for (const replacement of first === undefined ? REPLACEMENT_NAMES : [first]) {
      const judged = judgeReplacement(test, rows, replacement, "quiet", {
        limits: { statesMax: STATES_MAX },
        programs: options.programs.library,
        second: true,
      });
      if (judged === null) continue;
      if (judged.trial.result?.second?.agrees === false)
        throw new Error(`two algorithms disagree: ${JSON.stringify(judged.trial.result.second)}\n${text}`);
      if (first === undefined) count(counts, judged);
      if (judged.isAsPredicted !== false) continue;
      first = replacement;
      return { test, replacement, judged };
    }
    return undefined;
  };
  const holds = (text: string): boolean => {
    try {
      return mismatchOf(text) === undefined;
    } catch (error) {
      fault = error;
      throw error;
    }
  };
  const details = fc.check(
    fc.property(chainScenarios(SQES_MAX), (scenario) => holds(toLitmus(scenario))),
    { seed: options.seed, numRuns: options.runs, verbose: fc.VerbosityLevel.None },
  );
  progress.clear();
  if (fault !== null) throw fault;
  const [scenario] = details.counterexample ?? [];
  if (scenario === undefined) {
    say(
      terminal,
      `${terminal.paint.good("ok")} ${EQUIVALENCE_SUITE}: ${details.numRuns} scenarios, ${saidOf(counts)}`,
    );
    return EXIT.ok;
  }
  const mismatch = mismatchOf(toLitmus(scenario));
  progress.clear();
  if (mismatch === undefined)
    throw new Error(`suite ${EQUIVALENCE_SUITE}, seed ${options.seed}: the mismatch does not come back`);
  const name = `prop-${EQUIVALENCE_SUITE}-${mismatch.replacement}-${shortHash(toLitmus(scenario)).slice(0, 8)}`;
  report(terminal, toLitmus(scenario, name), name, mismatch, details.numRuns, options);
  return EXIT.violated;
}

/** The matrix, as far as generated scenarios ask it: alone, and beside another chain. */
function rowsOf(progress: Progress): KnownRows {
  const files = findLitmusFiles([ROWS]);
  return knownRows(
    files.map(({ path }, at) => {
      progress.begin(at + 1, files.length, `row ${path}`);
      const { test } = loadLitmus(path);
      return { row: matrixRow(test, { environments: ["quiet", "chain"] }), file: test.ast };
    }),
  );
}

function compiled(text: string, programs: Programs): LitmusTest {
  const result = compileLitmus(text, "generated", programs.library);
  if (result.ok) return result.test;
  throw new Error(
    `a generated scenario does not compile: ${result.diagnostics.map(formatDiagnostic).join("\n")}`,
  );
}

function count(counts: { [Kind in keyof typeof NO_COUNTS]: number }, { prediction, trial }: Judged): void {
  if (prediction.kind === "none") counts.none++;
  else if (trial.verdict === "inconclusive") counts.cutOff++;
  else if (prediction.verdicts.length === 1) counts.verdict++;
  else counts.oneSided++;
}

function saidOf({ verdict, oneSided, none, cutOff }: typeof NO_COUNTS): string {
  const all = verdict + oneSided + none + cutOff;
  return (
    `${all} replacements: ${verdict} with the verdict that the matrix predicts, ${oneSided} with one of several, ` +
    `${none} of which it predicts nothing, ${cutOff} cut off at ${STATES_MAX} states`
  );
}

function report(
  terminal: Terminal,
  text: string,
  name: string,
  { replacement, judged: { trial, prediction } }: Mismatch,
  runs: number,
  { seed, out, programs }: EquivalenceSuiteOptions,
): void {
  const { profile } = REPLACEMENTS[replacement];
  say(
    terminal,
    `${terminal.paint.bad("violated")} ${EQUIVALENCE_SUITE} by ${replacement}, after ${runs} scenarios: ${trial.verdict}`,
  );
  say(terminal, reasonOf(trial));
  for (const line of linesOf(prediction)) say(terminal, line);
  say(terminal);
  terminal.out(text);
  say(terminal);
  const file = join(out, `${name}.litmus`);
  writeText(file, text);
  const returns = trial.original.scenario.values.length > 0 ? ["--returns"] : [];
  for (const path of saveRuns(out, name, trial, profile, seed, programs))
    say(terminal, `  ${commandLine("replay", path, ...programs.args)}`);
  say(
    terminal,
    `  ${commandLine("equiv", file, "--replace", replacement, "--files", ...returns, ...programs.args)}`,
  );
  say(
    terminal,
    `  ${commandLine("props", "--suite", EQUIVALENCE_SUITE, "--seed", String(seed), "--runs", String(runs), ...programs.args)}`,
  );
}

/** Why something else was predicted. */
function linesOf(prediction: Judged["prediction"]): readonly string[] {
  if (prediction.kind === "none") return [];
  const { verdicts, features, grounds } = prediction;
  return [
    `predicted: ${verdicts.join(", or ")}`,
    `  it uses ${features.join(", ")}`,
    grounds.length === 0
      ? "  all of these rows are equivalent"
      : `  of these rows ${grounds.map(({ row, environment, verdict }) => `${row} (${environment}) says ${verdict}`).join(", ")}`,
  ];
}

/** Of each difference the run that shows it, and the other side's. The paths. */
function saveRuns(
  folder: string,
  stem: string,
  { result, original, replacement }: Trial,
  profile: (typeof REPLACEMENTS)[ReplacementName]["profile"],
  seed: number,
  programs: Programs,
): readonly string[] {
  if (result === null || replacement === null) return [];
  const sides = { left: original, right: replacement } as const;
  return (["onlyLeft", "onlyRight"] as const).flatMap((only) => {
    const difference = result[only];
    if (difference === null) return [];
    return [difference.run, difference.other].map(({ side, schedule }) => {
      const litmus: LoadedLitmus = compileText(printLitmus(sides[side].ast), "generated", programs);
      const path = join(folder, `${stem}.${only}.${side}.${profile}.trace.json`);
      writeText(path, traceText({ litmus, profile, seed: String(seed), schedule, violates: null }));
      return path;
    });
  });
}
