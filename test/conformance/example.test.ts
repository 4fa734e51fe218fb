/** docs/CONFORMANCE.md is held to what its example does. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { catalogue } from "../../src/catalogue/index.js";
import { conformance, formatConformance, type Implementation, SUITES } from "../../src/index.js";
import { breadthFirst, depthFirst, nopRing } from "./example/nopRing.js";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/CONFORMANCE.md"), "utf8");

async function report(implementation: Implementation): Promise<string> {
  const result = await conformance(implementation, {
    profile: "linux-6.18",
    files: catalogue().filter(({ name }) => name.startsWith("order/")),
    features: ["links", "hardlinks", "inject"],
    suites: SUITES.filter(({ name }) => name === "links"),
    scenarios: 200,
    failuresMax: 1,
  });
  return formatConformance(result);
}

it("shows the example as it is", () => {
  const code = readFileSync(join(import.meta.dirname, "example/nopRing.js"), "utf8");
  expect(PAGE).toContain(`\`\`\`js\n${code}\`\`\``);
});

it("shows what is found in the first order", async () => {
  expect(PAGE).toContain(`\`\`\`\n${await report(nopRing(depthFirst) as Implementation)}\n\`\`\``);
});

it("shows that the second order conforms", async () => {
  expect(PAGE).toContain(`\`\`\`\n${await report(nopRing(breadthFirst) as Implementation)}\n\`\`\``);
});
