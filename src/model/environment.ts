/**
 * What the environment decides: the results that `may` lists, when an operation completes that only it knows, and
 * whether a file system lets an attempt run inline (ND-01, ND-11, ND-15, K-43).
 */
import { cancelChoices } from "./cancel.js";
import { completeDefer, setFail } from "./complete.js";
import type { Rule } from "./event.js";
import { answersOf, type Machine, requestOf, sqeOf } from "./machine.js";
import { isForcedAsync, isPollable, opcodeName, resultFails } from "./opcodes.js";
import { R } from "./rules.js";
import type { Operation, Sqe } from "./scenario.js";
import { ITEM, MARK, PHASE } from "./state.js";
import { addTaskWork } from "./taskWork.js";
import { isRegular, lookUpFd, sourceBytes, writeBytes } from "./world.js";

/** The results that the environment may give, without `never`. */
export function resultsOf(m: Machine, req: number): readonly number[] {
  return m.results[req] ?? answersOf(sqeOf(m, req));
}

export function mayStayBlocked(sqe: Sqe): boolean {
  return sqe.may?.includes("never") ?? false;
}

/** Whether the result comes from the environment and not from the operands. */
export function isAnswered(sqe: Sqe): boolean {
  return sqe.may !== null || sqe.operation.opcode === "OTHER" || sqe.operation.opcode === "OP";
}

/** Whether an attempt that must not block comes back with -EAGAIN, whatever the operands: 6.1 finds out so, not at prep (ORD-07). */
export function refusesInline(m: Machine, req: number): boolean {
  return m.profile.neverInline === "at issue" && isForcedAsync(sqeOf(m, req).operation);
}

/** The descriptor that an operation needs before it starts: needs_file in io_issue_defs. */
function needsFile(m: Machine, req: number): boolean {
  const { operation, may } = sqeOf(m, req);
  switch (operation.opcode) {
    case "READ":
    case "WRITE":
    case "SEND":
    case "RECV":
    case "FSYNC":
    case "POLL_ADD":
      return true;
    case "OTHER":
      return operation.fd !== null && may === null;
    default:
      return false;
  }
}

/** io_assign_file: resolves the descriptor when the request is issued, once; false: -EBADF (RES-01, RES-04). */
export function assignFile(m: Machine, req: number): boolean {
  const sqe = sqeOf(m, req);
  const r = requestOf(m, req);
  if (!needsFile(m, req) || r.desc > 0) return true;
  const fd = "fd" in sqe.operation ? sqe.operation.fd : null;
  if (fd === null) return true;
  const desc = lookUpFd(m, sqe.ring, fd);
  m.emit(R["RES-01"]);
  if (desc < 0) m.emit(R["PREP-02"]);
  r.desc = desc + 1;
  return desc >= 0;
}

function hasFile(m: Machine, req: number): boolean {
  const sqe = sqeOf(m, req);
  if (!needsFile(m, req) || requestOf(m, req).desc > 0) return true;
  const fd = "fd" in sqe.operation ? sqe.operation.fd : null;
  return fd === null || lookUpFd(m, sqe.ring, fd) >= 0;
}

/** Which of the file system's answers an inline attempt asks for: the state's field, or null. */
function inlineQuestion(m: Machine, req: number): "readsInline" | "writesInline" | "opensInline" | null {
  const { operation, ring } = sqeOf(m, req);
  if (operation.opcode === "OPENAT") return isForcedAsync(operation) ? null : "opensInline";
  if (operation.opcode !== "READ" && operation.opcode !== "WRITE") return null;
  const { desc } = requestOf(m, req);
  const found = desc > 0 ? desc - 1 : lookUpFd(m, ring, operation.fd);
  if (found < 0 || !isRegular(m, found)) return null;
  return operation.opcode === "READ" ? "readsInline" : "writesInline";
}

/**
 * How many answers there are to the next attempt at a request; 1: nothing is asked. With `may`, an inline attempt is
 * answered by each result, or by "not yet"; one in io-wq by each result, or by `never`.
 */
export function choicesOf(m: Machine, req: number, by: "inline" | "worker"): number {
  const sqe = sqeOf(m, req);
  if (!hasFile(m, req)) return 1;
  if (by === "inline" && refusesInline(m, req)) return 1;
  if (sqe.operation.opcode === "ASYNC_CANCEL" && sqe.may === null) return cancelChoices(m, req);
  if (isAnswered(sqe)) {
    const results = resultsOf(m, req).length;
    if (by === "worker") return results + (mayStayBlocked(sqe) ? 1 : 0);
    return sqe.may === null && sqe.operation.opcode === "OTHER" ? 1 : results + 1;
  }
  if (by === "worker") return 1;
  const question = inlineQuestion(m, req);
  return question !== null && m.s[question] === 0 ? 2 : 1;
}

/** What the file system says to an inline attempt: true, it may run here. `choice` 0 is inline, where it was not asked before. */
export function runsInline(m: Machine, req: number, choice: number): boolean {
  const question = inlineQuestion(m, req);
  if (question === null) return true;
  if (m.s[question] === 0) {
    m.emit(R["K-43"]);
    m.s[question] = choice === 0 ? 1 : 2;
  }
  return m.s[question] === 1;
}

/** The rule by which a result that is no error is a failure. */
function failedBy(operation: Operation): Rule {
  if (operation.opcode === "SEND" || operation.opcode === "RECV") return R["FAIL-04"];
  return operation.opcode === "OTHER" && /^(SPLICE|TEE)$/.test(operation.name) ? R["FAIL-05"] : R["FAIL-03"];
}

/** A handler completes with what the environment answered, a WRITE having written that much: 1, completed. */
export function answer(m: Machine, req: number, res: number): number {
  const r = requestOf(m, req);
  const { operation } = sqeOf(m, req);
  r.res = res;
  if (operation.opcode === "WRITE" && res > 0 && r.desc > 0) {
    writeBytes(m, r.desc - 1, sourceBytes(m, req).slice(0, res), operation.offset, false);
  }
  if (resultFails(operation, res, m.profile.everyErrorSevers)) {
    m.emit(res < 0 ? R["FAIL-10"] : failedBy(operation));
    setFail(m, req);
  } else if (res < 0) {
    m.emit(R["FAIL-09"]);
    if (r.marks & MARK.skip) m.emit(R["FAIL-11"]);
  }
  return 1;
}

/** How a blocked operation waits where only the environment knows when it ends: armed like a poll, or (not pollable) in io-wq. */
export function waitsInEnvironment(sqe: Sqe): boolean {
  const name = opcodeName(sqe.operation);
  return isPollable(sqe.operation) || !["OPENAT", "FSYNC", "CLOSE", "STATX"].includes(name);
}

/** The operation stays blocked until the environment answers or something cancels it. */
export function enterEnvironment(m: Machine, req: number): void {
  const r = requestOf(m, req);
  r.phase = PHASE.environment;
  r.res = 0;
  m.s.polls.unshift(req);
}

/** Answers to a blocked operation: each result, then `never`. */
export function environmentChoices(m: Machine, req: number): number {
  const r = requestOf(m, req);
  if (r.marks & (MARK.woken | MARK.never)) return 0;
  const sqe = sqeOf(m, req);
  return resultsOf(m, req).length + (mayStayBlocked(sqe) ? 1 : 0);
}

/** The environment completes a blocked operation, or decides that it never will. */
export function answerBlocked(m: Machine, req: number, choice: number): void {
  const r = requestOf(m, req);
  const results = resultsOf(m, req);
  const res = results[choice];
  if (res === undefined) {
    r.marks |= MARK.never;
    return;
  }
  r.res = res;
  r.marks |= MARK.woken;
  addTaskWork(m, req, ITEM.poll);
}

/** Task work of an operation that the environment has answered. */
export function completeAnswered(m: Machine, req: number, res: number): void {
  answer(m, req, res);
  completeDefer(m, req);
}
