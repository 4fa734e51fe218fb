/**
 * A request of a custom operation: which of its callbacks run, when, and what each return value does.
 * Stands for io_uring_bpf_prep, _issue, _fail and _cleanup, as posted in v1 and v3 of the IORING_OP_BPF series.
 */
import { setFail } from "../complete.js";
import type { Callback } from "../condition.js";
import { ISSUED } from "../issue.js";
import { labelOf, type Machine, requestOf, ringOf, sqeOf, traitsOf, userSpace } from "../machine.js";
import {
  bytesOfText,
  guarded,
  type OperationData,
  type OperationProgram,
  ProgramGuard,
  Refused,
  Region,
} from "../programs/index.js";
import { R } from "../rules.js";
import type { Operation, OperationDecl, OperationId } from "../scenario.js";
import { FREED_OFFSET, MARK, type OperationState, PHASE } from "../state.js";
import { OPS_MAX, operationOf } from "./attach.js";
import { checkBuffers } from "./copy.js";
import { dataOf, pduBytes } from "./data.js";

const EACCES = -13;
const EAGAIN = -11;
const ECANCELED = -125;
const EINVAL = -22;
const EIOCBQUEUED = -529;
const EOPNOTSUPP = -95;

type BpfOperation = Operation & { readonly opcode: "BPF" };

function isBpf(operation: Operation): operation is BpfOperation {
  return operation.opcode === "BPF";
}

/** Which operation a request's callbacks belong to now; -1: none. v1 looks it up each time, v3 has captured it. */
function operationOfRequest(m: Machine, req: number): OperationId {
  const { operation, ring } = sqeOf(m, req);
  if (!isBpf(operation)) return -1;
  if (m.profile.operations !== "v1") return (m.s.captured[req] ?? 0) - 1;
  if (m.s.captured[req] === 0) return -1;
  const now = operationOf(m, ring, operation.op);
  if (now !== (m.s.captured[req] ?? 0) - 1) m.emit(R["BOP-22"]);
  return now;
}

function programOf(m: Machine, operation: OperationId): OperationProgram | undefined {
  return m.scenario.operations[operation]?.program;
}

/** io_uring_bpf_prep: 0, or the error with which the request fails. */
export function prepBpf(m: Machine, ring: number, req: number): number {
  const { operation: op } = sqeOf(m, req);
  if (!isBpf(op)) return EINVAL;
  const { operations } = m.profile;
  const r = requestOf(m, req);
  if (!traitsOf(m, ring).operations) {
    m.emit(R["BOP-01"]);
    return operations === "v1" ? EACCES : EOPNOTSUPP;
  }
  if (operations === "v3" && op.op >= OPS_MAX) {
    m.emit(R["BOP-02"]);
    return EINVAL;
  }
  const operation = operationOf(m, ring, op.op);
  const state = m.s.operations[operation];
  const program = programOf(m, operation);
  if (state === undefined || program?.prep === undefined || (operations === "v3" && state.refs === 0)) {
    m.emit(R["BOP-02"]);
    return EOPNOTSUPP;
  }
  if (operations === "v1") {
    const error = checkBuffers(m, sqeBytes(m, req));
    if (error !== 0) return error;
  }
  m.s.captured[req] = operation + 1;
  m.s.pdus[req] = pduBytes(operations);
  m.emit(R["BOP-04"]);
  const error = call(m, req, operation, "prep", (data, guard) =>
    program.prep?.(data, sqeRegion(m, req, guard)),
  );
  if (error === 0 && r.marks & MARK.fail) m.emit(R["BOP-15"]);
  if (error !== 0) m.emit(ringOf(m, req).linkHead > 0 ? R["BOP-06"] : R["BOP-05"]);
  if (error !== 0 && m.profile.cleanupOnPrepFail) m.emit(R["BOP-27"]);
  if (operations === "v3" && (error === 0 || m.profile.cleanupOnPrepFail)) {
    r.marks |= MARK.needCleanup;
    state.refs++;
  }
  return error;
}

/** The 64 bytes of a request's SQE, as a text. */
function sqeBytes(m: Machine, req: number): string {
  const made = m.s.made[req - m.scenario.sqes.length];
  return made === undefined ? userSpace(m).sqeBytes(req) : made.slice(1);
}

/** The SQE as prep is handed it. */
function sqeRegion(m: Machine, req: number, guard: ProgramGuard): Region {
  return new Region(bytesOfText(sqeBytes(m, req)), { name: "the SQE", writable: null }, guard);
}

/** io_alloc_req takes the request that was freed last, whatever it is to be; its result is still there (BOP-08). */
export function allocateRequest(m: Machine, ring: number, req: number): void {
  const freed = m.s.rings[ring]?.memory[0]?.freed.pop();
  // The other opcodes all set a result of their own.
  if (isBpf(sqeOf(m, req).operation)) requestOf(m, req).res = freed === undefined ? 0 : freed - FREED_OFFSET;
}

/** io_uring_bpf_issue: an ISSUED code, or an error; where that is any number, it is the request's result and `failed` is returned. */
export function issueBpf(m: Machine, req: number): number {
  const { operations } = m.profile;
  const operation = operationOfRequest(m, req);
  const program = programOf(m, operation);
  if (program?.issue === undefined) {
    m.emit(R["BOP-26"]);
    if (operations === "v1") return ECANCELED;
    return complete(m, req, operation);
  }
  const code = call(m, req, operation, "issue", (data) => program.issue?.(data));
  if (code === 0) return complete(m, req, operation);
  if (code === EAGAIN) {
    m.emit(R["BOP-09"]);
    return EAGAIN;
  }
  if (code === EIOCBQUEUED) {
    m.emit(R["BOP-10"]);
    if (operations === "v1") {
      requestOf(m, req).phase = PHASE.timerArmed;
      return ISSUED.armed;
    }
    return EINVAL;
  }
  m.emit(R["BOP-11"]);
  requestOf(m, req).res = code;
  return ISSUED.failed;
}

function complete(m: Machine, req: number, operation: OperationId): number {
  m.emit(R["BOP-07"]);
  if (!(requestOf(m, req).marks & MARK.resultSet)) {
    m.emit(R["BOP-08"]);
    tell(m, operation, "stale-result", "completes without a result: the CQE has what is left in the request");
  }
  return ISSUED.complete;
}

function tell(m: Machine, operation: OperationId, code: string, text: string): void {
  m.emit({ kind: "diagnosis", code, program: nameOf(m, operation), text, refused: false });
}

function nameOf(m: Machine, operation: OperationId): string {
  return `${m.scenario.operations[operation]?.id ?? ""}`;
}

/** io_uring_bpf_fail, called where a request fails of itself: it may set another result (BOP-12, BOP-13). */
export function failBpf(m: Machine, req: number): void {
  if (!isBpf(sqeOf(m, req).operation) || m.s.captured.length === 0) return;
  const operation = operationOfRequest(m, req);
  const program = programOf(m, operation);
  if (program?.fail === undefined) return;
  m.emit(R["BOP-13"]);
  call(m, req, operation, "fail", (data) => {
    program.fail?.(data);
    return 0;
  });
}

/** io_uring_bpf_cleanup, where a request is freed; and the operation's reference (BOP-14, BOP-16). */
export function cleanupBpf(m: Machine, req: number): void {
  if (m.s.captured.length === 0) return;
  const { operation: op, ring } = sqeOf(m, req);
  const r = requestOf(m, req);
  if (isBpf(op)) {
    if (r.marks & MARK.needCleanup) {
      const operation = operationOfRequest(m, req);
      const program = programOf(m, operation);
      const { res } = r;
      m.emit(R["BOP-14"]);
      if (program?.cleanup !== undefined) {
        call(m, req, operation, "cleanup", (data) => {
          program.cleanup?.(data);
          return 0;
        });
      }
      // The CQE is there: what it sets changes nothing any more.
      r.res = res;
      (m.s.operations[operation] as OperationState).refs--;
    } else if (m.profile.operations === "v1") m.emit(R["BOP-16"]);
    m.s.captured[req] = 0;
    m.s.pdus[req] = "";
  }
  const memory = m.s.rings[ring]?.memory[0];
  const kept = Math.min(Math.max(r.res, -FREED_OFFSET), FREED_OFFSET);
  memory?.freed.push(kept + FREED_OFFSET);
}

/** Runs one callback; what no verifier would have loaded is -EINVAL. */
function call(
  m: Machine,
  req: number,
  operation: OperationId,
  callback: Callback,
  run: (data: OperationData, guard: ProgramGuard) => number | undefined,
): number {
  const decl = m.scenario.operations[operation] as OperationDecl;
  const guard = new ProgramGuard(`${decl.id}`, m.emit);
  m.emit({ kind: "call", operation, callback, req, label: labelOf(m, req) });
  const data = dataOf(m, req, decl, guard, (res) => setResult(m, req, res));
  try {
    const code = guarded(`${decl.id}`, () => run(data.view, guard));
    data.end();
    return code ?? 0;
  } catch (error) {
    if (error instanceof Refused) return EINVAL;
    throw error;
  }
}

/** uring_bpf_set_result: a negative result marks the request as failed, for good (BOP-07). */
function setResult(m: Machine, req: number, res: number): void {
  const r = requestOf(m, req);
  if (res < 0) setFail(m, req);
  r.res = res | 0;
  r.marks |= MARK.resultSet;
}

/** Whether a worker that runs the operation takes uring_lock in a kfunc: v3's buffers are looked up under it. */
export function takesLock(m: Machine, req: number): boolean {
  const { operation } = sqeOf(m, req);
  return (
    isBpf(operation) && m.profile.operations === "v3" && (operation.src !== null || operation.dst !== null)
  );
}
