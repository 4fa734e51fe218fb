/** Makes a failing value smaller: greedily, deterministically, and within a limit. */

export interface ShrinkLimits {
  /** Calls of `stillFails`. */
  readonly triesMax: number;
}

export interface Shrunk<Value> {
  readonly value: Value;
  readonly tries: number;
  /** How often a smaller value was found. */
  readonly steps: number;
  /** Whether no candidate of `value` fails: false if the limit came first. */
  readonly isMinimal: boolean;
}

/**
 * Goes to the first candidate that still fails, again and again, until none does. `candidates` lists smaller
 * values, the most daring first; it must be well-founded (no value is a candidate of its own candidates), or only
 * the limit ends it. `value` itself is taken to fail.
 */
export function shrink<Value>(
  value: Value,
  candidates: (value: Value) => Iterable<Value>,
  stillFails: (value: Value) => boolean,
  { triesMax }: ShrinkLimits,
): Shrunk<Value> {
  let smallest = value;
  let tries = 0;
  let steps = 0;
  for (;;) {
    let found = false;
    for (const candidate of candidates(smallest)) {
      if (tries === triesMax) return { value: smallest, tries, steps, isMinimal: false };
      tries++;
      if (!stillFails(candidate)) continue;
      smallest = candidate;
      steps++;
      found = true;
      break;
    }
    if (!found) return { value: smallest, tries, steps, isMinimal: true };
  }
}
