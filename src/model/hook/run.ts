/**
 * One run of a hook's program: what it sees of the ring, what it leaves there, and how it waits for submit_sqes.
 * Stands for the kfuncs of bpf-ops.c, 7.1.
 *
 * A submission takes several steps of the model, so that others may act in between. A program that is in the middle
 * cannot be kept in a state; what it has seen can. So it is run again from its start, on the memory that it saw then,
 * and each of its calls of submit_sqes that is over gives what it gave.
 */
import { cqRegion, cqRegionSize, PAGE, ringConstants, roundUp, sqRegionSize } from "../bytes/ringLayout.js";
import { takeCqes } from "../cqMemory.js";
import { loopOf, type Machine, memoryOf, sqeOf, userSpace } from "../machine.js";
import {
  bytesOfText,
  CQE,
  guarded,
  type HookView,
  IOU_REGION_CQ,
  IOU_REGION_MEM,
  IOU_REGION_SQ,
  type LoopParams,
  type LoopState,
  ProgramGuard,
  Refused,
  Region,
  Suspended,
  textOfBytes,
} from "../programs/index.js";
import { R } from "../rules.js";
import type { HookDecl, HookId, RingDecl, RingId } from "../scenario.js";
import { forget, writtenByProgram } from "../sqMemory.js";
import { PHASE, type Request, type Ring, type RingMemory } from "../state.js";

/** What a run comes to. `refused`: it was no program that could have been loaded. */
export type Run =
  | { readonly kind: "returned"; readonly code: number }
  | { readonly kind: "submits"; readonly count: number }
  | { readonly kind: "refused" };

/** All that a program can see, at one moment. */
interface Seen {
  readonly memory: string;
  readonly sqes: string;
  readonly cqes: string;
  readonly mem: string;
  readonly sqHead: number;
  readonly sqTail: number;
  readonly sqFlags: number;
  readonly cqHead: number;
}

/** LoopContext.log: what the run saw at its start, then each submission's result and what it saw behind it. */
interface Log {
  readonly start: Seen;
  readonly submissions: readonly { readonly result: number; readonly seen: Seen }[];
}

const SQ_CQ_OVERFLOW = 2;

function look(m: Machine, hook: HookDecl, ring: RingId): Seen {
  const { sqes, cqes, sqHead, cqHead } = memoryOf(m, ring) as RingMemory;
  const { sq, overflow } = m.s.rings[ring] as Ring;
  const { mem } = m.scenario.rings[ring] as RingDecl;
  return {
    memory: m.s.memories[hook.memory] ?? "",
    sqes,
    cqes,
    mem: mem === undefined ? "" : (m.s.buffers[mem] ?? ""),
    sqHead,
    sqTail: sqHead + sq.length,
    sqFlags: overflow.length > 0 ? SQ_CQ_OVERFLOW : 0,
    cqHead,
  };
}

/** Keeps what a submission returned, for the run that goes on. */
export function logSubmission(
  m: Machine,
  context: number,
  hook: HookDecl,
  ring: RingId,
  result: number,
): void {
  const loop = loopOf(m, context);
  const log = JSON.parse(loop.log) as Log;
  const submissions = [...log.submissions, { result, seen: look(m, hook, ring) }];
  loop.log = JSON.stringify({ start: log.start, submissions });
}

/** The memory of one run, and the regions over it; all that it is given stays what it is when the memory changes. */
class Memory {
  readonly program: Uint8Array;
  readonly cq: Uint8Array;
  readonly sq: Uint8Array;
  readonly mem: Uint8Array;
  /** By byte of what others may write to meanwhile: whether the program has, since it last saw it. */
  readonly written: { readonly program: Uint8Array; readonly sq: Uint8Array; readonly mem: Uint8Array };
  private seen: Seen;

  constructor(
    private readonly ring: RingDecl,
    seen: Seen,
  ) {
    this.seen = seen;
    this.program = bytesOfText(seen.memory);
    this.cq = new Uint8Array(cqRegionSize(ring));
    this.sq = new Uint8Array(sqRegionSize(ring));
    this.mem = new Uint8Array(roundUp(seen.mem.length, PAGE));
    this.written = {
      program: new Uint8Array(this.program.length),
      sq: new Uint8Array(this.sq.length),
      mem: new Uint8Array(this.mem.length),
    };
    this.show(seen);
  }

  /** Makes the memory what was seen then. */
  show(seen: Seen): void {
    this.seen = seen;
    this.program.set(bytesOfText(seen.memory));
    this.sq.set(bytesOfText(seen.sqes));
    this.mem.set(bytesOfText(seen.mem));
    this.cq.set(this.composed());
    for (const bytes of Object.values(this.written)) bytes.fill(0);
  }

  private composed(): Uint8Array {
    const { sqHead, sqTail, sqFlags, cqHead, cqes } = this.seen;
    const cqTail = cqHead + cqes.length / CQE.bytes;
    return cqRegion(
      this.ring,
      { sqHead, sqTail, sqFlags, sqDropped: 0, cqHead, cqTail, cqFlags: 0, cqOverflow: 0 },
      cqes,
    );
  }

  /** What the slots that bytes `[from, from + size)` of the CQ region touch hold: CQEs, nothing yet, or what a CQE has left. */
  cqesAt(from: number, size: number): "live" | "fresh" | "stale" | "none" {
    const { cqOff, cqEntries } = ringConstants(this.ring);
    const first = Math.max(0, Math.floor((from - cqOff.cqes) / CQE.bytes));
    const last = Math.min(cqEntries - 1, Math.floor((from + size - 1 - cqOff.cqes) / CQE.bytes));
    const { cqHead, cqes } = this.seen;
    const live = cqes.length / CQE.bytes;
    let found: "live" | "fresh" | "none" = first <= last ? "live" : "none";
    for (let slot = first; slot <= last; slot++) {
      if ((((slot - cqHead) % cqEntries) + cqEntries) % cqEntries < live) continue;
      if (slot < cqHead + live) return "stale";
      found = "fresh";
    }
    return found;
  }

  /** Whether all of bytes `[from, from + size)` of the CQ region are user space's to write: the SQ tail, the CQ head, and CQEs. */
  mayWrite(from: number, size: number): boolean {
    const { cqOff, sqOff } = ringConstants(this.ring);
    const within = (at: number): boolean => from >= at && from + size <= at + 4;
    return within(sqOff.tail) || within(cqOff.head) || this.cqesAt(from, size) === "live";
  }

  /** Leaves in the state what the program wrote. */
  writeBack(m: Machine, hook: HookDecl, ringId: RingId, guard: ProgramGuard): void {
    const memory = memoryOf(m, ringId) as RingMemory;
    const { mem } = this.ring;
    const { written } = this;
    m.s.memories[hook.memory] = merged(m.s.memories[hook.memory] ?? "", this.program, written.program);
    memory.sqes = merged(memory.sqes, this.sq, written.sq);
    if (mem !== undefined) m.s.buffers[mem] = merged(m.s.buffers[mem] ?? "", this.mem, written.mem);
    this.writeBackCqes(m, ringId, memory, guard);
    this.writeBackTail(m, ringId, memory, guard);
  }

  private u64(at: number): bigint {
    return new DataView(this.cq.buffer, this.cq.byteOffset).getBigUint64(at, true);
  }

  private u32(at: number): number {
    return new DataView(this.cq.buffer, this.cq.byteOffset).getUint32(at, true);
  }

  private writeBackCqes(m: Machine, ringId: RingId, memory: RingMemory, guard: ProgramGuard): void {
    const { cqOff, cqEntries } = ringConstants(this.ring);
    // A thread that runs the program itself holds no lock: behind the CQEs that it saw, others may have come meanwhile.
    const live = this.seen.cqes.length / CQE.bytes;
    const { cq } = m.s.rings[ringId] as Ring;
    let cqes = "";
    for (let i = 0; i < live; i++) {
      const at = cqOff.cqes + CQE.bytes * ((memory.cqHead + i) % cqEntries);
      const bytes = textOfBytes(this.cq.subarray(at, at + CQE.bytes));
      if (bytes.slice(0, CQE.res) !== memory.cqes.slice(CQE.bytes * i, CQE.bytes * i + CQE.res))
        cq[i] = userSpace(m).labelOf(ringId, this.u64(at)) + 1;
      cqes += bytes;
    }
    memory.cqes = cqes + memory.cqes.slice(cqes.length);
    const passed = (this.u32(cqOff.head) - memory.cqHead) | 0;
    if (passed > live) {
      guard.tell("past-the-tail", `moves the CQ head by ${passed}, and ${live} CQEs are there`);
      m.emit({ kind: "bound", name: "CQ head past the tail" });
    } else if (passed < 0) m.emit({ kind: "bound", name: "CQ head moved back" });
    else if (passed > 0) {
      m.emit(R["LOOP-20"]);
      takeCqes(m, ringId, passed, true);
    }
  }

  private writeBackTail(m: Machine, ringId: RingId, memory: RingMemory, guard: ProgramGuard): void {
    const { sqOff, sqEntries } = ringConstants(this.ring);
    const { sq } = m.s.rings[ringId] as Ring;
    const published = (this.u32(sqOff.tail) - memory.sqHead) | 0;
    if (published > sqEntries) {
      guard.tell("sq-overrun", `publishes ${published} SQEs in an SQ of ${sqEntries}`);
      m.emit({ kind: "bound", name: "SQ tail past the ring" });
    } else if (published < 0) m.emit({ kind: "bound", name: "SQ tail moved back" });
    else {
      while (sq.length < published) sq.push(writtenByProgram(m));
      while (sq.length > published) forget(m, sq.pop() as number);
    }
  }
}

/** `text`, with those bytes that were written. */
function merged(text: string, bytes: Uint8Array, written: Uint8Array): string {
  const result = bytesOfText(text);
  for (let at = 0; at < result.length; at++) if (written[at] === 1) result[at] = bytes[at] as number;
  return textOfBytes(result);
}

/** The view of one run. */
class View implements HookView {
  readonly memory: Region;
  readonly ring;
  private call = 0;

  constructor(
    private readonly m: Machine,
    private readonly decl: RingDecl,
    private readonly bytes: Memory,
    private readonly log: Log,
    private readonly guard: ProgramGuard,
    hook: HookDecl,
    private readonly isFirstForm: boolean,
  ) {
    this.ring = ringConstants(decl);
    const { length } = bytes.program;
    this.memory = new Region(
      bytes.program,
      {
        name: `the memory of ${hook.name}`,
        writable: [0, length],
        onWrite: (from, count) => bytes.written.program.fill(1, from, from + count),
      },
      guard,
    );
  }

  getRegion(id: number, size: number): Region | null {
    this.guard.spend();
    const found = this.regionOf(id);
    if (!Number.isInteger(size) || size <= 0) this.guard.refuse(`asks for a region of ${size} bytes`);
    if (found === null || size > found.bytes.length) {
      if (!this.guard.silent) this.m.emit(R["LOOP-19"]);
      return null;
    }
    const { bytes, name, written } = found;
    return new Region(
      bytes.subarray(0, size),
      {
        name,
        writable: [0, size],
        ...(written === null
          ? {
              onRead: (from, count) => this.readsCq(from, count),
              onWrite: (from, count) => this.writesCq(from, count),
            }
          : { onWrite: (from, count) => written.fill(1, from, from + count) }),
      },
      this.guard,
    );
  }

  /** `written`: null of the CQ region, where heads, tails and CQEs are told apart. */
  private regionOf(id: number): { bytes: Uint8Array; name: string; written: Uint8Array | null } | null {
    const { bytes } = this;
    const cq = { bytes: bytes.cq, name: "the CQ region", written: null };
    const sq = { bytes: bytes.sq, name: "the SQ region", written: bytes.written.sq };
    if (this.isFirstForm) return id === 0 ? cq : id === 1 ? sq : null;
    switch (id) {
      case IOU_REGION_MEM:
        return this.decl.mem === undefined
          ? null
          : { bytes: bytes.mem, name: "the parameter region", written: bytes.written.mem };
      case IOU_REGION_CQ:
        return cq;
      case IOU_REGION_SQ:
        return sq;
      default:
        return null;
    }
  }

  private readsCq(from: number, size: number): void {
    const what = this.bytes.cqesAt(from, size);
    if (what !== "fresh" && what !== "stale") return;
    this.guard.tell("no-cqe", `reads the place of a CQE that is not there, at ${from} of the CQ region`);
    // What an old CQE has left is not kept: what comes of it is not decided.
    if (what === "stale" && !this.guard.silent)
      this.m.emit({ kind: "bound", name: "a CQE that is not there" });
  }

  private writesCq(from: number, size: number): void {
    if (this.bytes.mayWrite(from, size)) return;
    const text = `writes ${size} bytes at ${from} of the CQ region, which are the kernel's: they do not stay`;
    this.guard.tell("kernel-owned", text);
  }

  submitSqes(count: number): number {
    this.guard.spend();
    const done = this.log.submissions[this.call];
    if (done === undefined) throw new Suspended(count >>> 0);
    this.call++;
    this.bytes.show(done.seen);
    this.guard.silent = this.call < this.log.submissions.length;
    return done.result;
  }
}

/** Runs the program from its start, or goes on with it behind a submission. Changes `params`, or `state`, only where it returns. */
export function runProgram(
  m: Machine,
  context: number,
  id: HookId,
  ring: RingId,
  given: { readonly params: LoopParams } | { readonly state: LoopState },
): Run {
  const loop = loopOf(m, context);
  const hook = m.scenario.hooks[id] as HookDecl;
  const decl = m.scenario.rings[ring] as RingDecl;
  const log: Log =
    loop.log === "" ? { start: look(m, hook, ring), submissions: [] } : (JSON.parse(loop.log) as Log);
  if (loop.log === "") {
    m.emit({ kind: "step", hook: id });
  }
  const guard = new ProgramGuard(hook.name, m.emit);
  guard.silent = log.submissions.length > 0;
  const bytes = new Memory(decl, log.start);
  const view = new View(m, decl, bytes, log, guard, hook, "state" in given);
  try {
    const code = guarded(hook.name, () =>
      "params" in given
        ? hook.program.loopStep?.(view, given.params)
        : hook.program.loop?.(view, given.state),
    );
    guard.silent = false;
    bytes.writeBack(m, hook, ring, guard);
    loop.log = "";
    return { kind: "returned", code: code ?? 0 };
  } catch (error) {
    if (error instanceof Refused) {
      loop.log = "";
      return { kind: "refused" };
    }
    if (!(error instanceof Suspended)) throw error;
    guard.silent = false;
    bytes.writeBack(m, hook, ring, guard);
    loop.log = JSON.stringify(log);
    return { kind: "submits", count: error.count };
  }
}

/** Whether the program is of the form that the profile has. */
export function fitsForm(m: Machine, hook: HookDecl): boolean {
  return m.profile.hooks === "loop" ? hook.program.loop !== undefined : hook.program.loopStep !== undefined;
}

/** Requests of a ring that may still post CQEs. */
export function inFlight(m: Machine, ring: RingId): number {
  let count = 0;
  for (let req = 0; req < m.s.reqs.length; req++) {
    const { phase } = m.s.reqs[req] as Request;
    if (phase === PHASE.unsubmitted || phase === PHASE.inSq || phase === PHASE.done) continue;
    if (sqeOf(m, req).ring === ring) count++;
  }
  return count;
}
