/** How often each outcome was seen. */
import type { CqeRecord, Outcome } from "../model/outcome.js";

/** An outcome, and the runs that had it. */
export interface Tally {
  readonly outcome: Outcome;
  readonly runs: number;
}

export class Tallies {
  private readonly byKey = new Map<string, { readonly outcome: Outcome; runs: number }>();
  /** Most runs show what the one before them showed: telling that is much cheaper than a key is. */
  private last: { readonly outcome: Outcome; runs: number } | null = null;
  runs = 0;

  add(outcome: Outcome, runs: number): void {
    this.runs += runs;
    if (this.last === null || !isSameOutcome(this.last.outcome, outcome)) {
      const key = JSON.stringify(outcome);
      let tally = this.byKey.get(key);
      if (tally === undefined) {
        tally = { outcome, runs: 0 };
        this.byKey.set(key, tally);
      }
      this.last = tally;
    }
    this.last.runs += runs;
  }

  /** The most frequent first. */
  sorted(): readonly Tally[] {
    return [...this.byKey.values()].sort((a, b) => b.runs - a.runs);
  }
}

function isSameOutcome(a: Outcome, b: Outcome): boolean {
  return (
    a.hang === b.hang &&
    areEqual(a.values, b.values, Object.is) &&
    areEqual(a.files, b.files, Object.is) &&
    areEqual(a.cq, b.cq, (one, other) => areEqual(one, other, isSameCqe))
  );
}

function isSameCqe(a: CqeRecord, b: CqeRecord): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}

function areEqual<T>(a: readonly T[], b: readonly T[], isSame: (a: T, b: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!isSame(a[i] as T, b[i] as T)) return false;
  return true;
}
