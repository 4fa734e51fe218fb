/** What a user's mistake in a litmus file looks like: a place, a code, a sentence, and a hint where there is one. */

/** A place in the text; both count from 1, columns in UTF-16 units. `NOWHERE` is the place of what was never text. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export const NOWHERE: Position = { line: 0, column: 0 };

/** Every code, with what it means in general; the message of a diagnostic says what it means here. */
export const DIAGNOSTIC_CODES = {
  "attach-refused": "A program that is attached from the start, and the kernel would refuse it.",
  "bad-character": "A character that stands for nothing in the language.",
  "bad-escape": 'A string knows the escapes \\" \\\\ \\n \\t \\0 and \\xNN.',
  "bad-fd":
    "Not a file descriptor: a file, one end of a pipe or of sockets, a slot, or a number that is not open.",
  "bad-number": "Not a number or a time of the language.",
  "bad-value": "The key takes another kind of value.",
  contradiction: "Two parts of the file exclude each other.",
  "cyclic-user-data": "`ud=` goes round in a circle.",
  "duplicate-declaration": "A declaration that a file has at most once stands there again.",
  "duplicate-flag": "A flag, or a listed result, is given twice.",
  "duplicate-key": "A key, or an option of a statement, is given twice.",
  "duplicate-name": "A name is taken.",
  "empty-file": "The file holds no declaration.",
  "limit-depth": "Parentheses, `not` or `if` are nested deeper than the limit.",
  "limit-file-size": "The file is larger than the limit.",
  "limit-names": "More objects, rings, threads or statements are declared than the limit allows.",
  "limit-sqes": "The file has more SQEs than the limit.",
  "limit-string": "A string is longer than the limit.",
  "limit-tokens": "The file has more words and signs than the limit.",
  "missing-key": "The opcode needs a key that is not given.",
  "missing-litmus": "A file begins with `litmus NAME`.",
  "missing-parameter": "The program needs an argument that is not given.",
  "missing-may": "Only `may` can say what this operation returns.",
  "name-mismatch": "The name after `litmus` is not the file's.",
  "no-slots": "The file has no `slots`.",
  "no-thread": "A file has at least one thread.",
  "not-seen": "A thread cannot see what the condition asks about.",
  "not-text": "The file is not UTF-8 text.",
  "not-in-profile": "The profile has nothing of what the file uses.",
  "out-of-range": "A number is smaller or larger than what fits there.",
  "reserved-name": "The name is a word of the language where names stand.",
  "ring-needed": "With several rings, each statement says which one it means.",
  "setup-refused": "io_uring_setup(2) refuses the ring.",
  syntax: "The text does not have the form that the language gives it.",
  "undefined-name": "The name is used, and declared nowhere.",
  "unexpected-end": "The file ends in the middle of something.",
  "unknown-declaration": "No declaration begins like that.",
  "unknown-errno": "Linux has no such error.",
  "unknown-flag": "No such flag there.",
  "unknown-key": "The opcode has no such key.",
  "unknown-opcode": "The kernel has no such opcode.",
  "unknown-parameter": "The program takes no such argument.",
  "unknown-profile": "There is no such semantics profile.",
  "unknown-program": "No program of the shelf, or of a module that was given, has that name.",
  "unknown-setup-flag": "There is no such IORING_SETUP_ flag.",
  "unknown-statement": "No statement of a thread begins like that.",
  "unknown-variable": "The program's memory has no place of that name.",
  "unterminated-string": 'A string ends on its line, with `"`.',
  "wrong-program": "A loop hook where a custom operation is meant, or the other way round.",
} as const;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;

export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string | null;
}

/** A report names at most so many mistakes. */
export const DIAGNOSTICS_MAX = 20;

/** Where the stages of the compiler tell what is wrong. */
export interface Reporter {
  readonly file: string;
  /** Forgets what goes beyond DIAGNOSTICS_MAX. */
  report(at: Position, code: DiagnosticCode, message: string, hint?: string | null): void;
  readonly isFull: boolean;
  readonly hasErrors: boolean;
  /** In the order of the text. */
  diagnostics(): readonly Diagnostic[];
}

/** A reporter with nothing in it. */
export function createReporter(file: string): Reporter {
  const found: Diagnostic[] = [];
  return {
    file,
    report(at, code, message, hint = null) {
      if (found.length < DIAGNOSTICS_MAX) {
        found.push({ file, line: at.line, column: at.column, code, message, hint });
      }
    },
    get isFull() {
      return found.length >= DIAGNOSTICS_MAX;
    },
    get hasErrors() {
      return found.length > 0;
    },
    diagnostics: () => [...found].sort((a, b) => a.line - b.line || a.column - b.column),
  };
}

/** `file:line:col: error[code]: message`, and the hint on a line of its own. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, code, message, hint } = diagnostic;
  const head = `${file}:${line}:${column}: error[${code}]: ${message}`;
  return hint === null ? head : `${head}\nhint: ${hint}`;
}
