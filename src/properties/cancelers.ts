/** Who may have canceled a request? Everybody who can be asked to, less those whose result says that they did not. */
import type { FdRef, ReqId, Sqe } from "../model/scenario.js";
import { opcodeOf } from "./prep.js";
import { finalCqe, hasFlag, labelOf, sqeOf, type View } from "./view.js";

const ENOENT = -2;
const EALREADY = -114;
const ECANCELED = -125;
const ETIME = -62;

/** Whether -ECANCELED may be a request's own result, without any canceler: injected, or listed by `may`. */
export function mayReturnEcanceled(sqe: Sqe): boolean {
  if (sqe.may !== null) return sqe.may.includes(ECANCELED);
  return sqe.operation.opcode === "NOP" && sqe.operation.res === ECANCELED;
}

/** Whether an ASYNC_CANCEL looks at more than one request, and so returns a count. */
export function countsMatches(sqe: Sqe): boolean {
  const operation = sqe.operation;
  return (
    operation.opcode === "ASYNC_CANCEL" &&
    (operation.flags.includes("ALL") || operation.flags.includes("ANY"))
  );
}

function sameFd(left: FdRef, right: FdRef): boolean {
  // A slot may hold any file.
  if (left.kind === "slot" || right.kind === "slot") return true;
  return JSON.stringify(left) === JSON.stringify(right);
}

/** The canceler's key matches the request; true where a slot makes that uncertain. Not of itself, nor on another ring. */
export function matches(canceler: Sqe, target: Sqe): boolean {
  if (canceler.id === target.id || canceler.ring !== target.ring) return false;
  const operation = canceler.operation;
  switch (operation.opcode) {
    case "POLL_REMOVE":
      return target.operation.opcode === "POLL_ADD" && operation.target === target.userData;
    case "TIMEOUT_REMOVE":
      return (
        operation.update === null &&
        target.operation.opcode === "TIMEOUT" &&
        operation.target === target.userData
      );
    case "ASYNC_CANCEL": {
      if (target.operation.opcode === "LINK_TIMEOUT") return false;
      if (operation.flags.includes("ANY")) return true;
      const byOpcode = operation.flags.includes("OP");
      const byFd = operation.flags.includes("FD");
      if (byOpcode && operation.op !== opcodeOf(target)) return false;
      if (byFd && operation.fd !== null) {
        const fd = "fd" in target.operation ? target.operation.fd : null;
        if (fd === null || !sameFd(operation.fd, fd)) return false;
      }
      const byUserData = operation.flags.includes("USERDATA") || !(byOpcode || byFd);
      return !byUserData || operation.target === target.userData;
    }
    default:
      return false;
  }
}

/**
 * CAN-05, LT-07, K-31: a worker that has just picked the request up is told to stop, the request ends with -ECANCELED,
 * and the canceler still says that it found nothing, or that it was running.
 */
function mayCancelUnawares(view: View, target: Sqe): boolean {
  // What runs in a worker the manual pages leave open.
  if (view.kernel === null) return true;
  const chain = view.plan.chainOf[target.id];
  const isLater = chain?.members[0] !== target.id;
  if (isLater || !chain.closed || chain.maybeDeferred || hasFlag(view, target.id, "ASYNC")) return true;
  const operation = target.operation;
  switch (operation.opcode) {
    case "NOP":
    case "POLL_ADD":
    case "TIMEOUT":
      return false;
    case "READ":
    case "WRITE":
    case "SEND":
    case "RECV":
      return operation.fd.kind !== "pipe" && operation.fd.kind !== "socket";
    default:
      return true;
  }
}

function mayHaveCanceled(view: View, canceler: Sqe, target: Sqe): boolean {
  const final = finalCqe(view, canceler.id);
  if (final === null) return hasFlag(view, canceler.id, "SKIP");
  const isSqPolled = view.run.scenario.rings[target.ring]!.setup.includes("SQPOLL");
  if (countsMatches(canceler)) return final.res > 0 || (final.res === 0 && mayCancelUnawares(view, target));
  if (final.res === ENOENT) return isSqPolled && mayCancelUnawares(view, target);
  return final.res >= 0 || final.res === EALREADY;
}

/** A LINK_TIMEOUT fired, or says nothing; LT-10: it finds the first request with the guarded one's user_data. */
function linkTimeoutsOf(view: View, target: Sqe): ReqId[] {
  const found: ReqId[] = [];
  for (const chain of view.plan.chains[target.ring]!) {
    for (const [position, guard] of chain.guards.entries()) {
      if (guard === null) continue;
      const op = sqeOf(view, chain.members[position]!);
      if (op.userData === target.userData) found.push(chain.members[guard]!);
    }
  }
  return found;
}

function mayHaveFired(view: View, timeout: ReqId, target: Sqe): boolean {
  const final = finalCqe(view, timeout);
  if (final === null) return hasFlag(view, timeout, "SKIP");
  if (final.res === ENOENT) return mayCancelUnawares(view, target);
  return final.res === ETIME || final.res > 0 || final.res === EALREADY;
}

/** Whether somebody may have canceled a request that was started. */
export function mayBeCanceled(view: View, req: ReqId): boolean {
  return mayReturnEcanceled(sqeOf(view, req)) || cancelersOf(view, req).length > 0;
}

/** The names of those who may have canceled it, in textual order; true also where a program may have. */
export function cancelersOf(view: View, req: ReqId): string[] {
  const { scenario } = view.run;
  const target = sqeOf(view, req);
  const names: string[] = [];
  for (const sqe of scenario.sqes) {
    const isProgram = sqe.operation.opcode === "BPF";
    if (isProgram || (matches(sqe, target) && mayHaveCanceled(view, sqe, target))) names.push(sqe.label);
  }
  for (const timeout of linkTimeoutsOf(view, target)) {
    if (mayHaveFired(view, timeout, target)) names.push(labelOf(view, timeout));
  }
  for (const thread of scenario.threads) {
    for (const step of thread.code) {
      if (step.do === "sync_cancel" && step.ring === target.ring && step.target === target.userData) {
        names.push(`${thread.name}'s sync_cancel`);
      }
    }
  }
  return names;
}
