/** Whatever the user names or types: exit code 2, a place, a code, a hint; no stack trace; at once. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, ringspec, SEVERED } from "./cli.js";

const files = folder();
const good = files.write("severed.litmus", SEVERED);
mkdirSync(join(files.path, "empty"));
mkdirSync(join(files.path, "loop"));
symlinkSync("..", join(files.path, "loop", "again"));
symlinkSync("nowhere", join(files.path, "dangling.litmus"));
execFileSync("mkfifo", [join(files.path, "fifo.litmus")]);
const TRACE = {
  schema: "ringspec.trace/1",
  version: "0.1.0",
  litmus: { name: "severed", hash: "0", text: SEVERED },
  semantics: "linux-6.18",
  time: "ordered",
  seed: null,
  violates: null,
  choices: [],
};
const trace = (name: string, change: Record<string, unknown>) =>
  files.write(name, JSON.stringify({ ...TRACE, ...change }));
const text = (name: string, content: string | Uint8Array) => files.write(`${name}.litmus`, content);
const body = (sqes: string) => `litmus x\nthread T0 { submit {\n${sqes}\n} }\n`;

const MIB = 1024 * 1024;

/** What is typed, and what must stand in the answer. */
const TABLE: readonly (readonly [title: string, argv: readonly string[], answer: RegExp])[] = [
  ["no command", [], /Usage: ringspec/],
  ["an unknown command", ["chekc", good], /unknown command 'chekc'\n\(Did you mean check\?\)/],
  [
    "an unknown option",
    ["check", "--profle", "x", good],
    /unknown option '--profle'\n\(Did you mean --profile\?\)/,
  ],
  ["no path", ["check"], /missing required argument 'path'/],
  ["an option without its value", ["check", good, "--profile"], /argument missing/],
  ["an unknown profile", ["check", good, "--profile", "linux-6.81"], /no such profile/],
  ["a limit of zero", ["check", good, "--states-max", "0"], /whole number from 1/],
  ["a limit that is no number", ["check", good, "--depth-max", "1e9"], /whole number from 1/],
  ["a negative time", ["check", good, "--time-max", "-1"], /argument missing|number of seconds/],
  ["a seed of white space", ["run", good, "--seed", " "], /1 to 64 printable/],
  ["an unknown chooser", ["run", good, "--chooser", "lucky"], /Allowed choices are seeded, pct/],
  ["one path too many", ["run", good, good], /too many arguments/],
  [
    "an unknown suite",
    ["props", "--suite", "link"],
    /error\[unknown-suite\].*\nhint: did you mean `links`\?/,
  ],
  ["a missing file", ["check", join(files.path, "nowhere.litmus")], /nowhere.litmus: error\[missing-file\]/],
  ["a missing folder", ["check", join(files.path, "nowhere")], /nowhere: error\[missing-file\]/],
  ["an empty path", ["check", ""], /error\[missing-file\]/],
  ["a path with a zero byte", ["check", "a\0b.litmus"], /error\[(missing-file|unreadable)\]/],
  ["a path below a file", ["check", join(good, "x.litmus")], /error\[missing-file\]/],
  ["a dangling link", ["check", join(files.path, "dangling.litmus")], /error\[missing-file\]/],
  ["a folder without litmus files", ["check", join(files.path, "empty")], /empty: error\[no-litmus-files\]/],
  ["a folder that holds itself", ["check", join(files.path, "loop")], /loop: error\[no-litmus-files\]/],
  ["a file of another kind", ["check", files.write("notes.txt", "x")], /error\[not-litmus\]/],
  ["a trace, checked", ["check", trace("t.json", {})], /error\[not-litmus\].*\nhint: .*ringspec replay/],
  ["a fifo", ["check", join(files.path, "fifo.litmus")], /error\[not-a-file\]/],
  ["a device", ["replay", "/dev/zero"], /error\[not-a-file\]/],
  ["a folder, run", ["run", files.path], /error\[is-folder\]/],
  ["an empty file", ["check", text("empty", "")], /empty.litmus:1:1: error\[empty-file\]/],
  [
    "a comment and no more",
    ["check", text("comment", "# litmus\n")],
    /comment.litmus:\d+:\d+: error\[empty-file\]/,
  ],
  ["binary", ["check", text("binary", new Uint8Array([0x7f, 0x45, 0, 1]))], /error\[not-text\]/],
  ["not UTF-8", ["check", text("latin", new Uint8Array([0x6c, 0xe9]))], /error\[not-text\]/],
  ["10 MB", ["check", text("huge", "x".repeat(10 * MIB))], /error\[limit-file-size\].*1048576/],
  ["1 MB of one word", ["check", text("word", "x".repeat(MIB - 1))], /word.litmus:1:1: error\[/],
  ["cut off", ["check", text("severed2", SEVERED.slice(0, 150))], /severed2.litmus:\d+:\d+: error\[/],
  ["another name", ["check", text("other", SEVERED)], /other.litmus:1:8: error\[name-mismatch\]/],
  [
    "an unknown opcode",
    ["check", text("x", body("a: RAED"))],
    /x.litmus:3:4: error\[unknown-opcode\].*\nhint: .*READ/,
  ],
  [
    "a label twice",
    ["check", text("y", body("a: NOP\na: NOP").replace("x", "y"))],
    /y.litmus:4:1: error\[duplicate-name\]/,
  ],
  ["a missing trace", ["replay", join(files.path, "nowhere.json")], /error\[missing-file\]/],
  [
    "a litmus file, replayed",
    ["replay", good],
    /severed.litmus: error\[not-json\].*\nhint: a trace is written by/,
  ],
  ["an empty trace", ["replay", files.write("e.json", "")], /e.json:1:1: error\[not-json\]/],
  [
    "a trace cut off",
    ["replay", files.write("c.json", JSON.stringify(TRACE).slice(0, 90))],
    /c.json:1:\d+: error\[not-json\]/,
  ],
  ["a deep trace", ["replay", files.write("d.json", "[".repeat(MIB))], /error\[not-json\]/],
  ["a newer trace", ["replay", trace("n.json", { schema: "ringspec.trace/2" })], /error\[newer-schema\]/],
  [
    "another JSON",
    ["replay", files.write("p.json", '{"name":"x"}')],
    /error\[missing-key\]: schema is missing/,
  ],
  [
    "choices that are a string",
    ["replay", trace("s.json", { choices: "0" })],
    /error\[wrong-type\]: choices is a string/,
  ],
  [
    "a choice without a label",
    ["replay", trace("l.json", { choices: [{ index: 0, count: 1 }] })],
    /error\[missing-key\]: choices\[0\].label is missing/,
  ],
  [
    "an index that is a string",
    ["replay", trace("i.json", { choices: [{ index: "0", count: 1, label: "" }] })],
    /error\[wrong-type\]: choices\[0\].index is a string, not a number/,
  ],
  [
    "an unknown profile in a trace",
    ["replay", trace("u.json", { semantics: "linux-2.6" })],
    /semantics is "linux-2.6"/,
  ],
  [
    "a text in a trace that does not compile",
    ["replay", trace("b.json", { litmus: { name: "x", hash: "", text: body("a: RAED") } })],
    /b.json\(litmus.text\):3:4: error\[unknown-opcode\]/,
  ],
  ["a huge trace", ["replay", files.write("h.json", " ".repeat(17 * MIB))], /error\[limit-file-size\]/],
  ["a trace that violates nothing, shrunk", ["shrink", trace("v.json", {})], /error\[nothing-to-shrink\]/],
  [
    "a trace that violates an unknown property, shrunk",
    ["shrink", trace("w.json", { violates: { property: "justice" } })],
    /violates.property is "justice"/,
  ],
  ["a file that is as claimed, shrunk", ["shrink", good], /error\[nothing-to-shrink\]/],
  [
    "an unknown claim",
    ["explain", good, "--claim", "sever"],
    /error\[unknown-claim\].*\nhint: did you mean `severs`\?/,
  ],
  ["claim 0", ["explain", good, "--claim", "0"], /error\[unknown-claim\]/],
  ["an unwritable trace", ["run", good, "--trace", join(good, "t.json")], /error\[unwritable\]/],
  ["kernel runs of a word", ["kernel", good, "--runs", "many"], /whole number from 1/],
];

describe("bad input", () => {
  it.each(TABLE)("%s", async (_, argv, answer) => {
    const before = performance.now();
    const { code, err } = await ringspec(...argv);
    const elapsed = performance.now() - before;
    expect(err).toMatch(answer);
    expect(code).toBe(2);
    expect(err).not.toMatch(/^\s+at |node:internal|\.ts:/m);
    expect(elapsed).toBeLessThan(1000);
  });

  it("a file that cannot be read", async () => {
    let path = text("secret", SEVERED);
    chmodSync(path, 0);
    if (process.getuid?.() === 0) {
      // Root may read any file; the memory of a process, from address 0, nobody.
      path = join(files.path, "memory.litmus");
      symlinkSync("/proc/self/mem", path);
    }
    const { code, err } = await ringspec("check", path);
    expect(err).toMatch(/error\[unreadable\]/);
    expect(code).toBe(2);
  });

  it("is told with --json as well, beside the files that can be checked", async () => {
    const { code, out, err } = await ringspec("check", "--json", good, join(files.path, "x.litmus"));
    expect(code).toBe(2);
    const verdicts = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).verdict);
    expect(verdicts).toEqual(["ok", "error"]);
    expect(err).toMatch(/unknown-opcode/);
  });
});
