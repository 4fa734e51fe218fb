/** Which file notices which mutant (killers.json), and the table by rule that `ringspec coverage` reads (litmus/mutants.json). */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { RULES } from "../../src/model/rules.js";
import type { Notice } from "./build.js";
import { EXEMPT } from "./exempt.js";
import { MUTANTS } from "./mutants.js";

const ROOT = resolve(import.meta.dirname, "../..");
export const KILLERS_PATH = join(ROOT, "test/mutants/killers.json");
export const TABLE_PATH = join(ROOT, "litmus/mutants.json");

export interface Killer {
  /** From the root of the repository. */
  readonly file: string;
  readonly by: Notice;
}

/** By the mutant's name. */
export type Killers = Readonly<Record<string, Killer>>;

export function readKillers(): Killers {
  return JSON.parse(readFileSync(KILLERS_PATH, "utf8")) as Killers;
}

/**
 * The text of the table: of each rule, in the order of the specification, the mutants that break it with the file that
 * kills each (from the folder of the table), or why there is none. A rule with neither is left out.
 */
export function formatTable(killers: Killers): string {
  const rules: Record<string, unknown> = {};
  for (const { id } of RULES) {
    const killed = MUTANTS.filter((mutant) => mutant.rules.includes(id)).flatMap(({ name }) => {
      const killer = killers[name];
      return killer === undefined ? [] : [{ mutant: name, killer: killer.file.replace(/^litmus\//, "") }];
    });
    const exempt = Object.entries(EXEMPT).find(([rule]) => rule === id)?.[1];
    if (killed.length > 0) rules[id] = { killed };
    else if (exempt !== undefined) rules[id] = { exempt };
  }
  return `${JSON.stringify({ schema: "ringspec.mutants/1", rules }, null, 2)}\n`;
}
