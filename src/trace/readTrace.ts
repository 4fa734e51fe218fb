/** Reads a trace file of any origin: what does not have its form is named by its place inside the JSON. */
import { isProfileName, PROFILE_NAMES } from "../model/profile.js";
import {
  TRACE_CHOICES_MAX,
  TRACE_SCHEMA,
  type Trace,
  type TraceChoice,
  type TraceViolation,
} from "./trace.js";

export interface TraceProblem {
  /** Of the text, from 1, where it is no JSON; 0 where it is. */
  readonly line: number;
  readonly column: number;
  readonly code:
    | "not-json"
    | "newer-schema"
    | "unknown-schema"
    | "wrong-type"
    | "missing-key"
    | "limit-choices";
  /** Names the place inside the JSON, such as `choices[3].index`. */
  readonly message: string;
  readonly hint: string | null;
}

export type ReadTrace =
  | { readonly kind: "trace"; readonly trace: Trace }
  | { readonly kind: "problem"; readonly problem: TraceProblem };

/** The trace that `text` holds; total. Reads the schemas /1 and /0, which had no counts, and refuses newer ones. */
export function readTrace(text: string): ReadTrace {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { kind: "problem", problem: notJson(text, error) };
  }
  try {
    return { kind: "trace", trace: traceOf(json) };
  } catch (error) {
    if (error instanceof Refused) return { kind: "problem", problem: error.problem };
    throw error;
  }
}

class Refused extends Error {
  constructor(readonly problem: TraceProblem) {
    super(problem.message);
  }
}

function refuse(code: TraceProblem["code"], message: string, hint: string | null = null): never {
  throw new Refused({ line: 0, column: 0, code, message, hint });
}

function notJson(text: string, error: unknown): TraceProblem {
  const said = error instanceof Error ? error.message : String(error);
  // Not every message of the engine has a position: where none is told, it is the file as a whole.
  const at = /position (\d+)/.exec(said)?.[1] ?? (said.includes("end of JSON") ? text.length : null);
  const lines = at === null ? [] : text.slice(0, Number(at)).split("\n");
  return {
    line: lines.length,
    column: at === null ? 0 : (lines.at(-1)?.length ?? 0) + 1,
    code: "not-json",
    message: text.trim() === "" ? "the file is empty" : "the file is not JSON, or not all of it is there",
    hint: "a trace is written by `ringspec run FILE --trace OUT` and by `ringspec check --trace-dir DIR`",
  };
}

type Fields = Readonly<Record<string, unknown>>;

function traceOf(json: unknown): Trace {
  const root = fields(json, "the trace");
  const old = schemaOf(root) === 0;
  const litmus = fields(root["litmus"], "litmus");
  const semantics = text(root["semantics"], "semantics");
  if (!isProfileName(semantics)) {
    refuse(
      "wrong-type",
      `semantics is ${show(semantics)}, which is no profile`,
      `one of: ${PROFILE_NAMES.join(", ")}`,
    );
  }
  const time = text(root["time"], "time");
  if (time !== "free" && time !== "ordered") {
    refuse("wrong-type", `time is ${show(time)}`, "one of: free, ordered");
  }
  return {
    version: optionalText(root["version"], "version"),
    litmus: {
      name: text(litmus["name"], "litmus.name"),
      hash: text(litmus["hash"], "litmus.hash"),
      text: text(litmus["text"], "litmus.text"),
    },
    semantics,
    time,
    seed: optionalText(root["seed"], "seed"),
    violates: violationOf(root["violates"]),
    choices: choicesOf(root["choices"], old),
  };
}

/** The number after `ringspec.trace/`. */
function schemaOf(root: Fields): number {
  const schema = text(root["schema"], "schema");
  const match = /^ringspec\.trace\/(\d{1,6})$/.exec(schema);
  if (match === null) {
    refuse(
      "unknown-schema",
      `schema is ${show(schema)}`,
      `this is no trace file: its schema would be ${TRACE_SCHEMA}`,
    );
  }
  const number = Number(match[1]);
  if (number > 1) {
    refuse(
      "newer-schema",
      `the trace has the schema ${schema}, which is newer than the newest that this ringspec reads, ${TRACE_SCHEMA}`,
      "install a newer ringspec, or record the run again with this one",
    );
  }
  return number;
}

function violationOf(value: unknown): TraceViolation | null {
  if (value === undefined || value === null) return null;
  const violation = fields(value, "violates");
  if (violation["property"] !== undefined)
    return { property: text(violation["property"], "violates.property") };
  return { claim: text(violation["claim"], "violates.claim") };
}

function choicesOf(value: unknown, old: boolean): readonly TraceChoice[] {
  if (value === undefined) missing("choices");
  if (!Array.isArray(value)) refuse("wrong-type", `choices is ${kindOf(value)}, not a list`);
  if (value.length > TRACE_CHOICES_MAX) {
    refuse("limit-choices", `choices has ${value.length} entries; a trace has at most ${TRACE_CHOICES_MAX}`);
  }
  return value.map((item: unknown, at): TraceChoice => {
    const place = `choices[${at}]`;
    const choice = fields(item, place);
    const index = natural(choice["index"], `${place}.index`);
    const count = old && choice["count"] === undefined ? null : natural(choice["count"], `${place}.count`);
    if (count !== null && index >= count) {
      refuse("wrong-type", `${place}.index is ${index}, and only ${count} could be chosen from (\`count\`)`);
    }
    return { index, count, label: text(choice["label"], `${place}.label`) };
  });
}

function fields(value: unknown, place: string): Fields {
  if (value === undefined) missing(place);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse("wrong-type", `${place} is ${kindOf(value)}, not an object`);
  }
  return value as Fields;
}

function text(value: unknown, place: string): string {
  if (value === undefined) missing(place);
  if (typeof value !== "string") refuse("wrong-type", `${place} is ${kindOf(value)}, not a string`);
  return value;
}

function optionalText(value: unknown, place: string): string | null {
  return value === undefined || value === null ? null : text(value, place);
}

function natural(value: unknown, place: string): number {
  if (value === undefined) missing(place);
  if (typeof value !== "number") refuse("wrong-type", `${place} is ${kindOf(value)}, not a number`);
  if (!Number.isSafeInteger(value) || value < 0) {
    refuse("wrong-type", `${place} is ${value}, not a whole number from 0`);
  }
  return value;
}

function missing(place: string): never {
  return refuse("missing-key", `${place} is missing`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}

function show(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
