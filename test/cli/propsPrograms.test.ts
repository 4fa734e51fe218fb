/** Suites of drawn programs: under the profiles that have them, and nowhere else. */
import { describe, expect, it } from "vitest";
import { ringspec } from "./cli.js";

describe("props of programs", () => {
  it.each([
    ["hooks", "linux-7.1"],
    ["operations", "bpf-op-v1"],
  ])("%s under %s", { timeout: 60_000 }, async (suite, profile) => {
    const { code, out } = await ringspec(
      "props",
      "--suite",
      suite,
      "--seed",
      "1",
      "--runs",
      "5",
      "-p",
      profile,
    );
    expect(out).toMatch(new RegExp(`^seed 1\nok ${suite} ${profile}: 5 scenarios, \\d+ properties\n$`));
    expect(code).toBe(0);
  });

  it("has a profile of its own where none is named", { timeout: 60_000 }, async () => {
    const { out } = await ringspec("props", "--suite", "operations", "--seed", "1", "--runs", "1");
    expect(out).toContain("ok operations bpf-op-v3: 1 scenarios");
  });

  it("says what a profile lacks", async () => {
    const { code, err } = await ringspec("props", "--suite", "hooks", "--seed", "1", "-p", "linux-6.18");
    expect(err).toContain("linux-6.18 has no loop hooks, which hooks is about");
    expect(code).toBeGreaterThan(1);
  });
});
