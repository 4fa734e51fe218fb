/** From an SQE's line to the operation that it asks for. */
import {
  CANCEL_FLAGS,
  type FdRef,
  IOSQE,
  type Operation,
  type ReqId,
  type Source,
  type Sqe,
  type SqeFlag,
} from "../model/scenario.js";
import { compileSlot } from "./fd.js";
import { OPERATION_FLAGS_MAX, OPERATION_ID_MAX } from "./limits.js";
import { MULTISHOT_OPCODES, OPCODE_NAMES, OPCODES } from "./opcodes.js";
import { COUNT_RANGE, compileRequest, type Operands, readOperands } from "./operands.js";
import { printValue } from "./print.js";
import { resultNumber } from "./result.js";
import type { Scope } from "./scope.js";
import { suggest } from "./suggest.js";
import type { SqeSyntax, Word } from "./syntax.js";
import { clip } from "./tokens.js";

/** Descriptor of an operand that is missing or wrong: only reached with a failing prep, or after a report. */
const NO_FD: FdRef = { kind: "bad", fd: -1 };

const MSG_FLAGS = [
  "WAITALL",
  "DONTWAIT",
  "NOSIGNAL",
  "PEEK",
  "TRUNC",
  "OOB",
  "MORE",
  "EOR",
  "CONFIRM",
  "DONTROUTE",
  "ERRQUEUE",
  "CMSG_CLOEXEC",
] as const;

const OPEN_FLAGS = [
  "RDWR",
  "CREAT",
  "EXCL",
  "TRUNC",
  "APPEND",
  "NONBLOCK",
  "CLOEXEC",
  "DIRECTORY",
  "NOFOLLOW",
  "NOCTTY",
  "NOATIME",
  "DIRECT",
  "DSYNC",
  "SYNC",
  "ASYNC",
  "LARGEFILE",
  "PATH",
  "TMPFILE",
] as const;

/** poll(2) bits. */
const POLL_EVENTS = { IN: 1, PRI: 2, OUT: 4, ERR: 8, HUP: 16, RDHUP: 0x2000 } as const;

/** All SQEs of the file, by ReqId. Where something is wrong with one it is reported, and its place filled. */
export function compileSqes(scope: Scope): readonly Sqe[] {
  const userData = compileUserData(scope);
  return scope.sqes.map(({ syntax, ring }, id): Sqe => {
    const flags = compileFlags(syntax, scope);
    const operands = readOperands(syntax, scope, userData);
    const operation = compileOperation(syntax, operands, scope);
    const isFixed = operands.value("fd")?.kind === "slot";
    return {
      id,
      label: syntax.label.text,
      ring,
      userData: userData[id] ?? id,
      flags: isFixed ? flags | IOSQE.FIXED_FILE : flags,
      operation,
      prepError: operands.error("prep"),
      may: compileMay(syntax, operation, operands, scope),
      intr: operands.result("intr"),
      multishot: compileMultishot(syntax, operation, scope),
      line: syntax.at.line,
    };
  });
}

/** Whose user_data each SQE bears in the end: `ud=` may name an SQE that has a `ud=` itself. */
export function compileUserData(scope: Scope): readonly ReqId[] {
  const named: (ReqId | null)[] = scope.sqes.map(({ syntax }, id) => {
    const value = syntax.keys.find((key) => key.name.text === "ud")?.value;
    if (value === undefined || value === null) return null;
    const word = value.kind === "words" && value.words.length === 1 ? value.words[0]! : null;
    if (word === null) {
      scope.reporter.report(value.at, "bad-value", "`ud=` takes the label of an SQE");
      return null;
    }
    const other = compileRequest(word, scope, []);
    if (other === id) {
      scope.reporter.report(word.at, "cyclic-user-data", `\`${word.text}\` names itself`);
      return null;
    }
    return other;
  });
  const cyclic = new Set<ReqId>();
  return named.map((_, id) => {
    const way: ReqId[] = [id];
    for (let next = named[id]; next !== null && next !== undefined; next = named[next]) {
      if (way.includes(next)) {
        if (!cyclic.has(next) && next === id) {
          const names = [...way, id].map((req) => scope.sqes[req]!.syntax.label.text).join(" → ");
          const at = scope.sqes[id]!.syntax.keys.find((key) => key.name.text === "ud")!.name.at;
          scope.reporter.report(
            at,
            "cyclic-user-data",
            `these name each other: ${names}`,
            "leave one `ud=` out",
          );
        }
        for (const req of way) cyclic.add(req);
        return id;
      }
      way.push(next);
    }
    return way.at(-1)!;
  });
}

function compileFlags(sqe: SqeSyntax, { reporter }: Scope): number {
  let flags = 0;
  for (const { text, at } of sqe.flags) {
    const bit = Object.hasOwn(IOSQE, text) ? IOSQE[text as SqeFlag] : undefined;
    if (bit === undefined) {
      const hint = suggest(text, Object.keys(IOSQE));
      reporter.report(at, "unknown-flag", `an SQE has no flag \`${clip(text)}\``, hint);
    } else if ((flags & bit) !== 0) {
      reporter.report(at, "duplicate-flag", `\`${text}\` is given twice`);
    } else {
      flags |= bit;
    }
  }
  return flags;
}

function compileMay(
  sqe: SqeSyntax,
  operation: Operation,
  operands: Operands,
  { reporter }: Scope,
): Sqe["may"] {
  if (sqe.may === null) {
    const isOpen = operation.opcode === "OTHER" || operation.opcode === "OP";
    if (isOpen && !operands.has("prep")) {
      const message = `nothing says what ${sqe.opcode.text} returns`;
      reporter.report(sqe.opcode.at, "missing-may", message, `may 0, or: may 0, -EIO, or: may never`);
    }
    return null;
  }
  if (sqe.may.length === 0) {
    reporter.report(sqe.at, "syntax", "`may` lists no result", "may RES, RES…");
  }
  const may: (number | "never")[] = [];
  for (const result of sqe.may) {
    const value = result.kind === "never" ? "never" : resultNumber(result, reporter);
    if (may.includes(value)) reporter.report(result.at, "duplicate-flag", `\`${value}\` is listed twice`);
    else may.push(value);
  }
  return may;
}

function compileMultishot(sqe: SqeSyntax, operation: Operation, { reporter }: Scope): boolean {
  const { text, at } = sqe.opcode;
  if (sqe.multishot && !MULTISHOT_OPCODES.has(text) && OPCODE_NAMES.includes(text)) {
    const hint = `these do: ${[...MULTISHOT_OPCODES].join(", ")}`;
    reporter.report(at, "unknown-key", `${text} does not take \`multishot\``, hint);
  }
  return (
    sqe.multishot || text === "READ_MULTISHOT" || (operation.opcode === "TIMEOUT" && operation.multishot)
  );
}

function compileOperation(sqe: SqeSyntax, operands: Operands, scope: Scope): Operation {
  switch (sqe.opcode.text) {
    case "NOP":
      return {
        opcode: "NOP",
        res: operands.result("res"),
        taskWork: sqe.keys.some((key) => key.name.text === "tw"),
      };
    case "READ": {
      const { fd, buffer, len } = readTransfer(operands, scope);
      return { opcode: "READ", fd, len, offset: compileOffset(operands), buffer };
    }
    case "WRITE": {
      const { fd, len, source } = writeTransfer(operands, scope);
      return { opcode: "WRITE", fd, len, offset: compileOffset(operands), source };
    }
    case "SEND":
      return { opcode: "SEND", ...writeTransfer(operands, scope), msg: operands.flags("msg", MSG_FLAGS) };
    case "RECV":
      return { opcode: "RECV", ...readTransfer(operands, scope), msg: operands.flags("msg", MSG_FLAGS) };
    case "OPENAT":
      return compileOpenat(sqe, operands, scope);
    case "CLOSE":
      return compileClose(operands, scope);
    case "FSYNC":
      return { opcode: "FSYNC", fd: requiredFd(operands) };
    case "POLL_ADD": {
      operands.require("events");
      const events = operands.flags("events", Object.keys(POLL_EVENTS) as (keyof typeof POLL_EVENTS)[]);
      const bits = events.reduce((sum, event) => sum | POLL_EVENTS[event], 0);
      return { opcode: "POLL_ADD", fd: requiredFd(operands), events: bits };
    }
    case "POLL_REMOVE":
      return { opcode: "POLL_REMOVE", target: requiredTarget(operands) };
    case "TIMEOUT": {
      const flags = operands.flags("flags", ["ETIME_SUCCESS", "MULTISHOT", "ABS"]);
      return {
        opcode: "TIMEOUT",
        ts: requiredTime(operands),
        count: operands.integer("count", ...COUNT_RANGE) ?? 0,
        etimeSuccess: flags.includes("ETIME_SUCCESS"),
        multishot: flags.includes("MULTISHOT") || sqe.multishot,
        abs: flags.includes("ABS"),
      };
    }
    case "TIMEOUT_REMOVE":
      return compileTimeoutRemove(operands);
    case "LINK_TIMEOUT": {
      const flags = operands.flags("flags", ["ETIME_SUCCESS", "ABS"]);
      return {
        opcode: "LINK_TIMEOUT",
        ts: requiredTime(operands),
        etimeSuccess: flags.includes("ETIME_SUCCESS"),
        abs: flags.includes("ABS"),
      };
    }
    case "ASYNC_CANCEL":
      return compileCancel(operands, scope);
    case "MSG_RING": {
      operands.require("ring");
      operands.require("label");
      const label = operands.word("label");
      return {
        opcode: "MSG_RING",
        target: operands.ring("ring") ?? 0,
        res: operands.result("res") ?? 0,
        label: (label === null ? undefined : scope.label(label.text)) ?? 0,
      };
    }
    case "BPF":
      return compileBpf(sqe, operands, scope);
    case "INVALID":
      return { opcode: "INVALID" };
    case "OP":
      return { opcode: "OP" };
    default:
      return compileOther(sqe, operands, scope);
  }
}

function requiredFd(operands: Operands): FdRef {
  operands.require("fd");
  return operands.fd("fd") ?? NO_FD;
}

function requiredTarget(operands: Operands): ReqId | "none" {
  operands.require("target");
  return operands.target("target") ?? "none";
}

function requiredTime(operands: Operands): number | null {
  operands.require("ts");
  const time = operands.time("ts");
  return time === undefined ? 0 : time;
}

function compileOffset(operands: Operands): number | null {
  const offset = operands.integer("off", -1, COUNT_RANGE[1]);
  // An offset of -1 means the file position to the kernel too.
  return offset === -1 ? null : offset;
}

function readTransfer(operands: Operands, scope: Scope) {
  const fd = requiredFd(operands);
  const buffer = operands.buffer("buf");
  const len = compileLen(operands, buffer, scope);
  return { fd, len, buffer };
}

function writeTransfer(operands: Operands, scope: Scope) {
  const fd = requiredFd(operands);
  const data = operands.text("data");
  const buffer = operands.buffer("buf");
  if (operands.has("data") && operands.has("buf")) {
    operands.refuse("buf", "contradiction", "`data=` and `buf=` both say what is written");
  }
  if (data !== null) {
    const len = operands.integer("len", ...COUNT_RANGE);
    if (len !== null && len !== data.length) {
      operands.refuse("len", "contradiction", `\`data=\` has ${data.length} bytes`, "leave `len=` out");
    }
    const source: Source = { kind: "data", data };
    return { fd, len: data.length, source };
  }
  const source: Source = buffer === null ? { kind: "zeros" } : { kind: "buffer", buffer };
  return { fd, len: operands.has("data") ? 0 : compileLen(operands, buffer, scope), source };
}

/** `len=`; where it is left out, the size of the buffer. */
function compileLen(operands: Operands, buffer: number | null, scope: Scope): number {
  const size = buffer === null ? null : scope.buffers[buffer]!.size;
  operands.require("len", operands.has("buf"));
  const len = operands.integer("len", ...COUNT_RANGE);
  if (len !== null && size !== null && len > size) {
    operands.refuse("len", "out-of-range", `the buffer has only ${size} bytes`);
  }
  return len ?? size ?? 0;
}

function compileOpenat(sqe: SqeSyntax, operands: Operands, scope: Scope): Operation {
  operands.require("file", sqe.may !== null);
  const name = operands.word("file");
  const object = name === null ? undefined : scope.object(name.text);
  if (name !== null && object?.kind !== "file") {
    const files = scope.files.map((file) => file.name);
    const hint = suggest(name.text, files) ?? 'file f = "…"';
    scope.reporter.report(name.at, "undefined-name", `there is no file \`${clip(name.text)}\``, hint);
  }
  const openFlags = operands.flags("open_flags", OPEN_FLAGS);
  return {
    opcode: "OPENAT",
    file: object?.kind === "file" ? object.id : null,
    slot: slotOperand(operands, scope),
    // O_RDWR is in every one.
    openFlags: openFlags.filter((flag) => flag !== "RDWR"),
  };
}

function slotOperand(operands: Operands, scope: Scope): number | null {
  const slot = operands.integer("slot", 0, COUNT_RANGE[1]);
  return slot !== null && compileSlot(slot, operands.place("slot"), scope) ? slot : null;
}

/** `slot=` closes a direct descriptor, and does not set FIXED_FILE: the kernel refuses that flag on CLOSE. */
function compileClose(operands: Operands, scope: Scope): Operation {
  if (operands.has("fd") && operands.has("slot")) {
    operands.refuse("slot", "contradiction", "`fd=` and `slot=` both say what is closed");
  }
  if (!operands.has("slot")) return { opcode: "CLOSE", fd: requiredFd(operands) };
  const slot = slotOperand(operands, scope);
  return { opcode: "CLOSE", fd: slot === null ? NO_FD : { kind: "slot", slot } };
}

function compileTimeoutRemove(operands: Operands): Operation {
  const target = requiredTarget(operands);
  const flags = operands.flags("flags", ["UPDATE", "LINK_UPDATE", "ABS"]);
  const isUpdate = flags.includes("UPDATE") || flags.includes("LINK_UPDATE");
  if (flags.includes("UPDATE") && flags.includes("LINK_UPDATE")) {
    operands.refuse("flags", "contradiction", "UPDATE means a TIMEOUT, LINK_UPDATE a LINK_TIMEOUT");
  }
  if (!isUpdate && operands.has("ts")) {
    const hint = "flags=UPDATE for a TIMEOUT, flags=LINK_UPDATE for a LINK_TIMEOUT";
    operands.refuse("ts", "contradiction", "what only removes a timeout takes no time", hint);
  }
  if (!isUpdate && flags.includes("ABS")) {
    operands.refuse("flags", "contradiction", "what only removes a timeout takes no ABS");
  }
  if (!isUpdate) return { opcode: "TIMEOUT_REMOVE", target, update: null };
  const update = {
    ts: requiredTime(operands),
    abs: flags.includes("ABS"),
    link: flags.includes("LINK_UPDATE"),
  };
  return { opcode: "TIMEOUT_REMOVE", target, update };
}

function compileCancel(operands: Operands, scope: Scope): Operation {
  const flags = operands.flags("flags", CANCEL_FLAGS);
  for (const [key, flag] of [
    ["fd", "FD"],
    ["op", "OP"],
  ] as const) {
    if (flags.includes(flag)) operands.require(key);
    else if (operands.has(key)) {
      operands.refuse(key, "contradiction", `the kernel looks at \`${key}=\` only with flags=${flag}`);
    }
  }
  const matchesOther = flags.includes("FD") || flags.includes("OP") || flags.includes("ANY");
  operands.require("target", matchesOther && !flags.includes("USERDATA"));
  const op = operands.word("op");
  if (op !== null) checkOpcode(op, OPCODES, scope);
  return {
    opcode: "ASYNC_CANCEL",
    target: operands.target("target"),
    fd: operands.fd("fd"),
    op: op?.text ?? null,
    flags,
  };
}

function compileBpf(sqe: SqeSyntax, operands: Operands, scope: Scope): Operation {
  operands.require("op");
  if (sqe.may !== null) {
    const message = "the program says what BPF returns";
    scope.reporter.report(sqe.opcode.at, "contradiction", message, "leave `may` out");
  }
  return {
    opcode: "BPF",
    op: operands.integer("op", 0, OPERATION_ID_MAX) ?? 0,
    src: operands.buffer("src"),
    dst: operands.buffer("dst"),
    flags: operands.integer("flags", 0, OPERATION_FLAGS_MAX) ?? 0,
  };
}

function compileOther(sqe: SqeSyntax, operands: Operands, scope: Scope): Operation {
  if (!checkOpcode(sqe.opcode, OPCODE_NAMES, scope)) return { opcode: "INVALID" };
  // Looked at for its mistakes; the fields have it as written.
  if (operands.has("splice_fd_in")) operands.fd("splice_fd_in");
  const fields: Record<string, string> = {};
  for (const { name, value } of sqe.keys) {
    if (!["prep", "intr", "ud"].includes(name.text))
      fields[name.text] = value === null ? "" : printValue(value);
  }
  return { opcode: "OTHER", name: sqe.opcode.text, fd: operands.fd("fd"), fields };
}

function checkOpcode(name: Word, known: readonly string[], { reporter }: Scope): boolean {
  if (known.includes(name.text)) return true;
  const message = `there is no opcode \`${clip(name.text)}\``;
  const hint =
    suggest(name.text, known) ?? "the IORING_OP_ names of Linux 7.1 without the prefix, INVALID, and OP";
  reporter.report(name.at, "unknown-opcode", message, hint);
  return false;
}
