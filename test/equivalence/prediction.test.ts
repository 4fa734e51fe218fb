/** What the matrix predicts: of its own rows their own cells, and of scenarios that combine them what the rows leave possible. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { matrixRow } from "../../src/equivalence/matrix.js";
import { FEATURES } from "../../src/equivalence/prediction/features.js";
import { judgeReplacement } from "../../src/equivalence/prediction/judge.js";
import { type KnownRows, knownRows, predict } from "../../src/equivalence/prediction/prediction.js";
import { REPLACEMENT_NAMES } from "../../src/equivalence/replace/replacements.js";
import { compileLitmus, type LitmusTest } from "../../src/litmus/index.js";
import { test } from "./litmus.js";

const FOLDER = join(resolve(import.meta.dirname, "../.."), "litmus/matrix");
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".litmus"))
  .map((name) => name.replace(".litmus", ""));

function rowTest(name: string): LitmusTest {
  const compiled = compileLitmus(readFileSync(join(FOLDER, `${name}.litmus`), "utf8"), `${name}.litmus`);
  if (!compiled.ok) throw new Error(compiled.diagnostics[0]?.message);
  return compiled.test;
}

let rows: KnownRows;
beforeAll(() => {
  rows = knownRows(
    NAMES.map(rowTest).map((one) => ({
      row: matrixRow(one, { environments: ["quiet", "chain"] }),
      file: one.ast,
    })),
  );
}, 300_000);

const SUBMIT = (...sqes: readonly string[]): string =>
  `submit r {\n${sqes.join("\n")}\n} wait ${sqes.length}\nreap r`;

describe("what the matrix predicts", () => {
  it("knows a feature for each row, and a row for each feature", () => {
    expect(FEATURES.map(({ row }) => row).sort()).toEqual([...NAMES].sort());
  });

  it.each(NAMES)("%s uses its own feature, and is as predicted", { timeout: 120_000 }, (name) => {
    const one = rowTest(name);
    for (const replacement of REPLACEMENT_NAMES) {
      const judged = judgeReplacement(one, rows, replacement, "quiet");
      expect(judged?.prediction.features).toContain(name);
      expect(judged?.isAsPredicted, replacement).not.toBe(false);
    }
  });

  it("is equivalent where all rows are", () => {
    const { ast } = test(SUBMIT("a: NOP res=-EIO | HARDLINK", "b: NOP | LINK", "c: NOP"));
    expect(predict(ast, rows, "loop", "quiet")).toEqual({
      kind: "verdicts",
      verdicts: ["equivalent"],
      grounds: [],
      features: ["hard-goes-on", "mixed-soft-and-hard", "soft-all-succeed", "soft-head-fails"],
    });
  });

  it("is one-sided where a row loses some, and says which", () => {
    const { ast } = test(SUBMIT("a: NOP | LINK", 'b: WRITE fd=g data="x" off=0', "c: NOP"), 'file g = ""');
    expect(predict(ast, rows, "loop", "quiet")).toMatchObject({
      verdicts: ["equivalent", "loses some"],
      grounds: expect.arrayContaining([
        { row: "data-passed-on", environment: "chain", verdict: "loses some" },
      ]),
    });
  });

  it("is nothing where rows differ both ways and it need not get there", () => {
    const { ast } = test(
      SUBMIT("a: NOP | LINK", "b: NOP prep=-EINVAL | LINK", "c: NOP"),
      "ring r { setup SUBMIT_ALL }",
    );
    expect(predict(ast, rows, "loop", "quiet")).toMatchObject({ kind: "none" });
  });

  it("is nothing where no row is about what it does", () => {
    const { ast } = test(SUBMIT("a: NOP | LINK", "b: ASYNC_CANCEL target=a"));
    expect(predict(ast, rows, "user", "quiet")).toMatchObject({
      kind: "none",
      why: "no row has a cancel as a member of a chain",
    });
  });

  it("is impossible where a row is, but for members that are not there", () => {
    const { ast } = test(SUBMIT("a: NOP | LINK", "b: NOP"), "ring r { setup SQPOLL }");
    expect(predict(ast, rows, "loop", "quiet")).toMatchObject({ verdicts: ["impossible"] });
    const waits = test("submit r {\na: NOP | LINK\nb: NOP\n} wait 1\nenter r wait 2\nreap r").ast;
    expect(predict(waits, rows, "ops", "quiet")).not.toMatchObject({ verdicts: ["impossible"] });
  });
});
