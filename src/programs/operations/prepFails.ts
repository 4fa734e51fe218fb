import type { OperationProgram } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";

const { at, memory } = globals({ error: "i32" });

/** `error` is the result as the CQE shows it, such as -22. */
export const prepFails: OperationProgram = {
  kind: "operation",
  doc: "prep returns error= (-EINVAL where it is not named); it has no issue",
  parameters: { optional: ["error"] },
  ...memory,
  init: (memory, args) => memory.setI32(at.error, intArgument(args, "error", errorOf("EINVAL"))),
  prep: (data) => data.memory.i32(at.error),
};
