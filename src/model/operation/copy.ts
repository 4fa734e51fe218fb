/** The two buffers that an SQE of v1 names: what prep checks of them, and io_uring_bpf_req_memcpy between them. */
import { BUF_TYPE_MASK, BUF1_FIXED, BUF1_SHIFT, BUF2_PLAIN, BUF2_SHIFT } from "../bytes/encodeBpf.js";
import { SQE } from "../bytes/sqeFields.js";
import type { Machine } from "../machine.js";
import type { BufferPlace } from "../programs/index.js";
import { R } from "../rules.js";
import type { BufferId, Operation } from "../scenario.js";

const EFAULT = -14;
const EINVAL = -22;

/**
 * What v1's prep says to the 24 bits below the id: -EINVAL for a type of buffer that there is not, for a registered
 * buffer beyond the table, and where one of the 18 lowest bits is set; -EFAULT where no buffer is registered (BOP-24).
 * @param sqe 64 bytes, as a text
 */
export function checkBuffers(m: Machine, sqe: string): number {
  const bits = wordAt(sqe, SQE.opFlags, 4);
  const first = (bits >> BUF1_SHIFT) & BUF_TYPE_MASK;
  const second = (bits >> BUF2_SHIFT) & BUF_TYPE_MASK;
  m.emit(R["BOP-24"]);
  if (bits % 2 ** BUF2_SHIFT !== 0 || first > BUF1_FIXED || second > BUF2_PLAIN) return EINVAL;
  if (first !== BUF1_FIXED) return 0;
  const registered = m.scenario.buffers.filter(({ fixed }) => fixed).length;
  if (registered === 0) return EFAULT;
  return wordAt(sqe, SQE.bufIndex, 2) < registered ? 0 : EINVAL;
}

/** A little-endian number of `bytes` bytes. */
function wordAt(text: string, at: number, bytes: number): number {
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + text.charCodeAt(at + i);
  return value;
}

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
