/** A check's result as the JSON object that LITMUS.md fixes: `ringspec.check/1`. */
import type { CheckResult } from "../check/result.js";
import { type Names, outcomeJson } from "./outcome.js";

/** What the command line knows of a result beside it. */
export interface CheckJsonContext {
  readonly file: string;
  readonly hash: string;
  readonly names: Names;
  /** How the result compares with the `.expected` file beside the litmus file. */
  readonly expected: "same" | "differs" | "missing" | "not compared";
}

/** One line of JSON, without a newline. `verdict` is also `violated` where the `.expected` file differs. */
export function checkJson(result: CheckResult, context: CheckJsonContext): string {
  const { outcomes, explored } = result;
  return JSON.stringify({
    schema: "ringspec.check/1",
    litmus: result.litmus,
    file: context.file,
    hash: context.hash,
    semantics: result.profile,
    verdict: context.expected === "differs" ? "violated" : result.verdict,
    claims: result.claims.map(({ kind, name, text, holds, vacuous, path, positive, negative }) => ({
      kind,
      name,
      text,
      holds,
      vacuous,
      path,
      positive,
      negative,
    })),
    ...(result.diagnoses.length > 0 && { diagnoses: result.diagnoses }),
    outcomes: {
      total: outcomes.total,
      listed: outcomes.items.length,
      items: outcomes.items.map((outcome) => outcomeJson(outcome, context.names)),
    },
    explored: {
      states: explored.states,
      transitions: explored.transitions,
      depth: explored.depth,
      complete: explored.complete,
      limit: explored.limit,
      reductions: [],
    },
    expected: context.expected,
    seed: null,
  });
}

/** The same head for a file that could not be checked: verdict `error`, with its diagnostics. */
export function errorJson(
  file: string,
  diagnostics: readonly {
    readonly line: number;
    readonly column: number;
    readonly code: string;
    readonly message: string;
    readonly hint: string | null;
  }[],
): string {
  const shown = diagnostics.map(({ line, column, code, message, hint }) => ({
    line,
    column,
    code,
    message,
    hint,
  }));
  return JSON.stringify({ schema: "ringspec.check/1", file, verdict: "error", diagnostics: shown });
}
