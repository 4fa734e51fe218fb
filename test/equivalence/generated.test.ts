/**
 * Two algorithms on pairs of generated scenarios, and what must hold of any scenario. RINGSPEC_PAIRS=1000 runs as many
 * pairs as they are to agree on, in a few minutes.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { CQE_ORDERS, type CqeOrder } from "../../src/equivalence/observation.js";
import type { EquivalenceVerdict } from "../../src/equivalence/result.js";
import type { LitmusTest } from "../../src/litmus/index.js";
import { litmusTexts } from "../../src/properties/generate/index.js";
import { compared, compiled, follow } from "./litmus.js";

const DEFAULT_PAIRS = 150;
const PAIRS_COUNT = Number(process.env["RINGSPEC_PAIRS"] ?? DEFAULT_PAIRS);
const SEED = Number(process.env["RINGSPEC_SEED"] ?? 7);

/** So small that hardly one of a thousand has more than STATES_MAX states. */
const TEXTS = litmusTexts({
  sqesMax: 3,
  features: ["links", "hardlinks", "inject", "submits", "skip", "drain", "files"],
});

/** Mistakes that somebody could make: what is replaced, and by what. */
const CHANGES: readonly (readonly [from: RegExp, to: string])[] = [
  [/\bLINK\b/g, "HARDLINK"],
  [/\bHARDLINK\b/g, "LINK"],
  [/ \| LINK$/gm, ""],
  [/ \| HARDLINK$/gm, ""],
  [/ \| DRAIN$/gm, ""],
  [/ \| SKIP$/gm, ""],
  [/: NOP(?! res)/g, ": NOP res=-EIO"],
];

/** A scenario and one with a mistake, or itself; the mistake is the first from `how` on that it can have. */
const PAIRS = fc
  .tuple(TEXTS, fc.nat({ max: CHANGES.length }), fc.nat(), fc.boolean())
  .map(([text, how, which, turns]): readonly [string, string] => {
    const other = how === CHANGES.length ? text : mistaken(text, [...CHANGES.slice(how), ...CHANGES], which);
    return turns ? [other, text] : [text, other];
  });

function mistaken(text: string, changes: typeof CHANGES, which: number): string {
  for (const [from, to] of changes) {
    const places = [...text.matchAll(from)];
    const place = places[which % Math.max(1, places.length)];
    if (place !== undefined)
      return text.slice(0, place.index) + to + text.slice(place.index + place[0].length);
  }
  return text;
}

const STATES_MAX = 20_000;
const ORDER = fc.constantFrom<CqeOrder>(...CQE_ORDERS);

/** How often each verdict, and `stopped`: how often a limit kept one of the algorithms from an answer. */
type Tally = Partial<Record<EquivalenceVerdict | "stopped", number>>;

function count(tally: Tally, what: keyof Tally): void {
  tally[what] = (tally[what] ?? 0) + 1;
}

function check(left: LitmusTest, right: LitmusTest, cqes: CqeOrder, tally: Tally): void {
  // `compared` throws where the two algorithms disagree.
  const result = compared(left, right, {
    observation: { cqes, files: true, returns: true },
    limits: { statesMax: STATES_MAX },
  });
  count(tally, result.verdict);
  if (result.second?.agrees !== true) count(tally, "stopped");
  for (const difference of [result.onlyLeft, result.onlyRight]) {
    if (difference === null) continue;
    const { run, other } = difference;
    for (const shown of [run, other]) {
      // A run of a search that was cut short need not come to an end.
      const end = shown.ending.length > 0 ? "quiescent" : "steps";
      expect(follow(shown.side === "left" ? left : right, shown)).toBe(end);
      if (end === "steps") expect(result[shown.side].search.complete).toBe(false);
    }
    expect(run.shown.flat().length + run.ending.length).toBeGreaterThanOrEqual(difference.letters);
  }
}

it(
  "agrees with the second algorithm on pairs of scenarios, with runs that can be followed",
  () => {
    const tally: Tally = {};
    fc.assert(
      fc.property(PAIRS, ORDER, ([left, right], cqes) => check(compiled(left), compiled(right), cqes, tally)),
      { numRuns: PAIRS_COUNT, seed: SEED },
    );
    // A figure, for whoever asks for many.
    if (PAIRS_COUNT !== DEFAULT_PAIRS)
      process.stderr.write(`${PAIRS_COUNT} pairs: ${JSON.stringify(tally)}\n`);
    const differ =
      (tally["differ both ways"] ?? 0) + (tally["allows more"] ?? 0) + (tally["loses some"] ?? 0);
    expect(tally.equivalent ?? 0).toBeGreaterThan(PAIRS_COUNT / 5);
    expect(differ).toBeGreaterThan(PAIRS_COUNT / 5);
    expect((tally.inconclusive ?? 0) + (tally.stopped ?? 0)).toBeLessThanOrEqual(PAIRS_COUNT / 100);
  },
  PAIRS_COUNT * 2000,
);

it("finds every scenario bisimilar to itself, and the coarser observations no finer", () => {
  fc.assert(
    fc.property(PAIRS, ([leftText, rightText]) => {
      const [left, right] = [compiled(leftText), compiled(rightText)];
      const verdicts = CQE_ORDERS.map(
        (cqes) =>
          compared(left, right, {
            observation: { cqes, files: false, returns: false },
            limits: { statesMax: STATES_MAX },
          }).verdict,
      );
      const first = verdicts.indexOf("equivalent");
      if (first >= 0) expect(new Set(verdicts.slice(first)).size).toBe(1);
      const own = compared(left, left, { bisimulation: true, limits: { statesMax: STATES_MAX } });
      if (own.verdict !== "inconclusive") {
        expect(own).toMatchObject({ verdict: "equivalent", bisimulation: { isBisimilar: true } });
      }
    }),
    { numRuns: 50, seed: 8 },
  );
});
