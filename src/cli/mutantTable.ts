/**
 * `mutants.json` in a folder of litmus files: for each rule, the wrong models that its files were seen to notice, or why
 * no wrong model of it can be told from the right one. Written and held up to date by test/mutants.
 */
import { join } from "node:path";
import { readIfThere } from "./files.js";
import { type ProblemCode, problem, UserError } from "./problem.js";

const NAME = "mutants.json";
const SCHEMA = "ringspec.mutants/1";
/** Bytes of a table. */
const BYTES_MAX = 4 * 1024 * 1024;

/** A wrong model that some file notices. */
export interface KilledMutant {
  /** The wrong rule in words. */
  readonly mutant: string;
  /** The file that notices it: the folder of the table, and the path in it. */
  readonly killer: string;
}

export interface RuleMutants {
  readonly killed: readonly KilledMutant[];
  /** Why the rule has none; null: it has, or should. */
  readonly exempt: string | null;
}

/** What a folder's table says, by rule id; null: it has none. Throws a UserError where it cannot be read. */
export function readMutantTable(folder: string): ReadonlyMap<string, RuleMutants> | null {
  const path = join(folder, NAME);
  const text = readIfThere(path, BYTES_MAX);
  if (text === null) return null;
  const refuse = (code: ProblemCode, message: string): never => {
    throw new UserError([problem(path, code, message)]);
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse("not-json", "the table of mutants is not JSON");
  }
  if (!isRecord(json) || json["schema"] !== SCHEMA) {
    return refuse("unknown-schema", `a table of mutants says "schema": "${SCHEMA}"`);
  }
  const rules = json["rules"];
  if (!isRecord(rules)) return refuse("wrong-type", "`rules` is an object, by rule id");
  const table = new Map<string, RuleMutants>();
  for (const [id, entry] of Object.entries(rules)) {
    const read = readRule(folder, entry);
    if (read === null) return refuse("wrong-type", `${id}: { killed: [{ mutant, killer }…] } or { exempt }`);
    table.set(id, read);
  }
  return table;
}

function readRule(folder: string, entry: unknown): RuleMutants | null {
  if (!isRecord(entry)) return null;
  const { killed = [], exempt = null } = entry;
  if (!Array.isArray(killed) || (exempt !== null && typeof exempt !== "string")) return null;
  const mutants: KilledMutant[] = [];
  for (const item of killed as readonly unknown[]) {
    if (!isRecord(item)) return null;
    const { mutant, killer } = item;
    if (typeof mutant !== "string" || typeof killer !== "string") return null;
    mutants.push({ mutant, killer: join(folder, killer) });
  }
  return { killed: mutants, exempt };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
