/** What a run still waits for, as far as the CQEs that were reaped tell. */
import { IOSQE } from "../model/scenario.js";
import type { Run } from "./run.js";
import { mayBlock, timesOf } from "./traits.js";
import { IORING_SQ_CQ_OVERFLOW } from "./uapi.js";

/** What is left to come of what was submitted. */
export interface Pending {
  readonly count: number;
  /** Something of it has to complete, whatever else does: or all of it, since nothing may stay blocked for ever. */
  readonly mustCome: boolean;
  /** The longest time of a timer that may still be armed, in milliseconds. */
  readonly timerMs: number;
}

export function pendingOf(run: Run): Pending {
  let count = 0;
  let someMayStay = run.traits.maySkip;
  let isSure = false;
  let timerMs = 0;
  const { sqes } = run.scenario;
  // A timer that was set anew runs on when the request that did so is over.
  const updates = sqes.flatMap((sqe) => (sqe.operation.opcode === "TIMEOUT_REMOVE" ? timesOf(sqe) : []));
  const canBeSure = !run.traits.maySkip && !sqes.some(({ flags }) => (flags & IOSQE.DRAIN) !== 0);
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
      else if (canBeSure && isFree(run, ring, queued[i - 1])) isSure = true;
      // A LINK_TIMEOUT whose request is gone is disarmed: nothing of its time is left.
      if (sqe.operation.opcode === "LINK_TIMEOUT" && run.hasFinal(ring, queued[i - 1] ?? req)) continue;
      const isTimer = sqe.operation.opcode === "TIMEOUT" || sqe.operation.opcode === "LINK_TIMEOUT";
      for (const time of [...timesOf(sqe), ...(isTimer ? updates : [])])
        if (time !== null) timerMs = Math.max(timerMs, time);
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
  return { count, mustCome: count > 0 && (isSure || !someMayStay), timerMs };
}

/** Whether a request does not wait for the one queued before it: there is none, they are not linked, or that one is over. */
function isFree(run: Run, ring: number, previous: number | undefined): boolean {
  if (previous === undefined || run.hasFinal(ring, previous)) return true;
  return ((run.scenario.sqes[previous]?.flags ?? 0) & (IOSQE.LINK | IOSQE.HARDLINK)) === 0;
}
