/**
 * Custom operations come and go: registering one under its id, and taking it away while requests of it live.
 * Stands for uring_bpf_ops' registration and unregistration, as posted in v1 and v3 of the IORING_OP_BPF series.
 */
import { type Machine, traitsOf } from "../machine.js";
import { R } from "../rules.js";
import type { OperationDecl, OperationId, RingId } from "../scenario.js";
import type { OperationState } from "../state.js";

const EBUSY = -16;
const EINVAL = -22;
const ENOENT = -2;
/** IO_RING_MAX_BPF_OPS of v3. */
export const OPS_MAX = 16;

/** Which operation an id names on a ring now; -1: none. v1 has one table for all rings (BOP-22). */
export function operationOf(m: Machine, ring: RingId, id: number): OperationId {
  return m.scenario.operations.findIndex((decl, operation) => {
    const state = m.s.operations[operation] as OperationState;
    return decl.id === id && state.ring > 0 && (m.profile.operations === "v1" || state.ring === ring + 1);
  });
}

/** Registers: 0, or the error. */
export function attachOperation(m: Machine, operation: OperationId, ring: RingId): number {
  const { id } = m.scenario.operations[operation] as OperationDecl;
  const state = m.s.operations[operation] as OperationState;
  m.emit(R["BOP-20"]);
  if (m.profile.operations === "v3" && (id >= OPS_MAX || !traitsOf(m, ring).operations)) return EINVAL;
  if (isTaken(m, ring, id) || state.ring > 0) return EBUSY;
  state.ring = ring + 1;
  state.refs = 1;
  return 0;
}

/** Whether an id is: v1 asks for an issue_fn, and what has none is replaced. */
function isTaken(m: Machine, ring: RingId, id: number): boolean {
  const there = operationOf(m, ring, id);
  if (there < 0) return false;
  if (m.profile.operations !== "v1" || m.scenario.operations[there]?.program.issue !== undefined) return true;
  m.emit(R["BOP-22"]);
  (m.s.operations[there] as OperationState).ring = 0;
  return false;
}

/** Begins to take it away: 0 and it is gone, -ENOENT, or null where the call waits for its last request (BOP-21). */
export function detachOperation(m: Machine, operation: OperationId): number | null {
  const state = m.s.operations[operation] as OperationState;
  if (state.ring === 0 || state.isLeaving) return ENOENT;
  if (m.profile.operations === "v1") {
    m.emit(R["BOP-22"]);
    state.ring = 0;
    state.refs = 0;
    return 0;
  }
  m.emit(R["BOP-21"]);
  state.isLeaving = true;
  state.refs--;
  return mayLeave(m, operation) ? endDetach(m, operation) : null;
}

/** Whether no request refers to it any more. */
export function mayLeave(m: Machine, operation: OperationId): boolean {
  return m.s.operations[operation]?.refs === 0;
}

/** The slot is cleared. */
export function endDetach(m: Machine, operation: OperationId): number {
  const state = m.s.operations[operation] as OperationState;
  state.ring = 0;
  state.isLeaving = false;
  return 0;
}

/** What is registered before the threads start. */
export function attachDeclaredOperations(m: Machine): void {
  for (const [operation, { attached, ring }] of m.scenario.operations.entries()) {
    if (attached) attachOperation(m, operation, ring);
  }
}
