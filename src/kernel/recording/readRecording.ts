/** Reads a recording of any origin: what does not have its form is named by its place inside the JSON. */
import {
  type NamedCqe,
  type NamedOutcome,
  RECORDING_SCHEMA,
  type RecordedFile,
  type Recording,
} from "./recording.js";

export interface RecordingProblem {
  /** Of the text, from 1, where it is no JSON; 0 where it is. */
  readonly line: number;
  readonly column: number;
  readonly code: "not-json" | "newer-schema" | "unknown-schema" | "wrong-type" | "missing-key";
  /** Names the place inside the JSON, such as `files[3].observed[0].runs`. */
  readonly message: string;
  readonly hint: string | null;
}

export type ReadRecording =
  | { readonly kind: "recording"; readonly recording: Recording }
  | { readonly kind: "problem"; readonly problem: RecordingProblem };

/** The recording that `text` holds; total. Refuses schemas newer than ringspec.kernelRuns/1. */
export function readRecording(text: string): ReadRecording {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { kind: "problem", problem: notJson(text, error) };
  }
  try {
    return { kind: "recording", recording: recordingOf(json) };
  } catch (error) {
    if (error instanceof Refused) return { kind: "problem", problem: error.problem };
    throw error;
  }
}

class Refused extends Error {
  constructor(readonly problem: RecordingProblem) {
    super(problem.message);
  }
}

function refuse(code: RecordingProblem["code"], message: string, hint: string | null = null): never {
  throw new Refused({ line: 0, column: 0, code, message, hint });
}

function notJson(text: string, error: unknown): RecordingProblem {
  const said = error instanceof Error ? error.message : String(error);
  // Not every message of the engine has a position: where none is told, it is the file as a whole.
  const at = /position (\d+)/.exec(said)?.[1] ?? (said.includes("end of JSON") ? text.length : null);
  const lines = at === null ? [] : text.slice(0, Number(at)).split("\n");
  return {
    line: lines.length,
    column: at === null ? 0 : (lines.at(-1)?.length ?? 0) + 1,
    code: "not-json",
    message: text.trim() === "" ? "the file is empty" : "the file is not JSON, or not all of it is there",
    hint: "a recording is written by `ringspec kernel PATH… --record FILE`",
  };
}

type Fields = Readonly<Record<string, unknown>>;

function recordingOf(json: unknown): Recording {
  const root = fields(json, "the recording");
  checkSchema(text(root["schema"], "schema"));
  return {
    release: text(root["release"], "release"),
    version: text(root["version"], "version"),
    features: list(root["features"], "features").map((name, at) => text(name, `features[${at}]`)),
    command: text(root["command"], "command"),
    files: list(root["files"], "files").map((file, at) => fileOf(file, `files[${at}]`)),
  };
}

function checkSchema(schema: string): void {
  const match = /^ringspec\.kernelRuns\/(\d{1,6})$/.exec(schema);
  if (match === null) {
    refuse(
      "unknown-schema",
      `schema is ${show(schema)}`,
      `this is no recording: its schema would be ${RECORDING_SCHEMA}`,
    );
  }
  if (Number(match[1]) !== 1) {
    refuse(
      "newer-schema",
      `the recording has the schema ${schema}, and this ringspec reads ${RECORDING_SCHEMA}`,
      "install a newer ringspec, or record the runs again with this one",
    );
  }
}

function fileOf(value: unknown, place: string): RecordedFile {
  const file = fields(value, place);
  const path = text(file["path"], `${place}.path`);
  const hash = text(file["hash"], `${place}.hash`);
  if (file["unsupported"] !== undefined) {
    return { path, hash, kind: "unsupported", reason: text(file["unsupported"], `${place}.unsupported`) };
  }
  return {
    path,
    hash,
    kind: "ran",
    hung: optionalNatural(file["hung"], `${place}.hung`),
    late: optionalNatural(file["late"], `${place}.late`),
    unlisted: optionalNatural(file["unlisted"], `${place}.unlisted`),
    observed: list(file["observed"], `${place}.observed`).map((outcome, at) =>
      outcomeOf(outcome, `${place}.observed[${at}]`),
    ),
  };
}

function outcomeOf(value: unknown, place: string): NamedOutcome {
  const outcome = fields(value, place);
  const runs = natural(outcome["runs"], `${place}.runs`);
  if (runs === 0) refuse("wrong-type", `${place}.runs is 0: what was not seen is not recorded`);
  const hang = outcome["hang"] ?? false;
  if (typeof hang !== "boolean") refuse("wrong-type", `${place}.hang is ${kindOf(hang)}, not true or false`);
  return {
    runs,
    cq: mapped(outcome["cq"], `${place}.cq`, (cqes, at) =>
      list(cqes, at).map((cqe, index) => cqeOf(cqe, `${at}[${index}]`)),
    ),
    ret: mapped(outcome["ret"] ?? {}, `${place}.ret`, (bound, at) =>
      bound === null ? null : whole(bound, at),
    ),
    files: mapped(outcome["files"] ?? {}, `${place}.files`, text),
    hang,
  };
}

function cqeOf(value: unknown, place: string): NamedCqe {
  const parts = list(value, place);
  if (parts.length !== 2 && parts.length !== 3) {
    refuse("wrong-type", `${place} has ${parts.length} parts, not a label, a res and perhaps flags`);
  }
  const [label, res, flags = 0] = parts;
  return [text(label, `${place}[0]`), whole(res, `${place}[1]`), natural(flags, `${place}[2]`)];
}

function mapped<T>(
  value: unknown,
  place: string,
  read: (item: unknown, place: string) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(fields(value, place)).map(([key, item]) => [key, read(item, `${place}.${key}`)]),
  );
}

function fields(value: unknown, place: string): Fields {
  if (value === undefined) missing(place);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse("wrong-type", `${place} is ${kindOf(value)}, not an object`);
  }
  return value as Fields;
}

function list(value: unknown, place: string): readonly unknown[] {
  if (value === undefined) missing(place);
  if (!Array.isArray(value)) refuse("wrong-type", `${place} is ${kindOf(value)}, not a list`);
  return value;
}

function text(value: unknown, place: string): string {
  if (value === undefined) missing(place);
  if (typeof value !== "string") refuse("wrong-type", `${place} is ${kindOf(value)}, not a string`);
  return value;
}

function whole(value: unknown, place: string): number {
  if (value === undefined) missing(place);
  if (typeof value !== "number") refuse("wrong-type", `${place} is ${kindOf(value)}, not a number`);
  if (!Number.isSafeInteger(value)) refuse("wrong-type", `${place} is ${value}, not a whole number`);
  return value;
}

function natural(value: unknown, place: string): number {
  const number = whole(value, place);
  if (number < 0) refuse("wrong-type", `${place} is ${number}, less than 0`);
  return number;
}

function optionalNatural(value: unknown, place: string): number {
  return value === undefined ? 0 : natural(value, place);
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
