/** Observed against allowed: an outcome that was seen and is not allowed is a failure, one never seen is coverage. */
import type { Outcome } from "../model/outcome.js";

export interface Observed {
  readonly outcome: Outcome;
  readonly runs: number;
}

export interface Judgement {
  readonly verdict: "ok" | "forbidden";
  /** Observed and not allowed. */
  readonly forbidden: readonly Observed[];
  /** Different allowed outcomes that were seen, of all; `allowed` null: how many there are is not known. */
  readonly coverage: { readonly seen: number; readonly allowed: number | null };
}

/** @param allowed whether the specification has this outcome; `allowedCount`: how many it has. */
export function judge(
  observed: readonly Observed[],
  allowed: (outcome: Outcome) => boolean,
  allowedCount: number | null,
): Judgement {
  const forbidden = observed.filter(({ outcome }) => !allowed(outcome));
  return {
    verdict: forbidden.length === 0 ? "ok" : "forbidden",
    forbidden,
    coverage: { seen: observed.length - forbidden.length, allowed: allowedCount },
  };
}
