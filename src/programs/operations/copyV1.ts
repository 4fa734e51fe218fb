import type { OperationProgram } from "../../model/programs/index.js";
import { globals, intArgument } from "../globals.js";

const { at, memory } = globals({ len: "u32", first: "u32" });

/**
 * Copies buffer 1 of the SQE to buffer 2 in two calls of io_uring_bpf_req_memcpy (v1 only), `first` bytes and the rest
 * of `len`. Completes with the bytes copied: a short first call ends it. A call's error is what `issue` returns.
 */
export const copyV1: OperationProgram = {
  kind: "operation",
  doc: "copies len= bytes of buffer 1 to buffer 2 in two calls, the first of first= bytes (512 where it is not named); v1",
  parameters: { required: ["len"], optional: ["first"] },
  ...memory,
  init(memory, args) {
    const len = intArgument(args, "len", 0);
    memory.setU32(at.len, len);
    memory.setU32(at.first, Math.min(len, intArgument(args, "first", 512)));
  },
  prep: () => 0,
  issue(data) {
    const len = data.memory.u32(at.len);
    const first = data.memory.u32(at.first);
    let copied = 0;
    for (const [offset, size] of [
      [0, first],
      [first, len - first],
    ] as const) {
      if (size === 0) continue;
      const bytes = data.memcpy({ buffer: 2, offset }, { buffer: 1, offset }, size);
      if (bytes < 0) return bytes;
      copied += bytes;
      if (bytes < size) break;
    }
    data.setResult(copied);
    return 0;
  },
};
