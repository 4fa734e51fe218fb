/** Printing: what is printed parses to the tree that was printed, and in the short spelling. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLitmus, printLitmus } from "../../src/litmus/index.js";
import { withoutPositions } from "./positions.js";
import { litmusFiles } from "./trees.js";

describe("printing", () => {
  it("is undone by parsing, for any tree", () => {
    fc.assert(
      fc.property(litmusFiles, (tree) => {
        const printed = printLitmus(tree);
        const parsed = parseLitmus(printed, "-");
        if (!parsed.ok) throw new Error(`${printed}\n${JSON.stringify(parsed.diagnostics[0])}`);
        expect(withoutPositions(parsed.file)).toEqual(withoutPositions(tree));
        expect(printLitmus(parsed.file)).toBe(printed);
      }),
      { numRuns: 400, seed: 20240, endOnFailure: false },
    );
  });

  it("keeps comments, aligns flags, and uses the short names", () => {
    const text = `# Why.
litmus x   # here
doc "é\\x00\\"" source "s"
thread T { # opens
submit r {
# first
a: IORING_OP_READ   fd = f len=0x10 | IOSQE_IO_LINK IOSQE_CQE_SKIP_SUCCESS   # links
longer: NOP
b: NOP|IOSQE_IO_HARDLINK
# last
} wait 1 # waits
# closes
}
always (a.res=1 and (b.res=2)) and not (posted a) or
 # inside
 true
# end
`;
    const parsed = parseLitmus(text, "-");
    expect(parsed.ok && printLitmus(parsed.file)).toBe(`# Why.
litmus x  # here
doc "é\\0\\""
source "s"

thread T {
  # opens
  submit r {
    # first
    a: READ fd=f len=16  | LINK SKIP  # links
    longer: NOP
    b: NOP               | HARDLINK
    # last
  } wait 1  # waits
  # closes
}

# inside
always a.res = 1 and b.res = 2 and not posted a or true

# end
`);
  });

  it("sets parentheses where the tree needs them", () => {
    const conditions = [
      "a.res = 1 and (b.res = 2 and c.res = 3)",
      "(a.res = 1 or b.res = 2) and c.res = 3",
      "(posted a implies posted b) implies posted c",
      "posted a implies posted b implies posted c",
      "not (posted a and posted b)",
      "not not posted a",
    ];
    for (const condition of conditions) {
      const parsed = parseLitmus(`litmus x\nalways ${condition}`, "-");
      expect(parsed.ok && printLitmus(parsed.file)).toContain(`always ${condition}\n`);
    }
  });
});
