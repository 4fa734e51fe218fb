/**
 * IORING_REGISTER_SYNC_CANCEL: the search, and the wait until what runs in io-wq is gone.
 * Stands for io_sync_cancel (cancel.c, 6.18) and io_run_task_work_sig (io_uring.c, 6.18).
 */
import { beginSyncCancel, finishSyncCancel, syncCancel } from "./cancel.js";
import type { Machine } from "./machine.js";
import { R } from "./rules.js";
import type { Instruction } from "./scenario.js";
import { type Context, type Ring, STAGE, SYNC_CANCEL_MIN } from "./state.js";
import { hasLocalWork, isLocal, startLocalWork, stepLocalWork } from "./taskWork.js";

const EALREADY = -114;
/** IO_LOCAL_TW_DEFAULT_MAX. */
const LOCAL_MAX = 20;

type SyncCancel = Instruction & { readonly do: "sync_cancel" };

/** The first search: what the call returns, or null where that is not known yet; the lock stays held until the next search is over. */
export function startSyncCancel(m: Machine, context: number, call: SyncCancel): number | null {
  const c = m.s.contexts[context] as Context;
  const result = beginSyncCancel(m, call.ring, context, call.target);
  c.ring = call.ring;
  if (result !== null && result !== EALREADY) return result;
  (m.s.rings[call.ring] as Ring).lock = context + 1;
  c.stage = result === null ? STAGE.syncCancelFirst : STAGE.syncCancel;
  return null;
}

/** Whether a call that waits can take its next step; one that sleeps cannot. */
export function canStepSyncCancel(m: Machine, context: number): boolean {
  const c = m.s.contexts[context] as Context;
  const { lock } = m.s.rings[c.ring] as Ring;
  if (c.stage === STAGE.syncCancelSleeps) return false;
  return lock === 0 || lock === context + 1;
}

/** One step: what the call returns, or null where it is not over. */
export function stepSyncCancel(m: Machine, context: number, call: SyncCancel): number | null {
  const c = m.s.contexts[context] as Context;
  const ring = m.s.rings[call.ring] as Ring;
  if (c.stage === STAGE.syncCancelRuns) {
    if (c.flush > 0) {
      if (stepLocalWork(m, context, call.ring, LOCAL_MAX)) c.stage = STAGE.syncCancel;
    } else if (hasLocalWork(m, call.ring)) startLocalWork(m, context, call.ring, SYNC_CANCEL_MIN, LOCAL_MAX);
    else {
      m.emit(R["CAN-14"]);
      c.stage = STAGE.syncCancelSleeps;
    }
    return null;
  }
  if (c.stage === STAGE.syncCancelFirst) {
    const result = finishSyncCancel(m, call.ring, call.target);
    if (result === EALREADY) {
      c.stage = STAGE.syncCancel;
      return null;
    }
    ring.lock = 0;
    return result;
  }
  const result = syncCancel(m, call.ring, context, call.target);
  ring.lock = 0;
  if (result !== EALREADY) {
    if (isLocal(m, call.ring) && hasLocalWork(m, call.ring)) m.emit(R["CAN-14"]);
    return 0;
  }
  c.stage = isLocal(m, call.ring) ? STAGE.syncCancelRuns : STAGE.syncCancelSleeps;
  return null;
}
