/** `ringspec kernel`: what a kernel does with litmus files, held against what the model allows. */
import { existsSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { GUEST_TIMEOUT_MS, GUEST_VERSIONS, type GuestVersion, isGuestVersion } from "../../kernel/index.js";
import type { ProfileName } from "../../model/profile.js";
import type { Context } from "../context.js";
import { EXIT, type ExitCode, worst } from "../exitCode.js";
import { findLitmusFiles } from "../files.js";
import { compareAll } from "../kernel/compareAll.js";
import { guestRuns } from "../kernel/guestRuns.js";
import { type JudgeOptions, judgeAll } from "../kernel/judgeAll.js";
import { loadAll, thoseLoaded } from "../kernel/loadAll.js";
import { loadRecording, recordedPath } from "../kernel/recordedRuns.js";
import { Recorder } from "../kernel/recorder.js";
import { hostRuns, type Runs, type RunsOptions } from "../kernel/runs.js";
import { profileSide, type Side, seenSide } from "../kernel/side.js";
import { readSideName, SIDE_NAMES } from "../kernel/sideName.js";
import { addLimitOptions } from "../limits.js";
import { parseCount, parseNatural, parseProfile, parseSeconds } from "../options.js";
import { problem, UserError } from "../problem.js";
import { addProgramsOption, loadPrograms, type ProgramsOptions } from "../programs.js";
import { commandLine } from "../shell.js";
import { exitOnInterrupt, say, type Terminal } from "../terminal.js";

/** Runs of one file. */
export const KERNEL_RUNS = 200;

interface KernelCommandOptions extends JudgeOptions, ProgramsOptions {
  readonly runs: number;
  readonly seed: number;
  readonly profile?: ProfileName;
  readonly timeScale?: number;
  readonly guest?: GuestVersion;
  readonly guestTimeMax: number;
  readonly record?: string;
  readonly recorded?: boolean;
  readonly compare?: readonly [string, string];
}

export function addKernelCommand(program: Command, context: Context): void {
  const command = program
    .command("kernel")
    .summary("run litmus files on this machine's kernel, and judge")
    .description(
      "Runs each file on this machine's io_uring many times. An outcome that the profile of the running kernel does not " +
        "allow is a failure; an allowed one that was not seen is coverage.",
    )
    .argument("<path...>", "litmus files, or folders of them; with --recorded also recordings")
    .option("-n, --runs <n>", "runs of a file", parseCount, KERNEL_RUNS)
    .option("-s, --seed <n>", "what the runs' delays are drawn from", parseNatural, 1)
    .option(
      "-p, --profile <name>",
      "judge by this profile; default: that of the kernel that was asked",
      parseProfile,
    )
    .option("--time-scale <n>", "multiply all times of the files; default 1, in a guest 10", parseCount)
    .option("--guest <version>", "ask this kernel, as a guest under QEMU: 6.1 or 6.12", parseGuest)
    .option(
      "--guest-time-max <seconds>",
      "time of the guest, its boot included",
      parseSeconds,
      GUEST_TIMEOUT_MS / 1000,
    )
    .option("--record <file>", "write what was seen to this file")
    .option("--recorded", "ask no kernel: judge the recordings (.json) among the paths")
    .option(
      "--compare <A,B>",
      "where A and B differ, each a profile, host, guest:6.1, guest:6.12, or a recording",
      parsePair,
    )
    .option("--json", "one JSON object a file, a line each");
  addLimitOptions(addProgramsOption(command)).action(
    async (paths: string[], options: KernelCommandOptions) => {
      exitOnInterrupt();
      const { terminal } = context;
      if (options.compare !== undefined)
        context.exitCode = await compareSides(terminal, paths, options.compare, options);
      else if (options.recorded) context.exitCode = await judgeRecordings(terminal, paths, options);
      else context.exitCode = await judgeKernel(terminal, paths, options);
    },
  );
}

function parseGuest(text: string): GuestVersion {
  if (isGuestVersion(text)) return text;
  throw new InvalidArgumentError(`There is no such guest. One of: ${GUEST_VERSIONS.join(", ")}.`);
}

function parsePair(text: string): readonly [string, string] {
  const names = text.split(",");
  const [a, b] = names;
  if (names.length !== 2 || !a || !b)
    throw new InvalidArgumentError("It is two names with a comma between them.");
  for (const name of [a, b]) {
    if (readSideName(name) === null && !name.endsWith(".json")) {
      const known = SIDE_NAMES.join(", ");
      throw new InvalidArgumentError(`${name} is none of ${known}, nor a recording's file (.json).`);
    }
  }
  return [a, b];
}

async function judgeKernel(
  terminal: Terminal,
  paths: readonly string[],
  options: KernelCommandOptions,
): Promise<ExitCode> {
  const programs = await loadPrograms(terminal, options);
  const files = loadAll(
    findLitmusFiles(paths).map(({ path }) => path),
    programs,
  );
  const { guest, guestTimeMax, record } = options;
  const how: RunsOptions = { ...options, timeScale: options.timeScale ?? null };
  const runs =
    guest === undefined ? hostRuns(how) : guestRuns(guest, thoseLoaded(files), { ...how, guestTimeMax });
  const recorder = record === undefined ? null : new Recorder(commandThatRecords(paths, options));
  const code = await judgeAll(terminal, files, runs, recorder, options);
  if (record !== undefined) recorder?.write(record, runs);
  return code;
}

function commandThatRecords(paths: readonly string[], options: KernelCommandOptions): string {
  const { guest, timeScale, runs, seed, record = "" } = options;
  return commandLine(
    "kernel",
    ...paths.map(recordedPath),
    ...(guest === undefined ? [] : ["--guest", guest]),
    ...(timeScale === undefined ? [] : ["--time-scale", String(timeScale)]),
    ...["--runs", String(runs), "--seed", String(seed), "--record", recordedPath(record)],
  );
}

/** Of the paths, recordings end in .json; the rest, if there is any, are the files that alone are judged. */
async function judgeRecordings(
  terminal: Terminal,
  paths: readonly string[],
  options: KernelCommandOptions,
): Promise<ExitCode> {
  const recordings = paths.filter((path) => path.endsWith(".json"));
  const others = paths.filter((path) => !path.endsWith(".json"));
  if (recordings.length === 0) {
    const hint = "ringspec kernel --recorded traces/kernel/*.json";
    throw new UserError([problem(others[0] ?? ".", "bad-option", "--recorded needs a recording", hint)]);
  }
  const chosen =
    others.length === 0 ? null : new Set(findLitmusFiles(others).map(({ path }) => recordedPath(path)));
  const programs = await loadPrograms(terminal, options);
  const codes: ExitCode[] = [EXIT.ok];
  for (const path of recordings) {
    const runs = loadRecording(path);
    const recorded = runs.recording.files
      .map((file) => recordedPath(file.path))
      .filter((file) => chosen === null || chosen.has(file));
    const gone = recorded.filter((file) => !existsSync(file));
    for (const file of gone) sayGone(terminal, file, runs, options);
    if (gone.length > 0) codes.push(EXIT.inconclusive);
    const there = recorded.filter((file) => !gone.includes(file));
    codes.push(await judgeAll(terminal, loadAll(there, programs), runs, null, options));
  }
  return worst(codes);
}

/** A recorded file that was removed since has no text to be judged by. */
function sayGone(terminal: Terminal, file: string, runs: Runs, { json }: KernelCommandOptions): void {
  const reason = "there is no such file any more";
  const head = { schema: "ringspec.kernel/1", file, kernel: runs.kernel().release, verdict: "stale" };
  say(terminal, json ? JSON.stringify({ ...head, reason }) : `${file}: stale: ${reason}`);
}

async function compareSides(
  terminal: Terminal,
  paths: readonly string[],
  [a, b]: readonly [string, string],
  options: KernelCommandOptions,
): Promise<ExitCode> {
  const programs = await loadPrograms(terminal, options);
  const files = loadAll(
    findLitmusFiles(paths).map(({ path }) => path),
    programs,
  );
  const how = { ...options, timeScale: options.timeScale ?? null };
  const sideOf = (text: string): Side => {
    const name = readSideName(text);
    switch (name?.kind) {
      case "profile":
        return profileSide(name.profile, terminal, options);
      case "guest":
        return seenSide(`guest ${name.version}`, guestRuns(name.version, thoseLoaded(files), how));
      case "host":
        return seenSide("host", hostRuns(how));
      default:
        return seenSide(text, loadRecording(text));
    }
  };
  // Recordings are read, and both guests started, before anything is compared.
  return compareAll(terminal, files, sideOf(a), sideOf(b), options.json ?? false);
}
