/** Where a differential run stands, kept in a file, so that one that was interrupted goes on. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { DifferentialTally } from "../conformance/differentialTally.js";
import { readText } from "./files.js";
import { problem, UserError } from "./problem.js";

export const STATE_SCHEMA = "ringspec.differential-state/1";
const STATE_BYTES_MAX = 64 * 1024 * 1024;

/** What has to be the same for a run to go on: everything that its figures depend on. */
export interface StateConfig {
  readonly seed: number;
  readonly runs: number;
  readonly profile: string;
  readonly features: readonly string[];
  readonly sqesMax: number;
  readonly statesMax: number;
  readonly implementation: string;
}

export interface SavedDisagreement {
  readonly scenario: number;
  readonly file: string;
  readonly sqes: number;
}

export interface DifferentialState {
  readonly schema: typeof STATE_SCHEMA;
  readonly config: StateConfig;
  readonly tally: DifferentialTally;
  readonly saved: SavedDisagreement[];
}

/** Where the state of this seed and profile is kept if the user names no file. */
export function defaultStateFile(seed: number, profile: string): string {
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(cache, "ringspec", `differential-${profile}-${seed}.json`);
}

/** Writes it whole or not at all: a process that ends in the middle leaves the last one. */
export function writeState(path: string, state: DifferentialState): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const fresh = `${path}.${process.pid}.new`;
    writeFileSync(fresh, JSON.stringify(state));
    renameSync(fresh, path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UserError([problem(path, "unwritable", `the state cannot be written (${code})`)]);
  }
}

/** The state to go on with. Throws a UserError where there is none, or one of another run. */
export function readState(path: string, config: StateConfig): DifferentialState {
  const text = readText(path, STATE_BYTES_MAX, "the state of a differential run");
  let state: DifferentialState;
  try {
    state = JSON.parse(text) as DifferentialState;
  } catch {
    throw new UserError([problem(path, "not-json", "the state is not JSON, or cut off")]);
  }
  if (state?.schema !== STATE_SCHEMA) {
    const message = `the state has the schema ${JSON.stringify(state?.schema)}, and this program reads ${STATE_SCHEMA}`;
    throw new UserError([problem(path, "unknown-schema", message, "start without --resume")]);
  }
  for (const key of Object.keys(config) as (keyof StateConfig)[]) {
    if (JSON.stringify(state.config[key]) === JSON.stringify(config[key])) continue;
    const message = `the state is that of another run: its ${key} is ${JSON.stringify(state.config[key])}, not ${JSON.stringify(config[key])}`;
    throw new UserError([
      problem(path, "bad-option", message, "start without --resume, or with its options"),
    ]);
  }
  return state;
}
