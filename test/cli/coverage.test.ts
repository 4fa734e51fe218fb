/** `ringspec coverage` with a table of mutants in the folder. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { RULES } from "../../src/model/rules.js";
import { folder, ringspec, SEVERED } from "./cli.js";

const KILLED = { killed: [{ mutant: "nothing opens a chain", killer: "severed.litmus" }] };
const ELSEWHERE = { killed: [{ mutant: "DRAIN holds nothing", killer: "another.litmus" }] };
const EXEMPT = { exempt: "nobody can look" };

function catalogue(table: unknown): string {
  const files = folder();
  files.write("severed.litmus", SEVERED);
  if (table !== null) files.write("mutants.json", typeof table === "string" ? table : JSON.stringify(table));
  return files.path;
}

const table = (rules: unknown): unknown => ({ schema: "ringspec.mutants/1", rules });

it("counts the rules of which a mutant is killed, and prints why others have none", async () => {
  const { code, out } = await ringspec("coverage", catalogue(table({ "FORM-01": KILLED, "ENT-05": EXEMPT })));
  expect(code).toBe(0);
  expect(out).toMatch(/^FORM-01 +1 +1 /m);
  expect(out).toMatch(/^ENT-05 +1 +exempt /m);
  expect(out).toMatch(/^no mutant of ENT-05: nobody can look$/m);
  expect(out).toMatch(/^no killed mutant of DRN-01: /m);
  expect(out).not.toMatch(/^no (killed )?mutant of FORM-01/m);
  const line = `\n1 of ${RULES.length} rules have a mutant that one of them kills, 1 can have none\n`;
  expect(out.endsWith(line)).toBe(true);
});

it("does not count a mutant whose killer is not among the files", async () => {
  const { out } = await ringspec("coverage", catalogue(table({ "DRN-01": ELSEWHERE })));
  expect(out).toContain(
    `\n0 of ${RULES.length} rules have a mutant that one of them kills, 0 can have none\n`,
  );
});

it("has them in its JSON form, and nothing of them where the folder has no table", async () => {
  const path = catalogue(table({ "FORM-01": KILLED, "ENT-05": EXEMPT }));
  const json = JSON.parse((await ringspec("coverage", path, "--json")).out);
  expect(json).toMatchObject({ killed: 1, exempt: 1 });
  const mutants = [{ mutant: "nothing opens a chain", killer: join(path, "severed.litmus") }];
  expect(json.rules.find((rule: { id: string }) => rule.id === "FORM-01")).toMatchObject({ mutants });
  const plain = JSON.parse((await ringspec("coverage", catalogue(null), "--json")).out);
  expect(plain).not.toHaveProperty("killed");
  expect(plain.rules[0]).not.toHaveProperty("mutants");
});

it.each([
  ["not-json", "{"],
  ["unknown-schema", { schema: "ringspec.mutants/2", rules: {} }],
  ["unknown-schema", []],
  ["wrong-type", table([])],
  ["wrong-type", table({ "FORM-01": 3 })],
  ["wrong-type", table({ "FORM-01": { killed: 1 } })],
  ["wrong-type", table({ "FORM-01": { killed: [{ mutant: "a" }] } })],
  ["wrong-type", table({ "FORM-01": { exempt: 1 } })],
])("refuses a table that is none: %s %j", async (problem, text) => {
  const path = catalogue(text);
  const { code, err } = await ringspec("coverage", path);
  expect(code).toBe(2);
  expect(err).toContain(`${join(path, "mutants.json")}: error[${problem}]: `);
});
