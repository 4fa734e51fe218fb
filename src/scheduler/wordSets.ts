/**
 * Finite sets of words, each set one node of a shared diagram: equal sets are equal numbers, and a million words
 * may be ten nodes.
 */
import { IntVector } from "./intVector.js";
import { PairTable } from "./pairTable.js";

/** A set: a node of one `WordSets`. Equal sets of one `WordSets` have equal ids. */
export type WordSetId = number;

/**
 * A word in canonical form. A letter belongs to a track (a completion ring, say), and only the order within a
 * track counts: so a word is a list a track, and what stands at its end.
 */
export interface Word {
  readonly tracks: readonly (readonly number[])[];
  readonly end: number;
}

/** Above this many letters in a word, and nodes in all, a set is given up. */
export interface WordLimits {
  readonly lettersMax?: number;
  readonly nodesMax?: number;
}

export interface WordLimit {
  readonly name: "lettersMax" | "nodesMax";
  readonly value: number;
}

const EMPTY: WordSetId = 0;
/** The set of the empty word alone. */
const END: WordSetId = 1;
/** No symbol is larger: a chain of alternatives ends here. */
const NO_SYMBOL = 0x7fff_ffff;
const SYMBOL_BITS = 30;
const TRACK_SHIFT = 24;
const ENDS = 2 ** 30;
/** Recursion goes as deep as a word is long. */
const LETTERS_MAX = 2000;
const NODES_MAX = 2 ** 26;
const SLOTS_FIRST = 256;

/**
 * Sequence binary decision diagrams (Loekito, Bailey, Pei: A binary decision diagram based approach for mining
 * frequent subsequences, 2010; Denzumi et al.: Notes on sequence binary decision diagrams, 2013), which are
 * Minato's zero-suppressed diagrams for words: node (s, rest, after) is the set of `rest` and of s·w for each w of
 * `after`; along `rest` the symbols ascend; `after` is never empty; no two nodes are equal. Hence each set has
 * exactly one node.
 *
 * A word is spelled track by track: its letters of track 0 in their order, then those of track 1, …, then its end.
 * A letter of track k is the symbol `k·2^24 + letter`, an end the symbol `2^30 + end`.
 *
 * `trackShift` is that 24; with fewer bits for the letter there may be more tracks.
 *
 * Limits: 63 tracks, letters 1..2^24 - 1 (in general 2^(30 - trackShift) - 1, and 1..2^trackShift - 1), ends 0..2^30 - 1; words of `lettersMax` (default and most: 2000)
 * letters; `nodesMax` (default and most: 2^26) nodes. Where one of the last two is passed, `limit` says so, and
 * every set made from then on is meaningless.
 */
export class WordSets {
  /** Null as long as no limit was passed. */
  limit: WordLimit | null = null;
  private readonly symbol = new IntVector();
  private readonly rest = new IntVector();
  private readonly after = new IntVector();
  /** The most symbols of a word of the set. */
  private readonly longest = new IntVector();
  private table = new Int32Array(SLOTS_FIRST);
  private readonly unions = new PairTable();
  private readonly pushes = new PairTable();
  private readonly differences = new PairTable();
  private readonly stack: number[] = [];
  private readonly lettersMax: number;
  private readonly nodesMax: number;

  constructor(
    readonly tracks: number,
    limits: WordLimits = {},
    private readonly trackShift: number = TRACK_SHIFT,
  ) {
    if (!(Number.isInteger(tracks) && tracks >= 0 && tracks < 2 ** (SYMBOL_BITS - trackShift)))
      throw new RangeError(`no ${tracks} tracks`);
    this.lettersMax = Math.min(limits.lettersMax ?? LETTERS_MAX, LETTERS_MAX);
    this.nodesMax = Math.min(limits.nodesMax ?? NODES_MAX, NODES_MAX);
    for (const _ of [EMPTY, END]) {
      this.symbol.push(NO_SYMBOL);
      for (const vector of [this.rest, this.after, this.longest]) vector.push(0);
    }
  }

  /** The set without words. */
  get empty(): WordSetId {
    return EMPTY;
  }

  get nodes(): number {
    return this.symbol.length;
  }

  get bytes(): number {
    const vectors = [this.symbol, this.rest, this.after, this.longest];
    const tables = [this.unions, this.pushes, this.differences];
    return [...vectors, ...tables].reduce((sum, { bytes }) => sum + bytes, this.table.byteLength);
  }

  /** The set of one word without letters, which ends with `end`. */
  ending(end: number): WordSetId {
    return this.node(endSymbol(end), EMPTY, END);
  }

  /** Every word of `set` with `letter`, of `track`, before all its letters. */
  prepend(letter: number, track: number, set: WordSetId): WordSetId {
    return this.push(this.letterSymbol(letter, track), set);
  }

  union(one: WordSetId, other: WordSetId): WordSetId {
    const { stack, symbol, rest, after, unions } = this;
    const base = stack.length;
    let a = one;
    let b = other;
    let result: number;
    // Down the alternatives in a loop, into what follows a symbol by recursion: words are short, sets of
    // alternatives need not be.
    for (;;) {
      if (a > b) [a, b] = [b, a];
      if (a === b || a === EMPTY) {
        result = b;
        break;
      }
      result = unions.get(a, b);
      if (result >= 0) break;
      const inA = symbol.get(a);
      const inB = symbol.get(b);
      stack.push(a, b);
      if (inA === inB) {
        stack.push(inA, this.union(after.get(a), after.get(b)));
        a = rest.get(a);
        b = rest.get(b);
      } else if (inA < inB) {
        stack.push(inA, after.get(a));
        a = rest.get(a);
      } else {
        stack.push(inB, after.get(b));
        b = rest.get(b);
      }
    }
    return this.climb(base, result, unions);
  }

  /** The words of `one` that `other` has not. Empty exactly if `one` is a subset. */
  difference(one: WordSetId, other: WordSetId): WordSetId {
    const { stack, symbol, rest, after, differences } = this;
    const base = stack.length;
    let a = one;
    let b = other;
    let result: number;
    for (;;) {
      if (a === b || a === EMPTY || b === EMPTY) {
        result = a === b ? EMPTY : a;
        break;
      }
      result = differences.get(a, b);
      if (result >= 0) break;
      const inA = symbol.get(a);
      const inB = symbol.get(b);
      if (inA > inB) {
        b = rest.get(b);
        continue;
      }
      stack.push(a, b, inA, inA === inB ? this.difference(after.get(a), after.get(b)) : after.get(a));
      a = rest.get(a);
      if (inA === inB) b = rest.get(b);
    }
    return this.climb(base, result, differences);
  }

  /** How many words. */
  count(set: WordSetId): bigint {
    // A node is younger than what it is made of, so one pass over the ids counts all.
    const counts = new Float64Array(set + 1);
    counts[END] = 1;
    let isExact = true;
    for (let id = END + 1; id <= set; id++) {
      const count = counts[this.rest.get(id)]! + counts[this.after.get(id)]!;
      counts[id] = count;
      isExact &&= count <= Number.MAX_SAFE_INTEGER;
    }
    if (isExact) return set === EMPTY ? 0n : BigInt(counts[set]!);
    const exact: bigint[] = [0n, 1n];
    for (let id = END + 1; id <= set; id++)
      exact.push(exact[this.rest.get(id)]! + exact[this.after.get(id)]!);
    return exact[set]!;
  }

  /**
   * The first `max` words, in the order of their symbols: of two words, the one with the smaller symbol where they
   * part.
   */
  list(set: WordSetId, max: number): Word[] {
    const words: Word[] = [];
    const symbols: number[] = [];
    const visit = (from: WordSetId): void => {
      for (let id = from; id !== EMPTY && words.length < max; id = this.rest.get(id)) {
        if (id === END) {
          words.push(this.wordOf(symbols));
          return;
        }
        symbols.push(this.symbol.get(id));
        visit(this.after.get(id));
        symbols.pop();
      }
    };
    visit(set);
    return words;
  }

  /** A word with the fewest letters, of several the first in the order of their symbols; null: the set is empty. */
  shortest(set: WordSetId): Word | null {
    if (set === EMPTY) return null;
    // A node is younger than what it is made of, so one pass over the ids finds all lengths.
    const lengths = new Float64Array(set + 1).fill(Number.POSITIVE_INFINITY);
    lengths[END] = 0;
    for (let id = END + 1; id <= set; id++) {
      lengths[id] = Math.min(lengths[this.rest.get(id)]!, lengths[this.after.get(id)]! + 1);
    }
    const symbols: number[] = [];
    for (let id = set; id !== END; ) {
      if (lengths[id] === lengths[this.after.get(id)]! + 1) {
        symbols.push(this.symbol.get(id));
        id = this.after.get(id);
      } else id = this.rest.get(id);
    }
    return this.wordOf(symbols);
  }

  has(set: WordSetId, word: Word): boolean {
    let id = set;
    for (const symbol of this.symbolsOf(word)) {
      while (this.symbol.get(id) < symbol) id = this.rest.get(id);
      if (this.symbol.get(id) !== symbol) return false;
      id = this.after.get(id);
    }
    return id === END;
  }

  /** The set of exactly this word. */
  single(word: Word): WordSetId {
    let id = END;
    for (const symbol of this.symbolsOf(word).reverse()) id = this.node(symbol, EMPTY, id);
    return id;
  }

  /** Puts a letter before each word; past the letters of lower tracks, which stand before it whatever came first. */
  private push(letter: number, set: WordSetId): WordSetId {
    const { stack, symbol, rest, after, pushes, trackShift } = this;
    const track = letter >>> trackShift;
    const base = stack.length;
    let id = set;
    let result: number;
    for (;;) {
      if (symbol.get(id) >>> trackShift >= track) {
        result = this.node(letter, EMPTY, id);
        break;
      }
      result = pushes.get(letter, id);
      if (result >= 0) break;
      stack.push(letter, id, symbol.get(id), this.push(letter, after.get(id)));
      id = rest.get(id);
    }
    return this.climb(base, result, pushes);
  }

  /**
   * Builds the chain of alternatives that the stack holds from `base` on, before `last`, and remembers each part
   * of it.
   */
  private climb(base: number, last: WordSetId, memo: PairTable): WordSetId {
    const { stack } = this;
    let result = last;
    for (let top = stack.length; top > base; top -= 4) {
      result = this.node(stack[top - 2]!, result, stack[top - 1]!);
      if (this.limit === null) memo.set(stack[top - 4]!, stack[top - 3]!, result);
    }
    stack.length = base;
    return result;
  }

  /** The one node with these parts. */
  private node(symbol: number, rest: WordSetId, after: WordSetId): WordSetId {
    if (after === EMPTY) return rest;
    let slot = hashOf(symbol, rest, after) & (this.table.length - 1);
    for (;;) {
      const id = this.table[slot]!;
      if (id === 0) break;
      if (this.symbol.get(id) === symbol && this.rest.get(id) === rest && this.after.get(id) === after)
        return id;
      slot = (slot + 1) & (this.table.length - 1);
    }
    const length = Math.max(this.longest.get(rest), this.longest.get(after) + 1);
    // The end is a symbol too.
    if (length > this.lettersMax + 1) this.limit ??= { name: "lettersMax", value: this.lettersMax };
    if (this.nodes >= this.nodesMax) this.limit ??= { name: "nodesMax", value: this.nodesMax };
    if (this.limit !== null) return EMPTY;

    const id = this.nodes;
    this.symbol.push(symbol);
    this.rest.push(rest);
    this.after.push(after);
    this.longest.push(length);
    this.table[slot] = id;
    if (2 * id > this.table.length) this.growTable();
    return id;
  }

  private growTable(): void {
    const table = new Int32Array(2 * this.table.length);
    for (let id = END + 1; id < this.nodes; id++) {
      let slot = hashOf(this.symbol.get(id), this.rest.get(id), this.after.get(id)) & (table.length - 1);
      while (table[slot] !== 0) slot = (slot + 1) & (table.length - 1);
      table[slot] = id;
    }
    this.table = table;
  }

  private letterSymbol(letter: number, track: number): number {
    if (!(Number.isInteger(track) && track >= 0 && track < this.tracks))
      throw new RangeError(`no track ${track} of ${this.tracks}`);
    if (!(Number.isInteger(letter) && letter > 0 && letter < 2 ** this.trackShift))
      throw new RangeError(`${letter} is not a letter`);
    return track * 2 ** this.trackShift + letter;
  }

  private symbolsOf(word: Word): number[] {
    const symbols = word.tracks.flatMap((letters, track) =>
      letters.map((letter) => this.letterSymbol(letter, track)),
    );
    return [...symbols, endSymbol(word.end)];
  }

  private wordOf(symbols: readonly number[]): Word {
    const tracks: number[][] = Array.from({ length: this.tracks }, () => []);
    const letterMask = 2 ** this.trackShift - 1;
    for (const symbol of symbols.slice(0, -1)) tracks[symbol >>> this.trackShift]!.push(symbol & letterMask);
    return { tracks, end: symbols.at(-1)! - ENDS };
  }
}

function endSymbol(end: number): number {
  if (!(Number.isInteger(end) && end >= 0 && end < ENDS))
    throw new RangeError(`${end} is not the number of an end`);
  return ENDS + end;
}

function hashOf(symbol: number, rest: number, after: number): number {
  let hash = Math.imul(symbol, 0x9e3779b1) ^ Math.imul(rest, 0x85ebca77) ^ Math.imul(after, 0xc2b2ae3d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f);
  return hash ^ (hash >>> 13);
}
