/**
 * SQEs of the opcodes that the model does not know: fields as io_uring_enter(2) names them, from their text.
 * Only opcodes whose operands can be made of what a litmus file declares; the rest is `Unencodable`, with the reason.
 */
import type { FdRef, Operation, Scenario, Sqe } from "../scenario.js";
import { opcodeNumber } from "./opcodeNumbers.js";
import { SQE, type SqeContext, type SqeWriter } from "./sqeFields.js";
import { Unencodable } from "./unencodable.js";

type OtherOperation = Extract<Operation, { readonly opcode: "OTHER" }>;

/** The opcodes below that take a path; their file is `file=`, the new name `to=`, both inside the run's folder. */
export const PATH_OPCODES: ReadonlySet<string> = new Set([
  "UNLINKAT",
  "MKDIRAT",
  "STATX",
  "RENAMEAT",
  "LINKAT",
  "SYMLINKAT",
]);
const SECOND_PATH: ReadonlySet<string> = new Set(["RENAMEAT", "LINKAT", "SYMLINKAT"]);

/** What only needs its descriptor and plain numbers: which field each key is written to. */
const PLAIN: Readonly<Record<string, Readonly<Record<string, "off" | "addr" | "len" | "opFlags">>>> = {
  SYNC_FILE_RANGE: { off: "off", len: "len", flags: "opFlags", sync_range_flags: "opFlags" },
  FALLOCATE: { off: "off", len: "addr", addr: "addr", mode: "len" },
  FTRUNCATE: { off: "off", len: "off" },
  FADVISE: { off: "off", len: "len", addr: "addr", advice: "opFlags", fadvise_advice: "opFlags" },
  SHUTDOWN: { how: "len", len: "len" },
  LISTEN: { backlog: "len", len: "len" },
};

const NAMED_NUMBERS: Readonly<Record<string, number>> = {
  SHUT_RD: 0,
  SHUT_WR: 1,
  SHUT_RDWR: 2,
  RD: 0,
  WR: 1,
  RDWR: 2,
};
const AT_FDCWD = -100;

function numberOf(text: string, key: string): number {
  const value = NAMED_NUMBERS[text] ?? Number(text);
  if (!Number.isSafeInteger(value))
    throw new Unencodable(`${key}=${text} is no number that an SQE could hold`);
  return value;
}

/** A descriptor by its text: `f`, `p.r`, `s.0`, `slot:1` or a number. */
export function parseFd(text: string, scenario: Scenario): FdRef {
  const slot = /^slot:(\d+)$/.exec(text);
  if (slot) return { kind: "slot", slot: Number(slot[1]) };
  if (/^-?\d+$/.test(text)) return { kind: "bad", fd: Number(text) };
  const [name, end] = text.split(".");
  const file = scenario.files.findIndex((declared) => declared.name === name);
  if (file >= 0 && end === undefined) return { kind: "file", file };
  const pipe = scenario.pipes.findIndex((declared) => declared.name === name);
  if (pipe >= 0 && (end === "r" || end === "w")) return { kind: "pipe", pipe, end };
  const sockets = scenario.sockets.findIndex((declared) => declared.name === name);
  if (sockets >= 0 && (end === "0" || end === "1"))
    return { kind: "socket", sockets, end: end === "0" ? 0 : 1 };
  throw new Unencodable(`${text} names no descriptor of this file`);
}

/** Writes the fields of `operation`; returns sqe->flags. */
export function encodeOther(
  sqe: Sqe,
  operation: OtherOperation,
  flags: number,
  out: SqeWriter,
  context: SqeContext,
): number {
  const { name, fields } = operation;
  const number = opcodeNumber(name);
  if (number === undefined) throw new Unencodable(`this program knows no number of IORING_OP_${name}`);
  out.u8(SQE.opcode, number);
  const fd = operation.fd;
  let result = flags;
  if (fd !== null) {
    out.i32(SQE.fd, fd.kind === "slot" ? fd.slot : context.fd(fd));
    if (fd.kind === "slot") result |= 1;
  } else out.i32(SQE.fd, -1);
  const rest = new Map(Object.entries(fields));
  const take = (key: string): string | undefined => {
    const value = rest.get(key);
    rest.delete(key);
    return value;
  };
  take("fd");

  const plain = PLAIN[name];
  if (plain !== undefined) {
    if (fd === null) throw new Unencodable(`${name} needs fd=`);
    for (const [key, field] of Object.entries(plain)) {
      const text = take(key);
      if (text === undefined) continue;
      const value = numberOf(text, key);
      if (field === "off" || field === "addr") out.u64(SQE[field], value);
      else out.u32(SQE[field], value);
    }
  } else if (name === "SPLICE" || name === "TEE") {
    const from = take("splice_fd_in") ?? take("fd_in");
    if (from === undefined || fd === null) throw new Unencodable(`${name} needs splice_fd_in= and fd=`);
    const input = parseFd(from, context.scenario);
    let spliceFlags = numberOf(take("splice_flags") ?? "0", "splice_flags");
    if (input.kind === "slot") spliceFlags |= 1 << 31;
    out.i32(SQE.fileIndex, input.kind === "slot" ? input.slot : context.fd(input));
    out.u32(SQE.opFlags, spliceFlags >>> 0);
    out.u32(SQE.len, numberOf(take("len") ?? "0", "len"));
    for (const [key, field] of [
      ["splice_off_in", SQE.addr],
      ["off", SQE.off],
    ] as const) {
      const text = take(key);
      if (name === "TEE") continue;
      if (text === undefined || text === "-1") {
        out.u32(field, 0xffff_ffff);
        out.u32(field + 4, 0xffff_ffff);
      } else out.u64(field, numberOf(text, key));
    }
  } else if (PATH_OPCODES.has(name)) {
    for (const key of ["file", "to", "path", "addr"]) take(key);
    out.i32(SQE.fd, AT_FDCWD);
    out.u64(SQE.addr, context.pathAddress(sqe.id));
    if (name === "MKDIRAT") out.u32(SQE.len, 0o700);
    if (name === "STATX") {
      out.u32(SQE.len, 0x7ff);
      out.u64(SQE.off, context.dataAddress(sqe.id));
    }
    if (SECOND_PATH.has(name)) {
      // The second path stands half-way in the SQE's path memory.
      out.u64(SQE.off, context.pathAddress(sqe.id) + SECOND_PATH_OFFSET);
      if (name !== "SYMLINKAT") out.i32(SQE.len, AT_FDCWD);
    }
    out.u32(SQE.opFlags, numberOf(take("flags") ?? "0", "flags"));
  } else if (name === "FUTEX_WAIT" || name === "FUTEX_WAKE") {
    // FUTEX2_SIZE_U32 | FUTEX2_PRIVATE on the first word of the SQE's own memory, which is 0.
    out.i32(SQE.fd, 0x82);
    out.u64(SQE.addr, context.dataAddress(sqe.id));
    out.u64(SQE.off, numberOf(take("val") ?? take("off") ?? (name === "FUTEX_WAKE" ? "1" : "0"), "val"));
    out.u32(SQE.addr3, numberOf(take("mask") ?? "0xffffffff", "mask"));
  } else if (name === "READ_FIXED" || name === "WRITE_FIXED" || name === "SEND_ZC") {
    // Into or from memory of the SQE's own; registered buffers are looked up by their index.
    out.u64(SQE.addr, context.dataAddress(sqe.id));
    out.u32(SQE.len, numberOf(take("len") ?? "0", "len"));
    out.u64(SQE.off, numberOf(take("off") ?? "0", "off"));
    out.u16(SQE.bufIndex, numberOf(take("buf_index") ?? "0", "buf_index"));
  } else {
    throw new Unencodable(
      `the operands of IORING_OP_${name} cannot be made from what a litmus file declares`,
    );
  }
  const unknown = [...rest.keys()];
  if (unknown.length > 0) throw new Unencodable(`${name}: nothing is known of ${unknown.join(", ")}`);
  return result;
}

/** Offset of the second path of RENAMEAT, LINKAT and SYMLINKAT. */
export const SECOND_PATH_OFFSET = 256;
