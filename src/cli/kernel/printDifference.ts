/** What `ringspec kernel --compare` says of a file: the outcomes of either side, with the runs that showed them. */
import type { Outcome } from "../../model/outcome.js";
import { formatOutcome, outcomeJson } from "../../report/outcome.js";
import type { LoadedLitmus } from "../litmusFile.js";
import { say, type Terminal } from "../terminal.js";
import type { Difference } from "./difference.js";
import type { Outcomes } from "./side.js";

/** Outcomes of one kind that are printed. */
const SHOWN_MAX = 20;

export interface SideNames {
  readonly a: string;
  readonly b: string;
}

/** A file in which both are the same has no output. */
export function printDifference(
  terminal: Terminal,
  litmus: LoadedLitmus,
  names: SideNames,
  difference: Difference,
): void {
  if (difference.verdict === "same") return;
  const { paint } = terminal;
  say(terminal, `Test ${paint.strong(litmus.test.name)} ${litmus.path}`);
  if ("reason" in difference) {
    say(terminal, paint.doubtful(`${difference.verdict}: ${difference.reason}`));
    say(terminal);
    return;
  }
  const { a, b, onlyA, onlyB, both } = difference;
  say(terminal, `A ${names.a}: ${described(a)}; B ${names.b}: ${described(b)}`);
  const width = Math.max(...[a, b].map(({ runs }) => String(runs ?? "").length), 1);
  const count = (runs: number | null): string => (runs === null ? "-" : String(runs)).padStart(width);
  const list = (what: string, outcomes: readonly Outcome[]): void => {
    for (const outcome of outcomes.slice(0, SHOWN_MAX)) {
      const text = formatOutcome(outcome, litmus.test.scenario);
      say(terminal, `${what} ${count(a.runsOf(outcome))} ${count(b.runsOf(outcome))} ${text}`);
    }
    const more = outcomes.length - SHOWN_MAX;
    if (more > 0) say(terminal, `${what} and ${more} more`);
  };
  list(paint.bad("only A"), onlyA);
  list(paint.bad("only B"), onlyB);
  // What two profiles both allow says nothing about how they differ.
  if (a.runs !== null || b.runs !== null) list("both  ", both);
  if (difference.verdict === "inconclusive") {
    say(terminal, paint.doubtful("inconclusive: the same as far as the outcomes were listed"));
  }
  say(terminal);
}

function described({ total, runs }: Outcomes): string {
  return runs === null ? `${total} allowed` : `${total} seen in ${runs} runs`;
}

export function differenceJson(litmus: LoadedLitmus, names: SideNames, difference: Difference): string {
  const head = {
    schema: "ringspec.kernelCompare/1",
    litmus: litmus.test.name,
    file: litmus.path,
    hash: litmus.hash,
    verdict: difference.verdict,
  };
  if ("reason" in difference) return JSON.stringify({ ...head, ...names, reason: difference.reason });
  const { a, b, onlyA, onlyB } = difference;
  const json = (outcome: Outcome) => ({
    ...outcomeJson(outcome, litmus.test.scenario),
    runsA: a.runsOf(outcome),
    runsB: b.runsOf(outcome),
  });
  return JSON.stringify({
    ...head,
    a: { name: names.a, outcomes: a.total, runs: a.runs },
    b: { name: names.b, outcomes: b.total, runs: b.runs },
    onlyA: onlyA.map(json),
    onlyB: onlyB.map(json),
    both: difference.both.length,
  });
}
