/** IORING_OP_BPF's SQEs, as the posted series lay them out: v1 names its buffers itself, v3 leaves all to its program. */
import { BPF_OP_SHIFT, BUF_DESC, BUF_FIXED, BUF_USER } from "../programs/operationProgram.js";
import type { BufferId, Operation, Sqe } from "../scenario.js";
import { OPCODE_BPF } from "./opcodeNumbers.js";
import { SQE, type SqeContext, type SqeWriter } from "./sqeFields.js";
import { Unencodable } from "./unencodable.js";

export type BpfOperation = Extract<Operation, { readonly opcode: "BPF" }>;

/** Bits 23 to 21 and 20 to 18 of v1's bpf_op_flags: what buffer 1 and buffer 2 are. */
export const BUF1_SHIFT = 21;
export const BUF2_SHIFT = 18;
export const BUF_TYPE_MASK = 7;
export const BUF1_PLAIN = 1;
export const BUF1_FIXED = 2;
export const BUF2_PLAIN = 1;

/** @throws {Unencodable} where the context has no custom operations. */
export function encodeBpf(sqe: Sqe, op: BpfOperation, out: SqeWriter, context: SqeContext): void {
  const { operations, scenario } = context;
  if (operations === null) throw new Unencodable("IORING_OP_BPF is in no released kernel");
  out.u8(SQE.opcode, OPCODE_BPF);
  out.i32(SQE.fd, -1);
  let bits = (op.op << BPF_OP_SHIFT) | op.flags;
  const sizeOf = (buffer: BufferId): number => scenario.buffers[buffer]?.size ?? 0;
  if (operations.version === "v1") {
    if (op.src !== null) {
      const fixed = context.fixedBuffer(op.src);
      bits |= (fixed === null ? BUF1_PLAIN : BUF1_FIXED) << BUF1_SHIFT;
      out.u16(SQE.bufIndex, fixed ?? 0);
      out.u64(SQE.addr, operations.bufferAddress(op.src));
      out.u32(SQE.len, sizeOf(op.src));
    }
    if (op.dst !== null) {
      bits |= BUF2_PLAIN << BUF2_SHIFT;
      out.u64(SQE.addr3, operations.bufferAddress(op.dst));
      // optlen, which has file_index's place.
      out.u32(SQE.fileIndex, sizeOf(op.dst));
    }
  } else {
    const count = describedBuffers(op).length;
    if (count > 0) {
      out.u64(SQE.addr, operations.descriptorsAddress(sqe.id));
      out.u32(SQE.len, count);
    }
  }
  out.u32(SQE.opFlags, bits);
}

/** The buffers that v3's descriptors stand for, in their order. */
export function describedBuffers(op: BpfOperation): readonly BufferId[] {
  return [op.src, op.dst].filter((buffer) => buffer !== null);
}

/** The array of struct io_bpf_buf_desc of a v3 SQE: a registered buffer by its index and address, another by its address. */
export function encodeDescriptors(op: BpfOperation, context: SqeContext): Uint8Array {
  const buffers = describedBuffers(op);
  const bytes = new Uint8Array(BUF_DESC.bytes * buffers.length);
  const view = new DataView(bytes.buffer);
  buffers.forEach((buffer, i) => {
    const at = BUF_DESC.bytes * i;
    const fixed = context.fixedBuffer(buffer);
    view.setUint8(at + BUF_DESC.type, fixed === null ? BUF_USER : BUF_FIXED);
    view.setUint16(at + BUF_DESC.bufIndex, fixed ?? 0, true);
    view.setUint32(at + BUF_DESC.len, context.scenario.buffers[buffer]?.size ?? 0, true);
    view.setBigUint64(at + BUF_DESC.addr, BigInt(context.operations?.bufferAddress(buffer) ?? 0), true);
  });
  return bytes;
}
