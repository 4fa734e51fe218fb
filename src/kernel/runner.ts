/** Runs a scenario on this machine's io_uring, in helper processes that may hang or crash. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Scenario } from "../model/scenario.js";
import { Helper, type HelperEnd } from "./helper.js";
import { whyNoKernel } from "./programs.js";
import { scaleTimes } from "./scale.js";
import { hangLimitMs } from "./session.js";
import { Tallies, type Tally } from "./tallies.js";
import { traitsOf } from "./traits.js";
import type { Job, Report } from "./worker.js";

export interface KernelOptions {
  readonly runs: number;
  /** Milliseconds of the whole call; what was seen until then is reported. */
  readonly timeoutMs?: number;
  /** What the runs' delays and user_data are derived from. */
  readonly seed?: number;
  /** Uses one ring for many runs where a run leaves nothing in it. */
  readonly reuse?: boolean;
  /** Milliseconds after which a blocked thread is taken to hang; by default past all times of the scenario. */
  readonly hangMs?: number;
  /** All times of the scenario are multiplied by this to begin with; and by 2, again and again, while most runs are `late`. */
  readonly timeScale?: number;
  /** All waiting for what may still come is this much longer; more than 1 where a busy machine is the last to move. */
  readonly patience?: number;
  /** Late runs are counted, and that is all: no time is made longer for them. */
  readonly keepsTimes?: boolean;
  /** Milliseconds that one run may take before its helper is killed; by default far past all that it may wait for. */
  readonly runLimitMs?: number;
  /** Milliseconds by which a helper may be slower than on processors of its own before it is taken to hang. */
  readonly graceMs?: number;
  /** Where the run's folder is made: whether a file is read inline depends on its file system. */
  readonly tempDir?: string;
  /** The helper's compiled entry, where it is not beside this file. */
  readonly workerFile?: string;
}

export type KernelReport =
  | { readonly kind: "unsupported"; readonly reason: string; readonly hint: string }
  | {
      readonly kind: "ran";
      /** uname -r. */
      readonly release: string;
      /** IORING_FEAT_ names that the kernel reports. */
      readonly features: readonly string[];
      /** By runs, the most frequent first. */
      readonly observed: readonly Tally[];
      /** Runs with an outcome. */
      readonly runs: number;
      /** Runs whose helper had to be killed, so that no outcome is known. */
      readonly hung: number;
      /** Runs that were held up so long that their times meant nothing. */
      readonly late: number;
      /** Runs in which an SQE had a result that its `may` does not list: they answer another question. */
      readonly unlisted: number;
    };

/** Helpers in a row that do not finish a single run. */
const HELPERS_MAX = 3;
/** Runs of a helper that are late before its times are found too short for this machine, if they are most of its runs. */
const LATE_MIN = 4;
/** The times of a scenario are not made longer than this, with all its sleeps and timers in a row. */
const HORIZON_MAX_MS = 2000;

/** @throws where the helper is not built, or fails by a fault of its own. */
export async function runOnKernel(scenario: Scenario, options: KernelOptions): Promise<KernelReport> {
  return runWith(scenario, options, async (job, untilMs, listen) => {
    const helper = new Helper(workerFile(options.workerFile));
    try {
      return await helper.run(job, untilMs, listen);
    } finally {
      helper.kill();
      await helper.ended;
    }
  });
}

/** Has some helper do a job, as `Helper.run` does. */
export type RunJob = (
  job: Job,
  untilMs: number,
  listen: (report: Report) => HelperEnd | null,
) => Promise<HelperEnd>;

/** The runs of one scenario by whatever helpers `runJob` has: again where one had to be killed. */
export async function runWith(
  scenario: Scenario,
  options: KernelOptions,
  runJob: RunJob,
): Promise<KernelReport> {
  const missing = whyNoKernel(scenario) ?? whyNot();
  if (missing !== null) return missing;
  const folder = mkdtempSync(join(options.tempDir ?? tmpdir(), "ringspec-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    return await runIn(folder, scenario, options, runJob);
  } finally {
    process.removeListener("exit", remove);
    remove();
  }
}

type Unsupported = Extract<KernelReport, { kind: "unsupported" }>;

/** What keeps any scenario from being run here. */
function whyNot(): Unsupported | null {
  if (process.platform !== "linux") {
    return {
      kind: "unsupported",
      reason: `io_uring is Linux's, and this is ${process.platform}`,
      hint: "run it on a Linux machine or in a virtual one",
    };
  }
  let disabled = "0";
  try {
    disabled = readFileSync("/proc/sys/kernel/io_uring_disabled", "utf8").trim();
  } catch {
    // Kernels before 6.6 have no such switch.
  }
  if (disabled === "2" || (disabled === "1" && process.getuid?.() !== 0)) {
    return {
      kind: "unsupported",
      reason: `the sysctl kernel.io_uring_disabled is ${disabled}`,
      hint: "as root: sysctl kernel.io_uring_disabled=0",
    };
  }
  return null;
}

function hintFor(reason: string): string {
  if (reason.includes("koffi")) return "npm install koffi (an optional dependency)";
  if (/io_uring_setup: -(EPERM|ENOSYS|EACCES)/.test(reason)) {
    return "io_uring is missing or forbidden here: in a container its seccomp profile must allow io_uring_setup";
  }
  return "check it against the model, or say what is wanted with opcodes and flags that this kernel has";
}

/** The helper's compiled entry: `named`, or the one that was built. */
export function workerFile(named: string | undefined): string {
  const beside = fileURLToPath(new URL("./worker.js", import.meta.url));
  const built = fileURLToPath(new URL("../../dist/kernel/worker.js", import.meta.url));
  for (const file of named === undefined ? [beside, built] : [named]) {
    if (existsSync(file)) return file;
  }
  throw new Error(`the helper ${named ?? built} is missing: npm run build`);
}

/** null: the session's own. */
function hangMsOf(scenario: Scenario, { hangMs, patience }: KernelOptions): number | null {
  if (hangMs !== undefined) return hangMs;
  return patience === undefined ? null : patience * hangLimitMs(traitsOf(scenario));
}

async function runIn(
  folder: string,
  scenario: Scenario,
  options: KernelOptions,
  runJob: RunJob,
): Promise<KernelReport> {
  const tallies = new Tallies();
  const untilMs = performance.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
  let features: readonly string[] = [];
  let left = options.runs;
  let hung = 0;
  let late = 0;
  let unlisted = 0;
  let unlistedBy: string | null = null;
  let timeScale = options.timeScale ?? 1;
  let fruitless = 0;
  for (let helper = 0; left > 0 && fruitless < HELPERS_MAX && performance.now() < untilMs; helper++) {
    const scaled = scaleTimes(scenario, timeScale);
    const canGrow = options.keepsTimes !== true && traitsOf(scaled).horizonMs * 2 <= HORIZON_MAX_MS;
    let done = 0;
    let lateHere = 0;
    const job: Job = {
      scenario: scaled,
      runs: left,
      seed: (options.seed ?? 1) + helper,
      reuse: options.reuse ?? false,
      hangMs: hangMsOf(scaled, options),
      patience: options.patience ?? 1,
      runLimitMs: options.runLimitMs ?? null,
      graceMs: options.graceMs ?? 0,
      folder,
    };
    const end = await runJob(job, untilMs, (report) => {
      if (report.kind === "ready") features = report.features;
      if (report.kind !== "batch") return null;
      done += report.runs;
      lateHere += report.late;
      unlisted += report.unlisted;
      unlistedBy ??= report.unlistedBy;
      for (const { outcome, runs } of report.outcomes) tallies.add(outcome, runs);
      return canGrow && lateHere >= LATE_MIN && 2 * lateHere > done ? { kind: "late" } : null;
    });
    if (end.kind === "unsupported") {
      return { kind: "unsupported", reason: end.reason, hint: hintFor(end.reason) };
    }
    if (end.kind === "failed") throw new Error(`the kernel runner's helper failed: ${end.reason}`);
    left -= done;
    if (end.kind === "late") {
      // What its times made of it is done again, with longer ones.
      left += lateHere;
      timeScale *= 2;
      continue;
    }
    late += lateHere;
    if (end.kind === "done" || end.kind === "outOfTime") break;
    hung += 1;
    left -= 1;
    fruitless = done > 0 ? 0 : fruitless + 1;
  }
  if (tallies.runs === 0 && unlisted > 0) {
    return {
      kind: "unsupported",
      reason: `${unlistedBy} in every run, which its \`may\` does not list`,
      hint: "a kernel cannot be told what an operation returns: let it follow from files, pipes and NOP res=",
    };
  }
  return {
    kind: "ran",
    release: release(),
    features,
    observed: tallies.sorted(),
    runs: tallies.runs,
    hung,
    late,
    unlisted,
  };
}
