/** Reads a trace file of any origin: what does not have its form is named by its place inside the JSON. */
import { isProfileName, PROFILE_NAMES } from "../model/profile.js";
import {
  type Fields,
  fields,
  type JsonProblem,
  list,
  number,
  readJson,
  refuse,
  show,
  text,
} from "./jsonFields.js";
import {
  TRACE_CHOICES_MAX,
  TRACE_SCHEMA,
  type Trace,
  type TraceChoice,
  type TraceViolation,
} from "./trace.js";

export type TraceProblem = JsonProblem<"limit-choices">;

export type ReadTrace =
  | { readonly kind: "trace"; readonly trace: Trace }
  | { readonly kind: "problem"; readonly problem: TraceProblem };

/** The trace that `text` holds; total. Reads the schemas /1 and /0, which had no counts, and refuses newer ones. */
export function readTrace(text: string): ReadTrace {
  const hint =
    "a trace is written by `ringspec run FILE --trace OUT` and by `ringspec check --trace-dir DIR`";
  const read = readJson<Trace, "limit-choices">(text, hint, traceOf);
  return "problem" in read
    ? { kind: "problem", problem: read.problem }
    : { kind: "trace", trace: read.value };
}

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
    programs:
      root["programs"] === undefined
        ? []
        : list(root["programs"], "programs").map((name, at) => text(name, `programs[${at}]`)),
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
  const choices = list(value, "choices");
  if (choices.length > TRACE_CHOICES_MAX) {
    refuse(
      "limit-choices",
      `choices has ${choices.length} entries; a trace has at most ${TRACE_CHOICES_MAX}`,
    );
  }
  return choices.map((item, at): TraceChoice => {
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

function optionalText(value: unknown, place: string): string | null {
  return value === undefined || value === null ? null : text(value, place);
}

function natural(value: unknown, place: string): number {
  const natural = number(value, place);
  if (!Number.isSafeInteger(natural) || natural < 0) {
    refuse("wrong-type", `${place} is ${natural}, not a whole number from 0`);
  }
  return natural;
}
