/** `ringspec/vitest` used as an author would use it; and what somebody sees whose ring is wrong. */
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { catalogue } from "../../src/catalogue/index.js";
import { compileLitmus, type LitmusText, SUITES } from "../../src/index.js";
import { describeConformance } from "../../src/vitest/index.js";
import { toyRing } from "./toy/implementation.js";

const ROOT = resolve(import.meta.dirname, "../..");

const toy = toyRing();

async function isSupported({ name, text }: LitmusText): Promise<boolean> {
  const compiled = compileLitmus(text, name);
  return compiled.ok && (await toy.run(compiled.test, { runs: 1, seed: 1 })).kind === "ran";
}

/** What the toy does not have would be skipped, and a skipped test is one that somebody has to look at. */
const supported: LitmusText[] = [];
for (const file of catalogue()) {
  if (file.name.startsWith("skip/") && (await isSupported(file))) supported.push(file);
}

describeConformance(toy, {
  profile: "linux-6.18",
  files: supported,
  features: ["links", "skip", "inject", "prep"],
  suites: SUITES.filter(({ name }) => name === "skip"),
  scenariosPerSuite: 20,
  scenarios: 20,
});

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

it("names what is wrong, what is skipped, and how to look at it", { timeout: 120_000 }, async () => {
  const args = ["run", "--reporter=json", "--config", join(import.meta.dirname, "broken/vitest.config.ts")];
  const output = await new Promise<string>((done) => {
    execFile(join(ROOT, "node_modules/.bin/vitest"), args, { cwd: ROOT, timeout: 110_000 }, (_, out) =>
      done(out),
    );
  });
  const { testResults }: Report = JSON.parse(output);
  const results = testResults[0]?.assertionResults ?? [];
  expect(results.map(({ title, status }) => `${title}: ${status}`)).toEqual([
    "fails: failed",
    "passes: passed",
    "is unsupported: skipped",
    "skip: CQE_SKIP_SUCCESS on any member of any chain.: failed",
    "show only outcomes that the model has: failed",
  ]);
  const [first, , , suite, scenarios] = results.map(({ failureMessages }) => failureMessages.join("\n"));
  expect(first).toContain(
    [
      "not allowed by linux-6.18, which has one other outcome here",
      "  observed  a=-EIO b=0",
      "  nearest   a=-EIO b=-ECANCELED",
    ].join("\n"),
  );
  expect(first).toContain("npx ringspec explain fails --profile linux-6.18");
  expect(suite).toMatch(/violates softLinkSevers: .*\n {2}observed {2}/);
  expect(suite).toContain("Found with seed 1. As generated.litmus");
  expect(scenarios).toContain("observed");
});
