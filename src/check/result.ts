/** What a check says of one litmus file under one profile: the form that the command line prints and the JSON carries. */

import type { Rule } from "../model/event.js";
import type { Outcome } from "../model/outcome.js";
import type { ProfileName } from "../model/profile.js";
import type { Schedule } from "../scheduler/schedule.js";

export type Verdict = "ok" | "violated" | "inconclusive";

export interface ClaimResult {
  readonly kind: "always" | "exists" | "never" | "hang";
  readonly name: string | null;
  readonly text: string;
  readonly line: number;
  /** null: not decided, because a limit was hit. `hang`: the claim that nobody made, that no run hangs. */
  readonly holds: boolean | null;
  /** An `always … implies …` whose premise no run reaches: it holds, and says nothing. Counts as violated. */
  readonly vacuous: boolean;
  /** The shortest run that decides it: a counterexample, or for `exists` the example. */
  readonly path: Schedule | null;
  /** Final states in which the condition holds, and in which it does not. */
  readonly positive: number;
  readonly negative: number;
}

/** What the author of a program ought to know: the program goes on as the kernel would let it. */
export interface Diagnosis {
  /** `stale-result`, `waits-in-vain`, …: docs/PROGRAMS.md says what each means. */
  readonly code: string;
  /** The hook's name, or the operation's id. */
  readonly program: string;
  readonly text: string;
  /** A shortest run that shows it. */
  readonly path: Schedule;
}

/** The limits of one check; absent: none. */
export interface CheckLimits {
  readonly statesMax?: number;
  readonly depthMax?: number;
  readonly bytesMax?: number;
  /** Polled; a sentence why to stop, or null. The caller owns the clock. */
  readonly stop?: () => string | null;
}

export interface CheckResult {
  readonly litmus: string;
  readonly profile: ProfileName;
  readonly verdict: Verdict;
  readonly claims: readonly ClaimResult[];
  readonly outcomes: {
    /** Exact; null: the search was not complete, or the runs have no end. */
    readonly total: number | null;
    /** In canonical order; the first `outcomesMax` of them. */
    readonly items: readonly Outcome[];
  };
  readonly explored: {
    readonly states: number;
    readonly transitions: number;
    readonly depth: number;
    readonly complete: boolean;
    /** Name and value of the limit that was hit. */
    readonly limit: { readonly name: string; readonly value: number | string } | null;
  };
  /** Of programs, in the order in which they were found; each once, at most 20. What no verifier would have loaded is a violated claim instead. */
  readonly diagnoses: readonly Diagnosis[];
  /** Rules that some transition applied, in the order of the specification. */
  readonly rules: readonly Rule[];
}
