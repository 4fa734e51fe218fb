/** Copies a file inside one system call: the length of each WRITE is what its READ returned, which links cannot express. */
import { type HookProgram, IOU_LOOP_CONTINUE, type Region } from "../../model/programs/index.js";
import { errorOf, globals, intArgument, wordArgument } from "../globals.js";
import { IORING_OP_READ, IORING_OP_WRITE, SQE } from "../sqe.js";
import { advanced, distance, openRing, stopWith, submissionError } from "./ringMemory.js";

/** "read" and "writ" */
const READ = 0x72656164n;
const WRITE = 0x77726974n;

/** `result`: 1 while it copies, 0 at the end of the file, or the error; `offset`: where the next READ begins. */
const { at, memory } = globals({
  result: "i32",
  offset: "u64",
  buf: "u64",
  len: "u32",
  in: "i32",
  out: "i32",
  read: "u64",
  write: "u64",
  inflight: "u32",
});

/**
 * Copies file `in` to file `out` through the `len` bytes at `buf`: READ, WRITE of what it read to the same offset, next
 * READ. A short WRITE is followed by a READ of what it left over. Stops at the READ that returns 0, whose CQE it leaves.
 * `read` and `write` are the user_data of its requests, such as labels of SQEs that say what may happen to them.
 * Errors: -ERANGE if more than one CQE is there, a request's own, -EINVAL for a CQE that is not its own, -EIO for a
 * WRITE of nothing.
 */
export const cp: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "copies in= to out= through len= bytes at buf=, one request at a time (liburing's bpf_cp)",
  parameters: { required: ["in", "out", "buf", "len"], optional: ["read", "write"] },
  userData: { read: READ, write: WRITE },
  ...memory,
  init(memory, _ring, args) {
    memory.setI32(at.result, 1);
    memory.setI32(at.in, intArgument(args, "in", -1));
    memory.setI32(at.out, intArgument(args, "out", -1));
    memory.setU32(at.len, intArgument(args, "len", 0));
    memory.setU64(at.buf, wordArgument(args, "buf", 0n));
    memory.setU64(at.read, wordArgument(args, "read", READ));
    memory.setU64(at.write, wordArgument(args, "write", WRITE));
  },
  loopStep(view, params) {
    const { memory } = view;
    const ring = openRing(view);
    if (ring === null) return stopWith(memory, at.result, errorOf("EFAULT"));

    const head = ring.cqHead;
    const ready = distance(ring.cqTail, head);
    const isFirst = memory.u32(at.inflight) === 0;
    if (ready > 1) return stopWith(memory, at.result, errorOf("ERANGE"));
    if (ready === 0 && !isFirst) {
      params.cqWaitIdx = advanced(head, 1);
      return IOU_LOOP_CONTINUE;
    }

    const sqe = ring.freeSqeAt(0);
    if (ready === 0) writeRead(ring.sqes, sqe, memory);
    else {
      const res = ring.res(head);
      const userData = ring.userData(head);
      if (res < 0) return stopWith(memory, at.result, res);
      if (userData === memory.u64(at.read)) {
        if (res === 0) return stopWith(memory, at.result, 0);
        writeWrite(ring.sqes, sqe, memory, res);
      } else if (userData === memory.u64(at.write)) {
        if (res === 0) return stopWith(memory, at.result, errorOf("EIO"));
        memory.setU64(at.offset, memory.u64(at.offset) + BigInt(res));
        writeRead(ring.sqes, sqe, memory);
      } else return stopWith(memory, at.result, errorOf("EINVAL"));
    }

    ring.publish(1);
    const submitted = view.submitSqes(1);
    if (submitted !== 1) return stopWith(memory, at.result, submissionError(submitted));
    memory.setU32(at.inflight, 1);
    const next = advanced(head, ready);
    ring.reapTo(next);
    params.cqWaitIdx = advanced(next, 1);
    return IOU_LOOP_CONTINUE;
  },
};

function writeRead(sqes: Region, sqe: number, memory: Region): void {
  sqes.fill(sqe, SQE.bytes, 0);
  sqes.setU8(sqe + SQE.opcode, IORING_OP_READ);
  sqes.setI32(sqe + SQE.fd, memory.i32(at.in));
  sqes.setU32(sqe + SQE.len, memory.u32(at.len));
  sqes.setU64(sqe + SQE.userData, memory.u64(at.read));
  placeInFile(sqes, sqe, memory);
}

function writeWrite(sqes: Region, sqe: number, memory: Region, len: number): void {
  sqes.fill(sqe, SQE.bytes, 0);
  sqes.setU8(sqe + SQE.opcode, IORING_OP_WRITE);
  sqes.setI32(sqe + SQE.fd, memory.i32(at.out));
  sqes.setU32(sqe + SQE.len, len);
  sqes.setU64(sqe + SQE.userData, memory.u64(at.write));
  placeInFile(sqes, sqe, memory);
}

function placeInFile(sqes: Region, sqe: number, memory: Region): void {
  sqes.setU64(sqe + SQE.off, memory.u64(at.offset));
  sqes.setU64(sqe + SQE.addr, memory.u64(at.buf));
}
