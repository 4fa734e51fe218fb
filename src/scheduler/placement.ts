/** Where each field of a layout goes: its word, its bits, and what it may hold. No field straddles a word. */
import { LANES } from "./laneHash.js";
import type { Layout } from "./model.js";

/** One step from a part of the state to a part of that part: a field's name or an index. */
export type PathStep = string | number;

/** A place in the state, with the bits that hold it. `word` is -1 where it takes none. */
export interface Slot {
  readonly path: readonly PathStep[];
  readonly leaf: Leaf;
  /**
   * The part of the state that it is in, an index in `holders`, and its name there: `length` of an array is in the
   * array.
   */
  readonly holder: number;
  readonly key: PathStep;
  word: number;
  shift: number;
  /** Whether no later slot is in its word. */
  completes: boolean;
  /** The lane of the hash that gets the entries of a long list. */
  readonly lane: number;
}

/** An object or array of the state: where it is in the one around it. The first is the state itself, in nothing. */
export interface Holder {
  readonly within: number;
  readonly key: PathStep;
}

export type Leaf =
  | ({ readonly kind: "int" } & IntShape)
  | { readonly kind: "bool"; readonly width: 1 }
  | { readonly kind: "text"; readonly width: 32 }
  /** A list whose length and entries share one word; the length is in the low bits. */
  | ({ readonly kind: "shortList"; readonly width: number } & ListShape)
  /** A list whose length has bits of its own and whose entries, where there are any, fill words of the tail. */
  | ({
      readonly kind: "longList";
      readonly width: number;
      readonly entryWords: number;
    } & ListShape)
  /** Not stored: a fixed array must have this length. */
  | { readonly kind: "length"; readonly length: number; readonly width: 0 };

export interface IntShape {
  readonly min: number;
  readonly max: number;
  readonly width: number;
  /** What is stored is the distance from this: `min`, but 0 where the word is taken as a signed integer. */
  readonly base: number;
  readonly isSigned: boolean;
}

export interface ListShape {
  readonly lengthMax: number;
  readonly max: number;
  readonly lengthWidth: number;
  readonly entryWidth: number;
}

/** Slots that one generated function handles: they share no word with another chunk. */
export type Chunk = readonly Slot[];

/**
 * Word 0 says how many words this state takes. Then come the words that every state takes, then the tail: the
 * entries of the long lists, one list behind the other, each from a new word. Most lists are empty most of the
 * time, and take nothing there.
 */
export interface Placement {
  /** Words that every state takes. */
  readonly fixedWords: number;
  /** Words of a state whose lists are all full. */
  readonly words: number;
  readonly chunks: readonly Chunk[];
  /** All slots, in declared order. */
  readonly slots: readonly Slot[];
  /** Each after the one that it is in. */
  readonly holders: readonly Holder[];
}

/** A chunk this long still compiles quickly; far longer functions are never optimised by V8 at all. */
const CHUNK_SLOTS_MAX = 160;
/** Words that may still take a field: few, so that neighbours in the state stay neighbours in the words. */
const OPEN_WORDS_MAX = 6;
const WORD_BITS = 32;
const NAME = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/**
 * Places every field of `layout`, in declared order, first fit over a few open words.
 * Throws a TypeError for a layout that cannot be packed: a root that is not an object, a bound that is not an
 * integer, a range of more than 32 bits, a name that is not an identifier.
 */
export function placementOf(layout: Layout): Placement {
  if (layout.kind !== "struct" && layout.kind !== "array") {
    throw new TypeError(`the layout of a state is a struct or an array, not ${layout.kind}`);
  }
  const slots: Slot[] = [];
  const holders: Holder[] = [];
  collect(layout, [], -1, slots, holders);

  const chunks: Chunk[] = [];
  let fixedWords = 1;
  for (let from = 0; from < slots.length; from += CHUNK_SLOTS_MAX) {
    const chunk = slots.slice(from, from + CHUNK_SLOTS_MAX);
    chunks.push(chunk);
    fixedWords = placeChunk(chunk, fixedWords);
  }
  const tail = slots.reduce((sum, { leaf }) => sum + (leaf.kind === "longList" ? leaf.entryWords : 0), 0);
  return { fixedWords, words: fixedWords + tail, chunks, slots, holders };
}

/** `reqs[3].marks`, for a person. */
export function pathText(path: readonly PathStep[]): string {
  let text = "";
  for (const step of path) text += typeof step === "number" ? `[${step}]` : text === "" ? step : `.${step}`;
  return text === "" ? "state" : text;
}

function placeChunk(slots: readonly Slot[], firstWord: number): number {
  let words = firstWord;
  const open: { word: number; used: number }[] = [];
  for (const slot of slots) {
    const { leaf } = slot;
    if (leaf.width === 0) continue;
    let home = open.find(({ used }) => used + leaf.width <= WORD_BITS);
    if (home === undefined) {
      home = { word: words++, used: 0 };
      open.push(home);
      if (open.length > OPEN_WORDS_MAX) open.shift();
    }
    slot.word = home.word;
    slot.shift = home.used;
    home.used += leaf.width;
  }
  const complete = new Set<number>();
  for (const slot of slots.toReversed()) {
    if (slot.word < 0 || complete.has(slot.word)) continue;
    complete.add(slot.word);
    slot.completes = true;
  }
  return words;
}

/** Adds the slots of the part at `path`, which is in the holder `within`. */
function collect(
  layout: Layout,
  path: readonly PathStep[],
  within: number,
  slots: Slot[],
  holders: Holder[],
): void {
  const key = path.at(-1) ?? "";
  const add = (leaf: Leaf): void => place(leaf, within, key);
  const place = (leaf: Leaf, holder: number, name: PathStep): void => {
    const lane = slots.length % LANES.length;
    slots.push({ path, leaf, holder, key: name, word: -1, shift: 0, completes: false, lane });
  };
  const hold = (): number => holders.push({ within, key }) - 1;
  const refuse = (why: string): never => {
    throw new TypeError(`${pathText(path)}: ${why}`);
  };
  switch (layout.kind) {
    case "int": {
      const { min, max } = layout;
      if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max)
        refuse(`no integers ${min}..${max}`);
      if (max - min > 0xffff_ffff) refuse(`${min}..${max} takes more than 32 bits`);
      const width = bitsFor(max - min);
      const isSigned = width === WORD_BITS && min >= -0x8000_0000 && max <= 0x7fff_ffff;
      add({ kind: "int", min, max, width, base: isSigned ? 0 : min, isSigned });
      return;
    }
    case "bool":
      add({ kind: "bool", width: 1 });
      return;
    case "text":
      add({ kind: "text", width: 32 });
      return;
    case "list": {
      const { lengthMax, max } = layout;
      if (!Number.isSafeInteger(lengthMax) || lengthMax < 0 || lengthMax > 0xffff_ffff)
        refuse(`no length ${lengthMax}`);
      if (!Number.isSafeInteger(max) || max < 0 || max > 0xffff_ffff) refuse(`no integers 0..${max}`);
      const shape: ListShape = { lengthMax, max, lengthWidth: bitsFor(lengthMax), entryWidth: bitsFor(max) };
      const together = shape.lengthWidth + lengthMax * shape.entryWidth;
      const entryWords = Math.ceil(lengthMax / Math.floor(WORD_BITS / shape.entryWidth));
      if (together <= WORD_BITS) add({ kind: "shortList", ...shape, width: together });
      else add({ kind: "longList", ...shape, width: shape.lengthWidth, entryWords });
      return;
    }
    case "array": {
      const { length } = layout;
      if (!Number.isSafeInteger(length) || length < 0) refuse(`no length ${length}`);
      const holder = hold();
      const leaf: Leaf = { kind: "length", length, width: 0 };
      place(leaf, holder, "length");
      for (let index = 0; index < length; index++)
        collect(layout.of, [...path, index], holder, slots, holders);
      return;
    }
    case "struct": {
      const holder = hold();
      for (const [name, field] of Object.entries(layout.fields)) {
        if (!NAME.test(name) || name === "__proto__")
          refuse(`a field cannot be named ${JSON.stringify(name)}`);
        collect(field, [...path, name], holder, slots, holders);
      }
      return;
    }
  }
}

/** Bits for the integers 0..max. */
function bitsFor(max: number): number {
  return max === 0 ? 0 : Math.floor(Math.log2(max)) + 1;
}
