/**
 * One run of a hook's program on what it has seen: its view of the memory, and what it leaves there. A function of the
 * program and of the log alone; the state is not touched here (hook/run.ts does that).
 */
import { cqRegion, cqRegionSize, PAGE, ringConstants, roundUp, sqRegionSize } from "../bytes/ringLayout.js";
import { SQE_BYTES } from "../bytes/sqeFields.js";
import type { Event } from "../event.js";
import { forgetsSqes } from "../machine.js";
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
  type RegionAccess,
  Suspended,
  textOfBytes,
} from "../programs/index.js";
import { R } from "../rules.js";
import type { HookDecl, RingDecl } from "../scenario.js";
import type { Log, Seen } from "./seen.js";

/** What a run comes to. `refused`: it was no program that could have been loaded. */
export type Run =
  | { readonly kind: "returned"; readonly code: number }
  | { readonly kind: "submits"; readonly count: number }
  | { readonly kind: "refused" };

/** What a run is given, and changes where it returns. */
export type Given = { readonly params: LoopParams } | { readonly state: LoopState };

/** What a run wrote, ascending: `bytes` from `at` on. What it did not write may be others' meanwhile. */
export type Written = readonly { readonly at: number; readonly bytes: string }[];

/** What a run leaves: texts are bytes, as in Seen. */
export interface Left {
  readonly memory: Written;
  readonly sqes: Written;
  readonly mem: Written;
  /** The CQEs that it has seen last, as they are now. */
  readonly cqes: string;
  /** As it wrote them: u32. */
  readonly cqHead: number;
  readonly sqTail: number;
  /** HookProgram.looksBackTo of what it leaves, where it returned; null: it has none. */
  readonly looksBackTo: number | null;
}

/** `left` null: it was refused, and nothing of what it did stays. */
export interface Ran {
  readonly run: Run;
  /** What it was given, as it leaves that: for who goes on with it where it returned. */
  readonly after: Readonly<LoopParams> | Readonly<LoopState>;
  readonly left: Left | null;
  readonly told: readonly Event[];
}

/** Runs the program from its start, past each submission of the log. `settles`: whether to ask for its looksBackTo. */
export function execute(hook: HookDecl, ring: RingDecl, log: Log, given: Given, settles: boolean): Ran {
  const told: Event[] = [];
  const guard = new ProgramGuard(hook.name, (event) => told.push(event));
  guard.silent = log.submissions.length > 0;
  const memory = new Memory(ring, log.start, settles && forgetsSqes(hook, ring), guard);
  const view = new View(hook, ring, memory, log, guard, "state" in given);
  const own: Given = "params" in given ? { params: { ...given.params } } : { state: { ...given.state } };
  const after = "params" in own ? own.params : own.state;
  const form = () =>
    "params" in own ? hook.program.loopStep?.(view, own.params) : hook.program.loop?.(view, own.state);
  try {
    const run = runOf(hook.name, form);
    const asks = settles && run.kind === "returned" ? hook.program.looksBackTo : undefined;
    const looksBackTo = guarded(hook.name, () => asks?.(view.memory, memory.cqHead) ?? null);
    return { run, after, left: memory.left(looksBackTo), told };
  } catch (error) {
    if (error instanceof Refused) return { run: { kind: "refused" }, after, left: null, told };
    throw error;
  }
}

function runOf(name: string, form: () => number | undefined): Run {
  try {
    return { kind: "returned", code: guarded(name, form) ?? 0 };
  } catch (error) {
    if (error instanceof Suspended) return { kind: "submits", count: error.count };
    throw error;
  }
}

/** The memory of one run, and the regions over it; all that it is given stays what it is when the memory changes. */
class Memory {
  readonly program: Uint8Array;
  readonly cq: Uint8Array;
  readonly sq: Uint8Array;
  readonly mem: Uint8Array;
  /** By byte of what others may write to meanwhile: whether the program has, since it last saw it. */
  private readonly written: {
    readonly program: Uint8Array;
    readonly sq: Uint8Array;
    readonly mem: Uint8Array;
  };
  private seen: Seen;

  constructor(
    private readonly ring: RingDecl,
    seen: Seen,
    private readonly forgetsSqes: boolean,
    private readonly guard: ProgramGuard,
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

  /** What a region does beside holding bytes. */
  access(region: "program" | "cq" | "sq" | "mem"): Pick<RegionAccess, "onRead" | "onWrite"> {
    if (region === "cq") {
      return {
        onRead: (from, size) => this.readsCq(from, size),
        onWrite: (from, size) => this.writesCq(from, size),
      };
    }
    const written = this.written[region];
    const onWrite = (from: number, size: number): void => {
      written.fill(1, from, from + size);
    };
    if (region !== "sq" || !this.forgetsSqes) return { onWrite };
    return { onRead: () => this.guard.refuse(READS_SQES), onWrite };
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
  cqesAt(from: number, size: number): "live" | "settled" | "fresh" | "stale" | "none" {
    const { cqOff, cqEntries } = ringConstants(this.ring);
    const first = Math.max(0, Math.floor((from - cqOff.cqes) / CQE.bytes));
    const last = Math.min(cqEntries - 1, Math.floor((from + size - 1 - cqOff.cqes) / CQE.bytes));
    const { cqHead, cqes, settled } = this.seen;
    const live = cqes.length / CQE.bytes;
    let found: "live" | "fresh" | "none" = first <= last ? "live" : "none";
    for (let slot = first; slot <= last; slot++) {
      const place = (((slot - cqHead) % cqEntries) + cqEntries) % cqEntries;
      if (place < settled) return "settled";
      if (place < live) continue;
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

  private readsCq(from: number, size: number): void {
    const what = this.cqesAt(from, size);
    if (what === "settled") this.guard.refuse(LOOKS_BACK);
    if (what !== "fresh" && what !== "stale") return;
    this.guard.tell("no-cqe", `reads the place of a CQE that is not there, at ${from} of the CQ region`);
    // What an old CQE has left is not kept: what comes of it is not decided.
    if (what === "stale") this.guard.tellEvent({ kind: "bound", name: "a CQE that is not there" });
  }

  private writesCq(from: number, size: number): void {
    if (this.cqesAt(from, size) === "settled" || this.takesSettled) this.guard.refuse(LOOKS_BACK);
    if (this.mayWrite(from, size)) return;
    const text = `writes ${size} bytes at ${from} of the CQ region, which are the kernel's: they do not stay`;
    this.guard.tell("kernel-owned", text);
  }

  get cqHead(): number {
    return this.u32(ringConstants(this.ring).cqOff.head);
  }

  /** Whether it has moved the CQ head over CQEs that are settled. */
  get takesSettled(): boolean {
    return this.seen.settled > 0 && this.cqHead !== this.seen.cqHead >>> 0;
  }

  left(looksBackTo: number | null): Left {
    const { cqOff, sqOff } = ringConstants(this.ring);
    const { seen, written } = this;
    if (this.forgetsSqes) this.checkPublished();
    return {
      memory: writtenOf(this.program, written.program),
      sqes: writtenOf(this.sq.subarray(0, seen.sqes.length), written.sq),
      mem: writtenOf(this.mem.subarray(0, seen.mem.length), written.mem),
      cqes: this.cqesNow(),
      cqHead: this.u32(cqOff.head),
      sqTail: this.u32(sqOff.tail),
      looksBackTo,
    };
  }

  private cqesNow(): string {
    const { cqOff, cqEntries } = ringConstants(this.ring);
    const { cqes, cqHead } = this.seen;
    let now = "";
    for (let i = 0; i < cqes.length / CQE.bytes; i++) {
      const at = cqOff.cqes + CQE.bytes * ((cqHead + i) % cqEntries);
      now += textOfBytes(this.cq.subarray(at, at + CQE.bytes));
    }
    return now;
  }

  /** Where SQEs are forgotten, the program must have written all of those that it publishes. */
  private checkPublished(): void {
    const { sqOff, sqEntries } = ringConstants(this.ring);
    const { written, seen } = this;
    const published = Math.min((this.u32(sqOff.tail) - seen.sqTail) | 0, sqEntries);
    for (let i = 0; i < published; i++) {
      const at = SQE_BYTES * ((seen.sqTail + i) % sqEntries);
      if (written.sq.subarray(at, at + SQE_BYTES).includes(0)) this.guard.refuse(READS_SQES);
    }
  }

  private u32(at: number): number {
    return new DataView(this.cq.buffer, this.cq.byteOffset).getUint32(at, true);
  }
}

function writtenOf(bytes: Uint8Array, written: Uint8Array): Written {
  const runs: { at: number; bytes: string }[] = [];
  for (let at = written.indexOf(1); at >= 0 && at < bytes.length; ) {
    const next = written.indexOf(0, at);
    const end = next < 0 ? bytes.length : Math.min(next, bytes.length);
    runs.push({ at, bytes: textOfBytes(bytes.subarray(at, end)) });
    at = written.indexOf(1, end);
  }
  return runs;
}

class View implements HookView {
  readonly memory: Region;
  readonly ring;
  private call = 0;

  constructor(
    hook: HookDecl,
    private readonly decl: RingDecl,
    private readonly bytes: Memory,
    private readonly log: Log,
    private readonly guard: ProgramGuard,
    private readonly isFirstForm: boolean,
  ) {
    this.ring = ringConstants(decl);
    const { length } = bytes.program;
    const access = { name: `the memory of ${hook.name}`, writable: [0, length] as const };
    this.memory = new Region(bytes.program, { ...access, ...bytes.access("program") }, guard);
  }

  getRegion(id: number, size: number): Region | null {
    this.guard.spend();
    const found = this.regionOf(id);
    if (!Number.isInteger(size) || size <= 0) this.guard.refuse(`asks for a region of ${size} bytes`);
    if (found === null || size > found.bytes.length) {
      this.guard.tellEvent(R["LOOP-19"]);
      return null;
    }
    const { bytes, name, region } = found;
    return new Region(
      bytes.subarray(0, size),
      { name, writable: [0, size], ...this.bytes.access(region) },
      this.guard,
    );
  }

  private regionOf(id: number): { bytes: Uint8Array; name: string; region: "cq" | "sq" | "mem" } | null {
    const cq = { bytes: this.bytes.cq, name: "the CQ region", region: "cq" } as const;
    const sq = { bytes: this.bytes.sq, name: "the SQ region", region: "sq" } as const;
    if (this.isFirstForm) return id === 0 ? cq : id === 1 ? sq : null;
    switch (id) {
      case IOU_REGION_MEM:
        return this.decl.mem === undefined
          ? null
          : { bytes: this.bytes.mem, name: "the parameter region", region: "mem" };
      case IOU_REGION_CQ:
        return cq;
      case IOU_REGION_SQ:
        return sq;
      default:
        return null;
    }
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

const READS_SQES =
  "reads an SQE, or publishes one that it has not written whole, though its readsNoSqes says that it does not";
const LOOKS_BACK = "looks at a CQE before the index that its looksBackTo gave";
