/** What an SQE's bytes ask for, field by field: the way back from encodeSqe.ts. */
import { BPF_OP_SHIFT } from "../programs/operationProgram.js";
import { CANCEL_FLAGS, type Operation } from "../scenario.js";
import { CannotPerform } from "./cannotPerform.js";
import type { Operands } from "./decodeOperands.js";
import { BUF_TYPE_MASK, BUF1_FIXED, BUF1_PLAIN, BUF1_SHIFT, BUF2_PLAIN, BUF2_SHIFT } from "./encodeBpf.js";
import { OPCODE_BPF, OPCODE_OP, OPCODES } from "./opcodeNumbers.js";
import {
  IORING_ASYNC_CANCEL,
  IORING_FILE_INDEX_ALLOC,
  IORING_FSYNC_DATASYNC,
  IORING_LINK_TIMEOUT_UPDATE,
  IORING_MSG_DATA,
  IORING_NOP_INJECT_RESULT,
  IORING_NOP_OTHERS,
  IORING_NOP_TW,
  IORING_POLL_ADD_MULTI,
  IORING_RECV_MULTISHOT,
  IORING_TIMEOUT_ABS,
  IORING_TIMEOUT_ETIME_SUCCESS,
  IORING_TIMEOUT_MULTISHOT,
  IORING_TIMEOUT_UPDATE,
  MSG_BITS,
  OPEN_BITS,
  POLL_BITS,
} from "./operandBits.js";
import { SQE } from "./sqeFields.js";

const EINVAL = -22;
const O_ACCMODE = 3;

export interface DecodedOperation {
  readonly operation: Operation;
  readonly multishot: boolean;
  /** The error with which its prep refuses the operands; null: it takes them. */
  readonly prepError: number | null;
}

const once = (operation: Operation): DecodedOperation => ({ operation, multishot: false, prepError: null });
const refused = (operation: Operation): DecodedOperation => ({ ...once(operation), prepError: EINVAL });

/**
 * `operations`: the form of IORING_OP_BPF, where there is one.
 * @throws {CannotPerform} where the model has no such operation
 */
export function decodeOperation(o: Operands, operations: "none" | "v1" | "v3"): DecodedOperation {
  const { sqe } = o;
  const number = sqe.u8(SQE.opcode);
  if (number === OPCODE_OP)
    throw new CannotPerform("an abstract operation (OP) that no SQE of the file declares");
  if (number === OPCODE_BPF && operations !== "none") return decodeBpf(o, operations);
  const name = OPCODES[number];
  const len = sqe.u32(SQE.len);
  const opFlags = sqe.u32(SQE.opFlags);
  switch (name) {
    case undefined:
      return once({ opcode: "INVALID" });
    case "NOP":
      return decodeNop(o);
    case "READ":
    case "READ_FIXED":
    case "READ_MULTISHOT":
    case "WRITE":
    case "WRITE_FIXED":
      return decodeTransfer(o, name);
    case "SEND":
    case "RECV":
      return decodeMessage(o, name);
    case "OPENAT":
      return decodeOpenat(o);
    case "CLOSE": {
      const slot = sqe.u32(SQE.fileIndex);
      return once({ opcode: "CLOSE", fd: slot === 0 ? o.fd(false) : { kind: "slot", slot: slot - 1 } });
    }
    case "FSYNC":
      o.bits(opFlags, IORING_FSYNC_DATASYNC, "fsync");
      return once({ opcode: "FSYNC", fd: o.fd() });
    case "POLL_ADD":
      o.bits(len, IORING_POLL_ADD_MULTI, "poll");
      return {
        operation: { opcode: "POLL_ADD", fd: o.fd(), events: o.bits(opFlags, POLL_BITS, "poll(2)") },
        multishot: len === IORING_POLL_ADD_MULTI,
        prepError: null,
      };
    case "POLL_REMOVE":
      o.bits(len, 0, "poll update");
      return once({ opcode: "POLL_REMOVE", target: o.target(SQE.addr) });
    case "TIMEOUT":
      return decodeTimeout(o);
    case "TIMEOUT_REMOVE":
      return decodeTimeoutRemove(o);
    case "LINK_TIMEOUT": {
      const bits = o.bits(opFlags, IORING_TIMEOUT_ABS | IORING_TIMEOUT_ETIME_SUCCESS, "timeout");
      return once({
        opcode: "LINK_TIMEOUT",
        ts: o.time(SQE.addr),
        etimeSuccess: (bits & IORING_TIMEOUT_ETIME_SUCCESS) !== 0,
        abs: (bits & IORING_TIMEOUT_ABS) !== 0,
      });
    }
    case "ASYNC_CANCEL":
      return decodeCancel(o);
    case "MSG_RING": {
      if (sqe.u64(SQE.addr) !== BigInt(IORING_MSG_DATA))
        throw new CannotPerform("a MSG_RING that sends something else than data");
      o.bits(opFlags, 0, "MSG_RING");
      o.bits(sqe.u32(SQE.fileIndex), 0, "CQE flag");
      const target = o.targetRing();
      return once({ opcode: "MSG_RING", target, res: sqe.i32(SQE.len), label: o.message(target) });
    }
    default:
      throw new CannotPerform(`IORING_OP_${name} is only known as an SQE of the file declares it`);
  }
}

function decodeNop(o: Operands): DecodedOperation {
  const bits = o.sqe.u32(SQE.opFlags);
  const known = IORING_NOP_INJECT_RESULT | IORING_NOP_TW;
  const operation: Operation = {
    opcode: "NOP",
    res: (bits & IORING_NOP_INJECT_RESULT) === 0 ? null : o.sqe.i32(SQE.len),
    taskWork: (bits & IORING_NOP_TW) !== 0,
  };
  if ((bits & ~(known | IORING_NOP_OTHERS)) !== 0) return refused(operation);
  o.bits(bits, known, "NOP");
  return once(operation);
}

function decodeTransfer(
  o: Operands,
  name: "READ" | "READ_FIXED" | "READ_MULTISHOT" | "WRITE" | "WRITE_FIXED",
): DecodedOperation {
  const { sqe } = o;
  o.bits(sqe.u16(SQE.ioprio), 0, "I/O priority");
  o.bits(sqe.u32(SQE.opFlags), 0, "rw_flags");
  if (sqe.u64(SQE.attrTypeMask) !== 0n) throw new CannotPerform("a transfer with attributes");
  const len = sqe.u32(SQE.len);
  const common = { fd: o.fd(), len, offset: o.offset() };
  if (name === "WRITE" || name === "WRITE_FIXED") {
    const source = o.source(len);
    if (name === "WRITE_FIXED") o.checkRegistered(source.kind === "buffer" ? source.buffer : null);
    return once({ opcode: "WRITE", ...common, source });
  }
  const buffer = o.destination(len);
  if (name === "READ_FIXED") o.checkRegistered(buffer);
  return {
    operation: { opcode: "READ", ...common, buffer },
    multishot: name === "READ_MULTISHOT",
    prepError: null,
  };
}

function decodeMessage(o: Operands, opcode: "SEND" | "RECV"): DecodedOperation {
  const { sqe } = o;
  const len = sqe.u32(SQE.len);
  const common = { fd: o.fd(), len, msg: o.names(sqe.u32(SQE.opFlags), MSG_BITS, "message") };
  const ioprio = o.bits(
    sqe.u16(SQE.ioprio),
    opcode === "RECV" ? IORING_RECV_MULTISHOT : 0,
    "send and receive",
  );
  if (opcode === "RECV")
    return {
      operation: { opcode, ...common, buffer: o.destination(len) },
      multishot: ioprio === IORING_RECV_MULTISHOT,
      prepError: null,
    };
  if (sqe.u64(SQE.off) !== 0n || sqe.u32(SQE.fileIndex) !== 0)
    throw new CannotPerform("a SEND with an address to send to");
  return once({ opcode, ...common, source: o.source(len) });
}

function decodeOpenat(o: Operands): DecodedOperation {
  const { sqe } = o;
  const bits = sqe.u32(SQE.opFlags);
  if ((bits & O_ACCMODE) !== OPEN_BITS["RDWR"]) throw new CannotPerform("an OPENAT without O_RDWR");
  const index = sqe.u32(SQE.fileIndex);
  if (index === IORING_FILE_INDEX_ALLOC) throw new CannotPerform("an OPENAT into whichever slot is free");
  return once({
    opcode: "OPENAT",
    file: o.file(),
    slot: index === 0 ? null : index - 1,
    openFlags: o.names(bits & ~O_ACCMODE, OPEN_BITS, "open"),
  });
}

function decodeTimeout(o: Operands): DecodedOperation {
  const known = IORING_TIMEOUT_ABS | IORING_TIMEOUT_ETIME_SUCCESS | IORING_TIMEOUT_MULTISHOT;
  const bits = o.bits(o.sqe.u32(SQE.opFlags), known, "timeout");
  const multishot = (bits & IORING_TIMEOUT_MULTISHOT) !== 0;
  return {
    operation: {
      opcode: "TIMEOUT",
      ts: o.time(SQE.addr),
      count: o.number(SQE.off),
      etimeSuccess: (bits & IORING_TIMEOUT_ETIME_SUCCESS) !== 0,
      multishot,
      abs: (bits & IORING_TIMEOUT_ABS) !== 0,
    },
    multishot,
    prepError: null,
  };
}

function decodeTimeoutRemove(o: Operands): DecodedOperation {
  const bits = o.sqe.u32(SQE.opFlags);
  const target = o.target(SQE.addr);
  const isUpdate = (bits & (IORING_TIMEOUT_UPDATE | IORING_LINK_TIMEOUT_UPDATE)) !== 0;
  const removal: Operation = { opcode: "TIMEOUT_REMOVE", target, update: null };
  if (!isUpdate) return bits === 0 ? once(removal) : refused(removal);
  o.bits(bits, IORING_TIMEOUT_UPDATE | IORING_LINK_TIMEOUT_UPDATE | IORING_TIMEOUT_ABS, "timeout update");
  return once({
    opcode: "TIMEOUT_REMOVE",
    target,
    update: {
      ts: o.time(SQE.off),
      abs: (bits & IORING_TIMEOUT_ABS) !== 0,
      link: (bits & IORING_LINK_TIMEOUT_UPDATE) !== 0,
    },
  });
}

function decodeCancel(o: Operands): DecodedOperation {
  const { sqe } = o;
  const bits = sqe.u32(SQE.opFlags);
  const has = (flag: keyof typeof IORING_ASYNC_CANCEL): boolean => (bits & IORING_ASYNC_CANCEL[flag]) !== 0;
  const byUserData = has("USERDATA") || !(has("FD") || has("OP") || has("ANY"));
  const number = sqe.u32(SQE.len);
  const name = number === OPCODE_BPF ? "BPF" : OPCODES[number];
  const operation: Operation = {
    opcode: "ASYNC_CANCEL",
    target: !byUserData && sqe.u64(SQE.addr) === 0n ? null : o.target(SQE.addr),
    fd: has("FD") ? o.fd(o.isFixedFile || has("FD_FIXED")) : null,
    op: has("OP") ? (name ?? null) : null,
    flags: CANCEL_FLAGS.filter(has),
  };
  const known = Object.values(IORING_ASYNC_CANCEL).reduce((all, bit) => all | bit, 0);
  if ((bits & ~known) !== 0 || (has("OP") && (has("ANY") || name === undefined))) return refused(operation);
  return once(operation);
}

/** v3: what its program makes of the other fields is its own affair; `src` and `dst` are for reports then. */
function decodeBpf(o: Operands, version: "v1" | "v3"): DecodedOperation {
  const { sqe } = o;
  const bits = sqe.u32(SQE.opFlags);
  const op = bits >>> BPF_OP_SHIFT;
  const lower = bits & ((1 << BPF_OP_SHIFT) - 1);
  if (version === "v3") return once({ opcode: "BPF", op, ...o.described(sqe.u32(SQE.len)), flags: lower });
  const first = (lower >> BUF1_SHIFT) & BUF_TYPE_MASK;
  const second = (lower >> BUF2_SHIFT) & BUF_TYPE_MASK;
  const flags = lower & ((1 << BUF2_SHIFT) - 1);
  if (first > BUF1_FIXED || second > BUF2_PLAIN)
    return refused({ opcode: "BPF", op, src: null, dst: null, flags: lower });
  const src = first === 0 ? null : o.wholeBuffer(SQE.addr, sqe.u32(SQE.len));
  const dst = second === 0 ? null : o.wholeBuffer(SQE.addr3, sqe.u32(SQE.fileIndex));
  if (first === BUF1_FIXED) o.checkRegistered(src);
  else if (first !== BUF1_PLAIN && first !== 0) throw new CannotPerform(`a buffer 1 of type ${first}`);
  return once({ opcode: "BPF", op, src, dst, flags });
}
