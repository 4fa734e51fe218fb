/** Reads a recording of any origin: what does not have its form is named by its place inside the JSON. */
import {
  fields,
  type JsonProblem,
  kindOf,
  list,
  number,
  readJson,
  refuse,
  show,
  text,
} from "../../trace/jsonFields.js";
import {
  type NamedCqe,
  type NamedOutcome,
  RECORDING_SCHEMA,
  type RecordedFile,
  type Recording,
} from "./recording.js";

export type RecordingProblem = JsonProblem<never>;

export type ReadRecording =
  | { readonly kind: "recording"; readonly recording: Recording }
  | { readonly kind: "problem"; readonly problem: RecordingProblem };

/** The recording that `text` holds; total. Refuses schemas newer than ringspec.kernelRuns/1. */
export function readRecording(text: string): ReadRecording {
  const hint = "a recording is written by `ringspec kernel PATH… --record FILE`";
  const read = readJson<Recording>(text, hint, recordingOf);
  return "problem" in read
    ? { kind: "problem", problem: read.problem }
    : { kind: "recording", recording: read.value };
}

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

function whole(value: unknown, place: string): number {
  const whole = number(value, place);
  if (!Number.isSafeInteger(whole)) refuse("wrong-type", `${place} is ${whole}, not a whole number`);
  return whole;
}

function natural(value: unknown, place: string): number {
  const natural = whole(value, place);
  if (natural < 0) refuse("wrong-type", `${place} is ${natural}, less than 0`);
  return natural;
}

function optionalNatural(value: unknown, place: string): number {
  return value === undefined ? 0 : natural(value, place);
}
