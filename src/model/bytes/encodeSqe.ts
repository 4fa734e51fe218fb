/** How an SQE is laid out in memory: one encoder for every opcode, by the field offsets of struct io_uring_sqe. */
import { type FdRef, IOSQE, type Sqe } from "../scenario.js";
import { breakPrep } from "./breakPrep.js";
import { encodeBpf } from "./encodeBpf.js";
import { encodeOther } from "./encodeOther.js";
import { OPCODE_INVALID, OPCODE_OP, type OpcodeName, opcodeNumber } from "./opcodeNumbers.js";
import {
  IORING_ASYNC_CANCEL,
  IORING_LINK_TIMEOUT_UPDATE,
  IORING_NOP_INJECT_RESULT,
  IORING_NOP_TW,
  IORING_POLL_ADD_MULTI,
  IORING_RECV_MULTISHOT,
  IORING_TIMEOUT_ABS,
  IORING_TIMEOUT_ETIME_SUCCESS,
  IORING_TIMEOUT_MULTISHOT,
  IORING_TIMEOUT_UPDATE,
  MSG_BITS,
  OPEN_BITS,
} from "./operandBits.js";
import { SQE, type SqeContext, type SqeTarget, SqeWriter } from "./sqeFields.js";
import { Unencodable } from "./unencodable.js";
import { MESSAGE_BASE, targetLow, userDataOf } from "./userData.js";

function flagBits(names: readonly string[], table: Readonly<Record<string, number>>, what: string): number {
  let bits = 0;
  for (const name of names) {
    const bit = table[name];
    if (bit === undefined) throw new Unencodable(`the ${what} flag ${name} has no number here`);
    bits |= bit;
  }
  return bits;
}

/** Bits of open(2)'s flags: O_RDWR unless the names say how to open. */
function openBits(names: readonly string[]): number {
  const access = names.some((name) => name === "RDONLY" || name === "WRONLY" || name === "RDWR");
  return flagBits(names, OPEN_BITS, "open") | (access ? 0 : (OPEN_BITS["RDWR"] ?? 0));
}

/** sqe->fd, or with a slot its index and IOSQE_FIXED_FILE. */
function writeFd(out: SqeWriter, flags: number, ref: FdRef, context: SqeContext): number {
  if (ref.kind === "slot") {
    out.i32(SQE.fd, ref.slot);
    return flags | IOSQE.FIXED_FILE;
  }
  out.i32(SQE.fd, context.fd(ref));
  return flags;
}

/**
 * Writes `sqe` as its 64 bytes. Every byte of them is written.
 * @throws {Unencodable} where no SQE does what is asked for.
 */
export function encodeSqe(sqe: Sqe, context: SqeContext, target: SqeTarget): void {
  const out = new SqeWriter(target);
  out.userData(SQE.userData, userDataOf(sqe.userData), context.salt);
  let flags = sqe.flags;
  const op = sqe.operation;
  const opcode = (name: OpcodeName): void => out.u8(SQE.opcode, opcodeNumber(name) ?? OPCODE_INVALID);
  const offset = (value: number | null): void => {
    if (value === null) {
      out.u32(SQE.off, 0xffff_ffff);
      out.u32(SQE.off + 4, 0xffff_ffff);
    } else out.u64(SQE.off, value);
  };

  switch (op.opcode) {
    case "NOP": {
      opcode("NOP");
      out.u32(
        SQE.opFlags,
        (op.res === null ? 0 : IORING_NOP_INJECT_RESULT) | (op.taskWork ? IORING_NOP_TW : 0),
      );
      if (op.res !== null) out.i32(SQE.len, op.res);
      break;
    }
    case "READ":
    case "WRITE": {
      const buffer = op.opcode === "READ" ? op.buffer : op.source.kind === "buffer" ? op.source.buffer : null;
      const fixed = buffer === null ? null : context.fixedBuffer(buffer);
      if (fixed === null) opcode(op.opcode === "READ" && sqe.multishot ? "READ_MULTISHOT" : op.opcode);
      else {
        opcode(op.opcode === "READ" ? "READ_FIXED" : "WRITE_FIXED");
        out.u16(SQE.bufIndex, fixed);
      }
      flags = writeFd(out, flags, op.fd, context);
      offset(op.offset);
      out.u64(SQE.addr, context.dataAddress(sqe.id));
      out.u32(SQE.len, op.len);
      break;
    }
    case "SEND":
    case "RECV":
      opcode(op.opcode);
      flags = writeFd(out, flags, op.fd, context);
      out.u64(SQE.addr, context.dataAddress(sqe.id));
      out.u32(SQE.len, op.len);
      out.u32(SQE.opFlags, flagBits(op.msg, MSG_BITS, "message"));
      if (op.opcode === "RECV" && sqe.multishot) out.u16(SQE.ioprio, IORING_RECV_MULTISHOT);
      break;
    case "OPENAT":
      opcode("OPENAT");
      out.i32(SQE.fd, -100);
      out.u64(SQE.addr, context.pathAddress(sqe.id));
      out.u32(SQE.len, 0o600);
      out.u32(SQE.opFlags, openBits(op.openFlags));
      if (op.slot !== null) {
        out.u32(SQE.fileIndex, op.slot + 1);
        flags &= ~IOSQE.FIXED_FILE;
      }
      break;
    case "CLOSE":
      opcode("CLOSE");
      if (op.fd.kind === "slot") {
        // io_close_prep refuses IOSQE_FIXED_FILE: a slot is named by file_index.
        out.u32(SQE.fileIndex, op.fd.slot + 1);
        flags &= ~IOSQE.FIXED_FILE;
      } else flags = writeFd(out, flags, op.fd, context);
      break;
    case "FSYNC":
      opcode("FSYNC");
      flags = writeFd(out, flags, op.fd, context);
      break;
    case "POLL_ADD":
      opcode("POLL_ADD");
      flags = writeFd(out, flags, op.fd, context);
      out.u32(SQE.opFlags, op.events);
      if (sqe.multishot) out.u32(SQE.len, IORING_POLL_ADD_MULTI);
      break;
    case "POLL_REMOVE":
      opcode("POLL_REMOVE");
      out.i32(SQE.fd, -1);
      out.userData(SQE.addr, targetLow(op.target, context.scenario), context.salt);
      break;
    case "TIMEOUT":
      opcode("TIMEOUT");
      out.i32(SQE.fd, -1);
      out.u64(SQE.off, op.count);
      out.u64(SQE.addr, context.timespecAddress(sqe.id, op.ts, op.abs));
      out.u32(SQE.len, 1);
      out.u32(
        SQE.opFlags,
        (op.abs ? IORING_TIMEOUT_ABS : 0) |
          (op.etimeSuccess ? IORING_TIMEOUT_ETIME_SUCCESS : 0) |
          (op.multishot || sqe.multishot ? IORING_TIMEOUT_MULTISHOT : 0),
      );
      break;
    case "TIMEOUT_REMOVE":
      opcode("TIMEOUT_REMOVE");
      out.i32(SQE.fd, -1);
      out.userData(SQE.addr, targetLow(op.target, context.scenario), context.salt);
      if (op.update !== null) {
        out.u64(SQE.off, context.timespecAddress(sqe.id, op.update.ts, op.update.abs));
        out.u32(
          SQE.opFlags,
          IORING_TIMEOUT_UPDATE |
            (op.update.link ? IORING_LINK_TIMEOUT_UPDATE : 0) |
            (op.update.abs ? IORING_TIMEOUT_ABS : 0),
        );
      }
      break;
    case "LINK_TIMEOUT":
      opcode("LINK_TIMEOUT");
      out.i32(SQE.fd, -1);
      out.u64(SQE.addr, context.timespecAddress(sqe.id, op.ts, op.abs));
      out.u32(SQE.len, 1);
      out.u32(
        SQE.opFlags,
        (op.abs ? IORING_TIMEOUT_ABS : 0) | (op.etimeSuccess ? IORING_TIMEOUT_ETIME_SUCCESS : 0),
      );
      break;
    case "ASYNC_CANCEL": {
      opcode("ASYNC_CANCEL");
      let bits = flagBits(op.flags, IORING_ASYNC_CANCEL, "cancel");
      if (op.fd === null) out.i32(SQE.fd, -1);
      else if (op.fd.kind === "slot") {
        out.i32(SQE.fd, op.fd.slot);
        bits |= IORING_ASYNC_CANCEL.FD | IORING_ASYNC_CANCEL.FD_FIXED;
        // io_async_cancel_prep takes the descriptor by its own flag; the SQE's is ignored, so it is left as written.
      } else {
        out.i32(SQE.fd, context.fd(op.fd));
        bits |= IORING_ASYNC_CANCEL.FD;
      }
      if (op.op !== null) {
        const number = opcodeNumber(op.op);
        if (number === undefined) throw new Unencodable(`there is no opcode ${op.op} to cancel by`);
        out.u32(SQE.len, number);
        bits |= IORING_ASYNC_CANCEL.OP;
      }
      if (op.target !== null) out.userData(SQE.addr, targetLow(op.target, context.scenario), context.salt);
      out.u32(SQE.opFlags, bits);
      break;
    }
    case "MSG_RING":
      opcode("MSG_RING");
      out.i32(SQE.fd, context.ringFd(op.target));
      out.i32(SQE.len, op.res);
      out.userData(SQE.off, MESSAGE_BASE + op.label, context.salt);
      break;
    case "INVALID":
      out.u8(SQE.opcode, OPCODE_INVALID);
      break;
    case "OTHER":
      flags = encodeOther(sqe, op, flags, out, context);
      break;
    case "OP":
      out.u8(SQE.opcode, OPCODE_OP);
      break;
    case "BPF":
      encodeBpf(sqe, op, out, context);
      break;
  }

  out.u8(SQE.flags, flags);
  if (sqe.prepError !== null) breakPrep(sqe, flags, out);
}
