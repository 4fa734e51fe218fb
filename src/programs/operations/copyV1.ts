import type { OperationProgram } from "../../model/programs/index.js";
import { globals, intArgument } from "../globals.js";

const { at, memory } = globals({ len: "u32", first: "u32", from: "u32", to: "u32" });

/**
 * Copies buffer `from` (1) of the SQE to buffer `to` (2) in two calls of io_uring_bpf_req_memcpy (v1 only), `first` bytes and the rest
 * of `len`. Completes with the bytes copied: a short first call ends it. A call's error is what `issue` returns.
 */
export const copyV1: OperationProgram = {
  kind: "operation",
  doc: "copies len= bytes of buffer from= (1) to buffer to= (2) in two calls, the first of first= bytes (512); v1",
  parameters: { required: ["len"], optional: ["first", "from", "to"] },
  ...memory,
  init(memory, args) {
    const len = intArgument(args, "len", 0);
    memory.setU32(at.len, len);
    memory.setU32(at.first, Math.min(len, intArgument(args, "first", 512)));
    memory.setU32(at.from, intArgument(args, "from", 1));
    memory.setU32(at.to, intArgument(args, "to", 2));
  },
  prep: () => 0,
  issue(data) {
    const len = data.memory.u32(at.len);
    const first = data.memory.u32(at.first);
    const from = data.memory.u32(at.from);
    const to = data.memory.u32(at.to);
    let copied = 0;
    for (const [offset, size] of [
      [0, first],
      [first, len - first],
    ] as const) {
      if (size === 0) continue;
      const bytes = data.memcpy({ buffer: to, offset }, { buffer: from, offset }, size);
      if (bytes < 0) return bytes;
      copied += bytes;
      if (bytes < size) break;
    }
    data.setResult(copied);
    return 0;
  },
};
