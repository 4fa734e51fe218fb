/** An operation that is spelled in its declaration, a few steps a callback. What `ringspec props` draws and keeps. */
import { BPF_OP_SHIFT, type OperationData, type OperationProgram } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import {
  CALLBACK_STEPS_MAX,
  type CallbackStep,
  decodeCallbackStep,
  stepParameters,
  stepWords,
} from "../steps.js";

/** Ids that can be spelled: 0 to 3. */
const IDS = 4;
const CALLBACKS = ["p", "i", "f", "c"] as const;
const STEP_BYTES = 4;
const CALLBACK_BYTES = STEP_BYTES * CALLBACK_STEPS_MAX;
const OPERATION_BYTES = CALLBACKS.length * CALLBACK_BYTES;
/** Of sqe->bpf_op_flags: what is the program's own. */
const OWN_FLAGS = 0x00ff_ffff;
/** Words of the pdu that it uses: those that v1's has as well. */
const PDU_WORDS = 6;

/** Four numbers that all operations of this program share; behind them, without names, the steps of each id. */
const { memory } = globals({ m0: "i32", m1: "i32", m2: "i32", m3: "i32" });
const WORDS = 4;

function stepsAt(id: number, callback: number): number {
  return memory.memoryBytes + OPERATION_BYTES * (id % IDS) + CALLBACK_BYTES * callback;
}

/** Runs one callback: what it returns, 0 where no step says so. */
function run(data: OperationData, callback: number): number {
  const from = stepsAt(data.opFlags >>> BPF_OP_SHIFT, callback);
  let number = 0;
  for (let n = 0; n < CALLBACK_STEPS_MAX; n++) {
    const word = data.memory.u32(from + STEP_BYTES * n);
    if (word === 0) return 0;
    const step = decodeCallbackStep(word);
    if (step.kind === "return") return step.value;
    if (step.kind === "again" && !data.isInIoWq) return errorOf("EAGAIN");
    number = runStep(data, step, number);
  }
  return 0;
}

/** The number behind a step. */
function runStep(data: OperationData, { kind, slot, value }: CallbackStep, number: number): number {
  const word = STEP_BYTES * (slot % WORDS);
  const pdu = STEP_BYTES * (slot % PDU_WORDS);
  switch (kind) {
    case "result":
      data.setResult(value);
      return number;
    case "set":
      return value;
    case "add":
      return (number + value) | 0;
    case "flags":
      return data.opFlags & OWN_FLAGS;
    case "pdu-put":
      data.pdu.setI32(pdu, number);
      return number;
    case "pdu-get":
      return data.pdu.i32(pdu);
    case "map-put":
      data.memory.setI32(word, number);
      return number;
    case "map-get":
      return data.memory.i32(word);
    case "map-add":
      data.memory.setI32(word, data.memory.i32(word) + value);
      return number;
    case "result-number":
      data.setResult(number);
      return number;
    case "stray":
      return data.memory.i32(data.memory.size);
    default:
      return number;
  }
}

/**
 * Runs the steps (src/programs/steps.ts) `p0`, `p1`, … in prep, `i0`, … in issue, `f0`, … in fail and `c0`, … in cleanup.
 * All operations of it share one map, so `id` must be the declaration's own, 0 to 3: that says which steps are its.
 */
export const straightOperation: OperationProgram = {
  kind: "operation",
  doc: "runs the steps p0= (prep), i0= (issue), f0= (fail), c0= (cleanup), … of its declaration (what props draws)",
  parameters: {
    required: ["id"],
    optional: CALLBACKS.flatMap((prefix) => stepParameters(prefix, CALLBACK_STEPS_MAX)),
  },
  map: "straight",
  memoryBytes: memory.memoryBytes + OPERATION_BYTES * IDS,
  variables: memory.variables,
  init(region, args) {
    const id = intArgument(args, "id", 0);
    for (const [callback, prefix] of CALLBACKS.entries()) {
      for (const [n, word] of stepWords(args, prefix, CALLBACK_STEPS_MAX).entries()) {
        region.setU32(stepsAt(id, callback) + STEP_BYTES * n, word);
      }
    }
  },
  prep: (data) => run(data, 0),
  issue: (data) => run(data, 1),
  fail: (data) => {
    run(data, 2);
  },
  cleanup: (data) => {
    run(data, 3);
  },
};
