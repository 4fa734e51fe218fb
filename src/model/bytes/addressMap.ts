/**
 * Where everything is in the model's user space. All addresses are below 2^53, so that a number holds them.
 *
 * From 0x1000_0000 on there are areas, each on pages of its own with an unmapped page behind it, in this order:
 * buffers (by BufferId), what each SQE reads into or writes from where that is no buffer (by ReqId), the descriptor
 * arrays of IORING_OP_BPF's SQEs (by ReqId), and paths (by FileId, then one that leads nowhere).
 * A struct __kernel_timespec of `ms` milliseconds is at 2^48 + 16 * ms, for each ms below 2^44; one that says
 * `never` (10^9 s, 30 years) is at 2^48 - 4096. Absolute times count from the start of the run. All else is unmapped.
 */
import type { BufferId, FileId, ReqId, Scenario, Sqe, Time } from "../scenario.js";
import { bytesOfText } from "./byteText.js";

export type Area = { readonly address: number; readonly size: number } & (
  | { readonly kind: "buffer"; readonly buffer: BufferId }
  /** `text` is what a WRITE or SEND says; null: zeros. */
  | { readonly kind: "source"; readonly text: string | null }
  /** What a READ or RECV without a buffer fills: the model does not keep it, and it reads as zeros. */
  | { readonly kind: "sink" }
  | { readonly kind: "descriptors"; readonly req: ReqId; readonly bytes: Uint8Array }
  /** `file` null: a path that leads nowhere. */
  | { readonly kind: "path"; readonly file: FileId | null }
  | { readonly kind: "time"; readonly time: Time }
);

const FIRST = 0x1000_0000;
const PAGE = 4096;
const TIMES = 2 ** 48;
const NEVER = TIMES - PAGE;
const TIMESPEC_BYTES = 16;
const MS_END = 2 ** 44;
const NEVER_S = 1_000_000_000;
/** A path, and the second one of RENAMEAT and its like behind it. */
const PATH_BYTES = 512;
/** A futex word, a struct statx, or what an opcode that the model does not know moves. */
const OTHER_BYTES = 512;

/** Address of a timespec. @throws where the time is beyond 557 years: no litmus file has one. */
export function timeAddress(time: Time): number {
  if (time === null) return NEVER;
  if (!Number.isInteger(time) || time < 0 || time >= MS_END) throw new Error(`no timespec says ${time} ms`);
  return TIMES + TIMESPEC_BYTES * time;
}

function timeAt(address: number): Area | null {
  if (address === NEVER) return { kind: "time", time: null, address, size: TIMESPEC_BYTES };
  const time = Math.floor((address - TIMES) / TIMESPEC_BYTES);
  if (time < 0 || time >= MS_END) return null;
  return { kind: "time", time, address: TIMES + TIMESPEC_BYTES * time, size: TIMESPEC_BYTES };
}

/** Bytes of an SQE's own memory; null: it has none. */
function ownMemory({
  operation: op,
}: Sqe): { readonly size: number; readonly text: string | null } | "sink" | null {
  if (op.opcode === "READ" || op.opcode === "RECV") return op.buffer === null ? "sink" : null;
  if (op.opcode !== "WRITE" && op.opcode !== "SEND") return op.opcode === "OTHER" ? "sink" : null;
  if (op.source.kind === "buffer") return null;
  if (op.source.kind === "zeros") return { size: op.len, text: null };
  return { size: Math.max(op.len, op.source.data.length), text: op.source.data };
}

export class AddressMap {
  private readonly areas: Area[] = [];
  private next = FIRST;
  private readonly buffers: readonly number[];
  private readonly own: readonly number[];
  private readonly descriptors: readonly number[];
  private readonly paths: readonly number[];

  /** @param describe the descriptor array of an SQE, when the buffers have their places; empty: it has none */
  constructor(
    private readonly scenario: Scenario,
    describe: (sqe: Sqe, map: AddressMap) => Uint8Array,
  ) {
    const { sqes, files } = scenario;
    this.buffers = scenario.buffers.map(({ size }, buffer) =>
      this.add(size, (at) => ({ ...at, kind: "buffer", buffer })),
    );
    this.own = sqes.map((sqe) => {
      const own = ownMemory(sqe);
      if (own === null) return 0;
      if (own !== "sink") return this.add(own.size, (at) => ({ ...at, kind: "source", text: own.text }));
      const { operation } = sqe;
      return this.add("len" in operation ? operation.len : OTHER_BYTES, (at) => ({ ...at, kind: "sink" }));
    });
    this.descriptors = sqes.map((sqe, req) => {
      const bytes = describe(sqe, this);
      return bytes.length === 0
        ? 0
        : this.add(bytes.length, (at) => ({ ...at, kind: "descriptors", req, bytes }));
    });
    this.paths = [...files.keys(), null].map((file) =>
      this.add(PATH_BYTES, (at) => ({ ...at, kind: "path", file })),
    );
  }

  private add(size: number, area: (at: { address: number; size: number }) => Area): number {
    const address = this.next;
    this.areas.push(area({ address, size }));
    this.next += PAGE * (Math.ceil(size / PAGE) + 1);
    return address;
  }

  buffer(buffer: BufferId): number {
    return this.buffers[buffer] ?? 0;
  }

  /** The memory that a request reads from or writes to: a buffer's, or its own. */
  data(req: ReqId): number {
    const op = this.scenario.sqes[req]?.operation;
    const buffer =
      op?.opcode === "READ" || op?.opcode === "RECV"
        ? op.buffer
        : (op?.opcode === "WRITE" || op?.opcode === "SEND") && op.source.kind === "buffer"
          ? op.source.buffer
          : null;
    return buffer === null ? (this.own[req] ?? 0) : this.buffer(buffer);
  }

  descriptorsOf(req: ReqId): number {
    return this.descriptors[req] ?? 0;
  }

  path(file: FileId | null): number {
    return this.paths[file ?? this.scenario.files.length] ?? 0;
  }

  /** The area in which all `size` bytes from `address` on lie; null: there is none. */
  find(address: number, size: number): Area | null {
    if (!Number.isSafeInteger(address)) return null;
    const found =
      address >= NEVER
        ? timeAt(address)
        : this.areas.find((area) => address >= area.address && address <= area.address + area.size);
    return found && address >= found.address && address + size <= found.address + found.size ? found : null;
  }

  /** Bytes `[from, from + size)` of an area; `buffers` as the state has them. */
  bytes(area: Area, from: number, size: number, buffers: readonly string[]): Uint8Array {
    const bytes = new Uint8Array(size);
    if (area.kind === "descriptors") bytes.set(area.bytes.subarray(from, from + size));
    else if (area.kind === "time") bytes.set(timespecOf(area.time).subarray(from, from + size));
    else bytes.set(bytesOfText(this.textOf(area, buffers).slice(from, from + size)));
    return bytes;
  }

  /** What an area holds, zeros at its end left out. */
  private textOf(
    area: Exclude<Area, { readonly kind: "descriptors" | "time" }>,
    buffers: readonly string[],
  ): string {
    switch (area.kind) {
      case "buffer":
        return buffers[area.buffer] ?? "";
      case "source":
        return area.text ?? "";
      case "sink":
        return "";
      case "path":
        return area.file === null ? "/none" : `/${this.scenario.files[area.file]?.name}`;
    }
  }
}

/** struct __kernel_timespec: seconds and nanoseconds, 64 bits each. */
function timespecOf(time: Time): Uint8Array {
  const view = new DataView(new ArrayBuffer(TIMESPEC_BYTES));
  view.setBigInt64(0, BigInt(time === null ? NEVER_S : Math.floor(time / 1000)), true);
  view.setBigInt64(8, BigInt(time === null ? 0 : (time % 1000) * 1_000_000), true);
  return new Uint8Array(view.buffer);
}
