/** Which fields have to be zero, or prep fails with -EINVAL: io_init_req and the handlers' own prep (6.18). */
import { IOSQE } from "../scenario.js";
import { OPCODES } from "./opcodeNumbers.js";
import { SQE } from "./sqeFields.js";
import type { SqeReader } from "./sqeReader.js";

const EINVAL = -22;
const EBADF = -9;

type Field = "off" | "addr" | "len" | "opFlags" | "bufIndex" | "fileIndex";

/** By opcode, as far as the model performs them. */
const ZERO: Readonly<Record<string, readonly Field[]>> = {
  FSYNC: ["addr", "bufIndex", "fileIndex"],
  POLL_ADD: ["off", "addr", "bufIndex"],
  POLL_REMOVE: ["off", "opFlags", "bufIndex", "fileIndex"],
  TIMEOUT: ["bufIndex", "fileIndex"],
  TIMEOUT_REMOVE: ["len", "bufIndex", "fileIndex"],
  LINK_TIMEOUT: ["off", "bufIndex", "fileIndex"],
  ASYNC_CANCEL: ["off", "fileIndex"],
  OPENAT: ["bufIndex"],
  CLOSE: ["off", "addr", "len", "opFlags", "bufIndex"],
  RECV: ["off", "fileIndex"],
  MSG_RING: ["bufIndex"],
};

/** Opcodes that look at sqe->ioprio: its bits are theirs. */
const TAKES_IOPRIO: ReadonlySet<string> = new Set([
  "READ",
  "WRITE",
  "READ_FIXED",
  "WRITE_FIXED",
  "READ_MULTISHOT",
  "SEND",
  "RECV",
]);

const WIDTH = { off: 64, addr: 64, len: 32, opFlags: 32, bufIndex: 16, fileIndex: 32 } as const;

function isZero(sqe: SqeReader, field: Field): boolean {
  const width = WIDTH[field];
  if (width === 64) return sqe.u64(SQE[field]) === 0n;
  return (width === 16 ? sqe.u16(SQE[field]) : sqe.u32(SQE[field])) === 0;
}

/** The error with which prep refuses fields that the opcode does not take; null: it does not. */
export function refusal(sqe: SqeReader): number | null {
  const name: string = OPCODES[sqe.u8(SQE.opcode)] ?? "BPF";
  if (sqe.u16(SQE.personality) !== 0) return EINVAL;
  if (sqe.u16(SQE.ioprio) !== 0 && !TAKES_IOPRIO.has(name)) return EINVAL;
  if ((ZERO[name] ?? []).some((field) => !isZero(sqe, field))) return EINVAL;
  if ((name === "TIMEOUT" || name === "LINK_TIMEOUT") && sqe.u32(SQE.len) !== 1) return EINVAL;
  const isFixed = (sqe.u8(SQE.flags) & IOSQE.FIXED_FILE) !== 0;
  if ((name === "OPENAT" || name === "CLOSE") && isFixed) return EBADF;
  if (name === "CLOSE" && sqe.u32(SQE.fileIndex) !== 0 && sqe.i32(SQE.fd) !== 0) return EINVAL;
  return null;
}
