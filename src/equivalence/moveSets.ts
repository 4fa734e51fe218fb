/** Sets of moves as numbers: equal sets, equal numbers. */
import { IntVector } from "../scheduler/intVector.js";

/** A move is sorted as one number. */
const TARGETS_MAX = 2 ** 31;

/**
 * Sets of moves (letter, target), each kept once and named by a number from 0: `add` moves, then `close`. Letters are
 * from 0 and below 2^22, targets from 0 and below 2^31; what targets mean is the caller's. Memory grows with the sets.
 */
export class MoveSets {
  private readonly start = new IntVector();
  private readonly end = new IntVector();
  private readonly letters = new IntVector();
  private readonly targets = new IntVector();
  private buffer = new Float64Array(64);
  private length = 0;
  /** Open addressing: a set plus one, 0 free. */
  private table = new Int32Array(256);
  private kept = 0;

  /** Puts a move into the set that is being made. */
  add(letter: number, target: number): void {
    if (this.length === this.buffer.length) {
      const grown = new Float64Array(2 * this.length);
      grown.set(this.buffer);
      this.buffer = grown;
    }
    this.buffer[this.length++] = letter * TARGETS_MAX + target;
  }

  addAll(set: number): void {
    for (let at = this.start.get(set); at < this.end.get(set); at++) {
      this.add(this.letters.get(at), this.targets.get(at));
    }
  }

  /** A number for a set that will be closed later by `closeAs`, and shared with no equal one. */
  reserve(): number {
    this.start.push(0);
    this.end.push(0);
    return this.start.length - 1;
  }

  closeAs(set: number): void {
    this.start.data[set] = this.letters.length;
    this.write();
    this.end.data[set] = this.letters.length;
  }

  /** The set that was made; an equal one that is known. */
  close(): number {
    const from = this.letters.length;
    this.write();
    const count = this.letters.length - from;
    if (2 * this.kept >= this.table.length) this.grow();
    const mask = this.table.length - 1;
    let slot = this.hash(from, count) & mask;
    for (; this.table[slot] !== 0; slot = (slot + 1) & mask) {
      const known = this.table[slot]! - 1;
      if (!this.isEqual(known, from, count)) continue;
      this.letters.length = from;
      this.targets.length = from;
      return known;
    }
    const set = this.reserve();
    this.start.data[set] = from;
    this.end.data[set] = from + count;
    this.table[slot] = set + 1;
    this.kept++;
    return set;
  }

  /** Calls `visit` with each move of a set, by letter and then by target. */
  forEach(set: number, visit: (letter: number, target: number) => void): void {
    for (let at = this.start.get(set); at < this.end.get(set); at++) {
      visit(this.letters.get(at), this.targets.get(at));
    }
  }

  get size(): number {
    return this.start.length;
  }

  /** Appends the moves that were added, sorted, each once. */
  private write(): void {
    const sorted = this.buffer.subarray(0, this.length).sort();
    let last = -1;
    for (const move of sorted) {
      if (move === last) continue;
      last = move;
      const letter = Math.floor(move / TARGETS_MAX);
      this.letters.push(letter);
      this.targets.push(move - letter * TARGETS_MAX);
    }
    this.length = 0;
  }

  private hash(from: number, count: number): number {
    let hash = count;
    for (let at = from; at < from + count; at++) {
      hash = Math.imul(hash ^ this.letters.get(at), 0x9e3779b1);
      hash = Math.imul((hash ^ (hash >>> 15)) + this.targets.get(at), 0x85ebca77);
    }
    return hash ^ (hash >>> 13);
  }

  private isEqual(set: number, from: number, count: number): boolean {
    const start = this.start.get(set);
    if (this.end.get(set) - start !== count) return false;
    for (let at = 0; at < count; at++) {
      if (this.letters.get(start + at) !== this.letters.get(from + at)) return false;
      if (this.targets.get(start + at) !== this.targets.get(from + at)) return false;
    }
    return true;
  }

  private grow(): void {
    const old = this.table;
    this.table = new Int32Array(2 * old.length);
    const mask = this.table.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      const start = this.start.get(entry - 1);
      let slot = this.hash(start, this.end.get(entry - 1) - start) & mask;
      while (this.table[slot] !== 0) slot = (slot + 1) & mask;
      this.table[slot] = entry;
    }
  }
}
