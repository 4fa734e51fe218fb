// @ts-check
/**
 * A small io_uring ring: submission, chains, drain, task work, workers, the CQ. Written from the rules of
 * docs/SEMANTICS.md as linux-6.18 has them, without a line of the model; operations.js has the opcodes.
 *
 * Where the kernel leaves a choice the toy takes one: workers run what they have as soon as the task leaves the kernel or
 * waits in it, time passes when nothing else can happen, and a regular file never blocks.
 */
import { cancelMatching, perform, timesOut } from "./operations.js";
import { Unsupported } from "./world.js";

/**
 * @typedef {import("../../../src/index.js").Sqe} Sqe
 * @typedef {import("./world.js").Description} Description
 * @typedef {"chained" | "deferred" | "task work" | "polling" | "timer" | "queued" | "running" | "batched" | "done"} Where
 * @typedef {object} Request
 * @property {Sqe} sqe
 * @property {Where} where
 * @property {number} res
 * @property {"none" | "soft" | "hard"} link
 * @property {Request | null} next The member behind it.
 * @property {boolean} failed
 * @property {boolean} skip Posts no CQE.
 * @property {boolean} silencesRest Failed, and had SKIP: the canceled rest of its chain posts nothing.
 * @property {boolean} async To be run by a worker.
 * @property {boolean} drains
 * @property {"none" | "to arm" | "armed"} guard Of the LINK_TIMEOUT behind it.
 * @property {import("./world.js").Timer | null} timer
 * @property {number | null} targetSeq Of a counted TIMEOUT.
 * @property {number} shots
 * @property {number} mask What a poll was woken for; 0: to be looked up.
 * @property {boolean} woken
 * @property {boolean} canceled
 * @property {Description | null} file
 */

const ECANCELED = -125;
const EINVAL = -22;
const EOPNOTSUPP = -95;
const FLAG = { DRAIN: 2, LINK: 4, HARDLINK: 8, ASYNC: 16, BUFFER_SELECT: 32, SKIP: 64 };

export class Ring {
  /**
   * @param {import("./world.js").World} world
   * @param {import("../../../src/index.js").Scenario["rings"][number]} declaration
   * @param {ReadonlySet<import("./bugs.js").Bug>} bugs
   */
  constructor(world, declaration, bugs) {
    this.world = world;
    this.bugs = bugs;
    this.sqEntries = declaration.sqEntries;
    this.cqEntries = declaration.cqEntries;
    this.submitAll = declaration.setup.includes("SUBMIT_ALL");
    /** @type {Sqe[]} */
    this.sq = [];
    /** @type {import("../../../src/index.js").CqeRecord[]} Every CQE, in the order in which they were posted. */
    this.posted = [];
    /** @type {number[]} Labels of the unread CQEs in the ring. */
    this.cq = [];
    /** @type {number[]} Labels of those that did not fit. */
    this.overflow = [];
    /** CQEs that were put in the ring, less the TIMEOUTs' own. */
    this.seq = 0;
    /** @type {Request[]} Completed, not posted. */
    this.batch = [];
    /** @type {(() => void)[]} */
    this.taskWork = [];
    /** @type {Request[]} */
    this.workQueue = [];
    /** @type {Request | null} That a worker performs now. */
    this.inWorker = null;
    /** @type {Request[]} That wait for a file, the last one first. */
    this.polls = [];
    /** @type {Request[]} Counted ones first, by what they need. */
    this.timeouts = [];
    /** @type {Request | null} */
    this.head = null;
    /** @type {Request | null} */
    this.last = null;
    /** @type {Request[]} */
    this.deferred = [];
    this.drainActive = false;
    this.drainNext = false;
    this.drainRefused = false;
    /** @type {Set<Request>} */
    this.live = new Set();
    this.waiterSleeps = false;
    this.timeoutEndedWait = false;
    world.wake = (file, mask) => this.wakePolls(file, mask);
  }

  /**
   * io_uring_enter(2); `wait` null: without GETEVENTS. null: it never returns.
   * @param {number} count @param {number | null} wait @param {number | null} timeoutMs @returns {number | null}
   */
  enter(count, wait, timeoutMs) {
    const taken = this.submit(Math.min(count, this.sq.length));
    let result = taken.counted;
    if (taken.consumed === count && wait !== null) {
      const wanted = Math.min(wait, this.cqEntries);
      let timedOut = false;
      this.runTaskWork();
      this.flushOverflow();
      const enough = () => this.cq.length >= wanted || this.timeoutEndedWait || timedOut;
      const timer =
        enough() || timeoutMs === null
          ? null
          : this.world.startTimer(timeoutMs, () => {
              timedOut = true;
            });
      this.waiterSleeps = true;
      while (!enough()) {
        if (this.taskWork.length === 0 && !this.runWorker() && !this.world.expireNext()) return null;
        this.runTaskWork();
        this.flushOverflow();
      }
      this.waiterSleeps = false;
      this.world.stopTimer(timer);
      if (count === 0 && timedOut && !this.timeoutEndedWait && this.cq.length === 0) result = -62;
      this.timeoutEndedWait = false;
    }
    this.settle();
    return result;
  }

  /** What a system call's return, and being idle, do: all task work, and all that workers have. */
  settle() {
    do this.runTaskWork();
    while (this.runWorker() || this.taskWork.length > 0);
  }

  /** Takes up to `count` CQEs off the ring; their labels. @param {number} count */
  reap(count) {
    return this.cq.splice(0, count);
  }

  // Submission.

  /** @param {number} count */
  submit(count) {
    let consumed = 0;
    let bad = 0;
    while (consumed < count) {
      consumed++;
      const stops = this.submitOne(/** @type {Sqe} */ (this.sq.shift()));
      if (!stops) continue;
      bad = 1;
      break;
    }
    if (count > 0) this.endSubmission();
    return {
      consumed,
      counted: this.bugs.has("enter does not count the bad SQE") ? consumed - bad : consumed,
    };
  }

  /** Whether the submission stops behind it. @param {Sqe} sqe */
  submitOne(sqe) {
    const { flags } = sqe;
    /** @type {Request} */
    const req = {
      sqe,
      where: "chained",
      res: 0,
      link: flags & FLAG.HARDLINK ? "hard" : flags & FLAG.LINK ? "soft" : "none",
      next: null,
      failed: false,
      skip: (flags & FLAG.SKIP) !== 0,
      silencesRest: false,
      async: (flags & FLAG.ASYNC) !== 0 || sqe.operation.opcode === "FSYNC",
      drains: false,
      guard: "none",
      timer: null,
      targetSeq: null,
      shots: 0,
      mask: 0,
      woken: false,
      canceled: false,
      file: null,
    };
    this.live.add(req);
    const error = this.prepare(req);
    if (error !== 0) this.fail(req, error);
    const { head, last } = this;
    if (head !== null && last !== null) last.next = req;
    if (
      error !== 0 &&
      head !== null &&
      !head.failed &&
      !this.bugs.has("a bad SQE spares what is before it")
    ) {
      this.fail(head, ECANCELED);
    }
    if (req.link !== "none") {
      this.head ??= req;
      this.last = req;
      return false;
    }
    this.head = null;
    this.last = null;
    this.start(head ?? req);
    return error !== 0 && !this.submitAll && !this.bugs.has("a bad SQE does not stop the submission");
  }

  /** What is checked once; 0, or the error. @param {Request} req */
  prepare(req) {
    const { operation: op, flags, prepError, multishot } = req.sqe;
    if (op.opcode === "INVALID") return EINVAL;
    if (flags & FLAG.BUFFER_SELECT) {
      if (op.opcode === "READ") throw new Unsupported("provided buffers");
      return EOPNOTSUPP;
    }
    if (req.skip) this.drainRefused = true;
    if (flags & FLAG.DRAIN) {
      if (this.drainRefused) return EOPNOTSUPP;
      if (!this.bugs.has("a drain is forgotten")) this.beginDrain(req);
    }
    if (this.drainActive) req.async = true;
    if (this.drainNext && this.head === null) {
      this.drainNext = false;
      this.drainActive = true;
      req.drains = true;
      req.async = true;
    }
    if (prepError !== null) return prepError;
    if (op.opcode === "TIMEOUT" && op.multishot && op.abs) return EINVAL;
    if (op.opcode === "POLL_ADD" && multishot && req.skip) return EINVAL;
    if (op.opcode === "ASYNC_CANCEL" && op.flags.includes("ANY")) {
      if (op.flags.includes("FD") || op.flags.includes("OP")) return EINVAL;
    }
    if (op.opcode === "LINK_TIMEOUT") {
      if (this.last === null || this.last.sqe.operation.opcode === "LINK_TIMEOUT") return EINVAL;
      this.last.guard = "to arm";
    }
    return 0;
  }

  /** DRAIN inside a chain drains its head, and what follows the chain. @param {Request} req */
  beginDrain(req) {
    this.drainActive = true;
    req.drains = true;
    if (this.head === null) return;
    this.head.drains = true;
    this.head.async = true;
    this.drainNext = true;
  }

  endSubmission() {
    const { head } = this;
    if (head !== null && !this.bugs.has("an open chain goes on in the next submission")) {
      this.head = null;
      this.last = null;
      this.start(head, true);
    }
    this.flush();
  }

  /** A lone request or a whole chain; `isOpen`: the submission has closed it. @param {Request} head @param {boolean} isOpen */
  start(head, isOpen = false) {
    if (head.failed) {
      if (head.link === "hard") head.link = "soft";
      this.complete(head);
    } else if (this.drainActive) this.defer(head);
    else if (head.async || isOpen) this.queueWork(head);
    else this.issue(head);
  }

  // Drain.

  /** @param {Request} head */
  defer(head) {
    for (const member of membersFrom(head)) member.where = "deferred";
    this.deferred.push(head);
    this.releaseDeferred();
    if (!head.drains && this.deferred.length === 0) this.drainActive = false;
  }

  releaseDeferred() {
    let isFirst = true;
    let drainSeen = false;
    for (let head = this.deferred[0]; head !== undefined; head = this.deferred[0]) {
      drainSeen ||= head.drains;
      if ((drainSeen || isFirst) && this.hasUndeferred()) return;
      this.deferred.shift();
      isFirst = false;
      const released = head;
      for (const member of membersFrom(released)) member.where = "chained";
      released.where = "task work";
      this.taskWork.push(() => this.issueFromTaskWork(released));
    }
  }

  hasUndeferred() {
    const held = this.deferred.reduce((sum, head) => sum + membersFrom(head).length, 0);
    return this.live.size > held;
  }

  // Issue.

  /** The first attempt, which may not block. @param {Request} req */
  issue(req) {
    req.where = "running";
    const result = perform(this, req, false);
    this.armGuard(req);
    this.settleAttempt(req, result);
  }

  /** @param {Request} req */
  issueFromTaskWork(req) {
    if (req.async) this.queueWork(req);
    else this.issue(req);
  }

  /** @param {Request} req @param {import("./operations.js").Attempt} result */
  settleAttempt(req, result) {
    if (result.kind === "completed") this.complete(req);
    else if (result.kind === "later") this.completeByTaskWork(req);
    else if (result.kind === "error") {
      this.fail(req, result.error);
      this.complete(req);
    } else if (result.kind === "would block") {
      if (req.file !== null && this.world.readiness(req.file) & this.wantedBy(req)) {
        req.where = "task work";
        this.taskWork.push(() => this.issueFromTaskWork(req));
      } else this.poll(req);
    }
  }

  /** @param {Request} req */
  queueWork(req) {
    req.where = "queued";
    this.workQueue.push(req);
  }

  /** One worker, with what it has, to the end of the chain or to where that leaves it; false: there is none. */
  runWorker() {
    let req = this.workQueue.shift() ?? null;
    if (req === null) return false;
    while (req !== null) req = this.work(req);
    return true;
  }

  /** The next member, which the same worker runs. @param {Request} req @returns {Request | null} */
  work(req) {
    req.where = "running";
    const { opcode } = req.sqe.operation;
    const triesFirst = req.async && (opcode === "READ" || opcode === "WRITE");
    this.inWorker = req;
    const result = perform(this, req, !triesFirst);
    this.inWorker = null;
    if (result.kind === "would block" && !(triesFirst && req.file?.kind !== "file")) {
      throw new Unsupported("a request that blocks in io-wq");
    }
    this.armGuard(req);
    if (result.kind === "would block") this.poll(req);
    else if (result.kind === "later") this.completeByTaskWork(req);
    else if (result.kind === "error") {
      this.taskWork.push(() => {
        this.fail(req, result.error);
        this.complete(req);
      });
    } else if (result.kind === "completed") {
      if (!req.skip && !this.hasRoom()) this.completeByTaskWork(req);
      else {
        if (!req.skip) this.post(req.sqe.id, req.res, 0);
        this.countedTimeouts();
        const next = this.takeNext(req);
        req.skip = true;
        req.link = "none";
        this.completeByTaskWork(req);
        return next;
      }
    }
    return null;
  }

  // Waiting for files.

  /** @param {Request} req */
  poll(req) {
    req.where = "polling";
    req.mask = 0;
    this.polls.unshift(req);
  }

  /** poll(2) events. @param {Request} req */
  wantedBy(req) {
    const { operation: op } = req.sqe;
    const events = op.opcode === "POLL_ADD" ? op.events : op.opcode === "READ" ? 1 : 4;
    return events | 8 | 16;
  }

  /** @param {Description} file @param {number} mask */
  wakePolls(file, mask) {
    for (const req of [...this.polls]) {
      const seen = mask & this.wantedBy(req);
      if (req.file !== file || req.woken || (mask !== 0 && seen === 0)) continue;
      this.wakePoll(req, seen);
    }
  }

  /** @param {Request} req @param {number} mask */
  wakePoll(req, mask) {
    req.woken = true;
    req.mask = mask;
    this.taskWork.push(() => this.runPoll(req));
  }

  /** @param {Request} req */
  runPoll(req) {
    const leave = () => {
      this.polls = this.polls.filter((other) => other !== req);
    };
    req.woken = false;
    if (req.canceled) {
      leave();
      this.fail(req, ECANCELED);
      this.complete(req);
      return;
    }
    if (req.file === null) throw new Error("a poll without a file");
    if (req.mask === 0) req.mask = this.world.readiness(req.file) & this.wantedBy(req);
    if (req.mask === 0) return;
    if (req.sqe.operation.opcode !== "POLL_ADD") {
      leave();
      this.issueFromTaskWork(req);
      return;
    }
    req.res = req.mask;
    if (req.sqe.multishot && this.postMore(req)) {
      req.mask = 0;
      return;
    }
    leave();
    this.complete(req);
  }

  // LINK_TIMEOUT.

  /** The first attempt at a guarded request has returned. @param {Request} req */
  armGuard(req) {
    const { next: timeout } = req;
    if (req.guard !== "to arm" || timeout === null) return;
    req.guard = "armed";
    timeout.where = "timer";
    const { operation: op } = timeout.sqe;
    if (op.opcode === "LINK_TIMEOUT")
      timesOut(this, timeout, op.ts, op.abs, () => this.fireGuard(req, timeout));
  }

  /** @param {Request} req @param {Request} timeout */
  fireGuard(req, timeout) {
    this.unlinkGuard(req, timeout);
    timeout.timer = null;
    this.taskWork.push(() => {
      const cancels = !this.bugs.has("a link timeout fires and cancels nothing");
      const { userData } = req.sqe;
      const found = cancels ? cancelMatching(this, (other) => other.sqe.userData === userData, false) : 0;
      timeout.res = found === 0 ? -62 : found;
      this.complete(timeout);
    });
  }

  /** @param {Request} req @param {Request} timeout */
  unlinkGuard(req, timeout) {
    req.guard = "none";
    req.next = timeout.next;
    timeout.next = null;
  }

  // Completion.

  /** The mark that severs a soft chain; a failure is told, SKIP or not. @param {Request} req @param {number} res */
  fail(req, res) {
    req.res = res;
    req.failed = true;
    if (!req.skip) return;
    req.skip = false;
    req.silencesRest = true;
  }

  /** Into the completion batch. @param {Request} req */
  complete(req) {
    req.where = "batched";
    if (this.bugs.has("canceled members come before the failing one") && req.failed && req.link === "soft") {
      for (const member of membersFrom(req.next)) {
        Object.assign(member, { res: member.failed ? member.res : ECANCELED, link: "none", next: null });
        this.batch.push(member);
      }
      req.next = null;
    }
    this.batch.push(req);
    if (this.bugs.has("depth first")) this.flush();
  }

  /** @param {Request} req */
  completeByTaskWork(req) {
    req.where = "task work";
    this.taskWork.push(() => this.complete(req));
  }

  /** Snapshots of task work, each with its flush, until there is none. */
  runTaskWork() {
    while (this.taskWork.length > 0) {
      for (const item of this.taskWork.splice(0)) item();
      this.flush();
    }
  }

  flush() {
    const batch = this.batch.splice(0);
    for (const req of batch) {
      if (!req.skip || this.bugs.has("SKIP is ignored")) this.post(req.sqe.id, req.res, 0);
    }
    this.countedTimeouts();
    for (const req of batch) {
      const next = this.takeNext(req);
      if (next !== null && this.bugs.has("depth first")) this.issueFromTaskWork(next);
      else if (next !== null) {
        next.where = "task work";
        this.taskWork.push(() => this.issueFromTaskWork(next));
      }
      this.free(req);
    }
    if (this.drainActive) this.releaseDeferred();
  }

  /** @param {Request} req */
  free(req) {
    const { file } = req;
    req.where = "done";
    req.file = null;
    this.live.delete(req);
    if (file === null) return;
    file.users--;
    this.world.releaseIfUnused(file);
  }

  /** What follows a request that is over; null where nothing does, or where it was severed. @param {Request} req */
  takeNext(req) {
    if (req.link === "none") return null;
    const timeout = req.next;
    if (req.guard !== "none" && timeout?.sqe.operation.opcode === "LINK_TIMEOUT") {
      this.unlinkGuard(req, timeout);
      this.world.stopTimer(timeout.timer);
      timeout.res = ECANCELED;
      this.completeByTaskWork(timeout);
    }
    const isHard = req.link === "hard" && !this.bugs.has("a hard link severs");
    if (req.failed && !isHard && !this.bugs.has("a soft link never severs")) this.sever(req);
    const { next } = req;
    req.next = null;
    return next;
  }

  /** @param {Request} req */
  sever(req) {
    const rest = membersFrom(req.next);
    req.next = null;
    for (const member of rest) {
      member.skip = req.silencesRest && !this.bugs.has("a failure with SKIP leaves the rest visible");
      member.next = null;
    }
    if (rest.length === 0) return;
    this.taskWork.push(() => {
      for (const member of rest) {
        if (this.bugs.has("a canceled member runs") && !member.failed) perform(this, member, false);
        if (!member.failed) member.res = ECANCELED;
        this.complete(member);
      }
    });
  }

  // The CQ.

  hasRoom() {
    return this.overflow.length === 0 && this.cq.length < this.cqEntries;
  }

  /** @param {number} label @param {number} res @param {number} flags */
  post(label, res, flags) {
    const jumps = this.bugs.has("a CQE passes those that overflowed") && this.cq.length < this.cqEntries;
    if (this.hasRoom() || jumps) {
      // The toy writes down the order in which CQEs get into the ring: those that overflowed are still to come.
      this.posted.splice(this.posted.length - this.overflow.length, 0, [label, res, flags]);
      this.putInRing(label);
    } else {
      this.posted.push([label, res, flags]);
      this.overflow.push(label);
    }
  }

  /** @param {number} label */
  putInRing(label) {
    this.cq.push(label);
    this.seq++;
  }

  /** A CQE of a multishot that goes on; false: there is no room, so it must end. @param {Request} req */
  postMore(req) {
    if (this.batch.length > 0) this.flush();
    if (!this.hasRoom()) return false;
    this.post(req.sqe.id, req.res, 2);
    this.countedTimeouts();
    return true;
  }

  flushOverflow() {
    if (this.overflow.length === 0) return;
    while (this.overflow.length > 0 && this.cq.length < this.cqEntries) {
      this.putInRing(/** @type {number} */ (this.overflow.shift()));
    }
    this.countedTimeouts();
  }

  // TIMEOUT.

  /** Those whose count of CQEs is reached. */
  countedTimeouts() {
    const { seq } = this;
    for (let req = this.timeouts[0]; req !== undefined; req = this.timeouts[0]) {
      if (req.targetSeq === null || seq < req.targetSeq) return;
      this.timeouts.shift();
      this.world.stopTimer(req.timer);
      this.timeoutEnds();
      req.res = 0;
      this.completeByTaskWork(req);
    }
  }

  /** A TIMEOUT that is over does not count itself, and ends a wait. */
  timeoutEnds() {
    this.seq--;
    if (this.waiterSleeps) this.timeoutEndedWait = true;
  }
}

/** @param {Request | null} head @returns {Request[]} */
export function membersFrom(head) {
  const members = [];
  for (let req = head; req !== null; req = req.next) members.push(req);
  return members;
}
