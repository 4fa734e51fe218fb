/** Packing by code that is made for one placement: straight-line code, one function a chunk of slots. */
import { chunkStep, finish, LANES } from "./laneHash.js";
import type { Packer, PackingContext } from "./packer.js";
import type { Chunk, IntShape, ListShape, PathStep, Placement, Slot } from "./placement.js";

/**
 * Makes the code. `new Function`, since straight-line code over one object shape is what V8 compiles to loads,
 * shifts and stores; a loop over a table of fields is many times slower, because every access in it meets all
 * names. The source contains nothing but numbers and names that `placementOf` checked.
 */
export function compiledPacker<State>(
  placement: Placement,
  { fault, intern, strings }: PackingContext,
): Pick<Packer<State>, "pack" | "decode" | "restore"> {
  const build = new Function(
    "fault",
    "intern",
    "strings",
    "chunkStep",
    "finish",
    packingSource(placement),
  ) as (...context: readonly unknown[]) => Pick<Packer<State>, "pack" | "decode" | "restore">;
  return build(fault, intern, strings, chunkStep, finish);
}

/**
 * In the source `s` is the state, `into` or `from` the words, `at` the first of them, `tail` where the next long
 * list's entries are.
 *
 * `pack` computes the hash (laneHash.ts) while it has the words in registers: to load them again would cost as
 * much as all of the rest of it.
 *
 * Bounds are checked by one unsigned comparison a field, and `fault` finds out which field it was. Measured: to
 * accumulate what is wrong and to branch once is slower. V8 removes the comparison with `v | 0` where it knows
 * that a field only ever held small integers; `v` itself is then not kept, as long as nothing after the check uses
 * it. `fault` throws: it is returned, so that V8 need not think of what would come after it.
 */
function packingSource({ slots, chunks, fixedWords }: Placement): string {
  return [
    '"use strict";',
    "let tail = 0;",
    // The last text of each place and its number: most texts are those that were decoded.
    ...slots.flatMap(({ leaf, word }) =>
      leaf.kind === "text" ? [`let text${word} = "", id${word} = 0;`] : [],
    ),
    ...chunks.flatMap((chunk, index) => [
      `function pack${index}(s, into, at, h) {\n${packChunk(chunk)}\n}`,
      `function decode${index}(s, from, at) {\n${decodeChunk(chunk)}\n}`,
      `function restore${index}(s, from, at, like, likeAt) {\n${restoreChunk(chunk)}\n}`,
    ]),
    "return {",
    "pack(s, into, at) {",
    `tail = at + ${fixedWords};`,
    "let h = 0;",
    ...chunks.map((_, index) => `h = pack${index}(s, into, at, h);`),
    "into[at] = tail - at;",
    "return finish(h);",
    "},",
    "decode(from, at, s) {",
    `tail = at + ${fixedWords};`,
    ...chunks.map((_, index) => `decode${index}(s, from, at);`),
    "},",
    "restore(from, at, like, likeAt, s) {",
    `tail = at + ${fixedWords};`,
    ...chunks.map((_, index) => `restore${index}(s, from, at, like, likeAt);`),
    "},",
    "};",
  ].join("\n");
}

/** `laneStep`, inlined. */
function hashStep(word: string, lane: number): string {
  const { name, prime } = LANES[lane % LANES.length]!;
  return `${name} = Math.imul(${name} ^ ${word}, ${prime}); ${name} = ${name} << 15 | ${name} >>> 17;`;
}

function packChunk(slots: Chunk): string {
  const begun = new Set<number>();
  const scope = new Scope();
  const lines: string[] = ["let v, x, n, i, b, a;", "let t = tail;"];
  for (const { name, start } of LANES) lines.push(`let ${name} = ${start};`);
  for (const slot of slots) {
    const place = scope.place(slot.path, lines);
    const value = packLeaf(slot, place, lines);
    if (slot.word < 0) continue;
    const shifted = slot.shift === 0 ? value : `(${value}) << ${slot.shift}`;
    lines.push(begun.has(slot.word) ? `w${slot.word} |= ${shifted};` : `let w${slot.word} = ${shifted};`);
    begun.add(slot.word);
    if (slot.completes)
      lines.push(`into[at + ${slot.word}] = w${slot.word}; ${hashStep(`w${slot.word}`, slot.word)}`);
  }
  lines.push("tail = t;", "return chunkStep(h, ha, hb, hc, hd);");
  return lines.join("\n");
}

/** Emits the check of one leaf; returns an expression of its bits, unshifted. */
function packLeaf({ leaf, word, lane }: Slot, place: string, lines: string[]): string {
  switch (leaf.kind) {
    case "length":
      lines.push(`if (${place}.length !== ${leaf.length}) return fault(s);`);
      return "0";
    case "bool":
      lines.push(`v = ${place}; n = 0; if (v === true) n = 1; else if (v !== false) return fault(s);`);
      return "n";
    case "text":
      lines.push(`v = ${place}; if (v !== text${word}) { id${word} = intern(v, s); text${word} = v; }`);
      return `id${word}`;
    case "int":
      lines.push(`v = ${place}; ${check(leaf)}`);
      return "x";
    case "shortList": {
      const { lengthMax, lengthWidth, entryWidth } = leaf;
      lines.push(`a = ${place}; n = a.length; if (n > ${lengthMax}) return fault(s); b = n;`);
      if (lengthMax > 0) {
        lines.push(
          `for (i = 0; i < n; i++) { v = a[i]; ${check(entryShape(leaf))} ` +
            `b |= x << (${lengthWidth} + i * ${entryWidth}); }`,
        );
      }
      return "b";
    }
    case "longList": {
      const { lengthMax, entryWidth } = leaf;
      lines.push(
        `a = ${place}; n = a.length; if (n > ${lengthMax}) return fault(s);`,
        `for (i = 0; i < n; ) { let word = 0; for (b = 0; b <= ${32 - entryWidth} && i < n; b += ${entryWidth}) { ` +
          `v = a[i++]; ${check(entryShape(leaf))} word |= x << b; } into[t++] = word; ${hashStep("word", lane)} }`,
      );
      return "n";
    }
  }
}

/** Statements that check `v` against its bounds, and make `x` the bits that stand for it. */
function check({ min, max, width, base, isSigned }: IntShape): string {
  if (width === 0) return `if (v !== ${min}) return fault(s); x = 0;`;
  // NaN, undefined and fractions are unequal to what is left of them after a bitwise operation.
  const whole = "x = v | 0; if (x !== v) return fault(s);";
  if (isSigned) {
    const low = min > -0x8000_0000 ? ` if (x < ${min}) return fault(s);` : "";
    return `${whole}${low}${max < 0x7fff_ffff ? ` if (x > ${max}) return fault(s);` : ""}`;
  }
  if (width === 32)
    return `x = v${minus(base)}; if ((x >>> 0) !== x || x > ${max - min}) return fault(s); x |= 0;`;
  // The distance may wrap round, but all of the 32-bit integers have different ones, so none but those in bounds
  // gets in.
  const distance = base === 0 ? "" : ` x = (x${minus(base)}) | 0;`;
  return `${whole}${distance} if ((x >>> 0) > ${max - min}) return fault(s);`;
}

/** Entries of a list: 0..max. */
function entryShape({ max, entryWidth }: ListShape): IntShape {
  return { min: 0, max, width: entryWidth, base: 0, isSigned: false };
}

function decodeChunk(slots: Chunk): string {
  const scope = new Scope();
  const lines: string[] = ["let w, x, v, n, m, i, b, a;", "let t = tail;"];
  let loaded = -1;
  for (const slot of slots) {
    if (slot.word >= 0 && slot.word !== loaded) lines.push(`w = from[at + ${slot.word}];`);
    if (slot.word >= 0) loaded = slot.word;
    decodeSlot(slot, scope, lines);
  }
  lines.push("tail = t;");
  return lines.join("\n");
}

/**
 * Like `decodeChunk`, but does not look into a word that is the same in `like`. The words of long lists move with the
 * lengths of those before them: these lists are decoded always.
 */
function restoreChunk(slots: Chunk): string {
  const scope = new Scope();
  const lines: string[] = ["let w, x, v, n, m, i, b, a;", "let t = tail;"];
  const byWord = new Map<number, Slot[]>();
  const longLists: Slot[] = [];
  for (const slot of slots) {
    scope.place(slot.path, lines);
    if (slot.leaf.kind === "longList") longLists.push(slot);
    else byWord.set(slot.word, [...(byWord.get(slot.word) ?? []), slot]);
  }
  for (const [word, together] of byWord) {
    if (word >= 0) lines.push(`w = from[at + ${word}];`, `if (w !== like[likeAt + ${word}]) {`);
    for (const slot of together) decodeSlot(slot, scope, lines);
    if (word >= 0) lines.push("}");
  }
  for (const slot of longLists) {
    lines.push(`w = from[at + ${slot.word}];`);
    decodeSlot(slot, scope, lines);
  }
  lines.push("tail = t;");
  return lines.join("\n");
}

/** Emits the assignment of one slot; its word is in `w`. */
function decodeSlot(slot: Slot, scope: Scope, lines: string[]): void {
  const { leaf, word, shift } = slot;
  if (leaf.kind === "length") return;
  const place = scope.place(slot.path, lines);
  switch (leaf.kind) {
    case "bool":
      lines.push(`${place} = ${bits("w", shift, 1)} === 1;`);
      return;
    case "text":
      lines.push(
        `x = w; if (x !== id${word}) { id${word} = x; text${word} = strings[x]; } ${place} = text${word};`,
      );
      return;
    case "int": {
      const { base, width, isSigned } = leaf;
      if (width === 0) lines.push(`${place} = ${base};`);
      else if (width < 32) lines.push(`${place} = ${bits("w", shift, width)}${plus(base)};`);
      else if (isSigned) lines.push(`${place} = w;`);
      else lines.push(`${place} = (w >>> 0)${plus(base)};`);
      return;
    }
    case "shortList": {
      const { lengthWidth, entryWidth } = leaf;
      lines.push(
        `a = ${place}; x = ${leaf.width === 0 ? "0" : bits("w", shift, leaf.width)}; n = ${bits("x", 0, lengthWidth)};`,
      );
      lines.push("m = a.length; while (m > n) { a.pop(); m--; }");
      if (leaf.lengthMax > 0) {
        lines.push(
          `for (i = 0; i < n; i++) { v = ${entryWidth === 0 ? "0" : `(x >>> (${lengthWidth} + i * ${entryWidth})) & ${mask(entryWidth)}`}; ` +
            "if (i < m) a[i] = v; else a.push(v); }",
        );
      }
      return;
    }
    case "longList": {
      const { lengthWidth, entryWidth } = leaf;
      lines.push(`a = ${place}; n = ${bits("w", shift, lengthWidth)};`);
      lines.push("m = a.length; while (m > n) { a.pop(); m--; }");
      lines.push(
        `for (i = 0; i < n; ) { x = from[t++]; for (b = 0; b <= ${32 - entryWidth} && i < n; b += ${entryWidth}) { ` +
          `v = ${entryWidth === 32 ? "x >>> 0" : `(x >>> b) & ${mask(entryWidth)}`}; if (i < m) a[i] = v; else a.push(v); i++; } }`,
      );
    }
  }
}

/** Names for the objects and arrays on the way to a field, so that each is loaded once. */
class Scope {
  private readonly names = new Map<string, string>([["", "s"]]);

  place(path: readonly PathStep[], lines: string[]): string {
    if (path.length === 0) return "s";
    let name = "s";
    let key = "";
    for (const step of path.slice(0, -1)) {
      key += `/${step}`;
      let next = this.names.get(key);
      if (next === undefined) {
        next = `c${key.replaceAll("/", "_")}`;
        lines.push(`const ${next} = ${member(name, step)};`);
        this.names.set(key, next);
      }
      name = next;
    }
    return member(name, path.at(-1)!);
  }
}

function member(name: string, step: PathStep): string {
  return typeof step === "number" ? `${name}[${step}]` : `${name}.${step}`;
}

function bits(word: string, shift: number, width: number): string {
  if (width === 0) return "0";
  if (width === 32) return word;
  const moved = shift === 0 ? word : `(${word} >>> ${shift})`;
  return shift + width === 32 ? moved : `(${moved} & ${mask(width)})`;
}

function mask(width: number): number {
  return 2 ** width - 1;
}

function minus(min: number): string {
  return min === 0 ? "" : min > 0 ? ` - ${min}` : ` + ${-min}`;
}

function plus(min: number): string {
  return min === 0 ? "" : min > 0 ? ` + ${min}` : ` - ${-min}`;
}
