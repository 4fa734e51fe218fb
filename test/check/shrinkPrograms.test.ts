/** Shrinking files with programs: they go as a whole, and their arguments become fewer and smaller. */
import { expect, it } from "vitest";
import { shrinkScenario, smallerFiles } from "../../src/check/shrinkScenario.js";
import { compileAst, parseLitmus, printLitmus } from "../../src/litmus/index.js";
import { LIBRARY } from "../litmus/library.js";

const TEXT = `litmus x

ring r { setup SINGLE_ISSUER DEFER_TASKRUN mem b }
buf b[8]
hook h on r = count(total=9, data=b)

thread T {
  if true {
    attach h to r as n
  }
  detach h
  submit r {
    a: NOP
  }
}

always a.res = 1
`;

function tree(text: string) {
  const parsed = parseLitmus(text, "-");
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]!.message);
  return parsed.file;
}

it("offers a file without the program and without all that names it", () => {
  const smaller = [...smallerFiles(tree(TEXT))].map(printLitmus);
  const without = smaller.filter((text) => !text.includes("hook h"));
  expect(without.some((text) => !/attach|detach/.test(text))).toBe(true);
  expect(smaller).toContain(TEXT.replace(", data=b", ""));
  expect(smaller).toContain(TEXT.replace("total=9", "total=4"));
  expect(smaller).toContain(TEXT.replace("total=9", "total=8"));
  expect(smaller).toContain(TEXT.replace(" mem b", ""));
  expect(smaller).toContain(TEXT.replace(" as n", ""));
});

it("takes a program away that does not matter, and makes the arguments of one small that does", () => {
  const compiles = (text: string) => compileAst(tree(text), "-", LIBRARY).ok;
  const idle = shrinkScenario(
    tree(TEXT),
    (file) => compiles(printLitmus(file)) && printLitmus(file).includes("a: NOP"),
    { triesMax: 1000 },
  );
  expect(printLitmus(idle.value)).not.toMatch(/hook|attach|mem/);
  const needed = shrinkScenario(
    tree(TEXT),
    (file) => compiles(printLitmus(file)) && /total=([3-9]|\d\d)/.test(printLitmus(file)),
    { triesMax: 1000 },
  );
  expect(printLitmus(needed.value)).toContain("hook h on r = count(total=3)");
});
