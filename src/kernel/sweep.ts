/**
 * The end of a run: when all threads are done, reaping and GETEVENTS with min_complete 0, until nothing can move any more.
 *
 * When that is, nobody tells. A run is over at once where every SQE has had its last CQE. Where some have not, it is
 * over when no CQE came for a while: short if one of them may stay blocked for ever or complete without a CQE, long
 * if all must complete; in both cases after the longest timer that may still be armed, and no worker of io-wq may be
 * running or waiting for a processor.
 */
import type { RingId } from "../model/scenario.js";
import type { Delays } from "./delays.js";
import type { ThreadArea } from "./layout.js";
import { type Pending, pendingOf } from "./pending.js";
import { nowMs, type Run } from "./run.js";
import { enterRing, STARVED_MS } from "./thread.js";
import { workersAreBusy } from "./workers.js";

/** Milliseconds without a CQE after which requests that may be blocked are taken to be. */
const SETTLE_MS = 3;
/** The same where an SQ thread has to get a processor first, which nothing shows. */
const SETTLE_SQPOLL_MS = 20;
/** The same where every request that is left has to complete, so that waiting is the exception. */
const OVERDUE_MS = 1000;
const PAUSE_NS = 150_000;
/** Passes without a CQE after the one that found all quiet. */
const QUIET_PASSES = 3;

/** Milliseconds without a CQE after which the run is over. */
function patienceMs(run: Run, { mustCome, timerMs }: Pending): number {
  if (mustCome) return timerMs + (run.traits.hasSqThread ? STARVED_MS : OVERDUE_MS);
  return timerMs + run.patience * (run.traits.hasSqThread ? SETTLE_SQPOLL_MS : SETTLE_MS);
}

/**
 * Sweeps `rings`, which the calling thread may enter, until the whole run has settled. `delays`: looked at in each pass, where
 * the scenario has times.
 */
export function sweep(
  run: Run,
  area: ThreadArea,
  rings: readonly RingId[],
  lingerMs: number,
  delays: Delays | null,
): void {
  sweepUntilSettled(run, area, rings, lingerMs, delays);
  if (delays === null) return;
  // How long a worker has waited for its processor is known when it has it.
  for (const until = nowMs() + OVERDUE_MS; workersAreBusy() && nowMs() < until; ) pause(run, area);
  delays.look();
}

function pause(run: Run, area: ThreadArea): void {
  run.memory.writeTimespec(area.timespec, PAUSE_NS);
  run.sys.nanosleep(run.memory.address(area.timespec));
}

function sweepUntilSettled(
  run: Run,
  area: ThreadArea,
  rings: readonly RingId[],
  lingerMs: number,
  delays: Delays | null,
): void {
  let quietSinceMs = 0;
  let posted = -1;
  let emptyPasses = 0;
  /** The pass that found all quiet and no worker busy; what came meanwhile, the passes after it see. */
  let quietPass = -1;
  for (;;) {
    // First the room, then the call that may fill it, as in the model: what is left overflows otherwise.
    for (const ring of rings) {
      run.ring(ring).reap(null);
      enterRing(run, area, ring, 0, 0, 0);
    }
    delays?.look();
    let total = 0;
    for (let ring = 0; ring < run.scenario.rings.length; ring++) total += run.ring(ring).postedCount();
    if (total !== posted) {
      posted = total;
      quietSinceMs = nowMs();
      emptyPasses = 0;
      quietPass = -1;
    } else emptyPasses += 1;

    const left = pendingOf(run);
    if (left.count === 0 && lingerMs === 0) return;
    const waitMs = patienceMs(run, left);
    const quietMs = nowMs() - quietSinceMs;
    if (left.count === 0) {
      if (quietMs >= lingerMs) return;
    } else if (run.traits.isInline) {
      if (emptyPasses > run.scenario.sqes.length + 1) return;
    } else if (quietPass >= 0) {
      // Time passes for a thread that is not running, too: only passes show that nothing comes.
      if (emptyPasses >= quietPass + QUIET_PASSES) return;
    } else if (quietMs > waitMs && (quietMs > waitMs + STARVED_MS || !workersAreBusy())) {
      quietPass = emptyPasses;
    }
    if (emptyPasses > 1) pause(run, area);
  }
}
