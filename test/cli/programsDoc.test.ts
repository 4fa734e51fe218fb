/** docs/PROGRAMS.md: its examples do what it says, and every diagnosis that it names can be had. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.js";
import { compileLitmus } from "../../src/litmus/index.js";
import { folder, ringspec } from "./cli.js";

const DOC = readFileSync(resolve(import.meta.dirname, "../../docs/PROGRAMS.md"), "utf8");
const files = folder();

/** What stands between the doc's fences, in their order; the first line names the language, or is empty. */
const blocks = DOC.split("```").filter((_, index) => index % 2 === 1);
const blockOf = (language: string): string => {
  const found = blocks.find((block) => block.startsWith(`${language}\n`));
  if (found === undefined) throw new Error(`no block of ${language}`);
  return found.slice(language.length + 1);
};

it("the litmus file holds", async () => {
  const file = files.write("two-nops-and-a-value.litmus", blockOf(""));
  expect((await ringspec("check", file)).code).toBe(0);
});

it("the module is a program that does what it says", async () => {
  const module = files.write("mine.mjs", blockOf("js"));
  const file = files.write(
    "three.litmus",
    `litmus three
ring r { sq 4 cq 4 setup SINGLE_ISSUER DEFER_TASKRUN }
hook h on r = threeNops
thread T0 {
  enter r as n
}
always h.done = 3 and count h-nop = 3 and n = 0
`,
  );
  expect((await ringspec("check", file, "--programs", module)).code).toBe(0);
});

/** What one step of a shelf program on a ring of eight comes to. */
function told(program: string): { readonly codes: readonly string[]; readonly claims: readonly string[] } {
  const text = `litmus told
ring r { sq 8 cq 8 setup SINGLE_ISSUER DEFER_TASKRUN }
hook h on r = ${program}
thread T0 {
  enter r as n
}
`;
  const compiled = compileLitmus(text, "-");
  if (!compiled.ok) throw new Error(compiled.diagnostics[0]?.message);
  const { diagnoses, claims } = check(compiled.test, "linux-7.1");
  for (const { path } of diagnoses) expect(path.length).toBeGreaterThan(0);
  return {
    codes: diagnoses.map(({ code }) => code),
    claims: claims.map(({ name, text: claim }) => name ?? claim),
  };
}

describe("what an author is told", () => {
  it.each([
    ["bad-code", ["return-code"]],
    ["bad-wait", ["waits-in-vain"]],
    ["bad-past-tail", ["no-cqe"]],
    ["bad-reap", ["past-the-tail"]],
    ["bad-cq-write", ["kernel-owned"]],
    ["nops(reqs=3)", []],
  ])("%s: %j", (program, codes) => {
    expect(told(program).codes).toEqual(codes);
    for (const code of codes) expect(DOC).toContain(`| \`${code}\` |`);
  });

  it.each([
    ["bad-region", ["verifier"]],
    ["bad-endless", ["verifier"]],
    ["bad-spin", ["h never yields"]],
    ["bad-wait", ["hang"]],
    ["nops(reqs=3)", []],
  ])("%s violates %j", (program, claims) => {
    expect(told(program).claims).toEqual(claims);
  });
});
