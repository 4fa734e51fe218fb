import type { OperationProgram } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";

/** `count`: requests that were issued so far. */
const { at, memory } = globals({ count: "u32", every: "u32", error: "i32" });

/** Error injection: to be put into a chain before a request that must not run then. `error` is a result, such as -5. */
export const inject: OperationProgram = {
  kind: "operation",
  doc: "issue of every every=-th request returns error= (-EIO where it is not named); the others complete with 0",
  parameters: { required: ["every"], optional: ["error"] },
  ...memory,
  init(memory, args) {
    memory.setU32(at.every, intArgument(args, "every", 1));
    memory.setI32(at.error, intArgument(args, "error", errorOf("EIO")));
  },
  prep: () => 0,
  issue(data) {
    const count = data.memory.u32(at.count) + 1;
    data.memory.setU32(at.count, count);
    if (count % data.memory.u32(at.every) === 0) return data.memory.i32(at.error);
    data.setResult(0);
    return 0;
  },
};
