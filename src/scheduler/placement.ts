/** Where each field of a layout goes: its word, its bits, and what it may hold. No field straddles a word. */
import type { Layout } from "./model.js";

/** One step from a part of the state to a part of that part: a field's name or an index. */
export type PathStep = string | number;

/** A place in the state, with the bits that hold it. `word` is -1 where it takes none. */
export interface Slot {
  readonly path: readonly PathStep[];
  readonly leaf: Leaf;
  word: number;
  shift: number;
}

export type Leaf =
  | { readonly kind: "int"; readonly min: number; readonly max: number; readonly width: number }
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

export interface ListShape {
  readonly lengthMax: number;
  readonly max: number;
  readonly lengthWidth: number;
  readonly entryWidth: number;
}

/** Slots that one generated function handles: they share no word with another chunk. */
export type Chunk = readonly Slot[];

/**
 * Word 0 says how many words this state takes. Then come the words that every state takes, then the tail: the entries of the long
 * lists, one list behind the other, each from a new word. Most lists are empty most of the time, and take nothing there.
 */
export interface Placement {
  /** Words that every state takes. */
  readonly fixedWords: number;
  /** Words of a state whose lists are all full. */
  readonly words: number;
  readonly chunks: readonly Chunk[];
  /** All slots, in declared order: a slot's position names it in `fail`. */
  readonly slots: readonly Slot[];
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
  collect(layout, [], slots);

  const chunks: Chunk[] = [];
  let fixedWords = 1;
  for (let from = 0; from < slots.length; from += CHUNK_SLOTS_MAX) {
    const chunk = slots.slice(from, from + CHUNK_SLOTS_MAX);
    chunks.push(chunk);
    fixedWords = placeChunk(chunk, fixedWords);
  }
  const tail = slots.reduce((sum, { leaf }) => sum + (leaf.kind === "longList" ? leaf.entryWords : 0), 0);
  return { fixedWords, words: fixedWords + tail, chunks, slots };
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
  return words;
}

function collect(layout: Layout, path: readonly PathStep[], into: Slot[]): void {
  const add = (leaf: Leaf): void => {
    into.push({ path, leaf, word: -1, shift: 0 });
  };
  const refuse = (why: string): never => {
    throw new TypeError(`${pathText(path)}: ${why}`);
  };
  switch (layout.kind) {
    case "int": {
      const { min, max } = layout;
      if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max)
        refuse(`no integers ${min}..${max}`);
      if (max - min > 0xffff_ffff) refuse(`${min}..${max} takes more than 32 bits`);
      add({ kind: "int", min, max, width: bitsFor(max - min) });
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
      add({ kind: "length", length, width: 0 });
      for (let index = 0; index < length; index++) collect(layout.of, [...path, index], into);
      return;
    }
    case "struct":
      for (const [name, field] of Object.entries(layout.fields)) {
        if (!NAME.test(name) || name === "__proto__")
          refuse(`a field cannot be named ${JSON.stringify(name)}`);
        collect(field, [...path, name], into);
      }
  }
}

/** Bits for the integers 0..max. */
function bitsFor(max: number): number {
  return max === 0 ? 0 : Math.floor(Math.log2(max)) + 1;
}
