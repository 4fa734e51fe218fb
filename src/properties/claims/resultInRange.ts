/** Is a result one that the operation can have at all? */
import type { Sqe } from "../../model/scenario.js";
import { type Fate, fatesOf } from "../fate.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { cqesOf, viewOf } from "../view.js";

const ECANCELED = -125;
const EINTR = -4;
const ERESTARTSYS = -512;

export const resultInRange: Property = {
  name: "resultInRange",
  title:
    "A NOP returns what it was given, a transfer at most its length, a poll a mask of what can happen, and an operation with `may` one of its results.",
  source: "io_uring_enter(2); nop.c: io_nop; rw.c: kiocb_done; poll.c: io_poll_task_func",
  rules: ["FORM-13", "FAIL-03", "FAIL-04", "FAIL-06", "FAIL-16", "PROP-07"],
  check(run, profile) {
    const view = viewOf(run, profile);
    return firstViolation(run.scenario.sqes, (sqe): Verdict => {
      const fate = fatesOf(view)[sqe.id]!;
      const wrong = cqesOf(view, sqe.id).find(({ res }) => !isPossible(sqe, fate, res));
      if (wrong === undefined) return null;
      return violates(resultInRange, `${sqe.operation.opcode} cannot return that: ${say(view, sqe.id)}`, [
        sqe.id,
      ]);
    });
  },
};

/** Cancelation, a failing prep and a severed chain give results of their own, to any operation. */
function isPossible(sqe: Sqe, fate: Fate, res: number): boolean {
  if (fate.kind !== "started" || res === ECANCELED) return true;
  const isInterrupted = res === (sqe.intr ?? EINTR) || res === ERESTARTSYS;
  const operation = sqe.operation;
  if (sqe.may !== null) {
    const isPart = "len" in operation && res > 0 && res < operation.len;
    return isInterrupted || isPart || sqe.may.includes(res);
  }
  switch (operation.opcode) {
    case "NOP":
      return res === (operation.res ?? 0);
    case "READ":
    case "WRITE":
    case "SEND":
    case "RECV":
      return res <= operation.len;
    case "CLOSE":
    case "FSYNC":
    case "MSG_RING":
    case "POLL_REMOVE":
    case "TIMEOUT_REMOVE":
      return res <= 0;
    case "POLL_ADD":
      // ERR, HUP and NVAL come unasked.
      return res <= 0 || (res & ~(operation.events | 0x38)) === 0;
    default:
      return true;
  }
}
