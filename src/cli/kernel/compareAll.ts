/** Two sides compared over many files. */
import { EXIT, type ExitCode, worst } from "../exitCode.js";
import { formatProblem } from "../problem.js";
import { Progress } from "../progress.js";
import { say, type Terminal } from "../terminal.js";
import { type Difference, differenceOf } from "./difference.js";
import type { Loaded } from "./loadAll.js";
import { differenceJson, printDifference } from "./printDifference.js";
import type { Side } from "./side.js";

type Verdict = Difference["verdict"] | "error";

/** A difference is what was asked for, and still no success: a script can tell by it. */
const EXIT_OF: Readonly<Record<Verdict, ExitCode>> = {
  same: EXIT.ok,
  differ: EXIT.violated,
  unsupported: EXIT.inconclusive,
  inconclusive: EXIT.inconclusive,
  stale: EXIT.inconclusive,
  error: EXIT.misused,
};

export async function compareAll(
  terminal: Terminal,
  files: readonly Loaded[],
  a: Side,
  b: Side,
  asJson: boolean,
): Promise<ExitCode> {
  const progress = new Progress(terminal);
  const names = { a: a.name, b: b.name };
  const verdicts: Verdict[] = [];
  let disjoint = 0;
  let isSampled = false;
  for (const [at, file] of files.entries()) {
    progress.begin(at + 1, files.length, file.path);
    if (file.litmus === null) {
      progress.clear();
      for (const problem of file.problems) terminal.err(`${formatProblem(problem)}\n`);
      verdicts.push("error");
    } else {
      const difference = differenceOf(await a.outcomesOf(file.litmus), await b.outcomesOf(file.litmus));
      progress.clear();
      if (asJson) say(terminal, differenceJson(file.litmus, names, difference));
      else printDifference(terminal, file.litmus, names, difference);
      verdicts.push(difference.verdict);
      if (!("reason" in difference)) {
        if (difference.verdict === "differ" && difference.both.length === 0) disjoint += 1;
        if (difference.a.runs !== null || difference.b.runs !== null) isSampled = true;
      }
    }
    await terminal.turn();
  }
  if (!asJson) {
    const of = (name: Verdict): number => verdicts.filter((verdict) => verdict === name).length;
    say(
      terminal,
      `${files.length} files, A ${a.name} and B ${b.name}: ${of("same")} same, ${of("differ")} differ ` +
        `(${disjoint} with no outcome in common), ${of("inconclusive")} inconclusive, ${of("unsupported")} unsupported, ` +
        `${of("stale")} stale, ${of("error")} with errors`,
    );
    if (isSampled) say(terminal, "What a kernel was not seen to do in so many runs it may do in others.");
  }
  return worst(verdicts.map((verdict) => EXIT_OF[verdict]));
}
