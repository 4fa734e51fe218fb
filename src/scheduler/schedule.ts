/** A run as data: what was chosen at each step, so that it can be kept, printed, compared and followed again. */

/**
 * One decision: the `index`-th of `count` enabled actions, in canonical order; `label` as `Model.describe` gives
 * it.
 */
export interface Choice {
  readonly index: number;
  readonly count: number;
  readonly label: string;
}

export type Schedule = readonly Choice[];
