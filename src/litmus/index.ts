/** The litmus language: from text to a tree, to a scenario with claims, and back to text. */
import type { ProgramLibrary } from "../model/programs/index.js";
import { type Compiled, compileAst } from "./compile.js";
import { createReporter, type Diagnostic } from "./diagnostic.js";
import { parseScan } from "./grammar.js";
import type { LitmusFile } from "./syntax.js";
import { isText, scan } from "./tokens.js";

export { type Claim, type Compiled, compileAst, type LitmusTest } from "./compile.js";
export {
  DIAGNOSTIC_CODES,
  DIAGNOSTICS_MAX,
  type Diagnostic,
  type DiagnosticCode,
  formatDiagnostic,
  NOWHERE,
  type Position,
} from "./diagnostic.js";
export * as limits from "./limits.js";
export { printCondition, printLitmus, printSqe, statementHead } from "./print.js";
export { lackOf } from "./semantics.js";
export * from "./syntax.js";

export type Parsed =
  | { readonly ok: true; readonly file: LitmusFile }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * The syntax tree of a text. Total: whatever the text is, the answer is a tree or 1 to DIAGNOSTICS_MAX diagnostics in
 * textual order. `file` is the name that they bear.
 */
export function parseLitmus(text: string, file: string): Parsed {
  const reporter = createReporter(file);
  const scanned = isText(text, reporter) ? scan(text, reporter) : null;
  if (scanned !== null && scanned.tokens.length === 0 && !reporter.hasErrors) {
    reporter.report(
      { line: 1, column: 1 },
      "empty-file",
      "the file is empty",
      "it begins with `litmus NAME`",
    );
  }
  const tree = scanned === null || scanned.tokens.length === 0 ? null : parseScan(scanned, reporter);
  return tree === null || reporter.hasErrors
    ? { ok: false, diagnostics: reporter.diagnostics() }
    : { ok: true, file: tree };
}

/**
 * The scenario and the claims of a text. Total, as `parseLitmus` is. `file`: where it ends in `.litmus`, its base name
 * must be the name after `litmus`. `programs`: what `bpfop` and `hook` may name; the shelf where it is left out.
 */
export function compileLitmus(text: string, file: string, programs?: ProgramLibrary): Compiled {
  const parsed = parseLitmus(text, file);
  return parsed.ok ? compileAst(parsed.file, file, programs) : parsed;
}
