/** The matrix: cells with their reasons, costs, programs that make one mistake, and the page in docs. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Cell, type MatrixOptions, matrixRow, type Row } from "../../src/equivalence/matrix.js";
import type { ReplacementName } from "../../src/equivalence/replace/replacements.js";
import { compileLitmus, type LitmusTest } from "../../src/litmus/index.js";
import { reasonOf } from "../../src/report/matrix.js";
import { ringspec } from "../cli/cli.js";
import { MISTAKES, withMistake } from "./brokenLinks.js";
import { compiled } from "./litmus.js";

const ROOT = resolve(import.meta.dirname, "../..");

function testOf(name: string): LitmusTest {
  const file = join(ROOT, `litmus/matrix/${name}.litmus`);
  const compiled = compileLitmus(readFileSync(file, "utf8"), file);
  if (!compiled.ok) throw new Error(compiled.diagnostics[0]?.message);
  return compiled.test;
}

const rowOf = (name: string, options?: MatrixOptions): Row => matrixRow(testOf(name), options);

function quietCell(name: string, replacement: ReplacementName, options: MatrixOptions = {}): Cell {
  const row = rowOf(name, { ...options, replacements: [replacement], environments: ["quiet"] });
  return row.cells[0] as Cell;
}

describe("cells when nobody disturbs", () => {
  it.each([
    ["soft-all-succeed", "loop", "equivalent"],
    ["soft-all-succeed", "user", "equivalent"],
    ["soft-middle-fails", "loop", "equivalent"],
    ["short-read", "user", "equivalent"],
    ["error-that-does-not-sever", "loop", "equivalent"],
    ["link-timeout-raced", "loop", "equivalent"],
    ["link-timeout-raced", "user", "equivalent"],
    ["drain-inside", "loop", "equivalent"],
    ["skip-on-a-failing-member", "loop", "equivalent"],
    ["sqpoll", "user", "equivalent"],
  ] as const)("%s by %s: %s", (name, replacement, verdict) => {
    const cell = quietCell(name, replacement);
    expect([cell.verdict, cell.decisive.result?.left.search.complete]).toEqual([verdict, true]);
  });

  it("prep that fails in the middle: the members before it have run when a program learns of it", () => {
    const cell = quietCell("prep-middle-fails", "loop");
    expect(cell.verdict).toBe("differ both ways");
    expect(reasonOf(cell.decisive)).toBe(
      "only the original shows a=-ECANCELED; only the replacement shows a=0",
    );
  });

  it("a branch stays the thread's, and its calls are the last", () => {
    expect(quietCell("branch-on-a-value", "loop").verdict).toBe("equivalent");
    expect(quietCell("branch-on-a-value", "user").verdict).toBe("equivalent");
    const later = compiled(`litmus later
thread T0 {
  submit r {
    a: OP may 1, 2
  } wait 1
  reap r
  if a.res = 2 {
    submit r {
      b: NOP | LINK
      c: NOP
    } wait 2
  }
  enter r wait 0
}
`);
    const row = matrixRow(later, { replacements: ["user"], environments: ["quiet"] });
    expect(row.cells[0]?.decisive.why).toContain("a call follows a branch that makes calls");
  });

  it("no hook on a ring with SQPOLL", () => {
    const cell = quietCell("sqpoll", "loop");
    expect([cell.verdict, cell.decisive.why]).toEqual([
      "impossible",
      "a loop hook cannot be attached to a ring with SQPOLL (LOOP-01)",
    ]);
    expect(cell.decisive.replacement).toBeNull();
  });

  it("no call is made while the chain runs: nobody is there to go on", () => {
    const cell = quietCell("no-call-while-it-runs", "loop");
    expect(reasonOf(cell.decisive)).toBe(
      "only the original shows a=1 b=0 done n=2; only the replacement shows a=1 b=0 done n=0",
    );
    expect(reasonOf(quietCell("no-call-while-it-runs", "user").decisive)).toBe(
      "only the original shows a=1 b=0 done n=2; only the replacement shows a=1 b=0 done n=1",
    );
  });

  it("a chain that is one operation posts one CQE", () => {
    expect(reasonOf(quietCell("soft-all-succeed", "ops").decisive)).toBe(
      "only the original shows a=0; only the replacement shows c=0",
    );
  });

  it("counts what both sides cost", () => {
    const { original, replacement } = quietCell("soft-all-succeed", "user").costs;
    expect(original).toMatchObject({ enters: { min: 1, max: 1 }, steps: { min: 0, max: 0 } });
    expect(replacement).toMatchObject({ enters: { min: 3, max: 3 }, crossings: { min: 3, max: 3 } });
    const loop = quietCell("two-chains-interleave", "loop").costs.replacement;
    expect(loop).toMatchObject({
      enters: { min: 1, max: 1 },
      steps: { min: 1, max: 5 },
      cqes: { min: 4, max: 4 },
    });
  });

  it("says that it does not know where a limit is hit", () => {
    const cell = quietCell("data-passed-on", "loop", { limits: { statesMax: 20 } });
    expect(cell.verdict).toBe("inconclusive");
    expect(reasonOf(cell.decisive)).toBe("the limit statesMax 20 was hit");
    expect(cell.costs.replacement).toBeNull();
  });
});

describe("environments", () => {
  it("names the one that parts the sides, and those that have no place", () => {
    const row = rowOf("two-chains", { replacements: ["loop"] });
    const [cell] = row.cells as [Cell];
    expect(cell.trials.map(({ environment, verdict }) => [environment, verdict])).toEqual([
      ["quiet", "equivalent"],
      ["chain", "equivalent"],
      ["cancel", "equivalent"],
      ["overflow", "differ both ways"],
    ]);
    expect(cell.decisive.environment).toBe("overflow");
    expect(row.noPlace).toEqual([{ environment: "writer", why: "no member reads a pipe" }]);
  });

  it("does not stand where a link would reach it", () => {
    const { noPlace } = rowOf("dangling-chain", { replacements: ["user"] });
    expect(noPlace.map(({ environment }) => environment)).toEqual(["chain", "writer"]);
  });
});

describe("a program with one mistake is told apart", () => {
  it.each(MISTAKES.map((mistake) => [mistake.name, mistake] as const))("%s", async (_, mistake) => {
    const broken = quietCell(mistake.row, "loop", { programs: await withMistake(mistake) });
    const right = quietCell(mistake.row, "loop");
    expect(broken.verdict).not.toBe(right.verdict);
    const { onlyLeft, onlyRight } = broken.decisive.result!;
    const lengths = [onlyLeft, onlyRight].flatMap((one) => (one === null ? [] : [one.letters]));
    expect(Math.min(...lengths)).toBe(mistake.letters);
  });
});

describe("the command", () => {
  it("writes both runs of a difference, and replay follows them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ringspec-matrix-"));
    try {
      const file = join(ROOT, "litmus/matrix/prep-middle-fails.litmus");
      const made = await ringspec("matrix", file, "--by", "loop", "--traces", folder);
      expect(made.code).toBe(0);
      const quiet = readdirSync(folder).filter((name) => name.includes(".loop.quiet."));
      expect(quiet).toHaveLength(4);
      for (const name of quiet) {
        const followed = await ringspec("replay", join(folder, name));
        expect(followed.out).toContain("the run is the recorded one");
        expect(followed.code).toBe(0);
      }
      const replaced = quiet.find((name) => name.includes("onlyRight.right")) as string;
      expect(readFileSync(join(folder, replaced), "utf8")).toContain("= links(s0=3, w0=3)");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is what the page in docs says, and what the second algorithm says of every comparison", async () => {
    const { code, out } = await ringspec("matrix", "--second", "--write", "docs/MATRIX.md", "--check");
    expect(out).toMatch(
      /^second algorithm: of (\d{3,}) comparisons \1 agree, 0 disagree, 0 stopped by a limit$/m,
    );
    expect(code).toBe(0);
  }, 300_000);

  it("reproduces a cell from one file", async () => {
    const file = "litmus/matrix/soft-all-succeed.litmus";
    const quiet = await ringspec("equiv", file, "--replace", "loop", "--files");
    expect([quiet.code, quiet.out.split("\n")[0]]).toEqual([
      0,
      `${file} (linux-7.1) and ${file} by loop (linux-7.1): equivalent`,
    ]);
    const full = await ringspec("equiv", file, "--replace", "loop", "--beside", "overflow", "--files");
    expect(full.code).toBe(1);
    const refused = await ringspec("equiv", "litmus/matrix/sqpoll.litmus", "--replace", "loop");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("LOOP-01")]);
  });
});
