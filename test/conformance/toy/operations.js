// @ts-check
/** What each opcode does on the toy's ring. */
import { Unsupported } from "./world.js";

/**
 * @typedef {import("./ring.js").Ring} Ring
 * @typedef {import("./ring.js").Request} Request
 * What an attempt comes to. `later`: completed, but through task work. `armed`: it arranges for its own completion.
 * @typedef {{ kind: "completed" | "later" | "armed" | "would block" } | { kind: "error", error: number }} Attempt
 */

const COMPLETED = /** @type {const} */ ({ kind: "completed" });
const ARMED = /** @type {const} */ ({ kind: "armed" });
const ECANCELED = -125;
const ENOENT = -2;
const EALREADY = -114;
const EBADF = -9;
/** Expiries of one multishot TIMEOUT: an endless one has no outcome. */
const SHOTS_MAX = 50;

/** @param {number} error @returns {Attempt} */
const errorOf = (error) => ({ kind: "error", error });

/** @param {Ring} ring @param {Request} req @param {boolean} blocking @returns {Attempt} */
export function perform(ring, req, blocking) {
  const { operation: op } = req.sqe;
  const { world } = ring;
  switch (op.opcode) {
    case "NOP":
      finish(ring, req, op.res ?? 0);
      return op.taskWork ? { kind: "later" } : COMPLETED;
    case "READ": {
      if (op.buffer !== null) throw new Unsupported("buffers");
      const file = resolve(ring, req, op.fd);
      if (file === null) return errorOf(EBADF);
      const bytes = world.read(file, op.len, op.offset);
      if (bytes === null) {
        const pipe = world.pipes[file.at];
        return blocking && pipe?.nonblock ? errorOf(-11) : { kind: "would block" };
      }
      if (typeof bytes === "number") return errorOf(bytes);
      finish(ring, req, bytes.length);
      return COMPLETED;
    }
    case "WRITE": {
      if (op.source.kind === "buffer") throw new Unsupported("buffers");
      const file = resolve(ring, req, op.fd);
      if (file === null) return errorOf(EBADF);
      const data = op.source.kind === "data" ? op.source.data.slice(0, op.len) : "\0".repeat(op.len);
      const res = world.write(file, data, op.offset);
      if (res === EBADF) return errorOf(res);
      finish(ring, req, res);
      return res < 0 ? { kind: "later" } : COMPLETED;
    }
    case "FSYNC": {
      const file = resolve(ring, req, op.fd);
      if (file === null) return errorOf(EBADF);
      finish(ring, req, file.kind === "file" ? 0 : -22);
      return COMPLETED;
    }
    case "CLOSE":
      if (op.fd.kind === "slot") throw new Unsupported("registered files");
      finish(ring, req, world.close(op.fd));
      return COMPLETED;
    case "POLL_ADD": {
      const file = resolve(ring, req, op.fd);
      if (file === null) return errorOf(EBADF);
      const mask = world.readiness(file) & ring.wantedBy(req);
      if (mask !== 0 && !req.sqe.multishot) {
        req.res = mask;
        return COMPLETED;
      }
      ring.poll(req);
      if (mask !== 0) ring.wakePoll(req, mask);
      return ARMED;
    }
    case "POLL_REMOVE": {
      const found = ring.polls.find(
        ({ sqe }) => sqe.operation.opcode === "POLL_ADD" && sqe.userData === op.target,
      );
      if (found === undefined) return errorOf(ENOENT);
      if (found.woken) return errorOf(-114);
      ring.polls = ring.polls.filter((other) => other !== found);
      ring.fail(found, ECANCELED);
      ring.completeByTaskWork(found);
      finish(ring, req, 0);
      return COMPLETED;
    }
    case "TIMEOUT":
      startTimeout(ring, req, op);
      return ARMED;
    case "TIMEOUT_REMOVE":
      finish(ring, req, removeTimeout(ring, op));
      return COMPLETED;
    case "ASYNC_CANCEL": {
      finish(ring, req, asyncCancel(ring, req, op));
      return COMPLETED;
    }
    default:
      throw new Unsupported(op.opcode === "OTHER" ? op.name : op.opcode);
  }
}

/** The file of a request, looked up once; null: -EBADF. @param {Ring} ring @param {Request} req @param {import("../../../src/index.js").FdRef} fd */
function resolve(ring, req, fd) {
  if (req.file === null) {
    req.file = ring.world.lookUp(fd);
    if (req.file !== null) req.file.users++;
  }
  return req.file;
}

/** The result, and whether it is a failure. @param {Ring} ring @param {Request} req @param {number} res */
function finish(ring, req, res) {
  const { operation: op } = req.sqe;
  req.res = res;
  const isShort = (op.opcode === "READ" || op.opcode === "WRITE") && res !== op.len;
  const isFailure =
    (res < 0 && op.opcode !== "FSYNC") || (isShort && !ring.bugs.has("a short read is success"));
  if (isFailure) ring.fail(req, res);
}

/** @param {Ring} ring @param {Request} req @param {number | null} ts @param {boolean} isAbsolute @param {() => void} fire */
export function timesOut(ring, req, ts, isAbsolute, fire) {
  const ms = ts !== null && isAbsolute ? Math.max(0, ts - ring.world.now) : ts;
  req.timer = ring.world.startTimer(ms, fire);
}

/** @typedef {Extract<import("../../../src/index.js").Operation, { opcode: "TIMEOUT" }>} Timeout */

/** @param {Ring} ring @param {Request} req @param {Timeout} op */
function startTimeout(ring, req, op) {
  req.where = "timer";
  let at = ring.timeouts.length;
  if (op.count > 0 && !op.multishot) {
    const target = ring.seq + op.count;
    req.targetSeq = target;
    const before = ring.timeouts.findLastIndex(({ targetSeq }) => targetSeq !== null && targetSeq <= target);
    at = before + 1;
  }
  ring.timeouts.splice(at, 0, req);
  timesOut(ring, req, op.ts, op.abs, () => expire(ring, req, op));
}

/** @param {Ring} ring @param {Request} req @param {Timeout} op */
function expire(ring, req, op) {
  ring.timeouts = ring.timeouts.filter((other) => other !== req);
  req.timer = null;
  ring.timeoutEnds();
  req.res = -62;
  if (!op.etimeSuccess || ring.bugs.has("ETIME_SUCCESS severs")) ring.fail(req, -62);
  ring.taskWork.push(() => {
    req.shots++;
    if (req.shots > SHOTS_MAX) throw new Unsupported("a multishot TIMEOUT without an end");
    if (op.multishot && (op.count === 0 || req.shots < op.count) && ring.postMore(req)) {
      ring.timeouts.push(req);
      timesOut(ring, req, op.ts, false, () => expire(ring, req, op));
    } else ring.complete(req);
  });
}

/**
 * Takes the first TIMEOUT that matches off the list; null: there is none.
 * @param {Ring} ring @param {(req: Request) => boolean} matches
 */
function extractTimeout(ring, matches) {
  const found = ring.timeouts.find(matches);
  if (found === undefined) return null;
  ring.timeouts = ring.timeouts.filter((other) => other !== found);
  ring.world.stopTimer(found.timer);
  return found;
}

/** @param {Ring} ring @param {(req: Request) => boolean} matches */
function cancelTimeout(ring, matches) {
  const found = extractTimeout(ring, matches);
  if (found === null) return ENOENT;
  ring.taskWork.push(() => {
    ring.fail(found, ECANCELED);
    ring.complete(found);
  });
  return 0;
}

/** @param {Ring} ring @param {Extract<import("../../../src/index.js").Operation, { opcode: "TIMEOUT_REMOVE" }>} op */
function removeTimeout(ring, { target, update }) {
  /** @param {Request} req */
  const matches = ({ sqe }) => sqe.userData === target;
  if (update === null) return cancelTimeout(ring, matches);
  if (update.link) {
    for (const req of ring.live) {
      const { next: timeout } = req;
      if (req.guard !== "armed" || timeout === null || !matches(timeout)) continue;
      ring.world.stopTimer(timeout.timer);
      timesOut(ring, timeout, update.ts, update.abs, () => ring.fireGuard(req, timeout));
      return 0;
    }
    return ENOENT;
  }
  const found = extractTimeout(ring, matches);
  if (found === null) return ENOENT;
  found.targetSeq = null;
  ring.timeouts.push(found);
  const timeout = found.sqe.operation;
  if (timeout.opcode !== "TIMEOUT") throw new Error("a list of timeouts with something else on it");
  timesOut(ring, found, update.ts, update.abs, () => expire(ring, found, timeout));
  return 0;
}

/** @param {Ring} ring @param {Request} req @param {Extract<import("../../../src/index.js").Operation, { opcode: "ASYNC_CANCEL" }>} op */
function asyncCancel(ring, req, op) {
  const isAny = op.flags.includes("ANY");
  const byFd = op.flags.includes("FD");
  const byOpcode = op.flags.includes("OP");
  const byUserData = op.flags.includes("USERDATA") || !(byFd || byOpcode);
  const file = byFd && op.fd !== null ? ring.world.lookUp(op.fd) : null;
  if (byFd && file === null) return EBADF;
  /** @param {Request} other */
  const matches = (other) => {
    if (isAny) return other !== req;
    if (byFd && other !== req && other.file !== file) return false;
    if (byOpcode && other.sqe.operation.opcode !== op.op) return false;
    return !byUserData || other.sqe.userData === op.target;
  };
  if (isAny || op.flags.includes("ALL"))
    return cancelAll(ring, (other) => other !== req && matches(other), byFd);
  const result = cancelMatching(ring, matches, byFd);
  // A worker looks through the requests that workers run, and runs this one.
  return result === ENOENT && ring.inWorker === req && matches(req) ? EALREADY : result;
}

/**
 * The first match: what waits for a worker, what waits for a file, a TIMEOUT. 0, or -ENOENT.
 * @param {Ring} ring @param {(req: Request) => boolean} matches @param {boolean} byFd
 */
export function cancelMatching(ring, matches, byFd) {
  const queued = ring.workQueue.find(matches);
  if (queued !== undefined) {
    cancelQueued(ring, queued);
    return 0;
  }
  const polling = ring.polls.find(matches);
  if (polling !== undefined) {
    cancelPolling(ring, polling);
    return 0;
  }
  if (ring.bugs.has("a cancel ends members that wait in a chain")) {
    const waiting = [...ring.live].find((req) => req.where === "chained" && matches(req));
    if (waiting !== undefined && !waiting.failed) {
      ring.fail(waiting, ECANCELED);
      return 0;
    }
  }
  return byFd ? ENOENT : cancelTimeout(ring, matches);
}

/** How many were canceled. @param {Ring} ring @param {(req: Request) => boolean} matches @param {boolean} byFd */
function cancelAll(ring, matches, byFd) {
  let count = 0;
  const queued = ring.workQueue.filter(matches);
  for (const req of queued) cancelQueued(ring, req);
  if (queued.length > 0) count++;
  for (const req of ring.polls.filter(matches)) {
    cancelPolling(ring, req);
    count++;
  }
  while (!byFd && cancelTimeout(ring, matches) === 0) count++;
  return count;
}

/** @param {Ring} ring @param {Request} req */
function cancelQueued(ring, req) {
  ring.workQueue = ring.workQueue.filter((other) => other !== req);
  ring.taskWork.push(() => {
    ring.fail(req, ECANCELED);
    ring.complete(req);
  });
}

/** The wake-up that came first has lost. @param {Ring} ring @param {Request} req */
function cancelPolling(ring, req) {
  req.canceled = true;
  if (!req.woken) ring.wakePoll(req, 0);
}
