/** The helper process: told a scenario and a number of runs, it runs them in batches and tells what it saw; then the next. */
import { rmSync } from "node:fs";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { Scenario } from "../model/scenario.js";
import { playThread, type ThreadJob, type ThreadRole } from "./players.js";
import { nowMs } from "./run.js";
import { runLimitMs, Session, type SessionOptions } from "./session.js";
import { loadSyscalls, type Syscalls } from "./syscalls.js";
import { Tallies, type Tally } from "./tallies.js";
import { Unsupported } from "./unsupported.js";
import { type LoadJob, makeLoad } from "./variation.js";

/** What the helper is asked to do. */
export interface Job extends SessionOptions {
  readonly scenario: Scenario;
  readonly runs: number;
  /** Milliseconds after which a run's helper is killed; null: what follows from the scenario. */
  readonly runLimitMs: number | null;
  /** Milliseconds more than that. */
  readonly graceMs: number;
}

/** What it says: first `ready` or `unsupported`, then batches, then `done`. */
export type Report =
  | { readonly kind: "ready"; readonly features: readonly string[] }
  | { readonly kind: "unsupported"; readonly reason: string }
  | {
      readonly kind: "batch";
      readonly runs: number;
      readonly late: number;
      readonly unlisted: number;
      /** What a run with an unlisted result had, in words. */
      readonly unlistedBy: string | null;
      readonly outcomes: readonly Tally[];
    }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "done" };

const PR_SET_PDEATHSIG = 1;
const SIGTERM = 15;
const BATCH_MS = 50;
/** Seconds after which a helper that nobody ends ends itself, beyond its run's limit. */
const ALARM_MARGIN_SECONDS = 5;

function send(report: Report): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(report, () => resolve());
  });
}

function load(): Syscalls {
  try {
    return loadSyscalls();
  } catch (error) {
    throw new Unsupported(`koffi cannot be loaded: ${(error as Error).message}`);
  }
}

async function work(job: Job): Promise<void> {
  let session: Session;
  let sys: Syscalls;
  try {
    sys = load();
    session = new Session(sys, job.scenario, job, new URL(import.meta.url));
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    await send({ kind: "unsupported", reason: error.message });
    return;
  }
  sys.prctl(PR_SET_PDEATHSIG, SIGTERM);
  await send({ kind: "ready", features: session.features });
  const limitMs = (job.runLimitMs ?? runLimitMs(job.scenario, job.hangMs)) + job.graceMs;
  const limitSeconds = Math.ceil((limitMs + BATCH_MS) / 1000) + ALARM_MARGIN_SECONDS;
  let left = job.runs;
  try {
    while (left > 0) {
      sys.alarm(limitSeconds);
      const tallies = new Tallies();
      const began = nowMs();
      let runs = 0;
      let late = 0;
      let unlisted = 0;
      let unlistedBy: string | null = null;
      do {
        const result = session.next();
        runs += 1;
        if (result.kind !== "ran") {
          if (result.kind === "late") late += 1;
          else {
            unlisted += 1;
            unlistedBy = result.by;
          }
          continue;
        }
        tallies.add(result.outcome, 1);
      } while (runs < left && nowMs() - began < BATCH_MS);
      left -= runs;
      await send({ kind: "batch", runs, late, unlisted, unlistedBy, outcomes: tallies.sorted() });
      // Lets a `disconnect` or a signal be heard between two batches: the first turn may skip the loop's poll phase.
      for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    await send({ kind: "unsupported", reason: error.message });
    return;
  } finally {
    session.dispose();
    sys.alarm(0);
  }
}

function main(): void {
  let folder: string | null = null;
  // The parent is gone: nobody reads what we would say, and nobody else removes the folder. The signal that tells
  // of it ends the system call that a run may be blocked in, so that this is heard.
  const leave = (): void => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  };
  process.once("disconnect", leave);
  process.once("SIGTERM", leave);
  // A pool sends the next job when this one is done.
  process.on("message", (job: Job) => {
    folder = job.folder;
    work(job)
      .catch((error: Error) => send({ kind: "failed", reason: error.stack ?? error.message }))
      .then(() => send({ kind: "done" }));
  });
}

if (isMainThread) main();
else {
  const role = workerData as ThreadRole | LoadJob;
  if (role.role === "load") makeLoad(role);
  else {
    const sys = loadSyscalls();
    parentPort?.on("message", (job: ThreadJob) => playThread(sys, job));
  }
}
