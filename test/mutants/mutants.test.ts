import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RULES } from "../../src/model/rules.js";
import { buildChecker, noticeOf } from "./build.js";
import { EXEMPT } from "./exempt.js";
import { formatTable, readKillers, TABLE_PATH } from "./killers.js";
import { MUTANTS } from "./mutants.js";

const KILLERS = readKillers();

describe("mutants", () => {
  it("each has a name of its own, and breaks rules that SEMANTICS.md has", () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    const semantics = readFileSync(new URL("../../docs/SEMANTICS.md", import.meta.url), "utf8");
    const known = new Set([...semantics.matchAll(/^### ([A-Z]+-\d+)$/gm)].map(([, id]) => id));
    expect(MUTANTS.flatMap(({ rules }) => rules).filter((id) => !known.has(id))).toEqual([]);
  });

  it("every rule is broken by one, or is exempt with a reason and broken by none", () => {
    const broken = new Set(MUTANTS.flatMap(({ rules }) => rules));
    const exempt = new Set(Object.keys(EXEMPT));
    expect(RULES.map(({ id }) => id).filter((id) => broken.has(id) === exempt.has(id))).toEqual([]);
  });

  it("litmus/mutants.json is what these mutants and their killers say: node test/mutants/findKillers.mjs", () => {
    expect(existsSync(TABLE_PATH)).toBe(true);
    expect(readFileSync(TABLE_PATH, "utf8")).toBe(formatTable(KILLERS));
  });

  it("every killer is as claimed and as recorded where no rule is broken, and kills a mutant that there is", async () => {
    const sound = await buildChecker(null);
    const files = new Set(Object.values(KILLERS).map(({ file }) => file));
    expect([...files].filter((file) => noticeOf(sound, file) !== null)).toEqual([]);
    expect(Object.keys(KILLERS).sort()).toEqual(MUTANTS.map(({ name }) => name).sort());
  });

  for (const mutant of MUTANTS) {
    it(`${mutant.name} (${mutant.rules.join(", ")})`, async () => {
      const killer = KILLERS[mutant.name];
      if (killer === undefined)
        throw new Error("no file notices it: ALL=1 node test/mutants/findKillers.mjs");
      expect(noticeOf(await buildChecker(mutant), killer.file)).toBe(killer.by);
    });
  }
});
