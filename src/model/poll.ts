/**
 * Waiting for a file: arming, waking, running the poll item, and POLL_ADD and POLL_REMOVE themselves.
 * Stands for io_arm_poll_handler, io_poll_wake, io_poll_task_func and io_poll_check_events (poll.c, 6.18).
 */
import { commit, completeDefer, deferFailed, postCqe, postMore, putRequest, setFail } from "./complete.js";
import { completeAnswered } from "./environment.js";
import { type Machine, remove, requestOf, sqeOf } from "./machine.js";
import { R } from "./rules.js";
import type { Sqe } from "./scenario.js";
import { ITEM, MARK, PHASE, SHOTS_MAX } from "./state.js";
import { addTaskWork, submitFromTaskWork } from "./taskWork.js";
import { EPOLL, readiness } from "./world.js";

const ECANCELED = -125;
const ENOENT = -2;
const EALREADY = -114;

/** What an armed request waits for. */
function eventsOf(sqe: Sqe): number {
  const op = sqe.operation;
  if (op.opcode === "POLL_ADD") return op.events | EPOLL.ERR | EPOLL.HUP;
  const reads = op.opcode === "READ" || op.opcode === "RECV";
  return (reads ? EPOLL.IN : EPOLL.OUT) | EPOLL.ERR | EPOLL.HUP;
}

/** Puts a request on its file's wait queue; the last one in is the first one woken (ORD-06). */
export function armPoll(m: Machine, req: number): void {
  const r = requestOf(m, req);
  r.phase = PHASE.pollArmed;
  r.res = 0;
  m.s.polls.unshift(req);
}

/** Whether what a request would wait for is there already: IO_APOLL_READY. */
export function isReady(m: Machine, req: number): boolean {
  return (readiness(m, requestOf(m, req).desc - 1) & eventsOf(sqeOf(m, req))) !== 0;
}

/** io_poll_wake for every waiter of a description whom `mask` concerns; 0: look again when run. */
export function wakePoll(m: Machine, desc: number, mask: number): void {
  for (const req of m.s.polls.slice()) {
    const r = requestOf(m, req);
    if (r.desc !== desc + 1 || r.phase !== PHASE.pollArmed) continue;
    const seen = mask & eventsOf(sqeOf(m, req));
    if (mask !== 0 && seen === 0) continue;
    if (r.marks & MARK.woken) continue;
    m.emit(R["ORD-05"]);
    m.emit(R["ORD-06"]);
    r.marks |= MARK.woken;
    r.res = seen;
    addTaskWork(m, req, ITEM.poll);
  }
}

/** io_poll_cancel_req: the poll item will find the mark; a wake that came first has lost (ORD-14). */
export function cancelPoll(m: Machine, req: number): void {
  const r = requestOf(m, req);
  r.marks |= MARK.canceled;
  if (r.marks & MARK.woken) {
    m.emit(R["ORD-14"]);
    return;
  }
  r.marks |= MARK.woken;
  addTaskWork(m, req, ITEM.poll);
}

/** io_poll_task_func: a woken or canceled request goes on. */
export function runPoll(m: Machine, context: number, req: number): void {
  const r = requestOf(m, req);
  const { operation } = sqeOf(m, req);
  r.marks &= ~MARK.woken;
  if (r.marks & MARK.canceled) {
    r.marks &= ~MARK.canceled;
    remove(m.s.polls, req);
    m.emit(R["CAN-03"]);
    m.emit(R["LT-19"]);
    if (operation.opcode === "POLL_ADD") {
      setFail(m, req);
      r.res = ECANCELED;
      completeDefer(m, req);
    } else if (operation.opcode === "OTHER" && operation.name.startsWith("FUTEX_WAIT")) {
      m.emit(R["FAIL-09"]);
      r.res = ECANCELED;
      if (m.profile.everyErrorSevers) setFail(m, req);
      completeDefer(m, req);
    } else deferFailed(m, req, ECANCELED);
    return;
  }
  if (r.phase === PHASE.environment) {
    remove(m.s.polls, req);
    completeAnswered(m, req, r.res);
    return;
  }
  if (r.res === 0) r.res = readiness(m, r.desc - 1) & eventsOf(sqeOf(m, req));
  if (r.res === 0) return;
  if (operation.opcode !== "POLL_ADD") {
    remove(m.s.polls, req);
    r.phase = PHASE.taskWork;
    r.res = 0;
    submitFromTaskWork(m, context, req);
    return;
  }
  if (sqeOf(m, req).multishot) {
    const mask = r.res;
    r.progress++;
    if (r.progress > SHOTS_MAX) m.emit({ kind: "bound", name: "shotsMax" });
    if (postMore(m, req, mask)) {
      m.emit(R["MSH-01"]);
      r.res = 0;
      return;
    }
    m.emit(R["MSH-02"]);
  } else m.emit(R["FAIL-06"]);
  remove(m.s.polls, req);
  completeDefer(m, req);
}

/** io_poll_add: the mask if the file is ready, else the request is armed; 1: completed, 0: armed. */
export function issuePollAdd(m: Machine, req: number): number {
  const r = requestOf(m, req);
  const sqe = sqeOf(m, req);
  const mask = readiness(m, r.desc - 1) & eventsOf(sqe);
  if (mask !== 0 && !sqe.multishot) {
    m.emit(R["FAIL-06"]);
    r.res = mask;
    return 1;
  }
  armPoll(m, req);
  if (mask !== 0) {
    r.res = mask;
    r.marks |= MARK.woken;
    addTaskWork(m, req, ITEM.poll);
  }
  return 0;
}

/** io_poll_remove: 0, -ENOENT, or -EALREADY where a wake is on its way. */
export function removePoll(m: Machine, req: number, target: number, inWorker: boolean): number {
  const { ring } = sqeOf(m, req);
  const found = m.s.polls.find((other) => {
    const sqe = sqeOf(m, other);
    return sqe.ring === ring && sqe.operation.opcode === "POLL_ADD" && sqe.userData === target;
  });
  m.emit(R["FAIL-08"]);
  if (found === undefined) return ENOENT;
  const r = requestOf(m, found);
  if (r.marks & MARK.woken) return EALREADY;
  remove(m.s.polls, found);
  setFail(m, found);
  r.res = ECANCELED;
  if (m.profile.removedPolls === "through task work") addTaskWork(m, found, ITEM.complete);
  else if (inWorker) {
    postCqe(m, ring, found, ECANCELED, 0);
    commit(m, ring);
    putRequest(m, found);
  } else completeDefer(m, found);
  return 0;
}
