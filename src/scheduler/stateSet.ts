/**
 * An exact set of packed states: open addressing over typed arrays, every state kept whole and numbered as it
 * came.
 */
import { IntVector } from "./intVector.js";

/** Words of a full segment of the arena: large enough to be rare, small enough that little is held unused. */
const SEGMENT_WORDS = 1 << 18;
const SEGMENT_WORDS_FIRST = 1 << 10;
const SLOTS_FIRST = 256;
/** Bits of a slot that hold a place, at first: 64 MB of states. */
const PLACE_BITS_FIRST = 24;
/** In front of a state: its hash and its id. */
const FRONT_WORDS = 2;

/**
 * Packed states whose first word is their number of words (`Packer`).
 *
 * To add one: `reserve()`, pack it to `arena[at]`, then `add(hash)`. So a new state is written once, where it
 * stays, and one that is known already is overwritten by the next.
 *
 * Contract: `add` gives equal states the same id and different states different ones, whatever the hash; ids are
 * 0, 1, 2, … in the order of first addition, so they do not depend on the hash either.
 *
 * Limits: 2^29 states, less than 2^31 words in all. Memory is `bytes` exactly; `bytesToReserve` says what the next `reserve`
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
  /** A state and what is in front of it. */
  private readonly roomWords: number;
  private arenaBytes = 0;
  /** Place of each state, by id. */
  private readonly places = new IntVector();
  /**
   * A slot is one integer, since most look-ups miss the processor's caches, and the less so the smaller the table: in
   * the bits of `placeMask` place plus one (0: free), in those above the same bits of the hash.
   */
  private table = new Int32Array(SLOTS_FIRST);
  private placeMask = 2 ** PLACE_BITS_FIRST - 1;

  /** `words`: the most that a state takes. */
  constructor(words: number) {
    this.roomWords = words + FRONT_WORDS;
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
    const entry = this.table[slot]!;
    if (entry !== 0) return this.idAt(entry);

    const id = this.places.length;
    const { arena, at, placeMask } = this;
    const place = (this.segments.length - 1) * (this.segmentMask + 1) + at;
    arena[at - 2] = hash;
    arena[at - 1] = id;
    this.places.push(place);
    this.table[slot] = (place + 1) | (hash & ~placeMask);
    this.at = at + arena[at]! + FRONT_WORDS;
    return id;
  }

  /** The id of the state at `arena[at]`, which has this hash, or -1. */
  find(hash: number): number {
    const entry = this.table[this.slotOf(hash)]!;
    return entry === 0 ? -1 : this.idAt(entry);
  }

  private idAt(entry: number): number {
    const place = (entry & this.placeMask) - 1;
    return this.segments[place >>> this.segmentShift]![(place & this.segmentMask) - 1]!;
  }

  /** The array that holds state `id`, from `offsetOf(id)`. To be read only; valid until the set grows. */
  segmentOf(id: number): Int32Array {
    return this.segments[this.places.get(id) >>> this.segmentShift]!;
  }

  offsetOf(id: number): number {
    return this.places.get(id) & this.segmentMask;
  }

  /** The slot that holds the state at `arena[at]`, or the free one where it belongs. */
  private slotOf(hash: number): number {
    const { table, placeMask } = this;
    const end = table.length - 1;
    let slot = hash & end;
    for (;;) {
      const entry = table[slot]!;
      if (entry === 0) return slot;
      if (((entry ^ hash) & ~placeMask) === 0 && this.isState((entry & placeMask) - 1)) return slot;
      slot = (slot + 1) & end;
    }
  }

  /**
   * Whether the state at `place` is the one at `arena[at]`. Both begin with their lengths, so no word is read too
   * many.
   */
  private isState(place: number): boolean {
    const { arena, at } = this;
    const segment = this.segments[place >>> this.segmentShift]!;
    const offset = place & this.segmentMask;
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
    return 3 * this.places.length >= 2 * this.table.length;
  }

  private growTable(): void {
    const slots = 2 * this.table.length;
    if (slots > 1 << 29) throw new RangeError("more than 2^29 states");
    this.table = new Int32Array(slots);
    this.fillTable();
  }

  /** Puts every state in the empty table. */
  private fillTable(): void {
    const { table, placeMask } = this;
    const end = table.length - 1;
    for (let id = 0; id < this.places.length; id++) {
      const place = this.places.get(id);
      const hash = this.segments[place >>> this.segmentShift]![(place & this.segmentMask) - 2]!;
      let slot = hash & end;
      while (table[slot] !== 0) slot = (slot + 1) & end;
      table[slot] = (place + 1) | (hash & ~placeMask);
    }
  }

  private isArenaFull(): boolean {
    return this.at - FRONT_WORDS + this.roomWords > this.arena.length;
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
      if (this.at === 0) this.at = FRONT_WORDS;
    } else {
      this.segments.push(segment);
      this.arenaBytes += segment.byteLength;
      this.at = FRONT_WORDS;
    }
    this.arena = segment;
    const words = this.segments.length * full;
    if (words >= 2 ** 31) throw new RangeError("the states take 2^31 words");
    if (words <= this.placeMask) return;
    // A place takes one bit more, and the hash one less.
    this.placeMask = 2 * this.placeMask + 1;
    this.table.fill(0);
    this.fillTable();
  }
}
