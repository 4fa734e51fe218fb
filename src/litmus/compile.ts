/** From the syntax tree to what the model runs and the checker decides. */
import type { Condition } from "../model/condition.js";
import type { ProfileName } from "../model/profile.js";
import type { ProgramLibrary } from "../model/programs/index.js";
import type { HookDecl, OperationDecl, ReqId, Scenario } from "../model/scenario.js";
import { SHELF } from "../programs/index.js";
import { compileArguments } from "./arguments.js";
import { attachedByThreads, checkAttached } from "./attached.js";
import { compileCondition } from "./conditions.js";
import { createReporter, type Diagnostic, type Reporter } from "./diagnostic.js";
import { CLAIMS_MAX } from "./limits.js";
import { printCondition } from "./print.js";
import { hookLabels, labelsOfHook } from "./programs.js";
import { buildScope, type Scope } from "./scope.js";
import { settleSemantics } from "./semantics.js";
import { compileSqes } from "./sqe.js";
import type { LitmusFile } from "./syntax.js";
import { compileThread } from "./threads.js";

/** A compiled litmus file. */
export interface LitmusTest {
  readonly name: string;
  /** "" where the file has none. */
  readonly doc: string;
  readonly sources: readonly string[];
  /** Profiles that the claims are about; empty: all kernels (KERNEL_PROFILES). */
  readonly semantics: readonly ProfileName[];
  readonly scenario: Scenario;
  /** In textual order. */
  readonly claims: readonly Claim[];
  readonly ast: LitmusFile;
}

export interface Claim {
  readonly kind: "always" | "exists" | "never";
  readonly name: string | null;
  /** The condition as it is printed. */
  readonly text: string;
  readonly condition: Condition;
  /** 1-based; 0 for a claim that was never text. */
  readonly line: number;
}

export type Compiled =
  | { readonly ok: true; readonly test: LitmusTest }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Compiles a tree; `file` is the name in diagnostics, and what `litmus NAME` must agree with. `programs`: what `bpfop`
 * and `hook` may name.
 */
export function compileAst(ast: LitmusFile, file: string, programs: ProgramLibrary = SHELF): Compiled {
  const reporter = createReporter(file);
  checkName(ast, reporter);
  const scope = buildScope(ast, programs, reporter);
  const sqes = compileSqes(scope);
  const userData = sqes.map((sqe) => sqe.userData);
  const { hooks, operations } = compilePrograms(scope, userData);
  const threads = scope.threads.map((thread, id) => ({
    name: thread.name.text,
    code: compileThread(thread.body, id, scope, userData),
  }));
  const claims = scope.claims.map(
    (claim): Claim => ({
      kind: claim.claim,
      name: claim.name?.text ?? null,
      text: printCondition(claim.condition),
      condition: compileCondition(claim.condition, scope, null),
      line: claim.at.line,
    }),
  );
  const tooMany = scope.claims[CLAIMS_MAX];
  if (tooMany !== undefined) {
    reporter.report(tooMany.at, "limit-names", `the file has more than ${CLAIMS_MAX} claims`);
  }
  const { doc, sources, time, rings, files, pipes, sockets, buffers, slotCount, labels, values } = scope;
  const name = ast.name.text;
  const objects = { rings, files, pipes, sockets, buffers, slotCount };
  const { memories } = scope.programs;
  const scenario: Scenario = {
    name,
    time,
    ...objects,
    threads,
    sqes,
    labels,
    values,
    memories,
    hooks,
    operations,
  };
  // What follows holds the programs against the profiles: it needs all of them.
  if (reporter.hasErrors) return { ok: false, diagnostics: reporter.diagnostics() };
  const semantics = settleSemantics(ast, scope.semantics, scenario, reporter);
  checkAttached(scope.programs, scenario, semantics, reporter);
  if (reporter.hasErrors) return { ok: false, diagnostics: reporter.diagnostics() };
  return { ok: true, test: { name, doc, sources, semantics, scenario, claims, ast } };
}

/** The declarations of programs that there are. */
function compilePrograms(
  scope: Scope,
  userData: readonly ReqId[],
): { readonly hooks: readonly HookDecl[]; readonly operations: readonly OperationDecl[] } {
  const byThreads = attachedByThreads(scope);
  const labels = hookLabels(scope.programs.hooks);
  const hooks = scope.programs.hooks.flatMap((declared, at): HookDecl[] => {
    const { syntax, ring, memory, program } = declared;
    if (program === null) return [];
    const args = compileArguments(syntax, program, scope, userData);
    const attached = !byThreads.hooks.has(declared);
    const own = labelsOfHook(at, labels, scope.firstHookLabel);
    return [
      {
        name: syntax.name.text,
        ring,
        memory,
        program,
        args,
        attached,
        labels: own,
        sqes: scope.hookSqes.get(syntax.name.text) ?? [],
      },
    ];
  });
  const operations = scope.programs.operations.flatMap((declared): OperationDecl[] => {
    const { syntax, id, ring, memory, program } = declared;
    if (program === null) return [];
    const args = compileArguments(syntax, program, scope, userData);
    return [{ id, ring, memory, program, args, attached: !byThreads.operations.has(declared) }];
  });
  return { hooks, operations };
}

/** `litmus NAME` agrees with `NAME.litmus`. A file of another kind of name, such as `-`, has any name. */
function checkName(ast: LitmusFile, reporter: Reporter): void {
  const base = /([^/\\]*)\.litmus$/.exec(reporter.file)?.[1];
  if (base === undefined || base === ast.name.text) return;
  const message = `the file is named \`${base}\`, and not \`${ast.name.text}\``;
  reporter.report(ast.name.at, "name-mismatch", message, `litmus ${base}`);
}
