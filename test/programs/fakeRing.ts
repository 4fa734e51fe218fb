/**
 * A ring of bytes with the loop of a hook around it: as much of the kernel as the shelf's programs need. What is
 * submitted is performed by the test; what it says nothing about completes when the test lets it.
 */
import { isDeepStrictEqual } from "node:util";
import {
  CQE,
  type HookProgram,
  type HookView,
  IOU_REGION_CQ,
  IOU_REGION_MEM,
  IOU_REGION_SQ,
  type ProgramArguments,
  type Region,
  type RingConstants,
} from "../../src/model/programs/index.js";
import { readOnly, TestGuard, writable } from "./memory.js";

const PAGE = 4096;
const SQE_BYTES = 64;
const CQ_OVERFLOW = 2;

/** One SQE as it was submitted. */
export interface Taken {
  readonly opcode: number;
  readonly flags: number;
  readonly fd: number;
  readonly off: number;
  readonly addr: bigint;
  readonly len: number;
  readonly opFlags: number;
  readonly userData: bigint;
}

export interface PostedCqe {
  readonly userData: bigint;
  readonly res: number;
  readonly flags: number;
}

/**
 * The result with which a request completes inline; null: it stays in flight. Each step is run twice: it must be a
 * function of the SQE, and do no more when it is done again.
 */
export type Perform = (sqe: Taken) => number | null;

/** A NOP, with the result injected where one is. */
export function performNop(sqe: Taken): number {
  return sqe.opFlags & 1 ? sqe.len : 0;
}

export interface RingOptions {
  readonly sqEntries?: number;
  readonly cqEntries?: number;
  readonly sqRewind?: boolean;
  readonly perform?: Perform;
  /** The parameter region. */
  readonly mem?: Uint8Array;
  /** Region ids are those of the hook's first form. */
  readonly firstForm?: boolean;
}

interface Machine {
  rings: Uint8Array;
  sqes: Uint8Array;
  mem: Uint8Array;
  memory: Uint8Array;
  cachedSqHead: number;
  kernelTail: number;
  overflowed: PostedCqe[];
  taken: Taken[];
  inFlight: Taken[];
}

/** How a system call ended: by STOP with 0, or by a code that is neither STOP nor CONTINUE with -EINVAL (-22). */
export interface Entered {
  readonly result: number;
  readonly steps: number;
}

export class FakeRing {
  readonly constants: RingConstants;
  readonly guard = new TestGuard();
  /** The most requests that were ever in flight. */
  peak = 0;
  private machine: Machine;
  private readonly perform: Perform;
  private readonly hasMem: boolean;
  private readonly ids: readonly [rings: number, sqes: number];

  constructor(
    private readonly program: HookProgram,
    args: ProgramArguments = {},
    options: RingOptions = {},
  ) {
    const { sqEntries = 8, cqEntries = 8, sqRewind = false } = options;
    this.constants = {
      sqEntries,
      cqEntries,
      sqRewind,
      sqOff: { head: 0, tail: 4, flags: 36, dropped: 32 },
      cqOff: { head: 8, tail: 12, overflow: 44, flags: 40, cqes: 64 },
    };
    this.perform = options.perform ?? performNop;
    this.hasMem = options.mem !== undefined;
    this.ids = options.firstForm ? [0, 1] : [IOU_REGION_CQ, IOU_REGION_SQ];
    this.machine = {
      rings: new Uint8Array(Math.ceil((64 + cqEntries * CQE.bytes) / PAGE) * PAGE),
      sqes: new Uint8Array(Math.ceil((sqEntries * SQE_BYTES) / PAGE) * PAGE),
      mem: options.mem ?? new Uint8Array(0),
      memory: new Uint8Array(program.memoryBytes),
      cachedSqHead: 0,
      kernelTail: 0,
      overflowed: [],
      taken: [],
      inFlight: [],
    };
    program.init?.(this.region("the memory", this.machine.memory), this.constants, args);
  }

  /** Every SQE that was submitted, in order. */
  get taken(): readonly Taken[] {
    return this.machine.taken;
  }
  get inFlight(): readonly Taken[] {
    return this.machine.inFlight;
  }
  get mem(): Uint8Array {
    return this.machine.mem;
  }

  variable(name: string): number {
    const variable = this.program.variables?.[name];
    if (variable === undefined) throw new Error(`no variable ${name}`);
    const region = readOnly("the memory", this.machine.memory, this.guard);
    const { offset, type } = variable;
    return Number(type === "u64" ? region.u64(offset) : region[type](offset));
  }

  /** User space queues an SQE. */
  queue(sqe: Partial<Taken> & { readonly userData: bigint }): void {
    const sqes = this.region("the SQEs", this.machine.sqes);
    const tail = this.word(4);
    if (tail - this.word(0) === this.constants.sqEntries) throw new Error("the SQ is full");
    const at = (tail & (this.constants.sqEntries - 1)) * SQE_BYTES;
    sqes.fill(at, SQE_BYTES, 0);
    sqes.setU8(at, sqe.opcode ?? 0);
    sqes.setU8(at + 1, sqe.flags ?? 0);
    sqes.setI32(at + 4, sqe.fd ?? -1);
    sqes.setU64(at + 8, BigInt(sqe.off ?? 0));
    sqes.setU64(at + 16, sqe.addr ?? 0n);
    sqes.setI32(at + 24, sqe.len ?? 0);
    sqes.setU32(at + 28, sqe.opFlags ?? 0);
    sqes.setU64(at + 32, sqe.userData);
    this.setWord(4, tail + 1);
  }

  /** User space has submitted a request before it attached the program. */
  start(userData: bigint): void {
    const sqe = { opcode: 0, flags: 0, fd: -1, off: 0, addr: 0n, len: 0, opFlags: 0, userData };
    this.machine.inFlight.push(sqe);
  }

  /** User space takes what is in the CQ. */
  reap(): PostedCqe[] {
    const cqes: PostedCqe[] = [];
    const rings = this.region("the rings", this.machine.rings);
    for (; this.word(8) !== this.word(12); this.setWord(8, this.word(8) + 1)) {
      const at = 64 + (this.word(8) & (this.constants.cqEntries - 1)) * CQE.bytes;
      cqes.push({ userData: rings.u64(at), res: rings.i32(at + CQE.res), flags: rings.u32(at + CQE.flags) });
    }
    return cqes;
  }

  /** A request in flight posts a CQE; `more`: and is not over. */
  complete(sqe: Taken, res: number, more = false): void {
    const index = this.machine.inFlight.indexOf(sqe);
    if (index < 0) throw new Error("it is not in flight");
    if (!more) this.machine.inFlight.splice(index, 1);
    this.post({ userData: sqe.userData, res, flags: more ? 2 : 0 });
  }

  /**
   * io_uring_enter: the loop of the merged form. `whileAsleep` is called when the program sleeps and must complete
   * something. Each step is run twice from the same memory, and must do the same.
   */
  enter(whileAsleep: (ring: FakeRing) => void = () => {}): Entered {
    let params = { cqWaitIdx: 0 };
    for (let steps = 1; ; steps++) {
      const before = copyOf(this.machine);
      const given = { ...params };
      const code = this.step(params);
      const after = { machine: this.machine, params, code };
      this.machine = before;
      params = given;
      const again = { code: this.step(params), params, machine: this.machine };
      if (!isDeepStrictEqual(after, again))
        throw new Error(`step ${steps} does something else when it is run again`);

      if (code === 1) return { result: 0, steps };
      if (code !== 0) return { result: -22, steps };
      const missing = (params.cqWaitIdx - this.word(12)) | 0;
      if (missing > 0 && (this.word(36) & CQ_OVERFLOW) === 0) {
        if (missing > this.machine.inFlight.length) throw new Error("waits for more CQEs than can come");
        const before = this.machine.inFlight.length;
        whileAsleep(this);
        if (this.machine.inFlight.length === before) throw new Error("sleeps for ever");
      }
      this.flushOverflow();
      if (steps === 10_000) throw new Error("goes on for ever");
    }
  }

  private step(params: { cqWaitIdx: number }): number {
    this.guard.begin();
    const view: HookView = {
      memory: this.region("the memory", this.machine.memory),
      ring: this.constants,
      getRegion: (id, size) => this.getRegion(id, size),
      submitSqes: (count) => this.submit(count),
    };
    if (this.program.loopStep) return this.program.loopStep(view, params);
    const state = { cqTail: params.cqWaitIdx, timeoutNs: 0n };
    const code = this.program.loop!(view, state);
    params.cqWaitIdx = state.cqTail;
    return code;
  }

  private getRegion(id: number, size: number): Region | null {
    const { rings, sqes, mem } = this.machine;
    const bytes = id === this.ids[0] ? rings : id === this.ids[1] ? sqes : mem;
    if (bytes === mem && (id !== IOU_REGION_MEM || !this.hasMem)) return null;
    return size > bytes.length ? null : this.region(`region ${id}`, bytes.subarray(0, size));
  }

  private submit(count: number): number {
    const { sqEntries, sqRewind } = this.constants;
    const { machine } = this;
    const entries = Math.min(count, sqRewind ? sqEntries : this.word(4) - machine.cachedSqHead);
    if (sqRewind) machine.cachedSqHead = 0;
    const sqes = readOnly("the SQEs", machine.sqes, this.guard);
    const completed: PostedCqe[] = [];
    for (let n = 0; n < entries; n++, machine.cachedSqHead++) {
      const at = (machine.cachedSqHead & (sqEntries - 1)) * SQE_BYTES;
      const sqe: Taken = {
        opcode: sqes.u8(at),
        flags: sqes.u8(at + 1),
        fd: sqes.i32(at + 4),
        off: Number(sqes.u64(at + 8)),
        addr: sqes.u64(at + 16),
        len: sqes.i32(at + 24),
        opFlags: sqes.u32(at + 28),
        userData: sqes.u64(at + 32),
      };
      machine.taken.push(sqe);
      const res = this.perform(sqe);
      if (res === null) machine.inFlight.push(sqe);
      else completed.push({ userData: sqe.userData, res, flags: 0 });
    }
    this.peak = Math.max(this.peak, machine.inFlight.length);
    for (const cqe of completed) this.post(cqe);
    if (!sqRewind) this.setWord(0, machine.cachedSqHead);
    return entries;
  }

  private post(cqe: PostedCqe): void {
    const { machine } = this;
    const isFull = machine.kernelTail - this.word(8) === this.constants.cqEntries;
    if (isFull || machine.overflowed.length > 0) {
      machine.overflowed.push(cqe);
      this.setWord(36, this.word(36) | CQ_OVERFLOW);
      return;
    }
    this.write(cqe);
  }

  private write(cqe: PostedCqe): void {
    const { machine } = this;
    const rings = this.region("the rings", machine.rings);
    const at = 64 + (machine.kernelTail & (this.constants.cqEntries - 1)) * CQE.bytes;
    rings.setU64(at + CQE.userData, cqe.userData);
    rings.setI32(at + CQE.res, cqe.res);
    rings.setU32(at + CQE.flags, cqe.flags);
    machine.kernelTail++;
    this.setWord(12, machine.kernelTail);
  }

  private flushOverflow(): void {
    const { machine } = this;
    while (machine.overflowed.length > 0 && machine.kernelTail - this.word(8) < this.constants.cqEntries)
      this.write(machine.overflowed.shift()!);
    if (machine.overflowed.length === 0) this.setWord(36, this.word(36) & ~CQ_OVERFLOW);
  }

  /** A u32 of the rings' head, by its offset: SQ head 0, SQ tail 4, CQ head 8, CQ tail 12, SQ flags 36. */
  private word(at: number): number {
    return new DataView(this.machine.rings.buffer).getUint32(at, true);
  }
  private setWord(at: number, value: number): void {
    new DataView(this.machine.rings.buffer).setUint32(at, value, true);
  }

  private region(name: string, bytes: Uint8Array): Region {
    return writable(name, bytes, this.guard);
  }
}

function copyOf(machine: Machine): Machine {
  return {
    ...machine,
    rings: machine.rings.slice(),
    sqes: machine.sqes.slice(),
    mem: machine.mem.slice(),
    memory: machine.memory.slice(),
    overflowed: [...machine.overflowed],
    taken: [...machine.taken],
    inFlight: [...machine.inFlight],
  };
}
