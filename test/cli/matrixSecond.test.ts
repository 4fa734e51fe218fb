/** `matrix --second` where the second algorithm says something else: it is one that finds no difference, ever. */
import { expect, it, vi } from "vitest";
import { ringspec } from "./cli.js";

vi.mock("../../src/equivalence/antichain.js", () => ({ isIncluded: () => ({ kind: "included" }) }));

it("ends with 1 and names the comparison where the algorithms disagree", { timeout: 60_000 }, async () => {
  const file = "litmus/matrix/soft-all-succeed.litmus";
  const { code, out } = await ringspec("matrix", file, "--by", "loop", "--second");
  expect(out).toContain("soft-all-succeed by loop, overflow: the algorithms disagree: ");
  expect(out).toContain("second algorithm: of 4 comparisons 3 agree, 1 disagree, 0 stopped by a limit\n");
  expect(code).toBe(1);
});
