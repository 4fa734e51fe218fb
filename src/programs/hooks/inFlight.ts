/** How many of the requests that a hook submitted are in flight, from CQEs that it only looks at. */
import type { Region } from "../../model/programs/index.js";
import { advanced, type RingMemory } from "./ringMemory.js";

/** The globals that it needs, by their offsets. */
export interface InFlightGlobals {
  readonly inflight: number;
  /** The CQ tail up to which CQEs were counted. */
  readonly seen: number;
  /** 1 once `seen` is valid. CQEs that were there before are not the program's. */
  readonly started: number;
}

/**
 * Counts the CQEs that came since the last call. A request is over with the CQE that lacks IORING_CQE_F_MORE; one that
 * posts none (IOSQE_CQE_SKIP_SUCCESS) is taken to be in flight for ever. To be called when a step begins and after
 * each submission: user space may reap as soon as the step is over.
 */
export function countInFlight(ring: RingMemory, memory: Region, at: InFlightGlobals): void {
  const tail = ring.cqTail;
  let inflight = memory.u32(at.inflight);
  let index = memory.u32(at.started) === 0 ? tail : memory.u32(at.seen);
  for (; index !== tail; index = advanced(index, 1)) {
    if (inflight > 0 && ring.isLastOfRequest(index)) inflight--;
  }
  memory.setU32(at.started, 1);
  memory.setU32(at.seen, tail);
  memory.setU32(at.inflight, inflight);
}
