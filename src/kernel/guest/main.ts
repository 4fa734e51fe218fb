/** The guest's entry, run by its init: runs every scenario of the job as `ringspec kernel` does, a line of JSON each. */
import { readFileSync, writeSync } from "node:fs";
import { release, version } from "node:os";
import { KernelPool } from "../pool.js";
import { scaleTimes } from "../scale.js";
import { traitsOf } from "../traits.js";
import { type GuestJob, type GuestLine, JOB_FILE } from "./protocol.js";

/** Opened by the init. */
const RESULTS_FD = 3;
/** A scenario that takes longer is cut, and what was seen until then is its report. */
const SCENARIO_LIMIT_MS = 120_000;
/** Beyond the longest declared time, how long a blocked thread is left blocked: an emulated processor is slow. */
const HANG_MARGIN_MS = 1000;
/** Starting a thread of node's takes seconds. */
const GRACE_MS = 30_000;

function say(line: GuestLine): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(RESULTS_FD, bytes, at);
}

async function main(): Promise<void> {
  const job = JSON.parse(readFileSync(`/${JOB_FILE}`, "utf8")) as GuestJob;
  say({ kind: "up", release: release(), version: version() });
  // Starting node takes longer here than most scenarios.
  const pool = new KernelPool({ helpers: 1 });
  for (const [at, scenario] of job.scenarios.entries()) {
    say({ kind: "begin", at });
    try {
      const { horizonMs } = traitsOf(scaleTimes(scenario, job.timeScale));
      const report = await pool.run(scenario, {
        runs: job.runs,
        seed: job.seed,
        timeScale: job.timeScale,
        hangMs: horizonMs + HANG_MARGIN_MS,
        graceMs: GRACE_MS,
        timeoutMs: SCENARIO_LIMIT_MS,
      });
      say({ kind: "report", at, report });
    } catch (error) {
      say({ kind: "failed", at, reason: (error as Error).message });
    }
  }
  pool.close();
  say({ kind: "done" });
}

await main();
