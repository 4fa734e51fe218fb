/**
 * The SQE array of a ring whose memory somebody looks at: what threads write there, and what a submission finds.
 * Stands for io_get_sqe and the SQ_REWIND part of io_submit_sqes (io_uring.c, 7.1).
 */
import { SQE_BYTES } from "./bytes/sqeFields.js";
import { isCancelation, type Machine, memoryOf, traitsOf, userSpace } from "./machine.js";
import { R } from "./rules.js";
import type { ReqId } from "./scenario.js";
import { PHASE, type Ring, type RingMemory } from "./state.js";

/** Of a published entry that no thread queued: a program wrote it. */
export function writtenByProgram(m: Machine): number {
  return m.plan.reqs;
}

function slotBytes(memory: RingMemory, slot: number): string {
  return memory.sqes.slice(SQE_BYTES * slot, SQE_BYTES * (slot + 1));
}

function putSlot(memory: RingMemory, slot: number, bytes: string): void {
  const { sqes } = memory;
  memory.sqes = sqes.slice(0, SQE_BYTES * slot) + bytes + sqes.slice(SQE_BYTES * (slot + 1));
}

const FORGOTTEN = "\0".repeat(SQE_BYTES);

/** A thread writes a declared SQE to the next entry of the ring, which is not published yet. */
export function writeSqe(m: Machine, ring: number, req: ReqId): void {
  const memory = memoryOf(m, ring);
  if (memory === undefined) return;
  const { sqEntries } = traitsOf(m, ring);
  const slot = (memory.sqHead + (m.s.rings[ring] as Ring).sq.length) % sqEntries;
  putSlot(memory, slot, userSpace(m).sqeBytes(req));
}

/** With SQ_REWIND a thread starts over at entry 0; what was not submitted is forgotten. */
export function rewindSq(m: Machine, ring: number): void {
  const r = m.s.rings[ring] as Ring;
  for (const req of r.sq) forget(m, req);
  r.sq = [];
}

/** A queued SQE that never became a request. */
export function forget(m: Machine, req: number): void {
  const r = m.s.reqs[req];
  if (r?.phase === PHASE.inSq) r.phase = PHASE.unsubmitted;
}

/** How many SQEs a submission of `count` finds. */
export function entriesToSubmit(m: Machine, ring: number, count: number): number {
  const { sqRewind, sqEntries } = traitsOf(m, ring);
  return Math.min(count, sqRewind ? sqEntries : (m.s.rings[ring] as Ring).sq.length);
}

/**
 * The next SQE of a submission that has taken `taken`: the declared request, if its bytes are as a thread wrote them,
 * else one that is made of the bytes; -1: there is no room for another, and nothing is consumed.
 */
export function takeSqe(m: Machine, ring: number, taken: number): ReqId {
  const r = m.s.rings[ring] as Ring;
  const memory = memoryOf(m, ring);
  if (memory === undefined) return r.sq.shift() as ReqId;
  const { sqEntries, sqRewind } = traitsOf(m, ring);
  const slot = sqRewind ? taken : memory.sqHead % sqEntries;
  const bytes = slotBytes(memory, slot);
  const queued = r.sq[sqRewind ? slot : 0];
  const isDeclared =
    queued !== undefined && m.s.reqs[queued]?.phase === PHASE.inSq && bytes === userSpace(m).sqeBytes(queued);
  const req = isDeclared ? queued : makeRequest(m, ring, bytes);
  if (req < 0) return -1;
  if (sqRewind) m.emit(R["LOOP-18"]);
  else {
    r.sq.shift();
    memory.sqHead++;
    if (traitsOf(m, ring).forgetsSqes) putSlot(memory, slot, FORGOTTEN);
    if (!isDeclared && queued !== undefined) forget(m, queued);
  }
  return req;
}

/** A request for bytes that no thread queued. What the model cannot perform, and more than it has room for, is a bound. */
function makeRequest(m: Machine, ring: number, bytes: string): ReqId {
  const at = m.s.made.indexOf("");
  if (at < 0) {
    m.emit({ kind: "bound", name: "requests made by a hook" });
    return -1;
  }
  const decoded = userSpace(m).decode(bytes, ring, m.scenario.sqes.length + at);
  if (decoded.kind === "unknown") {
    m.emit({ kind: "bound", name: decoded.why });
    return -1;
  }
  if (!m.cancels && isCancelation(decoded.sqe)) {
    m.emit({ kind: "bound", name: "a program that makes no cancelations makes one" });
    return -1;
  }
  m.s.made[at] = String.fromCharCode(ring) + bytes;
  return m.scenario.sqes.length + at;
}
