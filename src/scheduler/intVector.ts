/** A growing list of 32-bit integers whose memory is known exactly. */

const CAPACITY_FIRST = 64;

export class IntVector {
  /** The entries; past `length` its content is undefined. Replaced when it grows, so it must not be kept. */
  data = new Int32Array(CAPACITY_FIRST);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) {
      const grown = new Int32Array(2 * this.data.length);
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length++] = value;
  }

  /** The entry at `index < length`. */
  get(index: number): number {
    return this.data[index]!;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.data.byteLength;
  }

  /** The entries as an array of exactly their number, which shares this memory. */
  view(): Int32Array {
    return this.data.subarray(0, this.length);
  }
}
