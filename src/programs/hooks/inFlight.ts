/** How many of the requests that a hook submitted are in flight, from CQEs that it only looks at. */
import type { Region } from "../../model/programs/index.js";
import { advanced, type RingMemory } from "./ringMemory.js";

/** The globals that it needs, by their offsets. */
export interface InFlightGlobals {
  readonly inflight: number;
  /** The CQ tail up to which CQEs were counted. */
  readonly seen: number;
}

/**
 * Counts the CQEs that came since the last call. A request is over with the CQE that lacks IORING_CQE_F_MORE; one that
 * posts none (IOSQE_CQE_SKIP_SUCCESS) is taken to be in flight for ever, and somebody else's CQE that comes meanwhile
 * for one of the program's. To be called when a step begins and after each submission: user space may reap as soon as
 * the step is over.
 */
export function countInFlight(ring: RingMemory, memory: Region, at: InFlightGlobals): void {
  const tail = ring.cqTail;
  let inflight = memory.u32(at.inflight);
  // While nothing is in flight, CQEs are not the program's, such as those that were there before it was attached.
  for (let index = memory.u32(at.seen); inflight > 0 && index !== tail; index = advanced(index, 1)) {
    if (ring.isLastOfRequest(index)) inflight--;
  }
  memory.setU32(at.seen, tail);
  memory.setU32(at.inflight, inflight);
}
