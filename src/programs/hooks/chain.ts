/** A chain without links: the program submits each SQE when the one before it has succeeded, and cancels the rest otherwise. */
import {
  type HookProgram,
  type HookView,
  IOU_LOOP_CONTINUE,
  IOU_LOOP_STOP,
  type Region,
} from "../../model/programs/index.js";
import { errorOf, globals } from "../globals.js";
import {
  IORING_OP_READ,
  IORING_OP_READ_FIXED,
  IORING_OP_WRITE,
  IORING_OP_WRITE_FIXED,
  SQE,
  writeNopWithResult,
} from "../sqe.js";
import { advanced, openRing, type RingMemory, stopWith, submissionError } from "./ringMemory.js";

/** Opcodes whose result is a failure where it is less than `len`. */
const TRANSFERS: readonly number[] = [
  IORING_OP_READ,
  IORING_OP_WRITE,
  IORING_OP_READ_FIXED,
  IORING_OP_WRITE_FIXED,
];

/**
 * `running`: 1 while a member is in flight, `token` its user_data, `least` the result below which it failed;
 * `succeeded` and `canceled` members and `failed` chains so far; `seen`: the CQ tail up to which CQEs were looked at.
 */
const { at, memory } = globals({
  running: "u32",
  least: "u32",
  token: "u64",
  succeeded: "u32",
  failed: "u32",
  canceled: "u32",
  seen: "u32",
  error: "i32",
});

/**
 * Runs the SQEs that user space has queued, which need no link flags, as one soft chain. A member fails with a negative
 * result, or where a READ or WRITE transfers less than `len`; each SQE behind it is then overwritten with a NOP of the
 * same user_data that completes with -ECANCELED. Every CQE is left to user space. Unlike the kernel's chain it takes
 * every negative result for a failure, does not look into the vectors of READV and WRITEV, and needs a CQE from each
 * member: no IOSQE_CQE_SKIP_SUCCESS, and a multishot member is over with its last one. It stops when the SQ is empty and
 * the last member over, or when the CQ is full. Errors: -EINVAL on a ring with SQ_REWIND.
 */
export const chain: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "runs the SQEs that user space queued as a soft chain, without link flags",
  ...memory,
  loopStep(view, params) {
    const { memory } = view;
    if (view.ring.sqRewind) return stopWith(memory, at.error, errorOf("EINVAL"));
    const ring = openRing(view);
    if (ring === null) return stopWith(memory, at.error, errorOf("EFAULT"));

    let hasFailed = endsInFailure(ring, memory);
    // A member may complete inline. Each turn takes an SQE, so there are no more turns than SQEs.
    for (let turn = 0; turn < view.ring.sqEntries; turn++) {
      if (hasFailed || memory.u32(at.running) === 1 || ring.queued === 0) break;
      remember(ring, memory);
      const submitted = view.submitSqes(1);
      if (submitted !== 1) return stopWith(memory, at.error, submissionError(submitted));
      hasFailed = endsInFailure(ring, memory);
    }
    if (hasFailed) return cancelRest(view, ring);

    const isOver = memory.u32(at.running) === 0 && ring.queued === 0;
    if (isOver || ring.isFullForUser) return IOU_LOOP_STOP;
    params.cqWaitIdx = advanced(ring.cqTail, 1);
    return IOU_LOOP_CONTINUE;
  },
};

/** What has to be known of the next member when its CQE comes: user space may have overwritten its SQE by then. */
function remember(ring: RingMemory, memory: Region): void {
  const sqe = ring.sqeAt(ring.sqHead);
  const transfers = TRANSFERS.includes(ring.sqes.u8(sqe + SQE.opcode));
  memory.setU64(at.token, ring.sqes.u64(sqe + SQE.userData));
  memory.setU32(at.least, transfers ? ring.sqes.u32(sqe + SQE.len) : 0);
  memory.setU32(at.running, 1);
  memory.setU32(at.seen, ring.cqTail);
}

/** Looks for the last CQE of the member in flight. Whether it is there, and the member has failed. */
function endsInFailure(ring: RingMemory, memory: Region): boolean {
  if (memory.u32(at.running) === 0) return false;
  const tail = ring.cqTail;
  let index = memory.u32(at.seen);
  memory.setU32(at.seen, tail);
  for (; index !== tail; index = advanced(index, 1)) {
    if (ring.userData(index) !== memory.u64(at.token) || !ring.isLastOfRequest(index)) continue;
    memory.setU32(at.running, 0);
    const hasFailed = ring.res(index) < memory.u32(at.least);
    const counter = hasFailed ? at.failed : at.succeeded;
    memory.setU32(counter, memory.u32(counter) + 1);
    return hasFailed;
  }
  return false;
}

/** Ends the chain: the rest of the SQ completes with -ECANCELED. */
function cancelRest(view: HookView, ring: RingMemory): number {
  const count = ring.queued;
  if (count === 0) return IOU_LOOP_STOP;
  for (let n = 0; n < count; n++) {
    const sqe = ring.sqeAt(ring.sqHead + n);
    writeNopWithResult(ring.sqes, sqe, ring.sqes.u64(sqe + SQE.userData), errorOf("ECANCELED"));
  }
  const submitted = view.submitSqes(count);
  if (submitted !== count) return stopWith(view.memory, at.error, submissionError(submitted));
  view.memory.setU32(at.canceled, view.memory.u32(at.canceled) + count);
  return IOU_LOOP_STOP;
}
