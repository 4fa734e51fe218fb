/** Exit codes of every command: a contract with scripts (LITMUS.md). */
export const EXIT = {
  ok: 0,
  violated: 1,
  /** The command line or an input file is wrong. */
  misused: 2,
  inconclusive: 3,
  /** A fault of the program's own. */
  fault: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The one that matters most of several: a fault, then misuse, then a violation, then what is undecided. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  for (const code of [EXIT.fault, EXIT.misused, EXIT.violated, EXIT.inconclusive]) {
    if (codes.includes(code)) return code;
  }
  return EXIT.ok;
}
