/** Programs that the user brings: the exports of a module that are loop hooks or custom operations, validated one by one. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import type { LitmusFile } from "../litmus/index.js";
import type { Program, ProgramLibrary } from "../model/programs/index.js";
import { SHELF } from "../programs/index.js";
import { readText } from "./files.js";
import { type Problem, problem, UserError } from "./problem.js";
import { whatIsWrong } from "./programForm.js";
import type { Terminal } from "./terminal.js";

/** What `bpfop` and `hook` may name in one command. */
export interface Programs {
  readonly library: ProgramLibrary;
  /** Names of those that modules brought. */
  readonly brought: ReadonlySet<string>;
  /** The options that bring them, for a command that is to be run next. */
  readonly args: readonly string[];
}

export const SHELF_ONLY: Programs = { library: SHELF, brought: new Set(), args: [] };

/** Bytes of a module. */
const MODULE_BYTES_MAX = 4 * 1024 * 1024;

export interface ProgramsOptions {
  readonly programs?: readonly string[];
}

/** Adds `--programs`. */
export function addProgramsOption(command: Command): Command {
  return command.option(
    "--programs <file>",
    "an ES module whose exports `hook` and `bpfop` may name; may stand there several times",
    (path: string, before: readonly string[] | undefined) => [...(before ?? []), path],
  );
}

/**
 * The shelf, and the programs of the modules in their order: a later one replaces an earlier one of its name, and that
 * is said. Throws a UserError with the file and the export for what is none.
 */
export async function loadPrograms(terminal: Terminal, { programs }: ProgramsOptions): Promise<Programs> {
  if (programs === undefined) return SHELF_ONLY;
  const library = new Map(Object.entries(SHELF));
  const brought = new Set<string>();
  const problems: Problem[] = [];
  for (const path of programs) {
    for (const [name, program] of await programsOf(path, problems)) {
      if (library.has(name)) {
        const whose = brought.has(name) ? "an earlier module's" : "the shelf's";
        terminal.err(`note: ${path}: \`${name}\` replaces ${whose}\n`);
      }
      library.set(name, program);
      brought.add(name);
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  const args = programs.flatMap((path) => ["--programs", path]);
  return { library: Object.fromEntries(library), brought, args };
}

/** The programs that a file names, of those that modules brought: sorted, each once. */
export function broughtFor({ declarations }: LitmusFile, { brought }: Programs): readonly string[] {
  const names = declarations.flatMap((declaration) =>
    declaration.kind === "hook" || declaration.kind === "bpfop" ? [declaration.program.text] : [],
  );
  return [...new Set(names)].filter((name) => brought.has(name)).sort();
}

async function programsOf(path: string, problems: Problem[]): Promise<readonly [string, Program][]> {
  // What can be said of any file is said in the words that all files have.
  readText(path, MODULE_BYTES_MAX, "a module of programs");
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = (await import(/* @vite-ignore */ pathToFileURL(resolve(path)).href)) as typeof exports;
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const hint = "an ES module: NAME.mjs, or NAME.js where the package.json above it has type module";
    throw new UserError([problem(path, "bad-module", `the module cannot be loaded: ${message}`, hint)]);
  }
  const found: [string, Program][] = [];
  const before = problems.length;
  for (const [name, value] of Object.entries(exports)) {
    if (name === "default" || !isMeant(value)) continue;
    const wrong = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)
      ? whatIsWrong(value)
      : "a litmus file cannot write that name";
    if (wrong === null) found.push([name, value as unknown as Program]);
    else problems.push(problem(path, "bad-program", `export \`${name}\`: ${wrong}`, FORM));
  }
  if (found.length === 0 && problems.length === before) {
    const message = `none of its ${Object.keys(exports).length} exports is a program`;
    problems.push(problem(path, "bad-program", message, FORM));
  }
  return found;
}

const FORM = 'export const NAME = { kind: "hook" or "operation", doc: "…", memoryBytes: N, … }';

/** Other exports, such as constants and helpers, are a module's own business. */
function isMeant(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && "kind" in value;
}
