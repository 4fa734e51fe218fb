/** struct uring_bpf_data and the kfuncs, as one callback of one request sees them. */
import { type Machine, requestOf, sqeOf, userDataOf, userSpace } from "../machine.js";
import {
  BPF_OP_SHIFT,
  bytesOfText,
  type OperationData,
  type ProgramGuard,
  Region,
  textOfBytes,
} from "../programs/index.js";
import { R } from "../rules.js";
import type { OperationDecl } from "../scenario.js";
import { PHASE } from "../state.js";
import { copyBetween } from "./copy.js";
import { openBuffer } from "./iterator.js";

/** Bytes of a pdu: what a program may write of struct uring_bpf_data. */
const PDU_BYTES = { none: 0, v1: 24, v3: 36 } as const;
/** A byte of a pdu that nobody has written: the kernel does not zero it. */
const UNWRITTEN = "\u0100";

/** The pdu of a request before its prep: nobody knows what it holds (BOP-18). */
export function pduBytes(version: "none" | "v1" | "v3"): string {
  return UNWRITTEN.repeat(PDU_BYTES[version]);
}

export interface CallData {
  readonly view: OperationData;
  /** The callback is over: what it wrote stays. */
  end(): void;
}

/** What a callback of request `req` is given. */
export function dataOf(
  m: Machine,
  req: number,
  decl: OperationDecl,
  guard: ProgramGuard,
  setResult: (res: number) => void,
): CallData {
  const { operation } = sqeOf(m, req);
  if (operation.opcode !== "BPF") throw new Error(`request ${req} is no custom operation's`);
  const { operations: version } = m.profile;
  const isFirst = version === "v1";
  const memory = bytesOfText(m.s.memories[decl.memory] ?? "");
  const pdu = m.s.pdus[req] ?? "";
  const written = [...pdu].map((byte) => byte !== UNWRITTEN);
  const pduMemory = bytesOfText(pdu);
  const has = (kfunc: string, there: boolean): void => {
    guard.spend();
    if (!there) guard.refuse(`calls ${kfunc}, which ${m.profile.name} does not have`);
  };
  const view: OperationData = {
    pdu: new Region(
      pduMemory,
      {
        name: "the pdu",
        writable: [0, pdu.length],
        onRead: (from, size) => {
          m.emit(R["BOP-18"]);
          if (written.slice(from, from + size).every((byte) => byte)) return;
          guard.tell("unwritten-pdu", `reads ${size} bytes at ${from} of the pdu, which nobody has written`);
        },
        onWrite: (from, size) => written.fill(true, from, from + size),
      },
      guard,
    ),
    memory: new Region(
      memory,
      {
        name: "its memory",
        writable: [0, memory.length],
        onRead: () => m.emit(R["BOP-19"]),
      },
      guard,
    ),
    opFlags: (operation.op * 2 ** BPF_OP_SHIFT + operation.flags) >>> 0,
    isInIoWq: requestOf(m, req).phase === PHASE.wqRunning,
    setResult: (res) => {
      guard.spend();
      setResult(res);
    },
    userData: isFirst ? userDataOf(m, req) : 0n,
    memcpy: (to, from, size) => {
      has("io_uring_bpf_req_memcpy", isFirst);
      return copyBetween(m, operation, to, from, size);
    },
    openBuffer: (desc, at, direction) => {
      has("bpf_iter_uring_buf_new", !isFirst);
      return openBuffer(m, desc, at, direction, guard);
    },
    readUser: (address, size) => {
      guard.spend();
      const bytes = userSpace(m).read(m.s.buffers, address, size);
      return bytes === null ? null : new Region(bytes, { name: "user memory", writable: null }, guard);
    },
  };
  return {
    view,
    end: () => {
      m.s.memories[decl.memory] = textOfBytes(memory);
      let text = "";
      for (const [at, isWritten] of written.entries())
        text += isWritten ? String.fromCharCode(pduMemory[at] as number) : UNWRITTEN;
      m.s.pdus[req] = text;
    },
  };
}
