/** Operations with one mistake each: what the kernel does then, and what their author is told. */
import type { OperationProgram } from "../../model/programs/index.js";

/** The CQE's result is what the request object was left with by an earlier request, 0 if it is a new one. */
export const stale: OperationProgram = {
  kind: "operation",
  doc: "issue returns 0 and has set no result",
  memoryBytes: 0,
  prep: () => 0,
  issue: () => 0,
};

/** The kernel does not clear the pdu: the bytes are those of whatever request had that memory before. */
export const pduReader: OperationProgram = {
  kind: "operation",
  doc: "completes with a byte of its pdu that no callback has written",
  memoryBytes: 0,
  prep: () => 0,
  issue(data) {
    data.setResult(data.pdu.u8(0));
    return 0;
  },
};

const EIOCBQUEUED = 529;

/** v1 lets it through, and the request never completes; v3 makes -EINVAL of it. */
export const skipComplete: OperationProgram = {
  kind: "operation",
  doc: "issue returns -EIOCBQUEUED, as if it completed later, which an operation cannot",
  memoryBytes: 0,
  prep: () => 0,
  issue: () => -EIOCBQUEUED,
};

/** All but 0 and -EAGAIN fails the request: its result is 1, and a chain is severed. */
export const positive: OperationProgram = {
  kind: "operation",
  doc: "issue returns 1, as if that were a result",
  memoryBytes: 0,
  prep: () => 0,
  issue: () => 1,
};
