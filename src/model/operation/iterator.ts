/** bpf_iter_uring_buf_* and bpf_uring_buf_dynptr* of v3: a buffer, a page at a time. */
import { PAGE } from "../bytes/ringLayout.js";
import { type Machine, userSpace } from "../machine.js";
import {
  BUF_DESC,
  BUF_FIXED,
  BUF_KFIXED,
  BUF_REG_VEC,
  BUF_USER,
  BUF_VEC,
  type BufferIterator,
  bytesOfText,
  ITER_DEST,
  ITER_SOURCE,
  type ProgramGuard,
  Region,
  textOfBytes,
} from "../programs/index.js";
import { R } from "../rules.js";
import type { BufferId } from "../scenario.js";

const EFAULT = -14;
const EINVAL = -22;

/** Where the bytes of an iterator lie. */
interface Span {
  readonly buffer: BufferId;
  readonly offset: number;
  readonly size: number;
}

/** bpf_iter_uring_buf_new over the io_bpf_buf_desc at `at` of `desc` (BOP-25). Vectors are not modelled (docs/SCOPE.md). */
export function openBuffer(
  m: Machine,
  desc: Region,
  at: number,
  direction: number,
  guard: ProgramGuard,
): BufferIterator {
  m.emit(R["BOP-25"]);
  const span = spanOf(m, desc, at, direction);
  return typeof span === "number" ? inert(span) : new PageIterator(m, span, direction, guard);
}

function spanOf(m: Machine, desc: Region, at: number, direction: number): Span | number {
  const type = desc.u8(at + BUF_DESC.type);
  if (direction !== ITER_DEST && direction !== ITER_SOURCE) return EINVAL;
  if (type === BUF_VEC || type === BUF_REG_VEC) {
    m.emit({ kind: "bound", name: "a vectored buffer of a custom operation" });
    return EINVAL;
  }
  if (type !== BUF_USER && type !== BUF_FIXED && type !== BUF_KFIXED) return EINVAL;
  const size = desc.u32(at + BUF_DESC.len);
  const found = userSpace(m).bufferAt(desc.u64(at + BUF_DESC.addr), size);
  if (found === null) return EFAULT;
  const isRegistered = type === BUF_FIXED || type === BUF_KFIXED;
  if (isRegistered && !isRegisteredAt(m, found.buffer, desc.u16(at + BUF_DESC.bufIndex))) return EFAULT;
  return { ...found, size };
}

/** Whether a buffer is the one that is registered under an index: they are numbered in textual order. */
function isRegisteredAt(m: Machine, buffer: BufferId, index: number): boolean {
  const fixed = m.scenario.buffers.map((_, id) => id).filter((id) => m.scenario.buffers[id]?.fixed === true);
  return fixed[index] === buffer;
}

function inert(error: number): BufferIterator {
  return { error, next: () => null, read: () => null, write: () => null, destroy: () => {} };
}

class PageIterator implements BufferIterator {
  readonly error = 0;
  private at = 0;
  private chunk = 0;
  private isOpen = true;

  constructor(
    private readonly m: Machine,
    private readonly span: Span,
    private readonly direction: number,
    private readonly guard: ProgramGuard,
  ) {}

  next(): number | null {
    this.guard.spend();
    if (!this.isOpen) return null;
    this.at += this.chunk;
    this.chunk = Math.min(PAGE - ((this.span.offset + this.at) % PAGE), this.span.size - this.at);
    if (this.chunk > 0) return this.chunk;
    this.chunk = 0;
    return null;
  }

  read(): Region | null {
    return this.region(false);
  }

  write(): Region | null {
    return this.direction === ITER_SOURCE ? null : this.region(true);
  }

  destroy(): void {
    this.guard.spend();
    this.isOpen = false;
  }

  private region(isWritable: boolean): Region | null {
    this.guard.spend();
    const { span, chunk } = this;
    const { buffers } = this.m.s;
    if (!this.isOpen || chunk === 0) return null;
    const from = span.offset + this.at;
    const bytes = bytesOfText((buffers[span.buffer] ?? "").slice(from, from + chunk));
    return new Region(
      bytes,
      {
        name: "a chunk of the buffer",
        writable: isWritable ? [0, chunk] : null,
        onWrite: () => {
          const all = buffers[span.buffer] ?? "";
          buffers[span.buffer] = all.slice(0, from) + textOfBytes(bytes) + all.slice(from + chunk);
        },
      },
      this.guard,
    );
  }
}
