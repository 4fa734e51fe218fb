/** Whatever the text is, it is answered, soon, and with at most as many diagnostics as the limit says. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileLitmus, DIAGNOSTIC_CODES, DIAGNOSTICS_MAX, printLitmus } from "../../src/litmus/index.js";
import { litmusFiles } from "./trees.js";

const VALID = `litmus x
doc "A \\x41." source "s"
semantics documented linux-6.18
time ordered
ring r { sq 8 cq 16 setup SUBMIT_ALL }
file f = "0123"
pipe p nonblock
sockets s
slots 2
buf b[4]
thread T {
  submit r {
    a: READ fd=slot:1 len=4 multishot may 4, -EIO, never | LINK  # c
    t: LINK_TIMEOUT ts=10ms flags=ABS
  } wait 2 as n
  if a.res = 4 and (n > 1 or not posted t) { write p.w "x" } else { sleep 1s }
}
always named: a before t implies f = "0123"
`.replace(" multishot", "");

/** The answer is a test, or diagnostics that name a place of the text. */
function answers(text: string): void {
  const compiled = compileLitmus(text, "-");
  if (compiled.ok) return;
  const { diagnostics } = compiled;
  expect(diagnostics.length).toBeGreaterThan(0);
  expect(diagnostics.length).toBeLessThanOrEqual(DIAGNOSTICS_MAX);
  const lines = text.split(/\r\n|\r|\n/);
  for (const { line, column, code, message, hint } of diagnostics) {
    expect(DIAGNOSTIC_CODES).toHaveProperty(code);
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
    expect(`${message}${hint ?? ""}`).not.toMatch(/undefined|NaN|\[object|something else/);
  }
}

describe("garbage", () => {
  it("is answered: a valid file to begin with", () => {
    expect(compileLitmus(VALID, "-").ok).toBe(true);
  });

  it("is answered: any prefix of a valid file", () => {
    for (let end = 0; end < VALID.length; end++) answers(VALID.slice(0, end));
  });

  it("is answered: a valid file without any one character", () => {
    for (let at = 0; at < VALID.length; at++) answers(VALID.slice(0, at) + VALID.slice(at + 1));
  });

  it("is answered: any string", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), answers), { numRuns: 500, seed: 1 });
  });

  it("is answered: words of the language in any order", () => {
    const words = VALID.split(/\s+|(?=[=:.,{}|()[\]])|(?<=[=:.,{}|()[\]])/);
    const soup = fc.array(fc.constantFrom(...words, "\n"), { maxLength: 60 }).map((some) => some.join(" "));
    fc.assert(fc.property(soup, answers), { numRuns: 1000, seed: 2 });
    fc.assert(
      fc.property(soup, (text) => answers(`litmus x\nthread T {\n${text}`)),
      { numRuns: 1000, seed: 3 },
    );
  });

  it("is answered: a valid file with lines exchanged and repeated", () => {
    const lines = VALID.split("\n");
    const shuffled = fc.array(fc.constantFrom(...lines), { maxLength: 40 }).map((some) => some.join("\n"));
    fc.assert(
      fc.property(shuffled, (text) => answers(`litmus x\n${text}`)),
      { numRuns: 1000, seed: 4 },
    );
  });

  it("is answered: trees whose names mean anything", () => {
    fc.assert(
      fc.property(litmusFiles, (tree) => answers(printLitmus(tree))),
      { numRuns: 300, seed: 5 },
    );
  });

  const MEBIBYTE = 1024 * 1024 - 200;
  const fill = (part: string, size = MEBIBYTE) => part.repeat(Math.floor(size / part.length));
  it.each([
    ["10 MB of one letter", fill("x", 10_000_000)],
    ["10 MB of random words", fill("lorem §ipsum\0 ", 10_000_000)],
    ["braces", fill("{")],
    ["parentheses in a claim", `litmus x\nalways ${fill("(")}`],
    ["`not` in a claim", `litmus x\nalways ${fill("not ")}`],
    ["`if` in a thread", `litmus x\nthread T { ${fill("if true { ")}`],
    ["`implies` in a claim", `litmus x\nalways ${fill("true implies ")}`],
    ["claims", `litmus x\n${fill("always true\n")}`],
    ["declarations with errors", `litmus x\n${fill("pipe\n")}`],
    ["statements", `litmus x\nthread T {\n${fill("reap\n")}}`],
    ["SQEs", `litmus x\nthread T { submit {\n${fill("a: NOP\n")}} }`],
    ["flags of an SQE", `litmus x\nthread T { submit {\na: NOP | ${fill("LINK ")}\n} }`],
    ["keys of an SQE", `litmus x\nthread T { submit {\na: NOP ${fill("a=1 ")}\n} }`],
    ["results of an SQE", `litmus x\nthread T { submit {\na: OP may 0${fill(", 7")}\n} }`],
    ["one name", `litmus ${fill("x")}`],
    ["one number", `litmus x\nslots ${fill("9")}`],
    ["one string", `litmus x\nfile f = "${fill("y")}"`],
    ["one string that does not end", `litmus x\nfile f = "${fill("\\\\")}`],
    ["escapes", `litmus x\nfile f = "${fill("\\x41")}"`],
    ["one comment", `litmus x\n#${fill("#")}`],
    ["comments", `litmus x\n${fill("#\n")}`],
    ["blank lines", `litmus x\n${fill(" \n")}pip`],
    ["odd characters", fill("§ a ")],
    ["setup flags", `litmus x\nring r { setup ${fill("SQPOLL ")} }`],
    ["profiles", `litmus x\nsemantics ${fill("documented ")}`],
    ["sources", `litmus x\n${fill('source "x"\n')}`],
  ])("is answered in time: %s", (_title, text) => {
    const start = process.cpuUsage();
    const compiled = compileLitmus(text, "-");
    const { user, system } = process.cpuUsage(start);
    expect(compiled.ok).toBe(false);
    // Of this process alone: the machine may be busy. Well under a second where it is not.
    expect((user + system) / 1e6).toBeLessThan(4);
  });
});
