/**
 * A loop hook comes to a ring and goes, while the ring lives.
 * Stands for bpf_io_reg and bpf_io_unreg (bpf-ops.c, 7.1).
 */
import { type Machine, memoryOf, traitsOf } from "../machine.js";
import { R } from "../rules.js";
import type { HookDecl, HookId, RingId } from "../scenario.js";
import type { HookState } from "../state.js";
import { fitsForm } from "./run.js";

const EBUSY = -16;
const EINVAL = -22;
const ENOENT = -2;
const EOPNOTSUPP = -95;

/** BPF_LINK_CREATE: 0, or why the ring does not take it. */
export function attachHook(m: Machine, id: HookId, ring: RingId): number {
  const traits = traitsOf(m, ring);
  const memory = memoryOf(m, ring);
  const state = m.s.hooks[id] as HookState;
  if (traits.operations && m.profile.loopExclusive) {
    m.emit(R["BOP-23"]);
    return EINVAL;
  }
  m.emit(R["LOOP-01"]);
  if (memory === undefined || traits.sqpoll || traits.iopoll || !traits.deferTaskrun) return EOPNOTSUPP;
  if (memory.hook > 0) {
    m.emit(R["LOOP-02"]);
    return EBUSY;
  }
  if (state.ring > 0) {
    m.emit(R["LOOP-03"]);
    if (!m.profile.rebindsOps) return EBUSY;
  }
  if (!fitsForm(m, m.scenario.hooks[id] as HookDecl)) return EINVAL;
  state.ring = ring + 1;
  state.links++;
  memory.hook = id + 1;
  m.emit(R["LOOP-04"]);
  return 0;
}

/** The link is closed; -ENOENT where there is none. Only the ring that was bound last lets go of the ops (LOOP-03). */
export function detachHook(m: Machine, id: HookId): number {
  const state = m.s.hooks[id] as HookState;
  if (state.links === 0) return ENOENT;
  state.links--;
  m.emit(R["LOOP-05"]);
  const memory = state.ring > 0 ? memoryOf(m, state.ring - 1) : undefined;
  if (memory !== undefined) memory.hook = 0;
  state.ring = 0;
  return 0;
}

/** What is attached before the threads start. */
export function attachDeclared(m: Machine): void {
  for (const [id, { attached, ring }] of m.scenario.hooks.entries()) {
    if (attached) attachHook(m, id, ring);
  }
}

/** When all threads are done, their links are closed, and the sweep finds ordinary rings. */
export function detachAll(m: Machine): void {
  for (let ring = 0; ring < m.s.rings.length; ring++) {
    const memory = memoryOf(m, ring);
    if (memory !== undefined) memory.hook = 0;
  }
}
