/** An exact map from pairs of integers to integers: open addressing over one typed array. */

const SLOTS_FIRST = 64;

/**
 * Keys are pairs of 32-bit integers, values are integers of at least 0 and below 2^31 - 1. Nothing is ever removed.
 * Limit: 2^29 entries. Memory is `bytes` exactly.
 */
export class PairTable {
  /** Three integers a slot: first, second, value plus one (0: free). */
  private table = new Int32Array(3 * SLOTS_FIRST);
  private slots = SLOTS_FIRST;
  private count = 0;

  get size(): number {
    return this.count;
  }

  get bytes(): number {
    return this.table.byteLength;
  }

  /** The value of the pair, or -1. */
  get(first: number, second: number): number {
    return this.table[this.slotOf(first, second) + 2]! - 1;
  }

  set(first: number, second: number, value: number): void {
    if (3 * this.count >= 2 * this.slots) this.grow();
    const slot = this.slotOf(first, second);
    if (this.table[slot + 2] === 0) this.count++;
    this.table[slot] = first;
    this.table[slot + 1] = second;
    this.table[slot + 2] = value + 1;
  }

  private slotOf(first: number, second: number): number {
    const { table, slots } = this;
    let slot = mix(first, second) & (slots - 1);
    for (;;) {
      const at = 3 * slot;
      if (table[at + 2] === 0 || (table[at] === first && table[at + 1] === second)) return at;
      slot = (slot + 1) & (slots - 1);
    }
  }

  private grow(): void {
    const old = this.table;
    this.slots *= 2;
    if (this.slots > 1 << 29) throw new RangeError("more than 2^29 pairs");
    this.table = new Int32Array(3 * this.slots);
    for (let at = 0; at < old.length; at += 3) {
      if (old[at + 2] === 0) continue;
      const slot = this.slotOf(old[at]!, old[at + 1]!);
      this.table[slot] = old[at]!;
      this.table[slot + 1] = old[at + 1]!;
      this.table[slot + 2] = old[at + 2]!;
    }
  }
}

function mix(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae3d);
  return hash ^ (hash >>> 13);
}
