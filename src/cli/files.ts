/** Files that the user names: found, read and written, with a diagnostic instead of an exception for what is wrong with them. */
import {
  type Dirent,
  mkdirSync,
  readdirSync,
  readFileSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Problem, problem, UserError } from "./problem.js";

/** Entries of folders that one command looks at. */
export const ENTRIES_MAX = 50_000;
/** Litmus files that one command works on. */
export const FILES_MAX = 20_000;

const SUFFIX = ".litmus";

export interface NamedFile {
  readonly path: string;
  /** By the user; else found in a folder that the user named. */
  readonly isNamed: boolean;
}

/** The litmus files that `paths` name, each once: files as given, folders recursively and sorted by path. */
export function findLitmusFiles(paths: readonly string[]): readonly NamedFile[] {
  const found = new Map<string, NamedFile>();
  const problems: Problem[] = [];
  const budget = { entries: ENTRIES_MAX };
  for (const path of paths) {
    const stats = statOf(path, problems);
    if (stats === null) continue;
    if (stats.isDirectory()) {
      const before = problems.length;
      const files = filesIn(path, budget, problems);
      for (const file of files) found.set(file, { path: file, isNamed: false });
      if (files.length === 0 && problems.length === before) {
        problems.push(problem(path, "no-litmus-files", "the folder holds no .litmus file"));
      }
    } else if (!path.endsWith(SUFFIX)) {
      const hint = path.endsWith(".json")
        ? "a trace is followed by `ringspec replay`"
        : "a litmus file is named NAME.litmus";
      problems.push(problem(path, "not-litmus", "the file's name does not end in .litmus", hint));
    } else found.set(path, { path, isNamed: true });
  }
  if (found.size > FILES_MAX) {
    problems.push(
      problem(
        paths[0] ?? ".",
        "limit-files",
        `there are ${found.size} litmus files; the limit is ${FILES_MAX}`,
      ),
    );
  }
  if (problems.length > 0) throw new UserError(problems);
  return [...found.values()];
}

/** Symbolic links to folders are not followed, nor are hidden folders and node_modules: no walk goes in circles. */
function filesIn(folder: string, budget: { entries: number }, problems: Problem[]): string[] {
  const files: string[] = [];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    let entries: Dirent[];
    try {
      entries = readdirSync(next, { withFileTypes: true });
    } catch (error) {
      problems.push(problem(next, "unreadable", `the folder cannot be listed (${codeOf(error)})`));
      continue;
    }
    for (const entry of entries) {
      if (budget.entries-- <= 0) {
        const message = `the folder holds more than ${ENTRIES_MAX} entries`;
        problems.push(problem(folder, "limit-files", message, "name the folder that holds the litmus files"));
        return files;
      }
      const path = join(next, entry.name);
      if (entry.name.endsWith(SUFFIX) && isFile(entry, path)) files.push(path);
      else if (entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
        waiting.push(path);
    }
  }
  return files.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function isFile(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function statOf(path: string, problems: Problem[]): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    const code = codeOf(error);
    problems.push(
      code === "ENOENT" || code === "ENOTDIR" || code === "ERR_INVALID_ARG_VALUE"
        ? problem(printable(path), "missing-file", "there is no such file or folder")
        : problem(printable(path), "unreadable", `it cannot be looked at (${code})`),
    );
    return null;
  }
}

/** A path as one line of text. */
function printable(path: string): string {
  const line = [...path].map((char) => (char < " " ? "?" : char)).join("");
  return line.length > 200 ? `${line.slice(0, 200)}…` : line === "" ? '""' : line;
}

/** The text of a file of at most `bytesMax` bytes. Throws a UserError for everything that is wrong with it. */
export function readText(path: string, bytesMax: number, what: string): string {
  const problems: Problem[] = [];
  const stats = statOf(path, problems);
  if (stats === null) throw new UserError(problems);
  const refuse = (code: Parameters<typeof problem>[1], message: string, hint?: string): never => {
    throw new UserError([problem(path, code, message, hint ?? null)]);
  };
  if (stats.isDirectory()) refuse("is-folder", `a folder, where ${what} is meant`);
  // Reading a pipe or a device might never end.
  if (!stats.isFile()) refuse("not-a-file", `neither a file nor a folder, where ${what} is meant`);
  if (stats.size > bytesMax) {
    refuse("limit-file-size", `the file has ${stats.size} bytes; ${what} has at most ${bytesMax}`);
  }
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return refuse("unreadable", `the file cannot be read (${codeOf(error)})`);
  }
  if (bytes.includes(0)) refuse("not-text", "the file holds zero bytes: it is not text");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse("not-text", "the file is not UTF-8 text");
  }
}

/** The text of a file beside another one; null where there is none. */
export function readIfThere(path: string, bytesMax: number): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : readText(path, bytesMax, "this file");
}

/** Writes a file and the folders above it. Throws a UserError where that is not possible. */
export function writeText(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new UserError([
      problem(printable(path), "unwritable", `the file cannot be written (${codeOf(error)})`),
    ]);
  }
}

/** `a/b/NAME.litmus` is `NAME`. */
export function litmusName(path: string): string {
  return basename(path, SUFFIX);
}

/** `a/b/NAME.litmus` to `a/b/NAME.expected`. */
export function expectedPath(path: string): string {
  return `${path.slice(0, -SUFFIX.length)}.expected`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
