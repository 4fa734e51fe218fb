/** An SQE's bytes for a kernel: the model's encoder, less what only the model has. */
import { encodeSqe as encodeForAnyone } from "../model/bytes/encodeSqe.js";
import type { SqeContext, SqeTarget } from "../model/bytes/sqeFields.js";
import { Unencodable } from "../model/bytes/unencodable.js";
import type { Sqe } from "../model/scenario.js";
import { Unsupported } from "./unsupported.js";

/**
 * Writes `sqe` as its 64 bytes. Every byte of them is written.
 * @throws {Unsupported} where no SQE that a kernel takes does what is asked for.
 */
export function encodeSqe(sqe: Sqe, context: SqeContext, target: SqeTarget): void {
  if (sqe.operation.opcode === "OP")
    throw new Unsupported("OP is an abstract operation, which no kernel has");
  try {
    encodeForAnyone(sqe, context, target);
  } catch (error) {
    if (error instanceof Unencodable) throw new Unsupported(error.message);
    throw error;
  }
}
