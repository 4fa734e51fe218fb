/** The form of a program that somebody wrote in JavaScript, checked by hand: what is wrong would be a puzzling run later. */
import { nearest } from "../litmus/suggest.js";

type Fields = Readonly<Record<string, unknown>>;

/** Bytes of a program's memory: it is part of every state. */
export const MEMORY_BYTES_MAX = 65536;

const U64_MAX = 2n ** 64n - 1n;
const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const SIZES: Readonly<Record<string, number>> = { u8: 1, u32: 4, i32: 4, u64: 8 };

const SHARED = ["kind", "doc", "memoryBytes", "variables", "parameters", "init"] as const;
const KEYS = {
  hook: [...SHARED, "cancels", "readsNoSqes", "userData", "looksBackTo", "loopStep", "loop"],
  operation: [...SHARED, "map", "prep", "issue", "fail", "cleanup"],
} as const;
const FUNCTIONS = ["init", "looksBackTo", "loopStep", "loop", "prep", "issue", "fail", "cleanup"];

/** A sentence; null: the value is a program (model/programs). */
export function whatIsWrong(program: Fields): string | null {
  const { kind, doc, memoryBytes } = program;
  if (kind !== "hook" && kind !== "operation") return `kind is ${show(kind)}, not "hook" or "operation"`;
  const known: readonly string[] = KEYS[kind];
  for (const key of Object.keys(program)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    return `a program of kind ${kind} has no \`${key}\`${near === null ? "" : `; did you mean \`${near}\`?`}`;
  }
  if (typeof doc !== "string" || doc === "") return `doc is ${show(doc)}, not a line of text`;
  if (!isSize(memoryBytes) || memoryBytes > MEMORY_BYTES_MAX) {
    return `memoryBytes is ${show(memoryBytes)}, not a number of bytes from 0 to ${MEMORY_BYTES_MAX}`;
  }
  for (const key of FUNCTIONS) {
    const value = program[key];
    if (value !== undefined && typeof value !== "function") return `${key} is ${show(value)}, not a function`;
  }
  return (
    wrongVariables(program["variables"], memoryBytes) ??
    wrongParameters(program["parameters"]) ??
    (kind === "hook" ? wrongHook(program) : wrongMap(program["map"]))
  );
}

function wrongHook({ cancels, readsNoSqes, loopStep, loop, userData }: Fields): string | null {
  if (cancels !== undefined && cancels !== false)
    return `cancels is ${show(cancels)}, and may be false, or left out`;
  if (readsNoSqes !== undefined && readsNoSqes !== true)
    return `readsNoSqes is ${show(readsNoSqes)}, and may be true, or left out`;
  if ((loopStep === undefined) === (loop === undefined)) {
    return `a hook has loopStep (the merged form) or loop (the first form), and this has ${loop === undefined ? "neither" : "both"}`;
  }
  if (userData === undefined) return null;
  if (!isRecord(userData)) return `userData is ${show(userData)}, not an object`;
  for (const [name, value] of Object.entries(userData)) {
    if (!NAME.test(name) || name === "other") return `userData names ${show(name)}, which labels cannot bear`;
    if (typeof value !== "bigint" || value < 0n || value > U64_MAX) {
      return `userData.${name} is ${show(value)}, not a bigint of 64 bits without sign`;
    }
  }
  return null;
}

function wrongMap(map: unknown): string | null {
  const isName = map === undefined || (typeof map === "string" && NAME.test(map));
  return isName ? null : `map is ${show(map)}, not a name`;
}

function wrongVariables(variables: unknown, memoryBytes: number): string | null {
  if (variables === undefined) return null;
  if (!isRecord(variables)) return `variables is ${show(variables)}, not an object`;
  for (const [name, variable] of Object.entries(variables)) {
    if (!NAME.test(name)) return `variables names ${show(name)}, which conditions cannot write`;
    if (!isRecord(variable)) return `variables.${name} is ${show(variable)}, not { offset, type }`;
    const { offset, type } = variable;
    const size = typeof type === "string" && Object.hasOwn(SIZES, type) ? SIZES[type] : undefined;
    if (size === undefined) {
      return `variables.${name}.type is ${show(type)}, not one of ${Object.keys(SIZES).join(", ")}`;
    }
    if (!isSize(offset) || offset + size > memoryBytes) {
      return `variables.${name} does not fit: ${size} bytes at ${show(offset)} of ${memoryBytes}`;
    }
  }
  return null;
}

function wrongParameters(parameters: unknown): string | null {
  if (parameters === undefined) return null;
  if (!isRecord(parameters)) return `parameters is ${show(parameters)}, not { required, optional }`;
  const seen = new Set<unknown>();
  for (const [key, names] of Object.entries(parameters)) {
    if (key !== "required" && key !== "optional") return `parameters has no \`${key}\``;
    if (!Array.isArray(names)) return `parameters.${key} is ${show(names)}, not a list of names`;
    for (const name of names) {
      if (typeof name !== "string" || !NAME.test(name)) return `parameters.${key} has ${show(name)}, no name`;
      if (seen.has(name)) return `parameters has \`${name}\` twice`;
      seen.add(name);
    }
  }
  return null;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "string") return `"${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  return typeof value === "object" && value !== null
    ? Array.isArray(value)
      ? "a list"
      : "an object"
    : String(value);
}
