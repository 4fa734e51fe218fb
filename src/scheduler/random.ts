/** Numbers from a seed, the same on every machine: the only source of randomness of the program. */
import seedrandom from "seedrandom";

const UINT32_COUNT = 2 ** 32;

export interface Random {
  /** A uniform integer `0..bound - 1`, without the bias of a remainder; `bound` is 1..2^32. */
  below(bound: number): number;
  /** The same for a bound of any size, at least 1. */
  belowBig(bound: bigint): bigint;
}

/** seedrandom's default generator (ARC4), keyed by `seed` alone: nothing of the environment is mixed in. */
export function randomOf(seed: string): Random {
  const generator = seedrandom(seed);
  return {
    below(bound) {
      if (!(Number.isInteger(bound) && bound >= 1 && bound <= UINT32_COUNT))
        throw new RangeError(`no number below ${bound}`);
      // The numbers above the last multiple of `bound` would make small remainders more likely.
      const end = UINT32_COUNT - (UINT32_COUNT % bound);
      for (;;) {
        const drawn = generator.int32() >>> 0;
        if (drawn < end) return drawn % bound;
      }
    },
    belowBig(bound) {
      if (bound < 1n) throw new RangeError(`no number below ${bound}`);
      const digits = Math.ceil(bound.toString(16).length / 8);
      const count = 1n << BigInt(32 * digits);
      const end = count - (count % bound);
      for (;;) {
        let drawn = 0n;
        for (let digit = 0; digit < digits; digit++) drawn = (drawn << 32n) | BigInt(generator.int32() >>> 0);
        if (drawn < end) return drawn % bound;
      }
    },
  };
}
