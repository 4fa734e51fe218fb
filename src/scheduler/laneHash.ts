/**
 * The hash of a packed state: four lanes, so that a processor works on four words at a time. Each step is a
 * bijection of its lane for a given word, and the end mixes every bit into every other (the finaliser of
 * MurmurHash3, Appleby 2011; the constants are xxHash's, Collet 2012).
 */

/**
 * How each lane starts, and what it multiplies by. A fixed word belongs to lane `word % 4`, a list's entries to
 * that of its slot.
 */
export const LANES = [
  { name: "ha", start: 0x165667b1, prime: 0x9e3779b1 },
  { name: "hb", start: 0x27d4eb2f, prime: 0x85ebca77 },
  { name: "hc", start: 0x3c6ef372, prime: 0xc2b2ae3d },
  { name: "hd", start: 0x5bd1e995, prime: 0x27d4eb2f },
] as const;

/**
 * A lane after one more word. Without the rotation a multiplication carries nothing downwards, and high bits would
 * cancel.
 */
export function laneStep(lane: number, word: number, prime: number): number {
  const product = Math.imul(lane ^ word, prime);
  return (product << 15) | (product >>> 17);
}

/** The hash after one more chunk, whose lanes are given. */
export function chunkStep(hash: number, a: number, b: number, c: number, d: number): number {
  const lanes = a ^ ((b << 7) | (b >>> 25)) ^ ((c << 12) | (c >>> 20)) ^ ((d << 18) | (d >>> 14));
  return Math.imul(((hash << 13) | (hash >>> 19)) ^ lanes, 0x9e3779b1);
}

export function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
