/** How the operands of an SQE are read: memory, descriptors, times and bits. What the model cannot hold is thrown. */
import { BUF_DESC } from "../programs/operationProgram.js";
import type { BufferId, FdRef, RingId, Scenario, Source, Time } from "../scenario.js";
import { IOSQE } from "../scenario.js";
import type { AddressMap, Area } from "./addressMap.js";
import { CannotPerform } from "./cannotPerform.js";
import { fdOfNumber, ringOfFd } from "./fdNumbers.js";
import type { Labels } from "./labels.js";
import { SQE } from "./sqeFields.js";
import type { SqeReader } from "./sqeReader.js";

/** A field that holds 64 bits. */
type WideField = typeof SQE.off | typeof SQE.addr | typeof SQE.addr3;

const OFFSET_OF_POSITION = 2n ** 64n - 1n;

export class Operands {
  constructor(
    readonly sqe: SqeReader,
    readonly ring: RingId,
    private readonly scenario: Scenario,
    private readonly map: AddressMap,
    private readonly labels: Labels,
  ) {}

  /** sqe->flags. */
  get flags(): number {
    return this.sqe.u8(SQE.flags);
  }

  get isFixedFile(): boolean {
    return (this.flags & IOSQE.FIXED_FILE) !== 0;
  }

  /** What sqe->fd names. */
  fd(isFixed = this.isFixedFile): FdRef {
    const fd = this.sqe.i32(SQE.fd);
    if (!isFixed && ringOfFd(fd, this.scenario) !== null)
      throw new CannotPerform(`descriptor ${fd} is a ring's, which only MSG_RING takes`);
    return fdOfNumber(fd, isFixed, this.scenario);
  }

  /** The ring that sqe->fd names. */
  targetRing(): RingId {
    const fd = this.sqe.i32(SQE.fd);
    const ring = this.isFixedFile ? null : ringOfFd(fd, this.scenario);
    if (ring === null) throw new CannotPerform(`descriptor ${fd} is no ring's`);
    return ring;
  }

  /** A number below 2^53. */
  number(field: WideField): number {
    const value = this.sqe.u64(field);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new CannotPerform(`${value} is beyond 2^53`);
    return Number(value);
  }

  /** sqe->off of a read or write: all ones are the file position. */
  offset(): number | null {
    return this.sqe.u64(SQE.off) === OFFSET_OF_POSITION ? null : this.number(SQE.off);
  }

  /** What a user_data in a field is compared with. */
  target(field: WideField): number {
    return this.labels.number(this.ring, this.sqe.u64(field));
  }

  /** The label with which MSG_RING posts on `ring` what its `off` says. */
  message(ring: RingId): number {
    const userData = this.sqe.u64(SQE.off);
    const label = this.labels.named(ring, userData);
    if (label === null)
      throw new CannotPerform(`a message with user_data ${userData}, to which nothing gives a name`);
    return label;
  }

  private area(field: WideField, size: number): Area | null {
    const address = this.sqe.u64(field);
    return address > BigInt(Number.MAX_SAFE_INTEGER) ? null : this.map.find(Number(address), size);
  }

  private memory(field: WideField, size: number): { readonly area: Area; readonly offset: number } {
    const area = this.area(field, size);
    if (area === null)
      throw new CannotPerform(
        `not all of the ${size} bytes at 0x${this.sqe.u64(field).toString(16)} are mapped`,
      );
    return { area, offset: Number(this.sqe.u64(field)) - area.address };
  }

  time(field: WideField): Time {
    const { area, offset } = this.memory(field, 16);
    if (area.kind !== "time" || offset !== 0)
      throw new CannotPerform(
        `0x${this.sqe.u64(field).toString(16)} is no address that stands for a time, and the model has no other timespecs`,
      );
    return area.time;
  }

  /** The buffer whose first bytes are read into, or null: they are kept by nobody. */
  destination(size: number): BufferId | null {
    if (size === 0 && this.area(SQE.addr, 0) === null) return null;
    const { area, offset } = this.memory(SQE.addr, size);
    if (area.kind === "sink") return null;
    if (area.kind !== "buffer") throw new CannotPerform("it reads into memory that is no buffer");
    return this.start(area.buffer, offset);
  }

  source(size: number): Source {
    if (size === 0 && this.area(SQE.addr, 0) === null) return { kind: "zeros" };
    const { area, offset } = this.memory(SQE.addr, size);
    if (area.kind === "buffer") return { kind: "buffer", buffer: this.start(area.buffer, offset) };
    if (area.kind !== "source") throw new CannotPerform("it writes from memory that the model does not keep");
    if (area.text === null) return { kind: "zeros" };
    return { kind: "data", data: area.text.slice(offset, offset + size).padEnd(size, "\0") };
  }

  /** A buffer of a v1 IORING_OP_BPF: all of it. */
  wholeBuffer(field: WideField, size: number): BufferId {
    const { area, offset } = this.memory(field, size);
    if (area.kind !== "buffer") throw new CannotPerform("it names memory that is no buffer");
    if (size !== area.size) throw new CannotPerform("it names a part of a buffer");
    return this.start(area.buffer, offset);
  }

  /** The buffers of a v3 IORING_OP_BPF whose `addr` and `len` are the descriptors of a declared one; else none. */
  described(count: number): { readonly src: BufferId | null; readonly dst: BufferId | null } {
    const area = count === 0 ? null : this.area(SQE.addr, BUF_DESC.bytes * count);
    const op = area?.kind === "descriptors" ? this.scenario.sqes[area.req]?.operation : undefined;
    if (op?.opcode !== "BPF" || this.sqe.u64(SQE.addr) !== BigInt(area?.address ?? 0))
      return { src: null, dst: null };
    // Half of two descriptors is the source alone.
    return BUF_DESC.bytes * count === area?.size ? { src: op.src, dst: op.dst } : { src: op.src, dst: null };
  }

  private start(buffer: BufferId, offset: number): BufferId {
    if (offset === 0) return buffer;
    throw new CannotPerform(
      `it begins at byte ${offset} of buffer ${this.scenario.buffers[buffer]?.name}, and the model moves a buffer's first bytes`,
    );
  }

  /** READ_FIXED and WRITE_FIXED: the memory has to lie in the registered buffer that buf_index names. */
  checkRegistered(buffer: BufferId | null): void {
    const index = this.sqe.u16(SQE.bufIndex);
    const registered = [...this.scenario.buffers.keys()].filter((id) => this.scenario.buffers[id]?.fixed);
    if (buffer === null || registered[index] !== buffer)
      throw new CannotPerform(`its memory is not in registered buffer ${index}`);
  }

  /** The file that the path leads to; null: it leads nowhere. */
  file(): number | null {
    const { area, offset } = this.memory(SQE.addr, 1);
    if (area.kind !== "path" || offset !== 0)
      throw new CannotPerform("its path is none of the declared files'");
    return area.file;
  }

  /** The names of the bits that are set. @throws where a bit has none */
  names(bits: number, table: Readonly<Record<string, number>>, what: string): readonly string[] {
    const names: string[] = [];
    let rest = bits;
    // SYNC has DSYNC's bit, so the names of more bits go first.
    for (const [name, bit] of Object.entries(table).toSorted(([, a], [, b]) => b - a)) {
      if (bit === 0 || (rest & bit) !== bit) continue;
      names.push(name);
      rest &= ~bit;
    }
    if (rest !== 0)
      throw new CannotPerform(`nothing is known of the ${what} bits 0x${(rest >>> 0).toString(16)}`);
    return names;
  }

  /** @throws where a bit is set that is not in `known` */
  bits(value: number, known: number, what: string): number {
    const rest = value & ~known;
    if (rest !== 0)
      throw new CannotPerform(`nothing is known of the ${what} bits 0x${(rest >>> 0).toString(16)}`);
    return value;
  }
}
