import type { OperationProgram } from "../../model/programs/index.js";

/** The least that an operation is. It sets its result: without that the request keeps what an earlier one left in it. */
export const noop: OperationProgram = {
  kind: "operation",
  doc: "completes with 0",
  memoryBytes: 0,
  prep: () => 0,
  issue(data) {
    data.setResult(0);
    return 0;
  },
};
