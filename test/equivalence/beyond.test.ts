/** What hooks do and links cannot: chains counted out, the search's verdicts, and user space in the hook's place. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import {
  countOf,
  EXTENTS,
  extentWithin,
  flagsFor,
  ordersOf,
} from "../../src/equivalence/beyond/assignments.js";
import { asChain, type HandedOver, handedOver } from "../../src/equivalence/beyond/handedOver.js";
import { type BeyondRow, beyondRow, isBeyondRow, nearestChain } from "../../src/equivalence/beyond/row.js";
import { compiled } from "../../src/equivalence/compiled.js";
import { equivalence } from "../../src/equivalence/equivalence.js";
import { compileLitmus, type LitmusTest, printLitmus } from "../../src/litmus/index.js";
import { IOSQE } from "../../src/model/scenario.js";
import { ringspec } from "../cli/cli.js";

const ROOT = resolve(import.meta.dirname, "../..");
const [ALL, , DECLARED] = EXTENTS;

function testOf(path: string): LitmusTest {
  const file = join(ROOT, `litmus/${path}.litmus`);
  const result = compileLitmus(readFileSync(file, "utf8"), file);
  if (!result.ok) throw new Error(result.diagnostics[0]?.message);
  return result.test;
}

const rowOf = (name: string): BeyondRow => beyondRow(testOf(`beyond/${name}`));

describe("chains of some requests", () => {
  it("are counted as they are made", () => {
    for (const extent of EXTENTS) {
      for (const copies of [[1], [1, 1], [2, 1]]) {
        const made = ordersOf(copies, extent.anyOrder).flatMap(({ length }) => [...flagsFor(length, extent)]);
        expect(made).toHaveLength(countOf(copies, extent));
      }
    }
    // One SQE has DRAIN and SKIP or not; two also have three links between them.
    expect(countOf([1, 1], ALL)).toBe(2 * 4 + 2 * 12 * 4);
  });

  it("are all different", () => {
    const flags = [...flagsFor(3, ALL)].map((each) => each.join());
    expect(new Set(flags).size).toBe(12 * 12 * 4);
    expect(ordersOf([2, 1], true)).toEqual([
      [0],
      [1],
      [0, 0],
      [0, 1],
      [1, 0],
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
    ]);
    expect(ordersOf([2, 1], false)).toEqual([[0], [1], [0, 0], [0, 1], [0, 0, 1]]);
  });

  it("are fewer where there would be too many", () => {
    expect(extentWithin([1, 1, 1], 4_000)).toBe(ALL);
    expect(extentWithin([1, 1, 1, 1], 4_000)).toBe(DECLARED);
  });

  it("bear flags and copies in their text", () => {
    const test = testOf("beyond/retry-on-an-error");
    const chain = asChain(test.ast, handedOver(test.ast) as HandedOver, {
      members: [0, 0],
      flags: [IOSQE.HARDLINK | IOSQE.SKIP, 0],
    });
    const text = printLitmus(chain);
    expect(text).toContain("a: OP may 0, -EAGAIN  | HARDLINK SKIP");
    expect(text).toContain("a_2: OP ud=a may 0, -EAGAIN");
    expect(text).not.toContain("hook");
  });
});

describe("the search finds a chain where there is one", () => {
  it.each([
    ["soft-link", 4, "a LINK, b"],
    ["repeat-twice", 12, "a, a_2"],
  ])("%s: %i chains", (name, equivalent, chain) => {
    const links = nearestChain(testOf(`beyond/${name}`));
    if (typeof links === "string") throw new Error(links);
    expect(links).toMatchObject({ equivalent, sameMultisets: equivalent });
    const shown = links.nearest.scenario.sqes.map(({ label, flags }) =>
      flags & IOSQE.LINK ? `${label} LINK` : label,
    );
    expect(shown.join(", ")).toBe(chain);
  });
});

describe("and none where there is none", () => {
  it.each([
    ["one-error-is-a-success", 104],
    ["cancel-by-a-value", 104],
    ["file-chosen-by-a-value", 104],
    ["result-as-operand", 104],
  ])("%s: none of %i, and user space does the same", (name, assignments) => {
    const { links, nearest, user } = rowOf(name);
    if (typeof links === "string") throw new Error(links);
    expect(links).toMatchObject({ assignments, equivalent: 0, sameMultisets: 0, hasMore: false });
    expect(links.refutedByRun + links.refutedBySearch).toBe(assignments);
    expect(nearest?.result.verdict).not.toBe("equivalent");
    expect(user.result.verdict).toBe("equivalent");
  });

  it("says what a comparison one by one says", () => {
    const test = testOf("beyond/one-error-is-a-success");
    const handed = handedOver(test.ast) as HandedOver;
    const chains = ordersOf([1, 1], true).flatMap((members) =>
      [...flagsFor(members.length, ALL)].map((flags) =>
        compiled(asChain(test.ast, handed, { members, flags })),
      ),
    );
    expect(chains).toHaveLength(104);
    for (const chain of chains) {
      const { verdict } = equivalence(test, chain, "linux-7.1", "linux-7.1", {
        observation: { cqes: "multiset", files: true, returns: false },
      });
      expect(["allows more", "loses some", "differ both ways"]).toContain(verdict);
    }
  }, 120_000);
});

it("costs user space a call for each submission and each wait", () => {
  const { costs, user } = rowOf("one-error-is-a-success");
  expect(costs?.enters).toEqual({ min: 1, max: 1 });
  expect(user.costs?.enters).toEqual({ min: 2, max: 3 });
});

it("is asked of files whose one hook was handed SQEs", () => {
  expect(isBeyondRow(testOf("beyond/soft-link"))).toBe(true);
  expect(isBeyondRow(testOf("matrix/short-read"))).toBe(false);
  expect(() => beyondRow(testOf("matrix/short-read"))).toThrow(RangeError);
});

it("says so where a limit was hit", () => {
  const { links, nearest } = beyondRow(testOf("beyond/soft-link"), { limits: { statesMax: 10 } });
  expect([links, nearest]).toEqual(["not all runs of the hook were found", null]);
});

describe("the commands", () => {
  it("write runs of the nearest chain, and replay follows them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ringspec-beyond-"));
    try {
      const file = join(ROOT, "litmus/beyond/cancel-by-a-value.litmus");
      const { code, out } = await ringspec("matrix", file, "--traces", folder);
      expect([code, out]).toEqual([0, expect.stringContaining("none of 104")]);
      const traces = readdirSync(folder);
      expect(traces).toHaveLength(2);
      for (const name of traces) {
        const followed = await ringspec("replay", join(folder, name));
        expect(followed.out).toContain("the run is the recorded one");
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("compare one file's hook with user space, and with the nearest chain", async () => {
    const file = "litmus/beyond/cancel-by-a-value.litmus";
    const user = await ringspec("equiv", file, "--hook-by", "user", "--files");
    expect([user.code, user.out]).toEqual([0, expect.stringContaining("by user (linux-7.1): equivalent")]);
    const links = await ringspec("equiv", file, "--hook-by", "links", "--files");
    expect([links.code, links.out]).toEqual([1, expect.stringContaining("a=2 b=-ECANCELED")]);
    expect((await ringspec("equiv", "litmus/matrix/short-read.litmus", "--hook-by", "user")).code).toBe(2);
  });
});
