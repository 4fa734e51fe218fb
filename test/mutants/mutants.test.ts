import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildChecker, isAsClaimed } from "./build.js";
import { MUTANTS } from "./mutants.js";

const KILLERS = JSON.parse(readFileSync(new URL("killers.json", import.meta.url), "utf8")) as Readonly<
  Record<string, string>
>;

describe("mutants", () => {
  it("there are enough, each with a name of its own", () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(30);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  it("every killer is as claimed where no rule is broken", async () => {
    const sound = await buildChecker(null);
    const wrong = [...new Set(Object.values(KILLERS))].filter((file) => !isAsClaimed(sound, file));
    expect(wrong).toEqual([]);
  });

  for (const mutant of MUTANTS) {
    it(`${mutant.name} (${mutant.rules.join(", ")})`, async () => {
      const killer = KILLERS[mutant.name];
      expect(killer, "no file is named for it: node test/mutants/findKillers.mjs").toBeDefined();
      const checker = await buildChecker(mutant);
      expect(isAsClaimed(checker, killer as string)).toBe(false);
    });
  }
});
