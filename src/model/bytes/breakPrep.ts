/** SQEs that the kernel refuses on purpose: `prep=`. */
import { errnoNumber, formatRes } from "../errno.js";
import { IOSQE, type Sqe } from "../scenario.js";
import { SQE, type SqeWriter } from "./sqeFields.js";
import { Unencodable } from "./unencodable.js";

/** An address that no process may use: access_ok() refuses it. */
const KERNEL_ADDRESS_HIGH = 0xffff_8000;

/**
 * Changes an SQE so that its prep fails with the error that is asked for; `flags` is its sqe->flags.
 * @throws {Unencodable} where no change does that.
 */
export function breakPrep(sqe: Sqe, flags: number, out: SqeWriter): void {
  const op = sqe.operation.opcode;
  switch (sqe.prepError) {
    case -(errnoNumber("EINVAL") ?? 0):
      // io_init_req looks the personality up before any prep, for every opcode.
      out.u16(SQE.personality, 0xffff);
      return;
    case -(errnoNumber("EFAULT") ?? 0): {
      const field =
        op === "TIMEOUT_REMOVE"
          ? SQE.off
          : ["READ", "WRITE", "SEND", "RECV", "TIMEOUT", "LINK_TIMEOUT", "OPENAT"].includes(op)
            ? SQE.addr
            : null;
      if (field === null) break;
      out.u32(field, 0);
      out.u32(field + 4, KERNEL_ADDRESS_HIGH);
      return;
    }
    case -(errnoNumber("EOPNOTSUPP") ?? 0):
      if (["READ", "SEND", "RECV"].includes(op)) break;
      out.u8(SQE.flags, flags | IOSQE.BUFFER_SELECT);
      return;
    case -(errnoNumber("EBADF") ?? 0):
      if (op !== "OPENAT" && op !== "CLOSE") break;
      out.u8(SQE.flags, flags | IOSQE.FIXED_FILE);
      return;
  }
  throw new Unencodable(
    `no SQE makes the prep of ${op} fail with ${formatRes(sqe.prepError ?? 0)}: -EINVAL works for every opcode`,
  );
}
