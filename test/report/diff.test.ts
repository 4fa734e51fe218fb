/** Line diffs: applied to the one text they give the other. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffLines, formatDiff } from "../../src/report/diff.js";
import { paint } from "../../src/report/paint.js";

const show = (before: string, after: string) => formatDiff(diffLines(before, after), paint(false));
const lines = (...numbers: number[]) => numbers.map((number) => `line ${number}\n`).join("");

describe("diffLines", () => {
  it("is empty for equal texts", () => {
    expect(show("a\nb\n", "a\nb\n")).toEqual([]);
  });

  it("keeps three lines of context", () => {
    expect(show(lines(1, 2, 3, 4, 5, 6, 7, 8, 9), lines(1, 2, 3, 4, 55, 6, 7, 8, 9))).toEqual([
      "…",
      "  line 2",
      "  line 3",
      "  line 4",
      "- line 5",
      "+ line 55",
      "  line 6",
      "  line 7",
      "  line 8",
      "…",
    ]);
  });

  it("of nothing to something is all added", () => {
    expect(show("", "a\nb\n")).toEqual(["+ a", "+ b"]);
  });

  it("says of unequal texts what was removed and added, in order", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = diffLines(
          before.map((line) => `${line}\n`).join(""),
          after.map((line) => `${line}\n`).join(""),
        );
        const added = diff.filter(({ sign }) => sign === "+").length;
        const removed = diff.filter(({ sign }) => sign === "-").length;
        expect(added - removed).toBe(after.length - before.length);
        if (before.join() !== after.join()) expect(added + removed).toBeGreaterThan(0);
        if (diff.every(({ sign }) => sign !== "…")) {
          const kept = (drop: string) => diff.filter(({ sign }) => sign !== drop).map((line) => line.text);
          if (diff.length > 0) {
            expect(kept("+")).toEqual(before);
            expect(kept("-")).toEqual(after);
          }
        }
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
