/** A run as a trace file: put together here, where hash and version are known. */
import { join } from "node:path";
import { printLitmus } from "../litmus/index.js";
import { type ProfileName, profileOf } from "../model/profile.js";
import type { Schedule } from "../scheduler/schedule.js";
import { type TraceViolation, writeTrace } from "../trace/index.js";
import { writeText } from "./files.js";
import type { LoadedLitmus } from "./litmusFile.js";
import { broughtFor } from "./programs.js";
import { packageVersion } from "./version.js";

export interface RunToSave {
  readonly litmus: LoadedLitmus;
  readonly profile: ProfileName;
  readonly seed: string | null;
  readonly schedule: Schedule;
  readonly violates: TraceViolation | null;
}

/** The bytes of the trace file. */
export function traceText({ litmus, profile, seed, schedule, violates }: RunToSave): string {
  const { test, hash } = litmus;
  return writeTrace({
    version: packageVersion(),
    litmus: { name: test.name, hash, text: printLitmus(test.ast) },
    programs: broughtFor(test.ast, litmus.programs),
    semantics: profile,
    time: test.scenario.time ?? profileOf(profile).time,
    seed,
    violates,
    choices: schedule,
  });
}

/** Writes `FOLDER/NAME.PROFILE[.NUMBER].trace.json`; the path, or a UserError. */
export function saveTrace(folder: string, number: number | null, run: RunToSave): string {
  const { litmus, profile } = run;
  const path = join(
    folder,
    `${litmus.test.name}.${profile}${number === null ? "" : `.${number}`}.trace.json`,
  );
  writeText(path, traceText(run));
  return path;
}
