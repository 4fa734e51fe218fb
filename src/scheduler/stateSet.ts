/**
 * An exact set of packed states: open addressing over typed arrays, every state kept whole and numbered as it
 * came.
 */
import { IntVector } from "./intVector.js";

/** Words of a full segment of the arena: large enough to be rare, small enough that little is held unused. */
const SEGMENT_WORDS = 1 << 18;
const SEGMENT_WORDS_FIRST = 1 << 10;
const SLOTS_FIRST = 256;

/**
 * Packed states whose first word is their number of words (`Packer`).
 *
 * To add one: `reserve()`, pack it to `arena[at]`, then `add(hash)`. So a new state is written once, where it
 * stays, and one that is known already is overwritten by the next.
 *
 * Contract: `add` gives equal states the same id and different states different ones, whatever the hash; ids are
 * 0, 1, 2, … in the order of first addition, so they do not depend on the hash either.
 *
 * Limits: 2^29 states, 2^31 words in all. Memory is `bytes` exactly; `bytesToReserve` says what the next `reserve`
 * takes besides.
 */
export class StateSet {
  /** Where the next state is to be packed, after `reserve`. */
  arena = new Int32Array(0);
  at = 0;

  private readonly segments: Int32Array[] = [];
  /** A place in the arena is a segment and an offset: it splits by a shift and a mask. */
  private readonly segmentShift: number;
  private readonly segmentMask: number;
  /** A state and the id before it. */
  private readonly roomWords: number;
  private arenaBytes = 0;
  /** Place of each state: of the id before its first word. */
  private readonly places = new IntVector();
  /** Two integers a slot: place plus one (0: free) and hash, beside each other, since a look-up reads both. */
  private table = new Int32Array(2 * SLOTS_FIRST);
  private slots = SLOTS_FIRST;

  /** `words`: the most that a state takes. */
  constructor(words: number) {
    this.roomWords = words + 1;
    this.segmentShift = Math.ceil(Math.log2(Math.max(SEGMENT_WORDS, this.roomWords)));
    this.segmentMask = 2 ** this.segmentShift - 1;
  }

  get size(): number {
    return this.places.length;
  }

  get bytes(): number {
    return this.arenaBytes + this.table.byteLength + this.places.bytes;
  }

  /** What `reserve` would allocate now; 0 if there is room. Counts what is copied twice, as it is then. */
  get bytesToReserve(): number {
    return (
      (this.isTableFull() ? 2 * this.table.byteLength : 0) +
      (this.isArenaFull() ? 4 * this.nextSegmentWords() : 0) +
      (this.places.length === this.places.data.length ? 2 * this.places.bytes : 0)
    );
  }

  /** Makes room for a state at `arena[at]`. */
  reserve(): void {
    if (this.isTableFull()) this.growTable();
    if (this.isArenaFull()) this.growArena();
  }

  /**
   * The id of the state at `arena[at]`, which has this hash; it is kept if it is new: then the id is what `size`
   * was.
   */
  add(hash: number): number {
    const slot = this.slotOf(hash);
    const place = this.table[slot]! - 1;
    if (place >= 0) return this.segments[place >>> this.segmentShift]![place & this.segmentMask]!;

    const id = this.places.length;
    const { arena, at } = this;
    const here = (this.segments.length - 1) * (this.segmentMask + 1) + at - 1;
    if (here > 0x7fff_fffe) throw new RangeError("the states take more than 2^31 words");
    arena[at - 1] = id;
    this.places.push(here);
    this.table[slot] = here + 1;
    this.table[slot + 1] = hash;
    this.at = at + arena[at]! + 1;
    return id;
  }

  /** The id of the state at `arena[at]`, which has this hash, or -1. */
  find(hash: number): number {
    const place = this.table[this.slotOf(hash)]! - 1;
    return place < 0 ? -1 : this.segments[place >>> this.segmentShift]![place & this.segmentMask]!;
  }

  /** The array that holds state `id`, from `offsetOf(id)`. To be read only; valid until the set grows. */
  segmentOf(id: number): Int32Array {
    return this.segments[this.places.get(id) >>> this.segmentShift]!;
  }

  offsetOf(id: number): number {
    return (this.places.get(id) & this.segmentMask) + 1;
  }

  /** The slot that holds the state at `arena[at]`, or the free one where it belongs. */
  private slotOf(hash: number): number {
    const { table } = this;
    const end = table.length - 1;
    let slot = (hash << 1) & end;
    for (;;) {
      const entry = table[slot]!;
      if (entry === 0 || (table[slot + 1] === hash && this.isState(entry - 1))) return slot;
      slot = (slot + 2) & end;
    }
  }

  /**
   * Whether the state at `place` is the one at `arena[at]`. Both begin with their lengths, so no word is read too
   * many.
   */
  private isState(place: number): boolean {
    const { arena, at } = this;
    const segment = this.segments[place >>> this.segmentShift]!;
    const offset = (place & this.segmentMask) + 1;
    const count = arena[at]!;
    let index = 0;
    // Four at a time: most comparisons succeed, since the hashes were equal.
    for (; index + 4 <= count; index += 4) {
      const differs =
        (segment[offset + index]! ^ arena[at + index]!) |
        (segment[offset + index + 1]! ^ arena[at + index + 1]!) |
        (segment[offset + index + 2]! ^ arena[at + index + 2]!) |
        (segment[offset + index + 3]! ^ arena[at + index + 3]!);
      if (differs !== 0) return false;
    }
    for (; index < count; index++) {
      if (segment[offset + index] !== arena[at + index]) return false;
    }
    return true;
  }

  private isTableFull(): boolean {
    return 3 * this.places.length >= 2 * this.slots;
  }

  private growTable(): void {
    const old = this.table;
    this.slots *= 2;
    if (this.slots > 1 << 29) throw new RangeError("more than 2^29 states");
    const table = new Int32Array(2 * this.slots);
    const end = table.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from] === 0) continue;
      let slot = (old[from + 1]! << 1) & end;
      while (table[slot] !== 0) slot = (slot + 2) & end;
      table[slot] = old[from]!;
      table[slot + 1] = old[from + 1]!;
    }
    this.table = table;
  }

  private isArenaFull(): boolean {
    return this.at - 1 + this.roomWords > this.arena.length;
  }

  /** The first segment starts small and doubles, so that a small search stays small; the others are full at once. */
  private nextSegmentWords(): number {
    const full = this.segmentMask + 1;
    if (this.segments.length > 1 || this.arena.length === full) return full;
    return Math.min(
      full,
      Math.max(SEGMENT_WORDS_FIRST, 2 ** Math.ceil(Math.log2(this.roomWords)), 2 * this.arena.length),
    );
  }

  private growArena(): void {
    const segment = new Int32Array(this.nextSegmentWords());
    const full = this.segmentMask + 1;
    if (this.segments.length === 0 || this.arena.length < full) {
      segment.set(this.arena);
      this.arenaBytes += segment.byteLength - this.arena.byteLength;
      this.segments[0] = segment;
      if (this.at === 0) this.at = 1;
    } else {
      this.segments.push(segment);
      this.arenaBytes += segment.byteLength;
      this.at = 1;
    }
    this.arena = segment;
  }
}
