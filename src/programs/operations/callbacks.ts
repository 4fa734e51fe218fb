/** Operations that lack a callback, and operations that tell when and where theirs run. */
import type { OperationData, OperationProgram } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { SQE } from "../sqe.js";

/** Its requests complete with 0 under v3, and fail with -ECANCELED under v1. */
export const noIssue: OperationProgram = {
  kind: "operation",
  doc: "has no issue",
  memoryBytes: 0,
  prep: () => 0,
};

/** It can be registered, and none of its requests gets past prep. */
export const noPrep: OperationProgram = {
  kind: "operation",
  doc: "has no prep, without which each request is refused",
  memoryBytes: 0,
  issue(data) {
    data.setResult(0);
    return 0;
  },
};

/** IO_URING_F_IOWQ of the issue flags. */
export const where: OperationProgram = {
  kind: "operation",
  doc: "completes with 1 where io-wq runs it, else with 0",
  memoryBytes: 0,
  prep: () => 0,
  issue(data) {
    data.setResult(data.isInIoWq ? 1 : 0);
    return 0;
  },
};

const { at, memory } = globals({ prepared: "u32", cleaned: "u32" });

/** Requests of one map see each other: in a chain the second tells whether the first one's cleanup has run. */
export const progress: OperationProgram = {
  kind: "operation",
  doc: "completes with 10 for each request whose prep has run so far, and 1 for each whose cleanup has",
  map: "progress",
  ...memory,
  prep(data) {
    data.memory.setU32(at.prepared, data.memory.u32(at.prepared) + 1);
    return 0;
  },
  issue(data) {
    data.setResult(10 * data.memory.u32(at.prepared) + data.memory.u32(at.cleaned));
    return 0;
  },
  cleanup: (data) => data.memory.setU32(at.cleaned, data.memory.u32(at.cleaned) + 1),
};

const orderGlobals = globals({ seen: "u32", error: "i32" });

/** `seen`: a digit for each callback of all its requests, 1 prep, 2 issue, 3 fail, 4 cleanup, the last one at the end; room for 9. */
export const order: OperationProgram = {
  kind: "operation",
  doc: "writes down which callbacks run, one behind the other; issue returns error= (0), and has set 0",
  parameters: { optional: ["error"] },
  map: "order",
  ...orderGlobals.memory,
  init(memory, args) {
    if (args["error"] !== undefined) memory.setI32(orderGlobals.at.error, intArgument(args, "error", 0));
  },
  prep(data) {
    writeDown(data, 1);
    return 0;
  },
  issue(data) {
    writeDown(data, 2);
    data.setResult(0);
    return data.memory.i32(orderGlobals.at.error);
  },
  fail: (data) => writeDown(data, 3),
  cleanup: (data) => writeDown(data, 4),
};

function writeDown({ memory }: OperationData, digit: number): void {
  const { seen } = orderGlobals.at;
  memory.setU32(seen, memory.u32(seen) * 10 + digit);
}

/** In the pdu: the user_data that prep read in its SQE, a u64. */
const USER_DATA = 0;

/** The SQE is there in prep only; v1 can also ask the request itself. */
export const userData: OperationProgram = {
  kind: "operation",
  doc: "completes with 0 where its SQE's user_data is of=, else with -EIO",
  parameters: { required: ["of"] },
  memoryBytes: 8,
  init: (memory, args) => memory.setU64(0, args["of"] ?? 0n),
  prep(data, sqe) {
    data.pdu.setU64(USER_DATA, sqe.u64(SQE.userData));
    return 0;
  },
  issue(data) {
    data.setResult(data.pdu.u64(USER_DATA) === data.memory.u64(0) ? 0 : errorOf("EIO"));
    return 0;
  },
};
