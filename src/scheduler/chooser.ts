/** Who decides what happens next: the one interface behind sampling, replay and enumeration. */

/** What a chooser may look at. It sees no state, so that a schedule says all that was decided. */
export interface Alternatives {
  /** How many actions are enabled; at least 1. */
  readonly count: number;
  /** `Model.describe` of the `index`-th. */
  describe(index: number): string;
  /** Who acts in the `index`-th (a thread, a worker, the environment); 0 if the run was given no actors. */
  actorOf(index: number): number;
}

/** Instead of a decision: the run ends here, and a sentence says why. */
export interface Refusal {
  readonly stop: string;
}

/**
 * Answers "which one of `count`". A chooser belongs to one run: it may count its steps.
 * It is deterministic in what it was made from (a seed, a schedule) and in the alternatives that it is shown.
 */
export interface Chooser {
  /** An index below `alternatives.count`, or a refusal. */
  choose(alternatives: Alternatives): number | Refusal;
}
