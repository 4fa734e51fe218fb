/** JSON of any origin, taken apart: what does not have its form is named by its place inside the JSON. */

export interface JsonProblem<Code extends string = string> {
  /** Of the text, from 1, where it is no JSON; 0 where it is. */
  readonly line: number;
  readonly column: number;
  readonly code: Code | "not-json" | "newer-schema" | "unknown-schema" | "wrong-type" | "missing-key";
  /** Names the place inside the JSON, such as `choices[3].index`. */
  readonly message: string;
  readonly hint: string | null;
}

export type Fields = Readonly<Record<string, unknown>>;

class Refused extends Error {
  constructor(readonly problem: JsonProblem) {
    super(problem.message);
  }
}

/** What `take` makes of the JSON that `text` holds, or why it refused it. `hint`: for what is no JSON. */
export function readJson<T, Code extends string = never>(
  text: string,
  hint: string,
  take: (json: unknown) => T,
): { readonly value: T } | { readonly problem: JsonProblem<Code> } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: notJson(text, error, hint) };
  }
  try {
    return { value: take(json) };
  } catch (error) {
    // Only `take` refuses, with the codes that its caller names.
    if (error instanceof Refused) return { problem: error.problem as JsonProblem<Code> };
    throw error;
  }
}

/** Ends `take`. */
export function refuse(code: string, message: string, hint: string | null = null): never {
  throw new Refused({ line: 0, column: 0, code, message, hint });
}

function notJson(text: string, error: unknown, hint: string): JsonProblem<never> {
  const said = error instanceof Error ? error.message : String(error);
  // Not every message of the engine has a position: where none is told, it is the file as a whole.
  const at = /position (\d+)/.exec(said)?.[1] ?? (said.includes("end of JSON") ? text.length : null);
  const lines = at === null ? [] : text.slice(0, Number(at)).split("\n");
  return {
    line: lines.length,
    column: at === null ? 0 : (lines.at(-1)?.length ?? 0) + 1,
    code: "not-json",
    message: text.trim() === "" ? "the file is empty" : "the file is not JSON, or not all of it is there",
    hint,
  };
}

export function fields(value: unknown, place: string): Fields {
  if (value === undefined) missing(place);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse("wrong-type", `${place} is ${kindOf(value)}, not an object`);
  }
  return value as Fields;
}

export function list(value: unknown, place: string): readonly unknown[] {
  if (value === undefined) missing(place);
  if (!Array.isArray(value)) refuse("wrong-type", `${place} is ${kindOf(value)}, not a list`);
  return value;
}

export function text(value: unknown, place: string): string {
  if (value === undefined) missing(place);
  if (typeof value !== "string") refuse("wrong-type", `${place} is ${kindOf(value)}, not a string`);
  return value;
}

export function number(value: unknown, place: string): number {
  if (value === undefined) missing(place);
  if (typeof value !== "number") refuse("wrong-type", `${place} is ${kindOf(value)}, not a number`);
  return value;
}

export function missing(place: string): never {
  return refuse("missing-key", `${place} is missing`);
}

export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}

/** A text of any length, quoted and cut short. */
export function show(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
