/** CQEs that are taken off a ring whose memory somebody looks at: by a thread, the sweep, or a hook. */
import { type Machine, memoryOf } from "./machine.js";
import { CQE } from "./programs/index.js";
import type { LabelId } from "./scenario.js";
import type { Ring } from "./state.js";

export interface TakenCqe {
  readonly label: LabelId;
  readonly res: number;
  readonly flags: number;
}

function u32(bytes: string, at: number): number {
  let value = 0;
  for (let byte = 3; byte >= 0; byte--) value = value * 256 + bytes.charCodeAt(at + byte);
  return value;
}

function cqesOf(codes: readonly number[], bytes: string): TakenCqe[] {
  return codes.map((code, i) => {
    const at = CQE.bytes * i;
    return {
      label: code - 1,
      res: u32(bytes, at + CQE.res) | 0,
      flags: u32(bytes, at + CQE.flags),
    };
  });
}

/** What lies unread in a mapped ring and is not settled, oldest first: in the ring, then on the overflow list. */
export function unreadCqes(ring: Ring): readonly TakenCqe[] {
  const { cqes = "", overflow = "", settled = 0 } = ring.memory[0] ?? {};
  return [...cqesOf(ring.cq, cqes).slice(settled), ...cqesOf(ring.overflow, overflow)];
}

const FORGOTTEN = "\0".repeat(CQE.bytes);

/**
 * CQEs before index `to` are settled: what they say is told, and forgotten. Two states whose CQs differ only in what
 * nobody will look at are one.
 */
export function settleCqes(m: Machine, ring: number, to: number): void {
  const r = m.s.rings[ring] as Ring;
  const memory = memoryOf(m, ring);
  if (memory === undefined) return;
  const end = Math.min(Math.max((to - memory.cqHead) | 0, memory.settled), r.cq.length);
  for (const { label, res, flags } of cqesOf(r.cq.slice(0, end), memory.cqes).slice(memory.settled)) {
    m.emit({ kind: "settled", ring, label, res, flags });
  }
  for (let i = memory.settled; i < end; i++) r.cq[i] = 0;
  memory.cqes = FORGOTTEN.repeat(end) + memory.cqes.slice(CQE.bytes * end);
  memory.settled = end;
}

/** Moves the CQ head by `count`, which are there. Who took a settled one is told, and not what it says. */
export function takeCqes(m: Machine, ring: number, count: number, hooked: boolean): readonly TakenCqe[] {
  const r = m.s.rings[ring] as Ring;
  const memory = memoryOf(m, ring);
  if (memory === undefined || count === 0) return [];
  const taken = cqesOf(r.cq.slice(0, count), memory.cqes);
  r.cq.splice(0, count);
  memory.cqes = memory.cqes.slice(CQE.bytes * count);
  memory.cqHead += count;
  memory.settled = Math.max(0, memory.settled - count);
  for (const cqe of taken) m.emit({ kind: "taken", ring, ...cqe, hooked });
  return taken;
}
