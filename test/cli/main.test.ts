/** The command line as a whole: help, version, faults, and the commands over many files. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.js";
import { profileOfKernel } from "../../src/kernel/profileOfKernel.js";
import { RULES } from "../../src/model/rules.js";
import { paint } from "../../src/report/paint.js";
import { folder, ringspec, SEVERED } from "./cli.js";

const files = folder();
const severed = files.write("severed.litmus", SEVERED);

const COMMANDS = ["check", "run", "replay", "shrink", "explain", "props", "promote", "coverage", "kernel"];

describe("help", () => {
  it("names every command and every exit code", async () => {
    const { code, out, err } = await ringspec("--help");
    expect(code).toBe(0);
    expect(err).toBe("");
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command} `, "m"));
    expect(out).toContain("Exit codes: 0 all as claimed");
  });

  it.each(COMMANDS)("of %s says what it does", async (command) => {
    const { code, out } = await ringspec(command, "--help");
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: ringspec ${command} `));
    expect((await ringspec("help", command)).out).toBe(out);
  });

  it("knows the version of the package", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(await ringspec("--version")).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });
});

describe("a fault of the program's own", () => {
  it("is caught at the top, says how to report it, and exits 4", async () => {
    let err = "";
    const code = await main(["check", severed], {
      out: () => {
        throw new TypeError("a broken terminal");
      },
      err: (text) => {
        err += text;
      },
      outIsTty: false,
      errIsTty: false,
      paint: paint(false),
      now: () => 0,
      turn: () => Promise.resolve(),
      freshSeed: () => "1",
    });
    expect(code).toBe(4);
    expect(err).toMatch(/^ringspec .* has a fault of its own: a broken terminal\nPlease report it/);
    expect(err).toContain(`  ringspec check ${severed}\n`);
  });
});

describe("coverage", () => {
  it("says which files exercise each rule, and which rule none does", async () => {
    const { code, out } = await ringspec("coverage", severed);
    expect(code).toBe(0);
    expect(files.strip(out)).toMatch(/^FORM-01 +1 +severed.litmus +/m);
    expect(out).toMatch(/^no file exercises DRN-01: /m);
    expect(out).toMatch(new RegExp(`\\n\\d+ of ${RULES.length} rules are exercised by 1 files\\n$`));
  });

  it("fails with --strict where a rule is exercised by none", async () => {
    expect((await ringspec("coverage", severed, "--strict")).code).toBe(1);
  });

  it("has a JSON form", async () => {
    const { out } = await ringspec("coverage", severed, "--json");
    const json = JSON.parse(out);
    expect(json).toMatchObject({ schema: "ringspec.coverage/1", files: 1, total: RULES.length });
    expect(json.rules.find((rule: { id: string }) => rule.id === "FORM-01").files).toEqual([severed]);
    expect(json.exercised).toBeGreaterThan(5);
  });
});

describe("props", () => {
  it("prints the seed first, and the same for the same seed", async () => {
    const argv = ["props", "--suite", "links", "--seed", "3", "--runs", "4", "--out", files.path];
    const once = await ringspec(...argv);
    expect(once.out).toBe("seed 3\nok links linux-6.18: 4 scenarios, 14 properties\n");
    expect(once.code).toBe(0);
    expect(await ringspec(...argv)).toEqual(once);
  });
});

describe("profileOfKernel", () => {
  it.each([
    ["6.18.44-fc", "linux-6.18"],
    ["6.17.0", "linux-6.12"],
    ["6.12.117-amd64", "linux-6.12"],
    ["5.15.0", "linux-6.1"],
    ["7.3.1", "linux-7.1"],
    ["10.0", "linux-7.1"],
    ["unknown", "linux-6.1"],
  ])("%s is judged by %s", (release, profile) => {
    expect(profileOfKernel(release)).toBe(profile);
  });
});
