import type { OperationProgram } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";

const { at, memory } = globals({ error: "i32" });

/** `error` is the result as the CQE shows it, such as -5. */
export const issueFails: OperationProgram = {
  kind: "operation",
  doc: "issue returns error= (-EIO where it is not named)",
  parameters: { optional: ["error"] },
  ...memory,
  init: (memory, args) => memory.setI32(at.error, intArgument(args, "error", errorOf("EIO"))),
  prep: () => 0,
  issue: (data) => data.memory.i32(at.error),
};
