/**
 * Does an SQE fail prep, and with what? The checks of io_init_req and the opcodes' prep handlers, in their order, as far
 * as a scenario determines them. Read in Linux 6.18, io_uring/io_uring.c and timeout.c.
 */
import { IOSQE, type Sqe } from "../model/scenario.js";
import { isAtLeast, type Kernel } from "./profile.js";

const EINVAL = -22;
const EOPNOTSUPP = -95;

/** Opcodes that take a provided buffer, by their IORING_OP_ names (`def->buffer_select`). */
const BUFFER_SELECT_OPCODES: ReadonlySet<string> = new Set(["READ", "READV", "RECV", "RECVMSG"]);
/** With bundles SEND came to take one in 6.10; when SENDMSG did was not checked. */
const SENDING_OPCODES: ReadonlySet<string> = new Set(["SEND", "SENDMSG"]);

/** What the ring and the open chain say when an SQE arrives. */
export interface PrepContext {
  /** An SQE with SKIP was accepted before on this ring (`ctx->drain_disabled`). */
  readonly drainDisabled: boolean;
  /** The SQE before it in the chain that is being assembled; null: none is open. */
  readonly last: Sqe | null;
  readonly kernel: Kernel;
}

/** Opcode as the kernel names it. */
export function opcodeOf(sqe: Sqe): string {
  return sqe.operation.opcode === "OTHER" ? sqe.operation.name : sqe.operation.opcode;
}

/** Whether the checks before the flags are looked at let the SQE through: an opcode that exists, a buffer it can take. */
export function reachesFlagChecks(sqe: Sqe, kernel: Kernel): boolean {
  return sqe.operation.opcode !== "INVALID" && bufferSelectError(sqe, kernel) === null;
}

function bufferSelectError(sqe: Sqe, kernel: Kernel): number | null | "unknown" {
  if ((sqe.flags & IOSQE.BUFFER_SELECT) === 0) return null;
  const opcode = opcodeOf(sqe);
  if (BUFFER_SELECT_OPCODES.has(opcode)) return null;
  if (SENDING_OPCODES.has(opcode)) {
    if (kernel !== null && !isAtLeast(kernel, 6, 10)) return EOPNOTSUPP;
    return kernel !== null && opcode === "SEND" ? null : "unknown";
  }
  return opcode === "OP" || opcode === "BPF" ? "unknown" : EOPNOTSUPP;
}

/** PREP-01, LT-01, SKIP-09, SKIP-11, TMO-05, CAN-07: the error, null for none, "unknown" where it cannot be said. */
export function prepErrorOf(sqe: Sqe, context: PrepContext): number | null | "unknown" {
  if (sqe.operation.opcode === "INVALID") return EINVAL;
  const selected = bufferSelectError(sqe, context.kernel);
  if (selected !== null) return selected;
  const skip = (sqe.flags & IOSQE.SKIP) !== 0;
  if ((sqe.flags & IOSQE.DRAIN) !== 0 && (context.drainDisabled || skip)) return EOPNOTSUPP;
  if (sqe.prepError !== null) return sqe.prepError;
  return opcodePrepError(sqe, skip, context);
}

function opcodePrepError(sqe: Sqe, skip: boolean, { last, kernel }: PrepContext): number | null | "unknown" {
  const operation = sqe.operation;
  switch (operation.opcode) {
    case "NOP":
      // Before 6.10 nop_flags had to be zero (seen on 6.1.192); completing through task work came later than 6.12.
      if (operation.res === null && !operation.taskWork) return null;
      if (kernel === null || isAtLeast(kernel, 6, 18)) return null;
      if (!isAtLeast(kernel, 6, 10)) return EINVAL;
      return operation.taskWork ? "unknown" : null;
    case "LINK_TIMEOUT":
      return last === null || last.operation.opcode === "LINK_TIMEOUT" ? EINVAL : null;
    case "POLL_ADD":
      return sqe.multishot && skip ? EINVAL : null;
    case "TIMEOUT":
      if (!operation.multishot && !sqe.multishot) return null;
      if (kernel !== null && !isAtLeast(kernel, 6, 4)) return EINVAL;
      return operation.abs ? EINVAL : null;
    case "ASYNC_CANCEL": {
      const any = operation.flags.includes("ANY");
      const byOpcode = operation.flags.includes("OP");
      if (any && (byOpcode || operation.flags.includes("FD"))) return EINVAL;
      const isNew = byOpcode || operation.flags.includes("USERDATA");
      return isNew && kernel !== null && !isAtLeast(kernel, 6, 6) ? EINVAL : null;
    }
    case "READ":
    case "RECV":
      // Multishot needs a buffer group, which the language does not have.
      return sqe.multishot ? "unknown" : null;
    case "BPF":
      return "unknown";
    case "OTHER":
      if (skip && operation.name.endsWith("_ZC")) return EINVAL;
      return null;
    default:
      return null;
  }
}
