/**
 * The end of a run: when all threads are done, GETEVENTS with min_complete 0 and reaping, until nothing can move any more.
 *
 * When that is, nobody tells. A run is over at once where every SQE has had its last CQE. Where some have not, it is
 * over when no CQE came for a while: short if one of them may stay blocked for ever or complete without a CQE, long
 * if all must complete; in both cases after the longest timer that may still be armed, and no worker of io-wq may be
 * running or waiting for a processor.
 */
import type { RingId } from "../model/scenario.js";
import type { ThreadArea } from "./layout.js";
import { nowMs, type Run } from "./run.js";
import { enterRing } from "./thread.js";
import { mayBlock, timesOf } from "./traits.js";
import { IORING_SQ_CQ_OVERFLOW } from "./uapi.js";
import { workersAreBusy } from "./workers.js";

/** Milliseconds without a CQE after which requests that may be blocked are taken to be. */
const SETTLE_MS = 3;
/** The same where an SQ thread has to get a processor first, which nothing shows. */
const SETTLE_SQPOLL_MS = 20;
/** The same where every request that is left has to complete, so that waiting is the exception. */
const OVERDUE_MS = 250;
/** A busy io-wq worker is waited for this much longer. */
const BUSY_MS = 1000;
const PAUSE_NS = 150_000;
/** Passes without a CQE after the one that found all quiet. */
const QUIET_PASSES = 3;

/** What is left to come. */
interface Pending {
  readonly count: number;
  readonly waitMs: number;
}

function pending(run: Run): Pending {
  let count = 0;
  let someMayStay = run.traits.maySkip;
  let timerMs = 0;
  const { sqes } = run.scenario;
  for (let ring = 0; ring < run.scenario.rings.length; ring++) {
    const records = run.cqes(ring);
    const map = run.ring(ring);
    const consumed = map.consumed();
    const queued = run.queued(ring);
    for (let i = 0; i < consumed && i < queued.length; i++) {
      const req = queued[i] ?? 0;
      const sqe = sqes[req];
      if (sqe === undefined || run.hasFinal(ring, req)) continue;
      count += 1;
      if (mayBlock(sqe)) someMayStay = true;
      // A LINK_TIMEOUT whose request is gone is disarmed: nothing of its time is left.
      if (sqe.operation.opcode === "LINK_TIMEOUT" && run.hasFinal(ring, queued[i - 1] ?? req)) continue;
      for (const time of timesOf(sqe)) if (time !== null) timerMs = Math.max(timerMs, time);
    }
    // A CQE that is kept aside comes with the next GETEVENTS that finds room.
    if ((map.sqFlags() & IORING_SQ_CQ_OVERFLOW) !== 0) count += 1;
    // An SQ thread takes what is in its SQ by itself.
    if (run.scenario.rings[ring]?.setup.includes("SQPOLL") && map.unconsumed() > 0) count += 1;
    // A message to a ring of another task is delivered by that one's task work.
    for (const [label, res] of records) {
      const op = sqes[label]?.operation;
      if (op?.opcode !== "MSG_RING" || res !== 0) continue;
      if (!run.cqes(op.target).some(([other]) => other === op.label)) count += 1;
    }
  }
  const settleMs = run.traits.hasSqThread ? SETTLE_SQPOLL_MS : SETTLE_MS;
  return { count, waitMs: timerMs + (someMayStay ? settleMs : OVERDUE_MS) };
}

/** Sweeps `rings`, which the calling thread may enter, until the whole run has settled. */
export function sweep(run: Run, area: ThreadArea, rings: readonly RingId[], lingerMs: number): void {
  let quietSinceMs = nowMs();
  let posted = -1;
  let emptyPasses = 0;
  /** The pass that found all quiet and no worker busy; what came meanwhile, the passes after it see. */
  let quietPass = -1;
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
      quietPass = -1;
    } else emptyPasses += 1;

    const { count, waitMs } = pending(run);
    const quietMs = nowMs() - quietSinceMs;
    if (count === 0) {
      if (quietMs >= lingerMs) return;
    } else if (run.traits.isInline) {
      if (emptyPasses > run.scenario.sqes.length + 1) return;
    } else if (quietPass >= 0) {
      // Time passes for a thread that is not running, too: only passes show that nothing comes.
      if (emptyPasses >= quietPass + QUIET_PASSES) return;
    } else if (quietMs > waitMs && (quietMs > waitMs + BUSY_MS || !workersAreBusy())) {
      quietPass = emptyPasses;
    }
    if (emptyPasses > 1) {
      run.memory.writeTimespec(area.timespec, PAUSE_NS);
      run.sys.nanosleep(run.memory.address(area.timespec));
    }
  }
}
