/** The source text of a codec's functions, for a placement: straight-line code, one function a chunk of slots. */
import type { Layout } from "./model.js";
import type { Chunk, Leaf, PathStep, Placement, Slot } from "./placement.js";

/**
 * The body of a function of `fault`, `intern` and `strings` that returns `{ scratch, pack, decode }`.
 * In it `s` is the state, `into`/`from` the words, `at` the first of them, `tail` where the next long list's entries are.
 *
 * `pack` computes the hash while it has the words in registers: to load them again would cost as much as all of the rest of it. Four
 * lanes, so that a processor works on four words at a time. Each step is a bijection of its lane for a given word, and the end mixes every
 * bit into every other (the finaliser of MurmurHash3, Appleby 2011; the constants are xxHash's, Collet 2012).
 *
 * Bounds are checked by one unsigned comparison a field, and `fault` finds out which field it was. Measured: to accumulate what is wrong and to branch once
 * is slower. V8 removes the comparison with `v | 0` where it knows that a field only ever held small integers.
 */
export function packingSource(layout: Layout, placement: Placement): string {
  const positions = new Map(placement.slots.map((slot, position) => [slot, position]));
  const { chunks, fixedWords } = placement;
  return [
    '"use strict";',
    "let tail = 0;",
    ...placement.slots.flatMap((slot, position) =>
      slot.leaf.kind === "text" ? [`let text${position} = "", id${position} = 0;`] : [],
    ),
    ...chunks.flatMap((chunk, index) => [
      `function pack${index}(s, into, at) {\n${packChunk(chunk, positions)}\n}`,
      `function decode${index}(s, from, at) {\n${decodeChunk(chunk, positions)}\n}`,
    ]),
    "return {",
    `scratch() { return ${literal(layout)}; },`,
    "pack(s, into, at) {",
    `tail = at + ${fixedWords};`,
    "let h = 0;",
    ...chunks.map(
      (_, index) => `h = Math.imul((h << 13 | h >>> 19) ^ pack${index}(s, into, at), 0x9e3779b1);`,
    ),
    "into[at] = tail - at;",
    "h = Math.imul(h ^ (h >>> 16), 0x85ebca6b); h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35); return h ^ (h >>> 16);",
    "},",
    "decode(from, at, s) {",
    `tail = at + ${fixedWords};`,
    ...chunks.map((_, index) => `decode${index}(s, from, at);`),
    "},",
    "};",
  ].join("\n");
}

const LANES = [
  { name: "ha", start: 0x165667b1, prime: 0x9e3779b1 },
  { name: "hb", start: 0x27d4eb2f, prime: 0x85ebca77 },
  { name: "hc", start: 0x3c6ef372, prime: 0xc2b2ae3d },
  { name: "hd", start: 0x5bd1e995, prime: 0x27d4eb2f },
] as const;

/** Without the rotation a multiplication carries nothing downwards, and high bits would cancel. */
function hashStep(word: string, lane: number): string {
  const { name, prime } = LANES[lane % LANES.length]!;
  return `${name} = Math.imul(${name} ^ ${word}, ${prime}); ${name} = ${name} << 15 | ${name} >>> 17;`;
}

function packChunk(slots: Chunk, positions: ReadonlyMap<Slot, number>): string {
  const left = new Map<number, number>();
  for (const { word } of slots) left.set(word, (left.get(word) ?? 0) + 1);
  const begun = new Set<number>();
  const scope = new Scope();
  const lines: string[] = ["let v, n, i, b, a;", "let t = tail;"];
  for (const { name, start } of LANES) lines.push(`let ${name} = ${start};`);
  for (const slot of slots) {
    const position = positions.get(slot)!;
    const place = scope.place(slot.path, lines);
    const value = packLeaf(slot.leaf, place, position, lines);
    if (slot.word < 0) continue;
    const shifted = slot.shift === 0 ? value : `(${value}) << ${slot.shift}`;
    lines.push(begun.has(slot.word) ? `w${slot.word} |= ${shifted};` : `let w${slot.word} = ${shifted};`);
    begun.add(slot.word);
    const remaining = left.get(slot.word)! - 1;
    left.set(slot.word, remaining);
    if (remaining === 0)
      lines.push(`into[at + ${slot.word}] = w${slot.word}; ${hashStep(`w${slot.word}`, slot.word)}`);
  }
  lines.push(
    "tail = t;",
    "return ha ^ (hb << 7 | hb >>> 25) ^ (hc << 12 | hc >>> 20) ^ (hd << 18 | hd >>> 14);",
  );
  return lines.join("\n");
}

/** Emits the check of one leaf; returns an expression of its bits, unshifted. */
function packLeaf(leaf: Leaf, place: string, position: number, lines: string[]): string {
  switch (leaf.kind) {
    case "length":
      lines.push(`if (${place}.length !== ${leaf.length}) fault(s);`);
      return "0";
    case "bool":
      lines.push(`v = ${place}; n = 0; if (v === true) n = 1; else if (v !== false) fault(s);`);
      return "n";
    case "text":
      lines.push(
        `v = ${place}; if (v !== text${position}) { id${position} = intern(v, s); text${position} = v; }`,
      );
      return `id${position}`;
    case "int":
      lines.push(`v = ${place}; ${check(leaf)}`);
      return "v";
    case "shortList": {
      const { lengthMax, max, lengthWidth, entryWidth } = leaf;
      lines.push(`a = ${place}; n = a.length; if (n > ${lengthMax}) fault(s); b = n;`);
      if (lengthMax > 0) {
        lines.push(
          `for (i = 0; i < n; i++) { v = a[i]; ${check({ min: 0, max, width: entryWidth })} ` +
            `b |= v << (${lengthWidth} + i * ${entryWidth}); }`,
        );
      }
      return "b";
    }
    case "longList": {
      const { lengthMax, max, entryWidth } = leaf;
      lines.push(
        `a = ${place}; n = a.length; if (n > ${lengthMax}) fault(s);`,
        `for (i = 0; i < n; ) { let x = 0; for (b = 0; b <= ${32 - entryWidth} && i < n; b += ${entryWidth}) { ` +
          `v = a[i++]; ${check({ min: 0, max, width: entryWidth })} x |= v << b; } into[t++] = x; ${hashStep("x", position)} }`,
      );
      return "n";
    }
  }
}

/** Statements that check `v` against its bounds, and make it the bits that stand for it. */
function check({
  min,
  max,
  width,
}: {
  readonly min: number;
  readonly max: number;
  readonly width: number;
}): string {
  // NaN, undefined and fractions are unequal to what is left of them after a bitwise operation.
  const whole = "if ((v | 0) !== v) fault(s);";
  if (width === 32) {
    if (!fitsSigned({ min, max })) {
      const distance = min === 0 ? "" : `v = v${minus(min)}; `;
      return `${distance}if ((v >>> 0) !== v || v > ${max - min}) fault(s); v |= 0;`;
    }
    const low = min > -0x8000_0000 ? ` if (v < ${min}) fault(s);` : "";
    return `${whole}${low}${max < 0x7fff_ffff ? ` if (v > ${max}) fault(s);` : ""}`;
  }
  // The distance may wrap round, but all of the 32-bit integers have different ones, so none but those in bounds gets in.
  const distance = min === 0 ? "" : ` v = v${minus(min)} | 0;`;
  return `${whole}${distance} if ((v >>> 0) > ${max - min}) fault(s);`;
}

function decodeChunk(slots: Chunk, positions: ReadonlyMap<Slot, number>): string {
  const scope = new Scope();
  const lines: string[] = ["let w, x, v, n, m, i, b, a;", "let t = tail;"];
  let loaded = -1;
  for (const slot of slots) {
    if (slot.word >= 0 && slot.word !== loaded) lines.push(`w = from[at + ${slot.word}];`);
    if (slot.word >= 0) loaded = slot.word;
    decodeSlot(slot, positions.get(slot)!, scope, lines);
  }
  lines.push("tail = t;");
  return lines.join("\n");
}

/** Emits the assignment of one slot; its word is in `w`. */
function decodeSlot(slot: Slot, position: number, scope: Scope, lines: string[]): void {
  const word = "w";
  const { leaf, shift } = slot;
  if (leaf.kind === "length") return;
  const place = scope.place(slot.path, lines);
  switch (leaf.kind) {
    case "bool":
      lines.push(`${place} = ${bits(word, shift, 1)} === 1;`);
      return;
    case "text":
      lines.push(
        `x = ${word}; if (x !== id${position}) { id${position} = x; text${position} = strings[x]; } ${place} = text${position};`,
      );
      return;
    case "int": {
      const { min, width } = leaf;
      if (width === 0) lines.push(`${place} = ${min};`);
      else if (width < 32) lines.push(`${place} = ${bits(word, shift, width)}${plus(min)};`);
      else if (fitsSigned(leaf)) lines.push(`${place} = ${word};`);
      else lines.push(`${place} = (${word} >>> 0)${plus(min)};`);
      return;
    }
    case "shortList": {
      const { lengthWidth, entryWidth } = leaf;
      lines.push(
        `a = ${place}; x = ${leaf.width === 0 ? "0" : bits(word, shift, leaf.width)}; n = ${bits("x", 0, lengthWidth)};`,
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
      lines.push(`a = ${place}; n = ${bits(word, shift, lengthWidth)};`);
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

/** A fresh state, every field at zero or at what is next to it. */
function literal(layout: Layout): string {
  switch (layout.kind) {
    case "int":
      return String(Math.min(Math.max(layout.min, 0), layout.max));
    case "bool":
      return "false";
    case "text":
      return '""';
    case "list":
      return "[]";
    case "array":
      return `[${Array.from({ length: layout.length }, () => literal(layout.of)).join(", ")}]`;
    case "struct":
      return `{ ${Object.entries(layout.fields)
        .map(([name, field]) => `${name}: ${literal(field)}`)
        .join(", ")} }`;
  }
}

/** Whether a 32-bit range is stored as it is, rather than as the distance from `min`. */
function fitsSigned({ min, max }: { readonly min: number; readonly max: number }): boolean {
  return min >= -0x8000_0000 && max <= 0x7fff_ffff;
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
