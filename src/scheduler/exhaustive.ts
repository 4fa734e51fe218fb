/**
 * Every run, one after the other: an odometer whose digits are choices. Guarantees: after `advance` returned
 * false, each schedule of the model was taken exactly once, in lexicographic order. For small models only: the
 * number of runs is that of interleavings, not of states.
 */
import type { Alternatives, Chooser } from "./chooser.js";

export class Exhaustive implements Chooser {
  private readonly digits: { index: number; count: number }[] = [];
  private step = 0;

  choose({ count }: Alternatives): number {
    const digit = this.digits[this.step];
    if (digit === undefined) this.digits.push({ index: 0, count });
    else if (digit.count !== count) {
      throw new Error(
        `the model is not deterministic: step ${this.step + 1} had ${digit.count} choices, and now has ${count}`,
      );
    }
    return this.digits[this.step++]!.index;
  }

  /** Goes to the next schedule. False if that was the last. To be called after each run; all runs have the same limit. */
  advance(): boolean {
    this.step = 0;
    for (let last = this.digits.at(-1); last !== undefined; last = this.digits.at(-1)) {
      if (++last.index < last.count) return true;
      this.digits.pop();
    }
    return false;
  }
}
