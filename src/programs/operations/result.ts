import type { OperationProgram } from "../../model/programs/index.js";
import { globals, intArgument } from "../globals.js";

const { at, memory } = globals({ value: "i32" });

/** A negative `value` severs a chain, although `issue` returns 0, and although `fail` is not called. */
export const result: OperationProgram = {
  kind: "operation",
  doc: "completes with value=, set by uring_bpf_set_result; issue returns 0",
  parameters: { required: ["value"] },
  ...memory,
  init: (memory, args) => memory.setI32(at.value, intArgument(args, "value", 0)),
  prep: () => 0,
  issue(data) {
    data.setResult(data.memory.i32(at.value));
    return 0;
  },
};
