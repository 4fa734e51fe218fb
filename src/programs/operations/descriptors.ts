/**
 * How this shelf's operations of v3 are handed their buffers: sqe->addr points to an array of sqe->len
 * `struct io_bpf_buf_desc`, the source first. The kernel does not say; its self tests do it alike.
 */
import {
  BUF_DESC,
  type BufferIterator,
  type OperationData,
  type Region,
} from "../../model/programs/index.js";
import { errorOf } from "../globals.js";
import { SQE } from "../sqe.js";

/**
 * Keeps the `count` (1 or 2) descriptors of an SQE at the start of the pdu, for `issue`.
 * @returns 0; -EINVAL where the SQE has another number of them; -EFAULT where they cannot be read.
 */
export function keepDescriptors(data: OperationData, sqe: Region, count: 1 | 2): number {
  if (sqe.u32(SQE.len) !== count) return errorOf("EINVAL");
  const size = count * BUF_DESC.bytes;
  const descriptors = data.readUser(sqe.u64(SQE.addr), size);
  if (descriptors === null) return errorOf("EFAULT");
  data.pdu.copy(0, descriptors, 0, size);
  return 0;
}

/** A place in a buffer whose chunks come one after the other. */
class Cursor {
  private at = 0;
  private available = 0;
  private chunk: Region | null = null;

  constructor(
    private readonly iterator: BufferIterator,
    private readonly writes: boolean,
  ) {}

  /** The bytes left of the chunk that it stands in, entering the next one where none are; 0 at the buffer's end. */
  left(): number {
    while (this.at === this.available) {
      const next = this.iterator.next();
      if (next === null) return 0;
      this.at = 0;
      this.available = next;
      this.chunk = this.writes ? this.iterator.write() : this.iterator.read();
      if (this.chunk === null) return 0;
    }
    return this.available - this.at;
  }

  /** The chunk and the place in it. Only where `left` was not 0. */
  get place(): { region: Region; at: number } {
    return { region: this.chunk!, at: this.at };
  }

  advance(size: number): void {
    this.at += size;
  }
}

/** What happens to bytes that lie side by side in the source and in the destination. */
export type OnPiece = (to: Region, toAt: number, from: Region, fromAt: number, size: number) => void;

/**
 * Walks a source and a destination side by side, whatever their chunks, to the end of the shorter one, and ends both.
 * @returns the bytes walked, or the error with which either could not be opened.
 */
export function walkPair(source: BufferIterator, destination: BufferIterator, onPiece: OnPiece): number {
  let walked = 0;
  const error = source.error !== 0 ? source.error : destination.error;
  if (error === 0) {
    const from = new Cursor(source, false);
    const to = new Cursor(destination, true);
    for (let size = Math.min(from.left(), to.left()); size > 0; size = Math.min(from.left(), to.left())) {
      onPiece(to.place.region, to.place.at, from.place.region, from.place.at, size);
      from.advance(size);
      to.advance(size);
      walked += size;
    }
  }
  // The last one opened is the first to go: the kernel's lock is taken once for both.
  destination.destroy();
  source.destroy();
  return error === 0 ? walked : error;
}
