import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { ringspec } from "./cli.js";

const ROOT = resolve(import.meta.dirname, "../..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const FILE = "litmus/article/write-is-short.litmus";

it("README shows the example's file as it is", () => {
  expect(README).toContain(readFileSync(join(ROOT, FILE), "utf8").trim());
});

it("README shows what the check prints now", async () => {
  const { out } = await ringspec("check", join(ROOT, FILE), "--profile", "linux-6.18");
  expect(README).toContain(`${FILE} --profile linux-6.18\n${out.trim()}\n`);
});
