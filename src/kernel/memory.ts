/** One block of the process's own memory: all that the kernel is given an address of lies in it, rings included. */
import type { Syscalls } from "./syscalls.js";

const PROT_READ_WRITE = 3;
const MAP_PRIVATE_ANONYMOUS = 0x22;
export const PAGE_BYTES = 4096;

export class Memory {
  readonly u8: Uint8Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly data: DataView;

  /** A window on memory that is mapped already: by this thread or, in a worker thread, by another one. */
  constructor(
    sys: Syscalls,
    readonly base: number,
    readonly bytes: number,
  ) {
    const buffer = sys.view(base, bytes);
    this.u8 = new Uint8Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.data = new DataView(buffer);
  }

  static map(sys: Syscalls, bytes: number): Memory {
    const base = sys.mmap(0, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (base < 0 && base > -4096) throw new Error(`mmap of ${bytes} bytes: errno ${-base}`);
    return new Memory(sys, base, bytes);
  }

  address(offset: number): number {
    return this.base + offset;
  }

  /** Text as bytes, a character a byte, and a zero behind it. */
  writeText(offset: number, text: string): void {
    for (let i = 0; i < text.length; i++) this.u8[offset + i] = text.charCodeAt(i) & 0xff;
    this.u8[offset + text.length] = 0;
  }

  readText(offset: number, bytes: number): string {
    let text = "";
    for (let i = 0; i < bytes; i++) text += String.fromCharCode(this.u8[offset + i] ?? 0);
    return text;
  }

  writeU64(offset: number, value: number): void {
    this.data.setUint32(offset, value >>> 0, true);
    this.data.setUint32(offset + 4, Math.floor(value / 2 ** 32), true);
  }

  /** struct __kernel_timespec. */
  writeTimespec(offset: number, ns: number): void {
    const seconds = Math.floor(ns / 1e9);
    this.writeU64(offset, seconds);
    this.writeU64(offset + 8, ns - seconds * 1e9);
  }
}

/** Hands out offsets of a block that is mapped when all are known. */
export class Allocator {
  bytes = 0;

  take(bytes: number, align = 8): number {
    const offset = Math.ceil(this.bytes / align) * align;
    this.bytes = offset + bytes;
    return offset;
  }

  takePages(bytes: number): number {
    return this.take(roundToPages(bytes), PAGE_BYTES);
  }
}

export function roundToPages(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}
