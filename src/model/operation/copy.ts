/** io_uring_bpf_req_memcpy of v1: between the two buffers that the SQE names. */
import type { Machine } from "../machine.js";
import type { BufferPlace } from "../programs/index.js";
import { R } from "../rules.js";
import type { BufferId, Operation } from "../scenario.js";

const EINVAL = -22;

/** Bytes copied, or -EINVAL for a buffer that the SQE does not name, the same twice, or bytes beyond either (BOP-24). */
export function copyBetween(
  m: Machine,
  operation: Operation & { readonly opcode: "BPF" },
  to: BufferPlace,
  from: BufferPlace,
  size: number,
): number {
  m.emit(R["BOP-24"]);
  const target = bufferOf(operation, to.buffer);
  const source = bufferOf(operation, from.buffer);
  if (target === null || source === null || to.buffer === from.buffer) return EINVAL;
  const bytes = m.s.buffers[source] ?? "";
  const old = m.s.buffers[target] ?? "";
  if (size < 0 || from.offset < 0 || to.offset < 0) return EINVAL;
  if (from.offset + size > bytes.length || to.offset + size > old.length) return EINVAL;
  m.s.buffers[target] =
    old.slice(0, to.offset) + bytes.slice(from.offset, from.offset + size) + old.slice(to.offset + size);
  return size;
}

function bufferOf(operation: Operation & { readonly opcode: "BPF" }, buffer: number): BufferId | null {
  if (buffer === 1) return operation.src;
  return buffer === 2 ? operation.dst : null;
}
