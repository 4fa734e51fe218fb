/** The suite that replaces links of generated chains: content with the shelf's program, and not with one that makes a mistake. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MISTAKES, moduleWithMistake } from "../equivalence/brokenLinks.js";
import { folder, ringspec } from "./cli.js";

const files = folder();
const SUITE = ["props", "--suite", "equivalence", "--seed", "3"];

describe("props --suite equivalence", () => {
  it("predicts most verdicts, and right", { timeout: 300_000 }, async () => {
    const { code, out } = await ringspec(...SUITE, "--runs", "20");
    const counts =
      /^seed 3\nok equivalence: 20 scenarios, 60 replacements: (\d+) with the verdict .*, (\d+) with one of several, (\d+) of which it predicts nothing, 0 cut off/;
    expect(out).toMatch(counts);
    const [verdict, oneSided, none] = (counts.exec(out) ?? []).slice(1).map(Number) as [
      number,
      number,
      number,
    ];
    expect(verdict + oneSided + none).toBe(60);
    expect(none).toBeLessThan(30);
    expect(code).toBe(0);
  });

  it("finds a program that goes on behind a failure, makes it small, and keeps both runs", {
    timeout: 300_000,
  }, async () => {
    const mistake = MISTAKES.find(({ name }) => name === "goes on behind a failure");
    if (mistake === undefined) throw new Error("there is no such mistake");
    const program = join(files.path, "broken.mjs");
    writeFileSync(program, await moduleWithMistake(mistake));
    const kept = join(files.path, "kept");
    const { code, out } = await ringspec(...SUITE, "--runs", "60", "--out", kept, "--programs", program);
    expect(code).toBe(1);
    expect(out).toMatch(/^seed 3\nviolated equivalence by loop, after \d+ scenarios: differ both ways\n/);
    expect(out).toContain("\npredicted: equivalent");
    // One that fails, and one that is linked behind it.
    expect(out.match(/^ +\w: [A-Z_]+/gm)).toHaveLength(2);
    const names = readdirSync(kept);
    expect(names.filter((name) => name.endsWith(".trace.json"))).toHaveLength(4);
    const litmus = names.find((name) => name.endsWith(".litmus")) ?? "";
    expect(litmus).toMatch(/^prop-equivalence-loop-[0-9a-f]{8}\.litmus$/);
    for (const name of names.filter((one) => one.endsWith(".trace.json"))) {
      const followed = await ringspec("replay", "-q", join(kept, name), "--programs", program);
      expect(followed.code).toBe(0);
    }
    const path = join(kept, litmus);
    expect(out).toContain(`  ringspec equiv ${path} --replace loop --files --programs ${program}\n`);
    expect((await ringspec("equiv", path, "--replace", "loop", "--files", "--programs", program)).code).toBe(
      1,
    );
    expect((await ringspec("equiv", path, "--replace", "loop", "--files")).code).toBe(0);
  });

  it("has no profile of its own, and other suites name no programs", async () => {
    const profile = await ringspec(...SUITE, "-p", "linux-7.1");
    expect([profile.code, profile.err]).toEqual([2, expect.stringContaining("a profile of its own")]);
    const program = join(files.path, "none.mjs");
    const programs = await ringspec("props", "--suite", "links", "--programs", program);
    expect([programs.code, programs.err]).toEqual([2, expect.stringContaining("only --suite equivalence")]);
  });
});
