/** One request of a custom operation: its pdu, user memory, and buffers that come in chunks. */
import {
  BUF_DESC,
  type BufferIterator,
  ITER_DEST,
  ITER_SOURCE,
  type OperationData,
  type OperationProgram,
  type ProgramArguments,
  type Region,
} from "../../src/model/programs/index.js";
import { readOnly, TestGuard, writable } from "./memory.js";

const EFAULT = -14;
const EINVAL = -22;

/** The memory of a program, shared by its requests, and by programs that name the same map. */
export class OperationMemory {
  readonly guard = new TestGuard();
  private readonly bytes: Uint8Array;

  constructor(
    private readonly program: OperationProgram,
    args: ProgramArguments = {},
  ) {
    this.bytes = new Uint8Array(program.memoryBytes);
    program.init?.(this.region, args);
  }

  get region(): Region {
    return writable("the memory", this.bytes, this.guard);
  }

  variable(name: string): number {
    const variable = this.program.variables?.[name];
    if (variable === undefined) throw new Error(`no variable ${name}`);
    return Number(this.region[variable.type === "i32" ? "i32" : "u32"](variable.offset));
  }
}

export interface RequestOptions {
  readonly pduBytes?: 24 | 36;
  readonly opFlags?: number;
  readonly isInIoWq?: boolean;
  /** User memory from address 0x1000. */
  readonly user?: Uint8Array;
  /** Page chunks are that long. */
  readonly chunk?: number;
  /** Buffers 1 and 2 of v1. */
  readonly buffers?: readonly [Uint8Array, Uint8Array];
  /** The most that one memcpy of v1 copies. */
  readonly memcpyMax?: number;
}

export const USER_BASE = 0x1000;

/** What a request has come to. `res` is null until a result was set. */
export class FakeRequest {
  res: number | null = null;
  hasFailed = false;
  /** Iterators that were not destroyed. */
  open = 0;
  readonly data: OperationData;
  private readonly user: Uint8Array;

  constructor(
    private readonly program: OperationProgram,
    memory: OperationMemory,
    private readonly options: RequestOptions = {},
  ) {
    const { guard } = memory;
    this.user = options.user ?? new Uint8Array(0);
    this.data = {
      pdu: writable("the pdu", new Uint8Array(options.pduBytes ?? 36), guard),
      memory: memory.region,
      opFlags: options.opFlags ?? 0,
      isInIoWq: options.isInIoWq ?? false,
      userData: 0n,
      setResult: (res) => {
        this.res = res;
        if (res < 0) this.hasFailed = true;
      },
      memcpy: (to, from, size) => this.memcpy(to, from, size),
      openBuffer: (desc, at, direction) => this.openBuffer(desc, at, direction, guard),
      readUser: (address, size) => {
        const bytes = this.userBytes(Number(address), size);
        return bytes === null ? null : readOnly("user memory", bytes.slice(), guard);
      },
    };
    this.guard = guard;
  }

  private readonly guard: TestGuard;

  prep(addr = 0n, len = 0, userData = 0n): number {
    const bytes = new Uint8Array(64);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(32, userData, true);
    view.setBigUint64(16, addr, true);
    view.setUint32(24, len, true);
    return this.program.prep!(this.data, readOnly("the SQE", bytes, this.guard));
  }
  issue(): number {
    return this.program.issue!(this.data);
  }

  private userBytes(address: number, size: number): Uint8Array | null {
    const from = address - USER_BASE;
    return from < 0 || from + size > this.user.length ? null : this.user.subarray(from, from + size);
  }

  private memcpy(
    to: { buffer: number; offset: number },
    from: { buffer: number; offset: number },
    size: number,
  ): number {
    const target = this.options.buffers?.[(to.buffer - 1) as 0 | 1];
    const source = this.options.buffers?.[(from.buffer - 1) as 0 | 1];
    if (target === undefined || source === undefined || target === source) return EINVAL;
    if (from.offset + size > source.length || to.offset + size > target.length) return EINVAL;
    const copied = Math.min(size, this.options.memcpyMax ?? size);
    target.set(source.subarray(from.offset, from.offset + copied), to.offset);
    return copied;
  }

  private openBuffer(desc: Region, at: number, direction: number, guard: TestGuard): BufferIterator {
    this.open++;
    const len = desc.u32(at + BUF_DESC.len);
    const address = Number(desc.u64(at + BUF_DESC.addr));
    const isKnown = direction === ITER_DEST || direction === ITER_SOURCE;
    const bytes = isKnown ? this.userBytes(address, len) : null;
    const chunk = this.options.chunk ?? 4096;
    let page: Uint8Array | null = null;
    let next = 0;
    return {
      error: !isKnown ? EINVAL : bytes === null ? EFAULT : 0,
      next: () => {
        if (bytes === null || next >= len) {
          page = null;
          return null;
        }
        // A chunk ends where its page does.
        const end = Math.min(len, next + chunk - ((address + next) % chunk));
        page = bytes.subarray(next, end);
        next = end;
        return page.length;
      },
      read: () => (page === null ? null : readOnly("the chunk", page, guard)),
      write: () => (page === null || direction === ITER_SOURCE ? null : writable("the chunk", page, guard)),
      destroy: () => {
        this.open--;
      },
    };
  }
}

/** User memory with descriptors at its start, and the buffers that they name (type USER) behind them. */
export function userMemory(...buffers: readonly Uint8Array[]): Uint8Array {
  const head = buffers.length * BUF_DESC.bytes;
  const bytes = new Uint8Array(head + buffers.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let at = head;
  for (const [i, buffer] of buffers.entries()) {
    view.setUint32(i * BUF_DESC.bytes + BUF_DESC.len, buffer.length, true);
    view.setBigUint64(i * BUF_DESC.bytes + BUF_DESC.addr, BigInt(USER_BASE + at), true);
    bytes.set(buffer, at);
    at += buffer.length;
  }
  return bytes;
}
