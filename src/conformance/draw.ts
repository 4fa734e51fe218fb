/** The i-th scenario of a seed: each is drawn by itself, so that one alone can be drawn again. */
import * as fc from "fast-check";
import { compileLitmus, formatDiagnostic, type LitmusTest } from "../litmus/index.js";
import {
  FEATURES,
  type Feature,
  type GeneratedScenario,
  type GenerateOptions,
  scenarios,
  sqesOf,
  toLitmus,
} from "../properties/generate/index.js";

/** Every so manieth scenario is of inline operations on default rings only: all features together seldom leave one. */
const INLINE_EVERY = 8;
const INLINE: ReadonlySet<Feature> = new Set([
  "links",
  "hardlinks",
  "skip",
  "inject",
  "cancel",
  "files",
  "prep",
]);

/** Of so many draws the first with so many SQEs is taken, else the last: single ones soon have all been seen. */
const DRAWS = 4;
const SQES_MIN = 2;

/** The scenario with this number, as litmus text; a function of its arguments alone. */
export function drawScenario(options: GenerateOptions, seed: number, index: number): string {
  let drawn: GeneratedScenario | null = null;
  const { features = FEATURES } = options;
  const isInline = index % INLINE_EVERY === INLINE_EVERY - 1;
  const from: GenerateOptions = {
    ...options,
    features: isInline ? features.filter((feature) => INLINE.has(feature)) : features,
    // Some smaller ones: what needs few SQEs is found sooner, and searched faster.
    sqesMax: options.sqesMax - (mix(seedOf(seed, index)) % Math.ceil(options.sqesMax / 2)),
  };
  const keep = fc.property(scenarios(from), (scenario) => {
    if (drawn === null || sqesOf(drawn).length < SQES_MIN) drawn = scenario;
    return true;
  });
  // In the first draws the bias of fast-check is to the least: every second scenario would be the same few.
  fc.check(keep, { seed: seedOf(seed, index), numRuns: DRAWS, unbiased: true });
  if (drawn === null) throw new Error("nothing was drawn");
  return toLitmus(drawn, `s${seed}-${index}`);
}

/** Throws where a generated text is no litmus file: a fault of the generators. */
export function compileDrawn(text: string): LitmusTest {
  const compiled = compileLitmus(text, "generated");
  if (compiled.ok) return compiled.test;
  const said = compiled.diagnostics.map(formatDiagnostic).join("\n");
  throw new Error(`a generated scenario does not compile: ${said}\n${text}`);
}

/** 32 bits, near seeds and near numbers far from each other. */
export function seedOf(seed: number, index: number): number {
  return mix(mix(seed >>> 0) ^ mix(Math.floor(seed / 2 ** 32)) ^ mix(index + 0x9e3779b9)) | 0;
}

/** The finalizer of splitmix32. */
function mix(value: number): number {
  let z = (value + 0x9e3779b9) >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
