/** Runs a scenario on this machine's io_uring, in helper processes that may hang or crash. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Scenario } from "../model/scenario.js";
import { type Helpers, startHelper } from "./helpers.js";
import { scaleTimes } from "./scale.js";
import { runLimitMs } from "./session.js";
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
  /** Milliseconds that one run may take before its helper is killed; by default far past all that it may wait for. */
  readonly runLimitMs?: number;
  /** Where the run's folder is made: whether a file is read inline depends on its file system. */
  readonly tempDir?: string;
  /** The helper's compiled entry, where it is not beside this file. */
  readonly workerFile?: string;
  /** Milliseconds by which a helper may be slower than on processors of its own before it is taken to hang. */
  readonly graceMs?: number;
  /** Where helpers are kept for the next call; by default each call starts its own. */
  readonly helpers?: Helpers;
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
const START_LIMIT_MS = 20_000;

/** @throws where the helper is not built, or fails by a fault of its own. */
export async function runOnKernel(scenario: Scenario, options: KernelOptions): Promise<KernelReport> {
  const missing = whyNot();
  if (missing !== null) return missing;
  const folder = mkdtempSync(join(options.tempDir ?? tmpdir(), "ringspec-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    return await runIn(folder, scenario, options);
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

function workerFile(options: KernelOptions): string {
  const beside = fileURLToPath(new URL("./worker.js", import.meta.url));
  const built = fileURLToPath(new URL("../../dist/kernel/worker.js", import.meta.url));
  for (const file of options.workerFile === undefined ? [beside, built] : [options.workerFile]) {
    if (existsSync(file)) return file;
  }
  throw new Error(`the helper ${options.workerFile ?? built} is missing: npm run build`);
}

async function runIn(folder: string, scenario: Scenario, options: KernelOptions): Promise<KernelReport> {
  const tallies = new Tallies();
  const file = workerFile(options);
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
    const canGrow = traitsOf(scaled).horizonMs * 2 <= HORIZON_MAX_MS;
    let done = 0;
    let lateHere = 0;
    const job: Job = {
      scenario: scaled,
      runs: left,
      seed: (options.seed ?? 1) + helper,
      reuse: options.reuse ?? false,
      hangMs: options.hangMs ?? null,
      graceMs: options.graceMs ?? 0,
      runLimitMs: options.runLimitMs ?? null,
      folder,
    };
    const end = await runHelper(file, options.helpers ?? null, job, untilMs, (report) => {
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

type HelperEnd =
  | { readonly kind: "done" | "hung" | "outOfTime" | "late" }
  | { readonly kind: "unsupported"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/**
 * One helper from its start to its end: it is killed where it says nothing for longer than a run may take, and where
 * `listen` says with what it ends.
 */
function runHelper(
  file: string,
  helpers: Helpers | null,
  job: Job,
  untilMs: number,
  listen: (report: Report) => HelperEnd | null,
): Promise<HelperEnd> {
  return new Promise((resolve) => {
    const child = helpers?.take(file) ?? startHelper(file);
    let end: HelperEnd | null = null;
    let stderr = "";
    const kill = (why: HelperEnd): void => {
      end ??= why;
      child.kill("SIGKILL");
    };
    const limitMs = (job.runLimitMs ?? runLimitMs(job.scenario, job.hangMs)) + job.graceMs;
    let watchdog = setTimeout(() => kill({ kind: "hung" }), START_LIMIT_MS + job.graceMs);
    const total = Number.isFinite(untilMs)
      ? setTimeout(() => kill({ kind: "outOfTime" }), Math.max(0, untilMs - performance.now()))
      : undefined;
    child.stderr?.on("data", (text: Buffer) => {
      if (stderr.length < 10_000) stderr += text.toString();
    });
    child.on("message", (report: Report) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => kill({ kind: "hung" }), limitMs);
      if (report.kind === "unsupported" || report.kind === "failed") end = report;
      if (report.kind === "done") {
        end ??= { kind: "done" };
        if (end.kind !== "failed" && helpers?.give(child)) {
          clearTimeout(watchdog);
          clearTimeout(total);
          resolve(end);
          return;
        }
        // What the helper's kernel state may block at its end is not waited for.
        child.kill("SIGKILL");
      }
      const verdict = listen(report);
      if (verdict !== null) kill(verdict);
    });
    child.on("error", (error) => kill({ kind: "failed", reason: error.message }));
    child.on("exit", (code, signal) => {
      clearTimeout(watchdog);
      clearTimeout(total);
      if (end === null && code !== null && code !== 0)
        end = { kind: "failed", reason: stderr || `exit code ${code}` };
      resolve(end ?? (signal === null ? { kind: "failed", reason: "it ended early" } : { kind: "hung" }));
    });
    child.send(job);
  });
}
