/**
 * The model's own user space: which bytes the SQEs, operands and arguments of a scenario are, and back. It is the same
 * for every run of a scenario. Where things are: addressMap.ts and fdNumbers.ts.
 */
import {
  type ArgumentRef,
  type BufferId,
  IOSQE,
  type LabelId,
  type ReqId,
  type RingId,
  type Scenario,
  type Sqe,
} from "../scenario.js";
import { AddressMap, timeAddress } from "./addressMap.js";
import { textOfBytes } from "./byteText.js";
import { CannotPerform } from "./cannotPerform.js";
import { Operands } from "./decodeOperands.js";
import { decodeOperation } from "./decodeOperation.js";
import { encodeDescriptors } from "./encodeBpf.js";
import { encodeSqe } from "./encodeSqe.js";
import { fdNumber, ringFdNumber } from "./fdNumbers.js";
import { Labels } from "./labels.js";
import { OPCODE_BPF, OPCODE_INVALID, OPCODE_OP, opcodeNumber } from "./opcodeNumbers.js";
import { refusal } from "./refusedFields.js";
import { SQE, SQE_BYTES, type SqeContext, SqeWriter } from "./sqeFields.js";
import { SqeReader } from "./sqeReader.js";
import { Unencodable } from "./unencodable.js";
import { userDataOf } from "./userData.js";

export interface UserSpace {
  /** The 64 bytes of a declared SQE, a char a byte. A `prep=` is not in them: decoding gives it back by the user_data. */
  sqeBytes(req: ReqId): string;
  /** user_data of a label. */
  userDataOf(label: LabelId): bigint;
  /**
   * Whose user_data it is, on a ring: an SQE's, a message's, a name of the hook's program; else the hook's last label.
   * @throws where there is no hook that could have made it up
   */
  labelOf(ring: RingId, userData: bigint): LabelId;
  /** The number that an argument of a program becomes (ProgramArguments). */
  argument(ref: ArgumentRef): bigint;
  /** Bytes of user memory; `buffers` as the state has them. null: not all of them are mapped (-EFAULT). */
  read(buffers: readonly string[], address: bigint, size: number): Uint8Array | null;
  /** The buffer in which all `size` bytes lie. */
  bufferAt(address: bigint, size: number): { readonly buffer: BufferId; readonly offset: number } | null;
  /** What 64 bytes ask for. `unknown`: something that the model cannot perform, with the reason. */
  decode(bytes: string, ring: RingId, id: ReqId): Decoded;
}

/** `label` is what its CQE bears. */
export type Decoded =
  | { readonly kind: "sqe"; readonly sqe: Sqe; readonly label: LabelId }
  | { readonly kind: "unknown"; readonly why: string };

/** All of IOSQE: the eighth bit is none (SQE_VALID_FLAGS). */
const SQE_FLAGS_ALL = 0x7f;

export function userSpaceOf(scenario: Scenario, operations: "none" | "v1" | "v3"): UserSpace {
  return new DeterministicUserSpace(scenario, operations);
}

class DeterministicUserSpace implements UserSpace {
  private readonly map: AddressMap;
  private readonly labels: Labels;
  /** By ReqId. */
  private readonly declared: readonly string[];

  constructor(
    private readonly scenario: Scenario,
    private readonly operations: "none" | "v1" | "v3",
  ) {
    this.labels = new Labels(scenario);
    const version = operations === "none" ? "v3" : operations;
    const contextOf = (map: AddressMap): SqeContext => ({
      scenario,
      salt: 0,
      fd: (ref) => fdNumber(ref, scenario),
      ringFd: (ring) => ringFdNumber(ring, scenario),
      dataAddress: (req) => map.data(req),
      timespecAddress: (_, time) => timeAddress(time),
      pathAddress: (req) => {
        const op = scenario.sqes[req]?.operation;
        return map.path(op?.opcode === "OPENAT" ? op.file : null);
      },
      fixedBuffer: (buffer) => registeredIndex(scenario, buffer),
      operations: {
        version,
        bufferAddress: (buffer) => map.buffer(buffer),
        descriptorsAddress: (req) => map.descriptorsOf(req),
      },
    });
    this.map = new AddressMap(scenario, ({ operation }, map) =>
      operation.opcode === "BPF" && version === "v3"
        ? encodeDescriptors(operation, contextOf(map))
        : new Uint8Array(0),
    );
    const context = contextOf(this.map);
    this.declared = scenario.sqes.map((sqe) => bytesOf({ ...sqe, prepError: null }, context));
  }

  sqeBytes(req: ReqId): string {
    const bytes = this.declared[req];
    if (bytes === undefined) throw new Error(`the scenario declares no SQE ${req}`);
    return bytes;
  }

  userDataOf(label: LabelId): bigint {
    return this.labels.userDataOf(label);
  }

  labelOf(ring: RingId, userData: bigint): LabelId {
    const label = this.labels.find(ring, userData);
    if (label === null) throw new Error(`nobody has user_data ${userData}, and there is no hook`);
    return label;
  }

  argument(ref: ArgumentRef): bigint {
    switch (ref.kind) {
      case "integer":
        return BigInt.asUintN(64, ref.value);
      case "fd":
        return BigInt.asUintN(64, BigInt(fdNumber(ref.fd, this.scenario)));
      case "buffer":
        return BigInt(this.map.buffer(ref.buffer));
      case "userData":
        return this.userDataOf(ref.req);
      case "time":
        return BigInt(timeAddress(ref.time));
    }
  }

  read(buffers: readonly string[], address: bigint, size: number): Uint8Array | null {
    if (size === 0) return new Uint8Array(0);
    const area = this.map.find(Number(address), size);
    return area === null ? null : this.map.bytes(area, Number(address) - area.address, size, buffers);
  }

  bufferAt(address: bigint, size: number): { readonly buffer: BufferId; readonly offset: number } | null {
    const area = this.map.find(Number(address), size);
    return area?.kind === "buffer" ? { buffer: area.buffer, offset: Number(address) - area.address } : null;
  }

  decode(bytes: string, ring: RingId, id: ReqId): Decoded {
    const reader = new SqeReader(bytes);
    const userData = reader.u64(SQE.userData);
    const owner = this.labels.find(ring, userData);
    if (owner === null)
      return { kind: "unknown", why: `user_data ${userData} is no SQE's, and there is no hook to name it` };
    const bearer = this.bearerOf(reader, userData);
    const label = bearer?.sqe.id ?? owner;
    const flags = reader.u8(SQE.flags);
    const sqe: Sqe = {
      id,
      label: this.scenario.labels[label] ?? "",
      ring,
      userData: this.labels.number(ring, userData),
      flags: flags & SQE_FLAGS_ALL,
      operation: { opcode: "INVALID" },
      prepError: bearer?.sqe.prepError ?? null,
      may: bearer?.sqe.may ?? null,
      intr: bearer?.sqe.intr ?? null,
      multishot: false,
      line: bearer?.sqe.line ?? 0,
    };
    // io_init_req refuses a flag that is none before it looks at anything else, as it does an opcode that is none.
    if (flags !== sqe.flags) return { kind: "sqe", sqe, label };
    if (bearer?.asDeclared) {
      const { operation, multishot } = bearer.sqe;
      const declaredFlags = this.sqeBytes(bearer.sqe.id).charCodeAt(SQE.flags);
      return {
        kind: "sqe",
        sqe: { ...sqe, operation, multishot, flags: flags === declaredFlags ? bearer.sqe.flags : flags },
        label,
      };
    }
    try {
      const operands = new Operands(reader, ring, this.scenario, this.map, this.labels);
      const decoded = decodeOperation(operands, this.operations);
      const prepError = sqe.prepError ?? decoded.prepError ?? refusal(reader);
      return { kind: "sqe", sqe: { ...sqe, ...decoded, prepError }, label };
    } catch (error) {
      if (error instanceof CannotPerform) return { kind: "unknown", why: error.message };
      throw error;
    }
  }

  /**
   * The declared SQE with this user_data and opcode whose part the environment plays; `asDeclared`: the operands are
   * its own too. Of several (`ud=`) the one with all bytes alike, else the one with its operands, else the first.
   * null: there is none.
   */
  private bearerOf(
    reader: SqeReader,
    userData: bigint,
  ): { readonly sqe: Sqe; readonly asDeclared: boolean } | null {
    const owner = this.labels.ownerOf(userData);
    if (owner === null) return null;
    const sharers = this.scenario.sqes.filter(
      (sqe) =>
        userDataOf(sqe.userData) === owner + 1 &&
        this.sqeBytes(sqe.id).charCodeAt(SQE.opcode) === reader.u8(SQE.opcode),
    );
    const operands = withoutFlags(reader.bytes);
    const same =
      sharers.find((sqe) => this.sqeBytes(sqe.id) === reader.bytes) ??
      sharers.find((sqe) => withoutFlags(this.sqeBytes(sqe.id)) === operands);
    if (same !== undefined) return { sqe: same, asDeclared: true };
    const [first] = sharers;
    // An abstract operation has no operands.
    return first === undefined ? null : { sqe: first, asDeclared: first.operation.opcode === "OP" };
  }
}

/** All of an SQE but the flags that leave its operands what they are. */
function withoutFlags(bytes: string): string {
  const flags = String.fromCharCode(bytes.charCodeAt(SQE.flags) & IOSQE.FIXED_FILE);
  return bytes.slice(0, SQE.flags) + flags + bytes.slice(SQE.flags + 1);
}

/** Index of a registered buffer; null for one that is not. */
function registeredIndex({ buffers }: Scenario, buffer: BufferId): number | null {
  if (buffers[buffer]?.fixed !== true) return null;
  return buffers.slice(0, buffer).filter(({ fixed }) => fixed).length;
}

/** An SQE that no bytes say, such as one of an opcode whose operands are not known, has what all have, and no operands. */
function bytesOf(sqe: Sqe, context: SqeContext): string {
  const bytes = new Uint8Array(SQE_BYTES);
  const target = { view: new DataView(bytes.buffer), offset: 0 };
  try {
    encodeSqe(sqe, context, target);
  } catch (error) {
    if (!(error instanceof Unencodable)) throw error;
    const out = new SqeWriter(target);
    out.u8(SQE.opcode, numberOf(sqe));
    out.u8(SQE.flags, sqe.flags);
    out.i32(SQE.fd, -1);
    out.userData(SQE.userData, userDataOf(sqe.userData), 0);
  }
  return textOfBytes(bytes);
}

function numberOf({ operation }: Sqe): number {
  if (operation.opcode === "BPF") return OPCODE_BPF;
  if (operation.opcode === "OP") return OPCODE_OP;
  return opcodeNumber(operation.opcode === "OTHER" ? operation.name : operation.opcode) ?? OPCODE_INVALID;
}
