/**
 * Memory as a program sees it: bytes, little-endian, with bounds that are checked as the verifier would check them.
 * What a program does to it that no verifier would let pass is told to its guard.
 */

/** What watches one run of a program. */
export interface Guard {
  /** Called before each access and each kfunc: the verifier's limit on instructions. Throws where it is reached. */
  spend(): void;
  /** The verifier would have refused the program. Never returns: the run of the program ends here. */
  refuse(text: string): never;
  /** The program goes on, and its author is told. `code` is a DIAGNOSIS code. */
  tell(code: string, text: string): void;
}

/** Bytes that are nobody's yet, such as a pdu that no callback has written: reading them is told to the author. */
export const UNWRITTEN = 256;

/** How a region may be used. */
export interface RegionAccess {
  /** What the guard calls it: "the CQ region". */
  readonly name: string;
  /** Bytes `[from, to)` that may be written; null: none. */
  readonly writable: readonly [from: number, to: number] | null;
  /** Called before bytes `[from, from + size)` are read, and after they were written. */
  readonly onRead?: (from: number, size: number) => void;
  readonly onWrite?: (from: number, size: number) => void;
}

/** Offsets and sizes are in bytes. Every access outside the region, or a write where none is allowed, is refused (Guard.refuse). */
export class Region {
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly access: RegionAccess,
    private readonly guard: Guard,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get size(): number {
    return this.bytes.length;
  }

  u8(at: number): number {
    this.reads(at, 1);
    return this.view.getUint8(at);
  }
  u16(at: number): number {
    this.reads(at, 2);
    return this.view.getUint16(at, true);
  }
  u32(at: number): number {
    this.reads(at, 4);
    return this.view.getUint32(at, true);
  }
  i32(at: number): number {
    this.reads(at, 4);
    return this.view.getInt32(at, true);
  }
  u64(at: number): bigint {
    this.reads(at, 8);
    return this.view.getBigUint64(at, true);
  }

  setU8(at: number, value: number): void {
    this.writes(at, 1);
    this.view.setUint8(at, value);
    this.access.onWrite?.(at, 1);
  }
  setU16(at: number, value: number): void {
    this.writes(at, 2);
    this.view.setUint16(at, value, true);
    this.access.onWrite?.(at, 2);
  }
  setU32(at: number, value: number): void {
    this.writes(at, 4);
    this.view.setUint32(at, value, true);
    this.access.onWrite?.(at, 4);
  }
  setI32(at: number, value: number): void {
    this.setU32(at, value);
  }
  setU64(at: number, value: bigint): void {
    this.writes(at, 8);
    this.view.setBigUint64(at, value, true);
    this.access.onWrite?.(at, 8);
  }

  /** memset: `size` bytes from `at`. */
  fill(at: number, size: number, byte: number): void {
    if (size === 0) return;
    this.writes(at, size);
    this.bytes.fill(byte, at, at + size);
    this.access.onWrite?.(at, size);
  }

  /** memcpy from another region, or from this one. */
  copy(at: number, from: Region, fromAt: number, size: number): void {
    if (size === 0) return;
    from.reads(fromAt, size);
    this.writes(at, size);
    this.bytes.set(from.bytes.subarray(fromAt, fromAt + size), at);
    this.access.onWrite?.(at, size);
  }

  private reads(at: number, size: number): void {
    this.guard.spend();
    this.inside("reads", at, size);
    this.access.onRead?.(at, size);
  }

  private writes(at: number, size: number): void {
    this.guard.spend();
    this.inside("writes", at, size);
    const { writable, name } = this.access;
    if (writable === null || at < writable[0] || at + size > writable[1])
      this.guard.refuse(`writes ${size} bytes at ${at} of ${name}, where it may not`);
  }

  private inside(does: string, at: number, size: number): void {
    if (Number.isInteger(at) && at >= 0 && at + size <= this.bytes.length) return;
    this.guard.refuse(
      `${does} ${size} bytes at ${at} of ${this.access.name}, which has ${this.bytes.length}`,
    );
  }
}
