/** What is wrong with a file or an option that the user named: a place, a code, a sentence, a hint. */

export const PROBLEM_CODES = {
  "missing-file": "There is no file or folder of that name.",
  unreadable: "The file cannot be read, or the folder not listed.",
  "not-a-file": "Neither a file nor a folder: a device, a pipe or a socket.",
  "is-folder": "A folder where one file is meant.",
  "not-litmus": "The file's name does not end in .litmus.",
  "no-litmus-files": "The folder holds no .litmus file.",
  "limit-file-size": "The file is larger than the limit.",
  "limit-files": "The folder holds more than the limit.",
  "not-text": "The file is not UTF-8 text.",
  unwritable: "The file cannot be written.",
  "not-json": "The trace, or the table of mutants, is not JSON, or cut off.",
  "newer-schema": "The trace was written by a newer version.",
  "unknown-schema": "The file is JSON, and not what is meant: no trace, or no table of mutants.",
  "wrong-type": "A part of the trace, or of the table of mutants, has another type or value.",
  "missing-key": "A part of the trace is missing.",
  "limit-choices": "The trace is longer than the limit.",
  "bad-module": "The module of programs cannot be loaded.",
  "bad-program": "An export of the module is no program, or not one that a litmus file can name.",
  "missing-program": "The trace needs a program that no --programs brings.",
  "not-in-profile": "The profile has nothing of what the file uses.",
  "no-replacement":
    "The links of the file have no such replacement, or the environment has no place beside them.",
  "bad-option": "An option has a value that it cannot have.",
  "unknown-claim": "The file has no such claim.",
  "unknown-suite": "There is no such suite.",
  "nothing-to-shrink": "No claim of the file is violated.",
} as const;

export type ProblemCode = keyof typeof PROBLEM_CODES;

export interface Problem {
  readonly file: string;
  /** From 1; 0: the file as a whole. */
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** Thrown by what cannot go on without the input; caught at the top, where it makes exit code 2. */
export class UserError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems[0]?.message ?? "nothing is wrong");
  }
}

export function problem(
  file: string,
  code: ProblemCode,
  message: string,
  hint: string | null = null,
): Problem {
  return { file, line: 0, column: 0, code, message, hint };
}

/** `file:line:col: error[code]: message`, and the hint on a line of its own; without a line, just the file. */
export function formatProblem({ file, line, column, code, message, hint }: Problem): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  const head = `${place}: error[${code}]: ${message}`;
  return hint === null ? head : `${head}\nhint: ${hint}`;
}
