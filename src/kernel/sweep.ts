/**
 * The end of a run: when all threads are done, GETEVENTS with min_complete 0 and reaping, until nothing can move any more.
 *
 * When that is, nobody tells. A run is over at once where every SQE has had its last CQE. Where some have not, it is
 * over when no CQE came for a while: short if one of them may stay blocked for ever or complete without a CQE, long
 * if all must complete; in both cases after the longest timer that may still be armed, and no worker of io-wq may be
 * running or waiting for a processor.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { RingId } from "../model/scenario.js";
import type { ThreadArea } from "./layout.js";
import { nowMs, type Run } from "./run.js";
import { enterRing } from "./thread.js";
import { mayBlock, timesOf } from "./traits.js";

/** Milliseconds without a CQE after which requests that may be blocked are taken to be. */
export const SETTLE_MS = 3;
/** The same where every request that is left has to complete, so that waiting is the exception. */
const OVERDUE_MS = 250;
/** A busy io-wq worker is waited for this much longer. */
const BUSY_MS = 1000;
const PAUSE_NS = 150_000;

/** What is left to come. */
interface Pending {
  readonly count: number;
  readonly waitMs: number;
}

function pending(run: Run): Pending {
  let count = 0;
  let someMayStay = run.traits.maySkip;
  let timerMs = 0;
  for (let ring = 0; ring < run.scenario.rings.length; ring++) {
    run.cqes(ring);
    const consumed = run.ring(ring).consumed();
    const queued = run.queued(ring);
    for (let i = 0; i < consumed && i < queued.length; i++) {
      const req = queued[i] ?? 0;
      const sqe = run.scenario.sqes[req];
      if (sqe === undefined || run.hasFinal(ring, req)) continue;
      count += 1;
      if (mayBlock(sqe)) someMayStay = true;
      for (const time of timesOf(sqe)) if (time !== null) timerMs = Math.max(timerMs, time);
    }
    // An SQ thread takes what is in its SQ by itself.
    if (run.scenario.rings[ring]?.setup.includes("SQPOLL") && run.ring(ring).unconsumed() > 0) {
      count += 1;
      someMayStay = true;
    }
  }
  return { count, waitMs: timerMs + (someMayStay ? SETTLE_MS : OVERDUE_MS) };
}

/** Whether an io-wq worker of this process is running, runnable or in the middle of disk I/O. */
function workersAreBusy(): boolean {
  try {
    for (const task of readdirSync("/proc/self/task")) {
      const stat = readFileSync(`/proc/self/task/${task}/stat`, "latin1");
      const match = /^\d+ \(iou-wrk-.*\) ([A-Z])/.exec(stat);
      if (match !== null && (match[1] === "R" || match[1] === "D")) return true;
    }
  } catch {
    // A worker that ended while we looked: it was not busy.
  }
  return false;
}

/** Sweeps `rings`, which the calling thread may enter, until the whole run has settled. */
export function sweep(run: Run, area: ThreadArea, rings: readonly RingId[], lingerMs: number): void {
  let quietSinceMs = nowMs();
  let posted = -1;
  let emptyPasses = 0;
  for (;;) {
    for (const ring of rings) {
      enterRing(run, area, ring, 0, 0, 0);
      run.ring(ring).reap(null);
    }
    let total = 0;
    for (let ring = 0; ring < run.scenario.rings.length; ring++) total += run.ring(ring).postedCount();
    if (total !== posted) {
      posted = total;
      quietSinceMs = nowMs();
      emptyPasses = 0;
    } else emptyPasses += 1;

    const { count, waitMs } = pending(run);
    const quietMs = nowMs() - quietSinceMs;
    if (count === 0) {
      if (quietMs >= lingerMs) return;
    } else if (run.traits.isInline) {
      if (emptyPasses > run.scenario.sqes.length + 1) return;
    } else if (quietMs > waitMs && (quietMs > waitMs + BUSY_MS || !workersAreBusy())) {
      return;
    }
    if (emptyPasses > 1) {
      run.memory.writeTimespec(area.timespec, PAUSE_NS);
      run.sys.nanosleep(run.memory.address(area.timespec));
    }
  }
}
