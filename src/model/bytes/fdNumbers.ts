/**
 * Descriptor numbers of the model's user space: the files from 3 on, then pipe ends (read, write), sockets (0, 1) and
 * rings, in the order of their declarations. 0 to 2, and all others, are closed. A slot's number is its index.
 */
import type { FdRef, RingId, Scenario } from "../scenario.js";

const FD_FIRST = 3;

function firstNumbers(scenario: Scenario) {
  const pipes = FD_FIRST + scenario.files.length;
  const sockets = pipes + 2 * scenario.pipes.length;
  return { files: FD_FIRST, pipes, sockets, rings: sockets + 2 * scenario.sockets.length };
}

export function fdNumber(ref: FdRef, scenario: Scenario): number {
  const first = firstNumbers(scenario);
  switch (ref.kind) {
    case "file":
      return first.files + ref.file;
    case "pipe":
      return first.pipes + 2 * ref.pipe + (ref.end === "w" ? 1 : 0);
    case "socket":
      return first.sockets + 2 * ref.sockets + ref.end;
    case "slot":
      return ref.slot;
    case "bad":
      return ref.fd;
  }
}

export function ringFdNumber(ring: RingId, scenario: Scenario): number {
  return firstNumbers(scenario).rings + ring;
}

/** The ring whose descriptor this is; null: it is none's. */
export function ringOfFd(fd: number, scenario: Scenario): RingId | null {
  const ring = fd - firstNumbers(scenario).rings;
  return ring >= 0 && ring < scenario.rings.length ? ring : null;
}

/** What a number names; `isFixed`: among the slots (IOSQE_FIXED_FILE). A ring's is `bad`: ask `ringOfFd` first. */
export function fdOfNumber(fd: number, isFixed: boolean, scenario: Scenario): FdRef {
  if (isFixed) return fd >= 0 && fd < scenario.slotCount ? { kind: "slot", slot: fd } : { kind: "bad", fd };
  const first = firstNumbers(scenario);
  if (fd < first.files || fd >= first.rings) return { kind: "bad", fd };
  if (fd < first.pipes) return { kind: "file", file: fd - first.files };
  if (fd < first.sockets) {
    const end = fd - first.pipes;
    return { kind: "pipe", pipe: end >> 1, end: (end & 1) === 0 ? "r" : "w" };
  }
  const end = fd - first.sockets;
  return { kind: "socket", sockets: end >> 1, end: (end & 1) === 0 ? 0 : 1 };
}
