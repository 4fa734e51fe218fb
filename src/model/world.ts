/**
 * The world that operations act on: open file descriptions, regular files, pipes, stream pairs, slots and buffers;
 * who is woken when one of them changes. Stands for what vfs, pipe.c and af_unix.c do for io_uring, 6.18.
 */
import { type Machine, requestOf, sqeOf } from "./machine.js";
import { wakePoll } from "./poll.js";
import { R } from "./rules.js";
import type { FdRef } from "./scenario.js";
import { type Description, PHASE } from "./state.js";

export const EPOLL = { IN: 1, OUT: 4, ERR: 8, HUP: 16, RDHUP: 0x2000 } as const;
/** Bytes that a pipe holds (16 pages of 4 KiB; that each write may need a page of its own is not modelled). */
export const PIPE_BYTES_MAX = 65536;
/** Bytes that a stream is let hold before the run is given up: sk_sndbuf's bookkeeping is not modelled. */
export const STREAM_BYTES_MAX = 100_000;

export type Blocked = null;

type Object =
  | { readonly kind: "file"; readonly file: number }
  | { readonly kind: "pipe"; readonly pipe: number; readonly end: "r" | "w" }
  | { readonly kind: "socket"; readonly pair: number; readonly end: 0 | 1 };

/** The description that a declared descriptor names; -1 for one that is none. Whether it is still open is not asked. */
export function descOfFd(m: Machine, fd: FdRef): number {
  const { files, pipes } = m.scenario;
  switch (fd.kind) {
    case "file":
      return fd.file;
    case "pipe":
      return files.length + 2 * fd.pipe + (fd.end === "w" ? 1 : 0);
    case "socket":
      return files.length + 2 * pipes.length + 2 * fd.sockets + fd.end;
    case "slot":
    case "bad":
      return -1;
  }
}

/** io_file_get_normal, io_file_get_fixed: the description to use now, or -1 (-EBADF). */
export function lookUpFd(m: Machine, ring: number, fd: FdRef): number {
  if (fd.kind === "slot") return (m.s.rings[ring]?.slots[fd.slot] ?? 0) - 1;
  const desc = descOfFd(m, fd);
  return desc >= 0 && (m.s.descs[desc] as Description).open ? desc : -1;
}

export function objectOf(m: Machine, desc: number): Object {
  const { files, pipes, sockets } = m.scenario;
  const file = m.plan.descFile[desc] ?? -1;
  if (file >= 0 || desc >= files.length + 2 * pipes.length + 2 * sockets.length)
    return { kind: "file", file };
  const pipe = desc - files.length;
  if (pipe < 2 * pipes.length) return { kind: "pipe", pipe: pipe >> 1, end: (pipe & 1) === 1 ? "w" : "r" };
  const socket = pipe - 2 * pipes.length;
  return { kind: "socket", pair: socket >> 1, end: (socket & 1) as 0 | 1 };
}

export function isRegular(m: Machine, desc: number): boolean {
  return objectOf(m, desc).kind === "file";
}

/** pipe_full: a pipe takes a write as long as a page of it is free. */
function hasRoom(bytes: number): boolean {
  return PIPE_BYTES_MAX - bytes >= 4096;
}

function pipeDesc(m: Machine, pipe: number, end: "r" | "w"): number {
  return m.scenario.files.length + 2 * pipe + (end === "w" ? 1 : 0);
}

function socketDesc(m: Machine, pair: number, end: number): number {
  return m.scenario.files.length + 2 * m.scenario.pipes.length + 2 * pair + end;
}

function isReleased(m: Machine, desc: number): boolean {
  return (m.s.descs[desc] as Description).released;
}

/** vfs_poll: what is ready now. */
export function readiness(m: Machine, desc: number): number {
  const object = objectOf(m, desc);
  switch (object.kind) {
    case "file":
      return EPOLL.IN | EPOLL.OUT;
    case "pipe": {
      const bytes = (m.s.pipes[object.pipe] as string).length;
      if (object.end === "r") {
        return (bytes > 0 ? EPOLL.IN : 0) | (isReleased(m, pipeDesc(m, object.pipe, "w")) ? EPOLL.HUP : 0);
      }
      return (
        (hasRoom(bytes) ? EPOLL.OUT : 0) | (isReleased(m, pipeDesc(m, object.pipe, "r")) ? EPOLL.ERR : 0)
      );
    }
    case "socket": {
      const readable = (m.s.streams[2 * object.pair + object.end] as string).length > 0;
      const closed = isReleased(m, socketDesc(m, object.pair, 1 - object.end));
      return (readable || closed ? EPOLL.IN : 0) | EPOLL.OUT | (closed ? EPOLL.HUP | EPOLL.RDHUP : 0);
    }
  }
}

/** A read of `len` bytes: the bytes, a negative errno, or null where it would have to wait. */
export function readBytes(
  m: Machine,
  desc: number,
  len: number,
  offset: number | null,
): string | number | Blocked {
  const object = objectOf(m, desc);
  switch (object.kind) {
    case "file": {
      const description = m.s.descs[desc] as Description;
      const content = object.file < 0 ? "" : (m.s.files[object.file] as string);
      const from = offset ?? description.position;
      const bytes = content.slice(from, from + len);
      if (offset === null) description.position = from + bytes.length;
      return bytes;
    }
    case "pipe": {
      if (object.end === "w") return -9;
      const bytes = m.s.pipes[object.pipe] as string;
      if (len === 0) return "";
      if (bytes.length === 0) return isReleased(m, pipeDesc(m, object.pipe, "w")) ? "" : null;
      m.s.pipes[object.pipe] = bytes.slice(len);
      if (!hasRoom(bytes.length) && hasRoom(bytes.length - len))
        wakePoll(m, pipeDesc(m, object.pipe, "w"), EPOLL.OUT);
      return bytes.slice(0, len);
    }
    case "socket": {
      const index = 2 * object.pair + object.end;
      const bytes = m.s.streams[index] as string;
      if (bytes.length === 0) {
        if (isReleased(m, socketDesc(m, object.pair, 1 - object.end))) return "";
        return len === 0 ? "" : null;
      }
      m.s.streams[index] = bytes.slice(len);
      return bytes.slice(0, len);
    }
  }
}

/**
 * A write: how many bytes it took, a negative errno, or null where it would have to wait. `whole`: a blocking write,
 * which waits until all fit.
 */
export function writeBytes(
  m: Machine,
  desc: number,
  data: string,
  offset: number | null,
  whole: boolean,
): number | Blocked {
  const object = objectOf(m, desc);
  switch (object.kind) {
    case "file": {
      const description = m.s.descs[desc] as Description;
      if (object.file < 0) return data.length;
      const content = m.s.files[object.file] as string;
      const at = offset ?? description.position;
      if (data.length > 0) {
        m.s.files[object.file] =
          content.slice(0, at).padEnd(at, "\0") + data + content.slice(at + data.length);
      }
      if (offset === null) description.position = at + data.length;
      return data.length;
    }
    case "pipe": {
      if (object.end === "r") return -9;
      if (isReleased(m, pipeDesc(m, object.pipe, "r"))) return -32;
      const bytes = m.s.pipes[object.pipe] as string;
      const room = PIPE_BYTES_MAX - bytes.length;
      if (data.length === 0) return 0;
      if (room < 4096 ? data.length > room : data.length > room && whole) return null;
      const taken = data.slice(0, room);
      m.s.pipes[object.pipe] = bytes + taken;
      wakePoll(m, pipeDesc(m, object.pipe, "r"), EPOLL.IN);
      return taken.length;
    }
    case "socket": {
      const peer = 1 - object.end;
      if (isReleased(m, socketDesc(m, object.pair, peer))) return -32;
      const index = 2 * object.pair + peer;
      const bytes = (m.s.streams[index] as string) + data;
      if (bytes.length > STREAM_BYTES_MAX) m.emit({ kind: "bound", name: "streamBytesMax" });
      m.s.streams[index] = bytes;
      if (data.length > 0) wakePoll(m, socketDesc(m, object.pair, peer), EPOLL.IN);
      return data.length;
    }
  }
}

/** Whether a read or write on it would wait now. */
export function wouldBlock(m: Machine, desc: number, direction: "read" | "write", len: number): boolean {
  const object = objectOf(m, desc);
  if (object.kind === "file" || len === 0) return false;
  if (object.kind === "pipe") {
    const bytes = (m.s.pipes[object.pipe] as string).length;
    if (direction === "read") {
      return object.end === "r" && bytes === 0 && !isReleased(m, pipeDesc(m, object.pipe, "w"));
    }
    return (
      object.end === "w" && bytes + len > PIPE_BYTES_MAX && !isReleased(m, pipeDesc(m, object.pipe, "r"))
    );
  }
  if (direction === "write") return false;
  return (
    (m.s.streams[2 * object.pair + object.end] as string).length === 0 &&
    !isReleased(m, socketDesc(m, object.pair, 1 - object.end))
  );
}

/** Bytes that can be received from a socket. */
export function unreadBytes(m: Machine, desc: number): number {
  const object = objectOf(m, desc);
  return object.kind === "socket" ? (m.s.streams[2 * object.pair + object.end] as string).length : 0;
}

/** Where the last reference to a description is gone, its object hears of it (K-08: requests hold references). */
export function releaseIfUnused(m: Machine, desc: number): void {
  const description = m.s.descs[desc] as Description;
  if (description.open || description.released) return;
  for (const ring of m.s.rings) if (ring.slots.includes(desc + 1)) return;
  for (const req of m.s.reqs) if (req.desc === desc + 1 && req.phase !== PHASE.done) return;
  description.released = true;
  const object = objectOf(m, desc);
  if (object.kind === "pipe") wakePoll(m, pipeDesc(m, object.pipe, object.end === "r" ? "w" : "r"), 0);
  if (object.kind === "socket") wakePoll(m, socketDesc(m, object.pair, 1 - object.end), 0);
}

/** close(2), or clearing a slot: what held the description no longer does. */
export function closeFd(m: Machine, fd: FdRef): number {
  const desc = descOfFd(m, fd);
  if (desc < 0 || !(m.s.descs[desc] as Description).open) return -9;
  (m.s.descs[desc] as Description).open = false;
  if (m.s.reqs.some((r) => r.desc === desc + 1)) m.emit(R["CAN-12"]);
  releaseIfUnused(m, desc);
  return 0;
}

/** io_fixed_fd_install, io_fixed_fd_remove: sets a slot of one ring, and lets go of what was in it. */
export function setSlot(m: Machine, ring: number, slot: number, desc: number): number {
  const slots = m.s.rings[ring]?.slots;
  if (slots === undefined || slots.length === 0) return -6;
  if (slot >= slots.length) return -22;
  const old = slots[slot] as number;
  slots[slot] = desc + 1;
  if (old > 0) releaseIfUnused(m, old - 1);
  return 0;
}

/** Copies what was read into the buffer that the SQE names. */
export function fillBuffer(m: Machine, buffer: number | null, bytes: string, at: number): void {
  if (buffer === null) return;
  const old = m.s.buffers[buffer] as string;
  m.s.buffers[buffer] = (old.slice(0, at) + bytes + old.slice(at + bytes.length)).slice(0, old.length);
}

/** The bytes that a WRITE or SEND sends now. */
export function sourceBytes(m: Machine, req: number): string {
  const { operation } = sqeOf(m, req);
  if (operation.opcode !== "WRITE" && operation.opcode !== "SEND") return "";
  const { source, len } = operation;
  switch (source.kind) {
    case "data":
      return source.data.slice(0, len);
    case "zeros":
      return "\0".repeat(len);
    case "buffer":
      m.emit(R["RES-10"]);
      return (m.s.buffers[source.buffer] as string).slice(0, len);
  }
}

/** Gives up a request's reference to its description. */
export function dropFile(m: Machine, req: number): void {
  const r = requestOf(m, req);
  if (r.desc === 0) return;
  const desc = r.desc - 1;
  r.desc = 0;
  releaseIfUnused(m, desc);
}
