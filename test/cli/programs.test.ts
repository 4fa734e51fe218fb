/** Programs on the command line: the shelf's list, modules that bring some, and what is said of modules that do not. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SHELF } from "../../src/programs/index.js";
import { folder, ringspec } from "./cli.js";

const files = folder();

const MODULE = `export const mine = {
  kind: "hook",
  doc: "Stops at once.",
  memoryBytes: 4,
  variables: { total: { offset: 0, type: "u32" } },
  parameters: { required: ["n"], optional: ["m"] },
  userData: { nop: 1n },
  loopStep: () => 1,
};
export const LIMIT = 3;
export default {};
`;
const mine = files.write("mine.mjs", MODULE);

/** Nothing attaches the hook, so that the runs are those of an ordinary ring, and one claim is false. */
const LITMUS = `litmus brought
ring r { setup SINGLE_ISSUER DEFER_TASKRUN }
hook h on r = mine(n=1)
thread T0 {
  submit r {
    a: NOP
  } wait 1 as n
  if n = 99 {
    attach h to r
  }
}
always a.res = 1
`;
const litmus = files.write("brought.litmus", LITMUS);

describe("ringspec programs", () => {
  it("lists every program of the shelf, as a table and as JSON", async () => {
    const table = await ringspec("programs");
    expect(table.code).toBe(0);
    for (const [name, { doc }] of Object.entries(SHELF)) {
      expect(table.out).toContain(name);
      expect(table.out).toContain(doc);
    }
    const json = JSON.parse((await ringspec("programs", "--json")).out);
    expect(json.schema).toBe("ringspec.programs/1");
    expect(json.programs.map(({ name }: { name: string }) => name)).toEqual(Object.keys(SHELF));
  });

  it("lists what modules bring, with parameters and variables", async () => {
    const table = await ringspec("programs", "--programs", mine);
    expect(table.out).toMatch(/mine \(module\) +hook \(loop_step\) +n \[m\] +total +Stops at once\./);
    const json = JSON.parse((await ringspec("programs", "--json", "--programs", mine)).out);
    expect(json.programs.at(-1)).toEqual({
      name: "mine",
      kind: "hook",
      form: "loop_step",
      doc: "Stops at once.",
      from: "module",
      memoryBytes: 4,
      parameters: { required: ["n"], optional: ["m"] },
      variables: { total: { offset: 0, type: "u32" } },
      labels: ["nop", "other"],
    });
  });

  it("says where a module's program replaces another one", async () => {
    const twice = await ringspec("programs", "--programs", mine, "--programs", mine);
    expect(twice.code).toBe(0);
    expect(files.strip(twice.err)).toBe("note: mine.mjs: `mine` replaces an earlier module's\n");
    const [name] = Object.keys(SHELF);
    if (name === undefined) return;
    const text = `${MODULE}export { mine as "${name}" };\n`;
    const replacing = await ringspec("programs", "--programs", files.write("replacing.mjs", text));
    expect(files.strip(replacing.err)).toBe(`note: replacing.mjs: \`${name}\` replaces the shelf's\n`);
  });
});

describe("--programs", () => {
  it("is what a file with programs of its own needs, and the commands that follow are given it", async () => {
    const without = await ringspec("check", litmus);
    expect(without.code).toBe(2);
    expect(without.err).toContain("error[unknown-program]: there is no program `mine`");
    expect(without.err).toContain("hint: --programs FILE");
    const { code, out } = await ringspec("check", litmus, "--programs", mine, "--trace-dir", files.path);
    expect(code).toBe(1);
    expect(out).toContain("linux-7.1");
    expect(files.strip(out)).toContain("ringspec replay brought.linux-7.1.1.trace.json --programs mine.mjs");
    expect(files.strip(out)).toContain("--profile linux-7.1 --programs mine.mjs");
  });

  it("is remembered by a trace, which cannot be replayed without", async () => {
    await ringspec("check", litmus, "--programs", mine, "--trace-dir", files.path);
    const trace = join(files.path, "brought.linux-7.1.1.trace.json");
    expect(JSON.parse(readFileSync(trace, "utf8")).programs).toEqual(["mine"]);
    const without = await ringspec("replay", trace);
    expect(without.code).toBe(2);
    expect(without.err).toContain("error[missing-program]: the run needs the program `mine`");
    const replayed = await ringspec("replay", trace, "--programs", mine);
    expect(replayed.out).toContain("violates what was recorded");
    expect(replayed.code).toBe(0);
  });

  it.each([
    ["run", 1],
    ["explain", 1],
    ["shrink", 1],
    ["promote", 1],
    ["coverage", 0],
  ])("is an option of %s", async (command, code) => {
    const path = files.write(`${command}/brought.litmus`, LITMUS);
    const result = await ringspec(command, path, "--programs", mine);
    expect(result.err).toBe("");
    expect(result.code).toBe(code);
    expect((await ringspec(command, path)).code).toBe(2);
  });

  it("goes with the smallest file of shrink, and with its trace", async () => {
    const { out, code } = await ringspec(
      "shrink",
      litmus,
      "--programs",
      mine,
      "--out",
      join(files.path, "small"),
    );
    expect(code).toBe(1);
    // Neither the hook nor what attaches it matters to the claim.
    expect(readFileSync(join(files.path, "small/brought-shrunk.litmus"), "utf8")).not.toContain("hook");
    expect(out).toContain("--programs");
  });
});

describe("a profile that lacks what the file uses", () => {
  it.each(["check", "run", "explain", "shrink"])("is refused by %s", async (command) => {
    const { code, err } = await ringspec(command, litmus, "--programs", mine, "--profile", "linux-6.18");
    expect(code).toBe(2);
    expect(err).toContain("error[not-in-profile]: linux-6.18 has no loop hooks of the merged form");
    expect(err).toContain("hint: its own profiles: linux-7.1");
  });
});

const hook = (rest: string) => `export const bad = { kind: "hook", doc: "d", memoryBytes: 8, ${rest} };\n`;

const BAD: readonly (readonly [title: string, text: string, message: string])[] = [
  ["no program", "export const a = 1;\n", "none of its 1 exports is a program"],
  ["a syntax error", "export const = ;\n", "error[bad-module]: the module cannot be loaded: "],
  ["an error of its own", 'throw new RangeError("no such size");\n', "RangeError: no such size"],
  [
    "another kind",
    'export const bad = { kind: "hok" };\n',
    'export `bad`: kind is "hok", not "hook" or "operation"',
  ],
  ["no doc", 'export const bad = { kind: "hook", memoryBytes: 0, loop() {} };\n', "doc is missing"],
  [
    "a size that is no size",
    'export const bad = { kind: "hook", doc: "d", memoryBytes: -1 };\n',
    "memoryBytes is -1",
  ],
  [
    "a misspelled key",
    hook("loopstep() {}"),
    "a program of kind hook has no `loopstep`; did you mean `loopStep`?",
  ],
  [
    "a hook's key on an operation",
    'export const bad = { kind: "operation", doc: "d", memoryBytes: 0, loop() {} };\n',
    "a program of kind operation has no `loop`",
  ],
  ["no step", hook(""), "this has neither"],
  ["both steps", hook("loop() {}, loopStep() {}"), "this has both"],
  ["a step that is no function", hook("loopStep: 1"), "loopStep is 1, not a function"],
  [
    "a variable outside of its memory",
    hook('loop() {}, variables: { a: { offset: 4, type: "u64" } }'),
    "variables.a does not fit: 8 bytes at 4 of 8",
  ],
  [
    "a variable of no type",
    hook('loop() {}, variables: { a: { offset: 4, type: "u16" } }'),
    'variables.a.type is "u16", not one of u8, u32, i32, u64',
  ],
  [
    "a parameter twice",
    hook('loop() {}, parameters: { required: ["a"], optional: ["a"] }'),
    "parameters has `a` twice",
  ],
  [
    "a parameter that is no name",
    hook('loop() {}, parameters: { required: [""] }'),
    'parameters.required has "", no name',
  ],
  ["cancels that says nothing", hook("loop() {}, cancels: true"), "cancels is true, and may be false"],
  ["user_data that is no bigint", hook("loop() {}, userData: { a: 1 }"), "userData.a is 1, not a bigint"],
  ["user_data with a label's name", hook("loop() {}, userData: { other: 1n }"), 'userData names "other"'],
  [
    "a map that is no name",
    'export const bad = { kind: "operation", doc: "d", memoryBytes: 0, map: 3 };\n',
    "map is 3, not a name",
  ],
  [
    "a name that nobody can write",
    `${hook("loop() {}")}export { bad as "a b" };\n`,
    "export `a b`: a litmus file cannot write that name",
  ],
];

describe("a module that is wrong", () => {
  it.each(BAD)("is refused with its file and the export: %s", async (title, text, message) => {
    const path = files.write(`bad/${title.replaceAll(" ", "-")}.mjs`, text);
    const { code, err, out } = await ringspec("programs", "--programs", path);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(`${path}: error[bad-`);
    expect(err).toContain(message);
  });

  it("is refused where there is none", async () => {
    const { code, err } = await ringspec("check", litmus, "--programs", join(files.path, "gone.mjs"));
    expect(code).toBe(2);
    expect(err).toContain("error[missing-file]");
  });
});
