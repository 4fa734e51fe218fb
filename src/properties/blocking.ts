/** Can a request stay without a result for ever? Only of one that cannot is a missing CQE a lost CQE. */
import type { FdRef, Sqe } from "../model/scenario.js";

function isFile(fd: FdRef): boolean {
  return fd.kind === "file" || fd.kind === "bad";
}

/** False: once started, it completes without any help. True where that is not sure. */
export function mayBlock(sqe: Sqe): boolean {
  if (sqe.may !== null) return sqe.may.includes("never");
  const operation = sqe.operation;
  switch (operation.opcode) {
    case "NOP":
    case "OPENAT":
    case "CLOSE":
    case "FSYNC":
    case "POLL_REMOVE":
    case "TIMEOUT_REMOVE":
    case "ASYNC_CANCEL":
    case "MSG_RING":
    case "INVALID":
      return false;
    case "READ":
    case "WRITE":
      return !isFile(operation.fd);
    case "SEND":
    case "RECV":
      return operation.fd.kind !== "bad";
    case "TIMEOUT":
      // A multishot one without a count has no last CQE.
      return operation.ts === null || operation.multishot || sqe.multishot;
    default:
      return true;
  }
}
