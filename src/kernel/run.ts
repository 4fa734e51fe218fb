/** One run, as any of its threads sees it: descriptors, memory, rings, and whose CQEs came so far. */
import type { SqeContext } from "../model/bytes/sqeFields.js";
import type { CqeRecord } from "../model/outcome.js";
import {
  type FdRef,
  IOSQE,
  type ReqId,
  type RingId,
  type Scenario,
  type Sqe,
  type Time,
  type ValueId,
} from "../model/scenario.js";
import { Attribution, assign } from "./attribute.js";
import { fdIndex, type Layout, LOG_RECORD_WORDS } from "./layout.js";
import type { Memory } from "./memory.js";
import { RingMap } from "./ring.js";
import type { Syscalls } from "./syscalls.js";
import { type Traits, traitsOf } from "./traits.js";

/** Longer than any run: what `never` is to the kernel, 30 years. */
const NEVER_NS = 1e18;

/** What the memory of reads is filled with; text is not. */
export const UNTOUCHED_BYTE = 0xa5;

/** Milliseconds, monotonic. */
export function nowMs(): number {
  return performance.now();
}

export class Run implements SqeContext {
  readonly traits: Traits;
  salt = 0;
  /** No kernel has IORING_OP_BPF. */
  readonly operations = null;
  /** CLOCK_MONOTONIC at the start, in nanoseconds: absolute times count from here. */
  private startNs = 0;
  private maps: RingMap[] = [];
  private readonly attributions: readonly Attribution[];
  private readonly records: CqeRecord[][];
  /** By RingId: the SQEs that `queued` has read so far. */
  private readonly queuedSqes: number[][];

  constructor(
    readonly sys: Syscalls,
    readonly scenario: Scenario,
    readonly layout: Layout,
    readonly memory: Memory,
    /** A blocked thread is given up after this long. */
    readonly hangMs: number,
    /** So much longer than usual is waited for what may still come. */
    readonly patience: number,
  ) {
    this.traits = traitsOf(scenario);
    this.attributions = scenario.rings.map(() => new Attribution(scenario));
    this.records = scenario.rings.map(() => []);
    this.queuedSqes = scenario.rings.map(() => []);
  }

  /** The ring's memory. Its offsets are known once a ring of its kind was set up. */
  ring(ring: RingId): RingMap {
    let map = this.maps[ring];
    if (map === undefined) {
      const area = this.layout.rings[ring];
      if (area === undefined) throw new Error(`there is no ring ${ring}`);
      map = new RingMap(this.sys, this.memory, area);
      this.maps[ring] = map;
    }
    return map;
  }

  /** Forgets what this thread knew of the last run. */
  begin(salt: number): void {
    this.salt = salt;
    if (this.traits.hasAbsoluteTimes) this.startNs = Number(process.hrtime.bigint());
    for (let ring = 0; ring < this.scenario.rings.length; ring++) this.ring(ring).attach();
    for (const attribution of this.attributions) attribution.reset();
    for (const records of this.records) records.length = 0;
    for (const queued of this.queuedSqes) queued.length = 0;
  }

  fd(ref: FdRef): number {
    if (ref.kind === "bad") return ref.fd;
    return this.memory.i32[(this.layout.fds >> 2) + fdIndex(ref, this.scenario)] ?? -1;
  }

  ringFd(ring: RingId): number {
    return this.memory.i32[(this.layout.fds >> 2) + ring] ?? -1;
  }

  dataAddress(req: ReqId): number {
    const op = this.scenario.sqes[req]?.operation;
    let buffer: number | null = null;
    if (op?.opcode === "READ" || op?.opcode === "RECV") buffer = op.buffer;
    if ((op?.opcode === "WRITE" || op?.opcode === "SEND") && op.source.kind === "buffer")
      buffer = op.source.buffer;
    const offset = buffer === null ? this.layout.data[req] : this.layout.buffers[buffer];
    return this.memory.address(offset ?? 0);
  }

  timespecAddress(req: ReqId, time: Time, abs: boolean): number {
    const offset = this.layout.timespecs[req] ?? 0;
    this.memory.writeTimespec(offset, (time === null ? NEVER_NS : time * 1e6) + (abs ? this.startNs : 0));
    return this.memory.address(offset);
  }

  pathAddress(req: ReqId): number {
    const op = this.scenario.sqes[req]?.operation;
    let file = op?.opcode === "OPENAT" ? op.file : null;
    if (op?.opcode === "OTHER") {
      const named = this.scenario.files.findIndex(({ name }) => name === op.fields["file"]);
      if (named >= 0) file = named;
    }
    return this.memory.address((file === null ? this.layout.paths[req] : this.layout.filePaths[file]) ?? 0);
  }

  fixedBuffer(buffer: number): number | null {
    const { buffers } = this.scenario;
    if (buffers[buffer]?.fixed !== true) return null;
    return buffers.slice(0, buffer).filter((other) => other.fixed).length;
  }

  bind(value: ValueId | null, number: number): void {
    if (value === null) return;
    const at = (this.layout.values >> 2) + 2 * value;
    this.memory.i32[at + 1] = number;
    this.memory.i32[at] = 1;
  }

  value(value: ValueId): number | null {
    const at = (this.layout.values >> 2) + 2 * value;
    return this.memory.i32[at] === 1 ? (this.memory.i32[at + 1] ?? 0) : null;
  }

  /** SQEs of the ring in the order in which they were queued. */
  queued(ring: RingId): readonly number[] {
    const queued = this.queuedSqes[ring];
    if (queued === undefined) throw new Error(`there is no ring ${ring}`);
    const { u32 } = this.memory;
    const at = (this.layout.rings[ring]?.queued ?? 0) >> 2;
    const count = u32[at] ?? 0;
    for (let i = queued.length; i < count; i++) queued.push(u32[at + 1 + i] ?? 0);
    return queued;
  }

  /** The CQEs of a ring that were reaped, by whom ever, in the order in which they were posted. */
  cqes(ring: RingId): readonly CqeRecord[] {
    const records = this.records[ring];
    const attribution = this.attributions[ring];
    if (records === undefined || attribution === undefined) throw new Error(`there is no ring ${ring}`);
    const count = this.ring(ring).reapedCount();
    if (records.length === count) return records;
    const queued = this.queued(ring);
    const { i32 } = this.memory;
    const log = (this.layout.rings[ring]?.log ?? 0) >> 2;
    for (let i = records.length; i < count; i++) {
      const at = log + i * LOG_RECORD_WORDS;
      const res = i32[at + 1] ?? 0;
      const flags = i32[at + 2] ?? 0;
      records.push([attribution.next((i32[at] ?? 0) >>> 0, res, flags, queued), res, flags]);
    }
    return records;
  }

  /** The same when the run is over: what several SQEs of one user_data had is sorted out as a whole. */
  finalCqes(ring: RingId): readonly CqeRecord[] {
    const records = this.cqes(ring);
    if (!this.traits.sharesUserData) return records;
    const { sqes } = this.scenario;
    const submitted = this.queued(ring).slice(0, this.ring(ring).consumed());
    const result = [...records];
    for (const userData of new Set(submitted.map((req) => sqes[req]?.userData))) {
      const sharers: Sqe[] = [];
      const before: (Sqe | null)[] = [];
      submitted.forEach((req, position) => {
        const sqe = sqes[req];
        if (sqe === undefined || sqe.userData !== userData) return;
        const previous = sqes[submitted[position - 1] ?? -1];
        const follows = previous !== undefined && (previous.flags & (IOSQE.LINK | IOSQE.HARDLINK)) !== 0;
        sharers.push(sqe);
        before.push(follows && sqe.operation.opcode !== "LINK_TIMEOUT" ? previous : null);
      });
      if (sharers.length < 2) continue;
      const at: number[] = [];
      records.forEach(([label], position) => {
        if (sqes[label]?.userData === userData) at.push(position);
      });
      const cqes = at.map((position) => ({
        res: records[position]?.[1] ?? 0,
        flags: records[position]?.[2] ?? 0,
      }));
      const assigned = assign(cqes, sharers, before, (sqe) => this.hasMovedBytes(sqe));
      assigned?.forEach((req, i) => {
        result[at[i] ?? 0] = [req as number, cqes[i]?.res ?? 0, cqes[i]?.flags ?? 0];
      });
    }
    return result;
  }

  /** Whether a read has changed the memory that is its alone; null: it has none, or no byte was asked for. */
  private hasMovedBytes(sqe: Sqe): boolean | null {
    const { operation: op } = sqe;
    if ((op.opcode !== "READ" && op.opcode !== "RECV") || op.buffer !== null || op.len === 0) return null;
    return this.memory.u8[this.layout.data[sqe.id] ?? 0] !== UNTOUCHED_BYTE;
  }

  /** Whether a request has had its last CQE, among those reaped. */
  hasFinal(ring: RingId, req: ReqId): boolean {
    return this.attributions[ring]?.hasFinal(req) ?? false;
  }
}
