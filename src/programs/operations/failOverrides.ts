import type { OperationProgram } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";

const { at, memory } = globals({ error: "i32", res: "i32" });

/** `fail` runs before the CQE is posted, so that the CQE says `res`; the request has failed all the same, and severs its chain. */
export const failOverrides: OperationProgram = {
  kind: "operation",
  doc: "issue returns error= (-EIO where it is not named), and fail sets the result to res= (0)",
  parameters: { optional: ["error", "res"] },
  ...memory,
  init(memory, args) {
    memory.setI32(at.error, intArgument(args, "error", errorOf("EIO")));
    memory.setI32(at.res, intArgument(args, "res", 0));
  },
  prep: () => 0,
  issue: (data) => data.memory.i32(at.error),
  fail: (data) => data.setResult(data.memory.i32(at.res)),
};
