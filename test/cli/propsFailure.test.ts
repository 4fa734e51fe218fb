/** A suite that fails: what is kept of it, and that every command it prints works. The property is a wrong one, that no request is canceled. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { Property } from "../../src/properties/property.js";
import { folder, ringspec } from "./cli.js";

const { noneCanceled } = vi.hoisted(() => {
  const property: Property = {
    name: "noneCanceled",
    title: "No request is canceled.",
    source: "nobody says so",
    rules: [],
    check: ({ outcome, scenario }) => {
      const canceled = outcome.cq.flat().find(([, res]) => res === -125);
      return canceled === undefined
        ? null
        : { property: "noneCanceled", message: `${scenario.labels[canceled[0]]} is canceled`, reqs: [] };
    },
  };
  return { noneCanceled: property };
});

vi.mock("../../src/properties/index.js", async (original) => {
  const real = await original<typeof import("../../src/properties/index.js")>();
  return {
    ...real,
    propertyOf: (name: string) => (name === "noneCanceled" ? noneCanceled : real.propertyOf(name)),
  };
});

vi.mock("../../src/properties/generate/index.js", async (original) => {
  const real = await original<typeof import("../../src/properties/generate/index.js")>();
  const links = real.suiteOf("links");
  return {
    ...real,
    suiteOf: (name: string) =>
      name === "broken" && links !== undefined
        ? { ...links, name: "broken", properties: [noneCanceled] }
        : real.suiteOf(name),
  };
});

const files = folder();
const kept = join(files.path, "regressions");

describe("a suite that fails", () => {
  it("is shrunk, kept as a litmus file with its trace, and ends with the commands", async () => {
    const { code, out } = await ringspec(
      "props",
      "--suite",
      "broken",
      "--seed",
      "1",
      "--runs",
      "50",
      "--out",
      kept,
    );
    expect(code).toBe(1);
    expect(out).toMatch(
      /^seed 1\nviolated broken linux-6.18: noneCanceled, after \d+ scenarios\n\w is canceled\n/,
    );
    const [trace, litmus] = readdirSync(kept).sort();
    expect(litmus).toMatch(/^prop-broken-noneCanceled-[0-9a-f]{8}\.litmus$/);
    expect(trace).toBe(`${litmus?.replace(".litmus", "")}.linux-6.18.trace.json`);
    const path = (name: string | undefined) => join(kept, name ?? "");
    expect(out.slice(out.lastIndexOf("\n  ringspec replay"))).toBe(
      `
  ringspec replay ${path(trace)}
  ringspec shrink ${path(trace)}
  ringspec check ${path(litmus)} --profile linux-6.18
  ringspec props --suite broken --profile linux-6.18 --seed 1
`,
    );
    // Two SQEs suffice: one that fails, and one that is linked behind it.
    expect(out.match(/^ +\w: [A-Z_]+/gm)).toHaveLength(2);

    const replayed = await ringspec("replay", "-q", path(trace));
    expect(replayed.code).toBe(0);
    expect(replayed.out).toContain("violates what was recorded: property noneCanceled\n");
    expect((await ringspec("check", path(litmus))).code).toBe(0);
    const shrunk = await ringspec("shrink", path(trace));
    expect(shrunk.code).toBe(1);
    expect(shrunk.out).toMatch(/^shrinking .*, linux-6.18, violated: property noneCanceled\n/);
  });
});
