/** The limits of one check, each with its name, its default and its option. */
import type { Command } from "commander";
import type { CheckLimits } from "../check/result.js";
import { parseCount, parseSeconds } from "./options.js";
import type { Terminal } from "./terminal.js";

/** Of one file under one profile. */
export const STATES_MAX = 20_000_000;
export const DEPTH_MAX = 100_000;
export const MEMORY_MIB_MAX = 1024;
export const TIME_SECONDS_MAX = 120;

export interface LimitOptions {
  readonly statesMax: number;
  readonly depthMax: number;
  readonly memoryMax: number;
  readonly timeMax: number;
}

/** Adds `--states-max --depth-max --memory-max --time-max`. */
export function addLimitOptions(command: Command): Command {
  return command
    .option("--states-max <n>", "states kept of one file and profile", parseCount, STATES_MAX)
    .option("--depth-max <n>", "steps of a run", parseCount, DEPTH_MAX)
    .option("--memory-max <mib>", "memory of the search, in MiB", parseCount, MEMORY_MIB_MAX)
    .option("--time-max <seconds>", "time of one file and profile", parseSeconds, TIME_SECONDS_MAX);
}

/** The limits of a check that starts now. */
export function limitsFrom(options: LimitOptions, terminal: Terminal): CheckLimits {
  const end = terminal.now() + options.timeMax * 1000;
  return {
    statesMax: options.statesMax,
    depthMax: options.depthMax,
    bytesMax: options.memoryMax * 1024 * 1024,
    stop: () => (terminal.now() > end ? `--time-max ${options.timeMax}` : null),
  };
}
