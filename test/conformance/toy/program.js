// @ts-check
/** Runs a scenario's thread on a ring, statement by statement, then the sweep; what an author has to write once. */

import { cancelMatching } from "./operations.js";
import { Ring } from "./ring.js";
import { Unsupported, World } from "./world.js";

/**
 * @typedef {import("../../../src/index.js").Scenario} Scenario
 * @typedef {import("../../../src/index.js").Outcome} Outcome
 */

const SETUP = new Set(["SUBMIT_ALL", "CQSIZE", "CLAMP", "SINGLE_ISSUER"]);

/**
 * The outcome of the scenario's only run. @throws {Unsupported}
 * @param {Scenario} scenario @param {ReadonlySet<import("./bugs.js").Bug>} bugs @returns {Outcome}
 */
export function runProgram(scenario, bugs) {
  refuse(scenario);
  const [declaration] = scenario.rings;
  if (declaration === undefined) throw new Unsupported("no ring");
  const world = new World(scenario);
  const ring = new Ring(world, declaration, bugs);
  /** @type {(number | null)[]} */
  const values = scenario.values.map(() => null);
  const hang = !runThread(scenario, world, ring, values);
  if (!hang) sweep(world, ring);
  return { cq: [ring.posted], values, files: world.files, hang };
}

/** IOSQE_CQE_SKIP_SUCCESS. */
const SKIP = 64;

/** What is not there at all is said before anything runs. @param {Scenario} scenario */
function refuse(scenario) {
  if (scenario.rings.length > 1) throw new Unsupported("several rings");
  if (scenario.threads.length > 1) throw new Unsupported("several threads");
  for (const flag of scenario.rings[0]?.setup ?? []) if (!SETUP.has(flag)) throw new Unsupported(flag);
  for (const { may, intr, operation } of scenario.sqes) {
    if (may !== null || intr !== null) throw new Unsupported("results that the environment chooses");
    if (operation.opcode === "OTHER") throw new Unsupported(operation.name);
    if (["SEND", "RECV", "OPENAT", "MSG_RING", "BPF", "OP"].includes(operation.opcode)) {
      throw new Unsupported(operation.opcode);
    }
  }
  const counts = scenario.sqes.some(({ operation }) => operation.opcode === "TIMEOUT" && operation.count > 0);
  const isSilent = scenario.sqes.some(
    ({ operation, flags }) =>
      operation.opcode === "TIMEOUT" && operation.etimeSuccess && (flags & SKIP) !== 0,
  );
  // Its count of CQEs never goes back, as the kernel's does (TMO-12).
  if (counts && isSilent) throw new Unsupported("silent TIMEOUTs");
}

/** False: the thread is blocked for ever. @param {Scenario} scenario @param {World} world @param {Ring} ring @param {(number | null)[]} values */
function runThread(scenario, world, ring, values) {
  /** @type {Set<number>} Labels of the CQEs that the thread has reaped. */
  const seen = new Set();
  /** @param {number | null} value @param {number} result */
  const bind = (value, result) => {
    if (value !== null) values[value] = result;
  };
  /** Until `isOver`, or for ever: false. @param {() => boolean} isOver */
  const waitUntil = (isOver) => {
    ring.settle();
    while (!isOver()) {
      if (!world.expireNext()) return false;
      ring.settle();
    }
    return true;
  };
  for (const statement of scenario.threads[0]?.code ?? []) {
    switch (statement.do) {
      case "queue":
        if (ring.sq.length + statement.sqes.length > ring.sqEntries) throw new Unsupported("a full SQ");
        for (const req of statement.sqes)
          ring.sq.push(/** @type {Scenario["sqes"][number]} */ (scenario.sqes[req]));
        break;
      case "enter": {
        const result = ring.enter(statement.submit, statement.wait, statement.timeout);
        if (result === null) return false;
        bind(statement.bind, result);
        break;
      }
      case "await":
        while (!seen.has(statement.req)) {
          if (ring.enter(0, 1, null) === null) return false;
          for (const label of ring.reap(Number.POSITIVE_INFINITY)) seen.add(label);
        }
        break;
      case "reap": {
        const labels = ring.reap(statement.max ?? Number.POSITIVE_INFINITY);
        for (const label of labels) seen.add(label);
        bind(statement.bind, labels.length);
        break;
      }
      case "peek":
        bind(statement.bind, ring.cq.length);
        break;
      case "sqflags":
        bind(statement.bind, ring.overflow.length > 0 ? 2 : 0);
        break;
      case "write": {
        const file = world.lookUp(statement.fd);
        if (file !== null) world.write(file, statement.data, null);
        ring.settle();
        break;
      }
      case "read": {
        const file = world.lookUp(statement.fd);
        const isNonblock =
          statement.fd.kind === "pipe" && scenario.pipes[statement.fd.pipe]?.nonblock === true;
        if (file !== null && !waitUntil(() => isNonblock || world.read(file, statement.len, null) !== null)) {
          return false;
        }
        if (file !== null && isNonblock) world.read(file, statement.len, null);
        ring.settle();
        break;
      }
      case "close":
        world.close(statement.fd);
        ring.settle();
        break;
      case "sync_cancel": {
        const { target } = statement;
        const result = cancelMatching(ring, (req) => req.sqe.userData === target, false);
        ring.settle();
        bind(statement.bind, result);
        break;
      }
      case "sleep": {
        let isAwake = false;
        const wake = () => {
          isAwake = true;
        };
        world.startTimer(statement.time, wake);
        if (!waitUntil(() => isAwake)) return false;
        break;
      }
      default:
        throw new Unsupported(`the statement ${statement.do}`);
    }
  }
  return true;
}

/** Reaps and enters until nothing can move any more. @param {World} world @param {Ring} ring */
function sweep(world, ring) {
  do {
    ring.settle();
    while (ring.cq.length > 0 || ring.overflow.length > 0) {
      ring.reap(Number.POSITIVE_INFINITY);
      ring.enter(0, 0, null);
    }
  } while (world.expireNext());
}
