/**
 * Cancelation: what is searched, in which order, and what the canceler is told.
 * Stands for io_try_cancel, __io_async_cancel, io_async_cancel and io_sync_cancel (cancel.c, 6.18), and io_wq_cancel_cb.
 */
import { finishInterrupted } from "./ioWq.js";
import { type Machine, remove, requestOf, sqeOf, traitsOf } from "./machine.js";
import { cancelCounts, opcodeName } from "./opcodes.js";
import { cancelPoll } from "./poll.js";
import { R } from "./rules.js";
import type { Sqe } from "./scenario.js";
import { ITEM, MARK, PHASE, type Request } from "./state.js";
import { addTaskWork } from "./taskWork.js";
import { cancelTimeout } from "./timeout.js";
import { lookUpFd } from "./world.js";

const ECANCELED = -125;
const ENOENT = -2;
const EALREADY = -114;
const EBADF = -9;
const EINTR = -4;

type Matches = (req: number) => boolean;

/** Whether io-wq runs it now, so that a cancelation only signals the worker. */
export function runsInWorker({ phase, marks }: Request): boolean {
  if (marks & MARK.current) return true;
  switch (phase) {
    case PHASE.wqRunning:
    case PHASE.wqBlocked:
    case PHASE.wqIssued:
    case PHASE.wqPosted:
    case PHASE.wqReleasing:
      return true;
    default:
      return false;
  }
}

/** io_wq_cancel_cb over one task's works: 0 for a pending one, -EALREADY for a running one, -ENOENT (CAN-04). */
function cancelWork(m: Machine, ring: number, task: number | null, matches: Matches, all: boolean): number {
  let result = ENOENT;
  for (const req of m.s.wq.slice()) {
    if (sqeOf(m, req).ring !== ring || !matches(req) || (task !== null && requestOf(m, req).task !== task))
      continue;
    m.emit(R["CAN-01"]);
    remove(m.s.wq, req);
    failWork(m, req);
    if (!all) return 0;
    requestOf(m, req).marks |= MARK.cancelSeen;
    result = 0;
  }
  for (let req = 0; req < m.s.reqs.length; req++) {
    const r = requestOf(m, req);
    if (!runsInWorker(r) || sqeOf(m, req).ring !== ring || !matches(req)) continue;
    if (task !== null && r.task !== task) continue;
    m.emit(R[r.marks & MARK.current ? "CAN-15" : "CAN-04"]);
    if (r.phase === PHASE.wqRunning || r.phase === PHASE.wqBlocked) r.marks |= MARK.canceled;
    if (!all) return EALREADY;
    r.marks |= MARK.cancelSeen;
    result = EALREADY;
  }
  return result;
}

/** io_run_cancel: a work that no worker has picked up fails with -ECANCELED, from clean context. */
function failWork(m: Machine, req: number): void {
  if (sqeOf(m, req).operation.opcode === "BPF") m.emit(R["BOP-17"]);
  requestOf(m, req).res = ECANCELED;
  addTaskWork(m, req, ITEM.cancel);
}

/** As promised: a running request is canceled for sure. */
export function cancelRunningWork(m: Machine, req: number): void {
  remove(m.s.wq, req);
  failWork(m, req);
}

/** Armed polls, and operations that only the environment completes, of a ring that match; the last armed first. */
function waitingOf(m: Machine, ring: number, matches: Matches): number[] {
  return m.s.polls.filter((req) => sqeOf(m, req).ring === ring && matches(req));
}

/** The order of the searches behind io-wq: polls, then waitid and futex (CAN-01). */
function cancelWaiting(m: Machine, req: number): number {
  cancelPoll(m, req);
  if (!cancelCounts(sqeOf(m, req).operation)) return 0;
  m.emit(R["LT-06"]);
  return 1;
}

/** io_try_cancel: the first match in io-wq, polls, waitid and futex, timeouts. A running work is signalled, and the search goes on (LT-08). `chosen`: the poll that the hash finds first. */
export function tryCancel(m: Machine, ring: number, task: number, matches: Matches, chosen?: number): number {
  m.emit(R["CAN-01"]);
  const inWorker = cancelWork(m, ring, task, matches, false);
  if (inWorker === 0) return 0;
  if (inWorker === EALREADY) m.emit(R["LT-08"]);
  const poll = chosen ?? victims(m, ring, matches)[0];
  if (poll !== undefined) return cancelWaiting(m, poll);
  const result = cancelTimeout(m, ring, matches);
  if (result === 0) m.emit(R["TMO-09"]);
  else if (m.s.reqs.some((r, req) => isWaiting(r.phase) && sqeOf(m, req).ring === ring && matches(req)))
    m.emit(R["CAN-02"]);
  return result;
}

/** Behind a predecessor or a drain, or queued to be issued: on no list that is searched. */
function isWaiting(phase: number): boolean {
  return phase === PHASE.chained || phase === PHASE.deferred || phase === PHASE.taskWork;
}

/** On the poll hash. */
function isPolled(phase: number): boolean {
  return phase === PHASE.pollArmed || phase === PHASE.environment;
}

/** io_cancel_req_match, for an ASYNC_CANCEL. 6.1 takes OP and USERDATA and does not know them; with OP it finds no poll by user_data. */
function matcherOf(
  m: Machine,
  sqe: Sqe,
): {
  readonly error: number;
  readonly matches: Matches;
  readonly all: boolean;
  readonly byFd: boolean;
  readonly byUserData: boolean;
} {
  const op = sqe.operation;
  const never = { error: 0, matches: () => false, all: false, byFd: false, byUserData: true };
  if (op.opcode !== "ASYNC_CANCEL") return never;
  const any = op.flags.includes("ANY");
  const byFd = op.flags.includes("FD");
  const known = m.profile.cancelFlags === "all";
  const byOp = known && op.flags.includes("OP");
  const byUserData = (known && op.flags.includes("USERDATA")) || !(byFd || byOp);
  const hidesPolls = !known && !byFd && op.flags.includes("OP");
  const desc = byFd && op.fd !== null ? lookUpFd(m, sqe.ring, op.fd) : -1;
  m.emit(R["CAN-07"]);
  if (byFd && desc < 0) return { ...never, error: EBADF };
  return {
    error: 0,
    all: op.flags.includes("ALL") || any,
    byFd,
    byUserData: byUserData && !any,
    matches: (req) => {
      if (any) return true;
      if (hidesPolls && isPolled(requestOf(m, req).phase)) return false;
      // The canceler was given the file to compare with, so that this much it has itself.
      if (byFd && req !== sqe.id && requestOf(m, req).desc !== desc + 1) return false;
      if (byOp && opcodeName(sqeOf(m, req).operation) !== op.op) return false;
      return !byUserData || sqeOf(m, req).userData === op.target;
    },
  };
}

/**
 * What the next turn of a search may take. Polls come first, in an order that follows a hash of their user_data (K-42): the
 * next one is a choice, and of those with one user_data the last armed. Then WAITID, then FUTEX, the last armed first.
 */
function victims(m: Machine, ring: number, matches: Matches): readonly number[] {
  const waiting = waitingOf(m, ring, (req) => !(requestOf(m, req).marks & MARK.cancelSeen) && matches(req));
  const polls = waiting.filter((req) => !cancelCounts(sqeOf(m, req).operation));
  if (polls.length > 0) {
    const first = (req: number): boolean =>
      polls.find((other) => sqeOf(m, other).userData === sqeOf(m, req).userData) === req;
    return polls.filter(first);
  }
  const next = waiting.find((req) => isWaitid(m, req)) ?? waiting[0];
  return next === undefined ? [] : [next];
}

function isWaitid(m: Machine, req: number): boolean {
  return opcodeName(sqeOf(m, req).operation) === "WAITID";
}

/** One turn: takes `victim`, and, where ALL finds one WAITID or FUTEX, all of its kind (io_cancel_remove). */
function takeVictim(m: Machine, ring: number, matches: Matches, victim: number, takesKind: boolean): void {
  const isOfKind = (req: number): boolean =>
    cancelCounts(sqeOf(m, req).operation) && isWaitid(m, req) === isWaitid(m, victim) && matches(req);
  const takesAll = takesKind && cancelCounts(sqeOf(m, victim).operation);
  for (const req of takesAll ? waitingOf(m, ring, isOfKind) : [victim]) {
    cancelWaiting(m, req);
    requestOf(m, req).marks |= MARK.cancelSeen;
  }
}

/** Answers that the environment has for an ASYNC_CANCEL that is about to go on. */
export function cancelChoices(m: Machine, req: number): number {
  const sqe = sqeOf(m, req);
  const { emit } = m;
  m.emit = () => {};
  const { error, matches, all, byUserData } = matcherOf(m, sqe);
  m.emit = emit;
  if (error !== 0) return 1;
  if (m.promised) {
    const running = runningOf(m, sqe.ring, (other) => other !== req && matches(other)).length;
    return running === 0 ? 1 : all ? 2 : 2 * running;
  }
  if (all && hasSlowPathLeft(requestOf(m, req).progress)) return 1;
  const running = all ? [] : runningWorks(m, sqe.ring, matches);
  if (running.length > 1) return optionsOf(m, sqe.ring, running).length;
  if (!all && (blockedMatch(m, sqe.ring, matches) >= 0 || pickedUpMatch(m, req, matches) >= 0)) return 2;
  return all || !byUserData ? Math.max(1, victims(m, sqe.ring, matches).length) : 1;
}

/** What an ASYNC_CANCEL that goes on is told; null: it has one more victim to choose. `task`: whose io-wq is looked at first. */
export function cancelRequests(m: Machine, req: number, task: number, choice: number): number | null {
  const sqe = sqeOf(m, req);
  const { ring } = sqe;
  const r = requestOf(m, req);
  const { error, matches: matchesAll, all, byFd, byUserData } = matcherOf(m, sqe);
  // A canceler that io-wq runs is found there as well, by itself; ALL passes over it, since it looks twice (CAN-04).
  const findsItself = !m.promised && !all && runsInWorker(r);
  const matches: Matches = (other) => (other !== req || findsItself) && matchesAll(other);
  m.emit(R["FAIL-08"]);
  if (error !== 0) return error;
  if (m.promised) return cancelPromised(m, req, matches, all, byFd, choice);
  const running = all ? [] : runningWorks(m, ring, matches);
  if (running.length > 1) {
    // Which worker comes first in io-wq's list of them says nothing of what it runs.
    m.emit(R["CAN-16"]);
    const option = optionsOf(m, ring, running)[choice];
    const only: Matches = (other) => matches(other) && (other === option?.first || !running.includes(other));
    return searchOnce(m, req, task, only, byUserData, option?.isGone === true ? 1 : 0);
  }
  return all
    ? cancelAll(m, req, task, matches, byFd, choice)
    : searchOnce(m, req, task, matches, byUserData, choice);
}

/** Works of a ring that workers have and that match, by request. */
function runningWorks(m: Machine, ring: number, matches: Matches): readonly number[] {
  const found: number[] = [];
  for (let req = 0; req < m.s.reqs.length; req++) {
    if (runsInWorker(requestOf(m, req)) && sqeOf(m, req).ring === ring && matches(req)) found.push(req);
  }
  return found;
}

/** Which of several running works is found first, and whether a blocked one is gone when it is looked for again. */
function optionsOf(
  m: Machine,
  ring: number,
  running: readonly number[],
): readonly { readonly first: number; readonly isGone: boolean }[] {
  return running.flatMap((first) => {
    const isBlocked = blockedMatch(m, ring, (other) => other === first) >= 0;
    return [{ first, isGone: false }, ...(isBlocked ? [{ first, isGone: true }] : [])];
  });
}

/** A cancelation of one request, whichever is found first: the search, and where that finds nothing, every task's io-wq. */
function searchOnce(
  m: Machine,
  req: number,
  task: number,
  matches: Matches,
  byUserData: boolean,
  choice: number,
): number {
  const { ring } = sqeOf(m, req);
  const found = byUserData ? [] : victims(m, ring, matches);
  if (found.length > 1) m.emit(R["K-42"]);
  const chosen = found[choice];
  const pickedUp = choice === 1 ? pickedUpMatch(m, req, matches) : -1;
  if (pickedUp >= 0) {
    const rest: Matches = (other) => other !== pickedUp && matches(other);
    const other = tryCancel(m, ring, task, rest);
    return other !== ENOENT ? other : slowPath(m, ring, rest);
  }
  const blocked = blockedMatch(m, ring, matches);
  const result = tryCancel(m, ring, task, matches, chosen);
  if (result !== ENOENT) return result;
  if (blocked >= 0 && choice === 1) {
    finishInterrupted(m, blocked);
    return ENOENT;
  }
  return slowPath(m, ring, matches);
}

/**
 * ALL and ANY: turns of io_try_cancel until one finds nothing, then io-wq of every task of the ring (CAN-05, CAN-13). null:
 * it is not over; what workers do meanwhile, the rest of it sees.
 */
function cancelAll(
  m: Machine,
  req: number,
  task: number,
  matchesAll: Matches,
  byFd: boolean,
  choice: number,
): number | null {
  const { ring, operation } = sqeOf(m, req);
  const r = requestOf(m, req);
  const matches: Matches = (other) => !(requestOf(m, other).marks & MARK.cancelSeen) && matchesAll(other);
  const takesKind = operation.opcode === "ASYNC_CANCEL" && operation.flags.includes("ALL");
  m.emit(R["CAN-05"]);
  let count = countOf(r.progress);
  if (!hasSlowPathLeft(r.progress)) {
    if (cancelWork(m, ring, task, matches, true) === 0) count++;
    const candidates = victims(m, ring, matches);
    if (candidates.length > 1) m.emit(R["K-42"]);
    for (let victim = candidates[choice] ?? candidates[0]; victim !== undefined; ) {
      takeVictim(m, ring, matches, victim, takesKind);
      count++;
      const left = victims(m, ring, matches);
      // Others with its user_data come after it.
      if (left.length > 1) {
        r.progress = 2 * count + 1;
        return null;
      }
      [victim] = left;
    }
    while (!byFd && cancelTimeout(m, ring, matches) === 0) count++;
    if (workersMayMove(m, req)) {
      r.progress = 2 * count + 2;
      return null;
    }
  }
  if (reachesWorkers(m, ring)) {
    for (let other = 0; other < m.plan.contexts; other++) {
      if (cancelWork(m, ring, other, matches, true) === ENOENT) continue;
      m.emit(R["CAN-13"]);
      count++;
    }
  }
  for (const other of m.s.reqs) other.marks &= ~MARK.cancelSeen;
  r.progress = 0;
  return count;
}

/** The `progress` of a cancelation with ALL or ANY that has begun: twice what it has counted, plus one, or two when only its slow path is left. */
function countOf(progress: number): number {
  return progress === 0 ? 0 : (progress - 1) >> 1;
}

function hasSlowPathLeft(progress: number): boolean {
  return progress > 0 && progress % 2 === 0;
}

/** Whether what io-wq has of the ring can change under a cancelation: a worker has something, or the canceler holds no lock. */
function workersMayMove(m: Machine, canceler: number): boolean {
  const { ring } = sqeOf(m, canceler);
  if (runsInWorker(requestOf(m, canceler))) return true;
  return m.s.reqs.some(
    ({ phase, marks }, req) =>
      sqeOf(m, req).ring === ring && (phase === PHASE.wqQueued || (marks & MARK.workerRef) !== 0),
  );
}

/**
 * A request that a worker is blocked with. It is looked for twice, and signalled the first time: the worker may be
 * through with it when it is looked for again, and then nothing is found (ND-06).
 */
function blockedMatch(m: Machine, ring: number, matches: Matches): number {
  if (m.promised || (traitsOf(m, ring).sqpoll && !m.profile.sqpollCancelTold)) return -1;
  return m.s.reqs.findIndex(
    (r, req) => r.phase === PHASE.wqBlocked && sqeOf(m, req).ring === ring && matches(req),
  );
}

/**
 * A request that a worker has just taken off its queue. Up to 6.3 it is named as the worker's next one only after the
 * queue's lock is dropped, and not found in between (ND-06).
 */
function pickedUpMatch(m: Machine, canceler: number, matches: Matches): number {
  if (m.promised || m.profile.pickedUpFound === "always") return -1;
  const { ring } = sqeOf(m, canceler);
  return m.s.reqs.findIndex(
    (r, req) =>
      req !== canceler && r.phase === PHASE.wqRunning && sqeOf(m, req).ring === ring && matches(req),
  );
}

/** The second search of __io_async_cancel, over every task's io-wq. */
function slowPath(m: Machine, ring: number, matches: Matches): number {
  return reachesWorkers(m, ring) ? cancelWork(m, ring, null, matches, false) : ENOENT;
}

/** Whether the tasks that submit to a ring are on its list, where the second search looks; an SQ thread is not (K-31). */
function reachesWorkers(m: Machine, ring: number): boolean {
  if (!traitsOf(m, ring).sqpoll || m.profile.sqpollCancelTold) return true;
  m.emit(R["K-31"]);
  return false;
}

/** Requests in flight that match: any of them may be the one that a cancelation finds. */
function runningOf(m: Machine, ring: number, matches: Matches): number[] {
  const found: number[] = [];
  for (let req = 0; req < m.s.reqs.length; req++) {
    const { phase } = requestOf(m, req);
    const inFlight = phase === PHASE.wqQueued || phase === PHASE.wqRunning || phase === PHASE.wqBlocked;
    if (inFlight && sqeOf(m, req).ring === ring && matches(req)) found.push(req);
  }
  return found;
}

/**
 * As promised: 0 and -ECANCELED, or -EALREADY and whatever comes of it; -ENOENT where nothing matches. `choice` is
 * twice the place of the request that is found, plus one for -EALREADY; with `all` only the latter.
 */
function cancelPromised(
  m: Machine,
  req: number,
  matches: Matches,
  all: boolean,
  byFd: boolean,
  choice: number,
): number {
  const { ring } = sqeOf(m, req);
  const tooLate = choice % 2 === 1;
  const running = runningOf(m, ring, matches);
  const chosen = all ? running : running.slice(choice >> 1, (choice >> 1) + 1);
  let count = 0;
  for (const other of chosen) {
    if (tooLate) requestOf(m, other).marks |= MARK.canceled;
    else {
      cancelRunningWork(m, other);
      count++;
    }
    if (!all) return tooLate ? EALREADY : 0;
  }
  for (const other of waitingOf(m, ring, matches)) {
    cancelWaiting(m, other);
    if (!all) return 0;
    count++;
  }
  while (!byFd && cancelTimeout(m, ring, matches) === 0) {
    if (!all) return 0;
    count++;
  }
  return all ? count : ENOENT;
}

/**
 * The first half of the search of an IORING_REGISTER_SYNC_CANCEL; null: it has interrupted a worker, and what that one does
 * before the second half, over every task's io-wq, decides (ND-06).
 */
export function beginSyncCancel(
  m: Machine,
  ring: number,
  task: number,
  target: number | "none",
): number | null {
  const interrupts = m.s.reqs.some(
    (r, req) =>
      runsInWorker(r) && r.task === task && sqeOf(m, req).ring === ring && sqeOf(m, req).userData === target,
  );
  if (m.promised || !interrupts) return syncCancel(m, ring, task, target);
  m.emit(R["CAN-09"]);
  const matches: Matches = (req) => sqeOf(m, req).userData === target;
  const result = tryCancel(m, ring, task, matches);
  return result === ENOENT ? null : Math.min(result, 0);
}

/** The second half: 0, -ENOENT where nothing is left, or -EALREADY. */
export function finishSyncCancel(m: Machine, ring: number, target: number | "none"): number {
  m.emit(R["CAN-14"]);
  return slowPath(m, ring, (req) => sqeOf(m, req).userData === target);
}

/** IORING_REGISTER_SYNC_CANCEL by user_data, a whole search: 0, -ENOENT, or -EALREADY where it has to wait. */
export function syncCancel(m: Machine, ring: number, task: number, target: number | "none"): number {
  m.emit(R["CAN-09"]);
  const matches: Matches = (req) => sqeOf(m, req).userData === target;
  if (m.promised) return cancelPromisedSync(m, ring, matches);
  const result = tryCancel(m, ring, task, matches);
  return result === ENOENT ? slowPath(m, ring, matches) : Math.min(result, 0);
}

function cancelPromisedSync(m: Machine, ring: number, matches: Matches): number {
  const [found] = runningOf(m, ring, matches);
  if (found === undefined) return tryCancel(m, ring, -1, matches);
  cancelRunningWork(m, found);
  return 0;
}

/** Operations that wait in the file system or between pipes, and hand on what that says of a signal. */
const LEAKS_ERESTARTSYS = new Set(["OPENAT", "SPLICE", "TEE"]);

/** What an operation returns that a signal interrupted inside io-wq (FAIL-16, K-31). */
export function interruptedResult(m: Machine, req: number): number {
  const sqe = sqeOf(m, req);
  m.emit(R["FAIL-16"]);
  if (sqe.intr !== null) return sqe.intr;
  return LEAKS_ERESTARTSYS.has(opcodeName(sqe.operation)) ? m.profile.openInterrupted : EINTR;
}
