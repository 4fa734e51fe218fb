/** What a conformance run comes to. Plain data: equal runs have equal results, byte for byte. */
import type { LitmusTest } from "../litmus/index.js";
import type { Outcome } from "../model/outcome.js";
import type { ProfileName } from "../model/profile.js";
import type { Violation } from "../properties/index.js";

/**
 * `failed`: something was observed that is not allowed. `ok`: nothing was, and something was judged. `inconclusive`:
 * nothing could be judged. `unsupported`: the implementation ran nothing. The counts say of how much.
 */
export type ConformanceVerdict = "ok" | "failed" | "inconclusive" | "unsupported";

/** An observed run that the specification does not have; enough to see it, and to run it again. */
export type ConformanceFailure = {
  /** The scenario as a litmus file; of a generated one the smallest that was found. */
  readonly litmus: string;
  /** The same, compiled. */
  readonly test: LitmusTest;
} & (
  | {
      readonly kind: "forbidden";
      readonly outcome: Outcome;
      /** Runs that had it. */
      readonly runs: number;
      /** The first allowed outcomes, in canonical order, and how many there are in all. */
      readonly allowed: readonly Outcome[];
      readonly allowedTotal: number;
    }
  | {
      readonly kind: "violated";
      readonly outcome: Outcome;
      readonly runs: number;
      readonly violation: Violation;
    }
  /** The implementation broke down: it rejected, or what it told is no report. */
  | { readonly kind: "broken"; readonly message: string }
);

/** What one litmus file comes to. */
export type FileResult = { readonly name: string } & (
  | {
      readonly verdict: "ok";
      /** Different outcomes that were observed, of those that the profile allows. */
      readonly seen: number;
      readonly allowed: number;
      readonly runs: number;
    }
  | { readonly verdict: "failed"; readonly failure: ConformanceFailure }
  | { readonly verdict: "unsupported" | "inconclusive"; readonly reason: string }
);

/** What a number of generated scenarios comes to. */
export interface GeneratedResult {
  /** `scenarios`, or the name of the property suite. */
  readonly name: string;
  readonly title: string;
  readonly verdict: ConformanceVerdict;
  /** Scenarios that were drawn; after a failure no more are. */
  readonly drawn: number;
  /** Scenarios of them that were judged, and had nothing wrong with them. */
  readonly ok: number;
  /** Reasons why others were not judged, the most frequent first. */
  readonly unsupported: readonly ReasonCount[];
  readonly inconclusive: readonly ReasonCount[];
  readonly failure: ConformanceFailure | null;
}

export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

export interface ConformanceResult {
  readonly implementation: string;
  readonly profile: ProfileName;
  readonly seed: number;
  readonly verdict: ConformanceVerdict;
  /** In the order of the options; shorter where `failuresMax` ended them. */
  readonly files: readonly FileResult[];
  /** A part each, in the order of the options. */
  readonly suites: readonly GeneratedResult[];
  readonly scenarios: GeneratedResult;
}

/** The verdict on a whole, from those on its parts. */
export function worstVerdict(parts: readonly ConformanceVerdict[]): ConformanceVerdict {
  for (const verdict of ["failed", "ok", "inconclusive"] as const)
    if (parts.includes(verdict)) return verdict;
  return "unsupported";
}
