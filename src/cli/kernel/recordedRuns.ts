/** Runs that somebody recorded, as outcomes of the litmus files that they were made of. */
import {
  type Observed,
  profileOfKernel,
  RECORDING_BYTES_MAX,
  type RecordedFile,
  type Recording,
  readRecording,
  resolveOutcome,
} from "../../kernel/index.js";
import { readText } from "../files.js";
import type { LoadedLitmus } from "../litmusFile.js";
import { UserError } from "../problem.js";
import type { FileReport, Runs } from "./runs.js";

export interface RecordedRuns extends Runs {
  readonly recording: Recording;
}

/** Throws a UserError with the place inside the recording. */
export function loadRecording(path: string): RecordedRuns {
  const read = readRecording(readText(path, RECORDING_BYTES_MAX, "a recording"));
  if (read.kind === "problem") throw new UserError([{ file: path, ...read.problem }]);
  return recordedRuns(path, read.recording);
}

export function recordedRuns(source: string, recording: Recording): RecordedRuns {
  const byPath = new Map(recording.files.map((file) => [recordedPath(file.path), file]));
  const { release, version } = recording;
  return {
    source,
    recording,
    profile: profileOfKernel(release),
    kernel: () => ({ release, version }),
    reportOf: async (litmus) => {
      const file = byPath.get(recordedPath(litmus.path));
      if (file === undefined) return { kind: "stale", reason: "the recording has no such file" };
      return reportOf(file, recording, litmus);
    },
  };
}

/** The path as a recording holds it: relative to where the command was, with `/` between folders. */
export function recordedPath(path: string): string {
  return path.replaceAll("\\", "/").replace(/^(\.\/+)+/, "");
}

function reportOf(file: RecordedFile, recording: Recording, litmus: LoadedLitmus): FileReport {
  if (file.hash !== litmus.hash) return { kind: "stale", reason: "the file has changed since the recording" };
  if (file.kind === "unsupported") {
    return { kind: "unsupported", reason: file.reason, hint: "so it was when the runs were recorded" };
  }
  const observed: Observed[] = [];
  for (const named of file.observed) {
    const outcome = resolveOutcome(named, litmus.test.scenario);
    // The hash is of the text that gives the names: a recording that was edited.
    if (outcome === null) return { kind: "stale", reason: "the recording names what the file does not have" };
    observed.push({ outcome, runs: named.runs });
  }
  return {
    kind: "ran",
    release: recording.release,
    features: recording.features,
    observed,
    runs: observed.reduce((sum, { runs }) => sum + runs, 0),
    hung: file.hung,
    late: file.late,
    unlisted: file.unlisted,
  };
}
