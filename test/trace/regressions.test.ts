import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { main } from "../../src/cli/main.js";

const FOLDER = resolve(import.meta.dirname, "../../traces/regressions");
const TRACES = readdirSync(FOLDER).filter((file) => file.endsWith(".trace.json"));

it("there are traces to follow", () => {
  expect(TRACES.length).toBeGreaterThan(0);
});

for (const trace of TRACES) {
  it(`replays ${trace}`, async () => {
    expect(await main(["replay", join(FOLDER, trace)])).toBe(0);
  });
}
