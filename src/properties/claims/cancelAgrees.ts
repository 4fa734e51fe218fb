/** Does a canceler's result agree with what became of its target? */
import { formatRes } from "../../model/errno.js";
import type { Sqe } from "../../model/scenario.js";
import { countsMatches, matches } from "../cancelers.js";
import { fatesOf } from "../fate.js";
import { opcodeOf } from "../prep.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { finalCqe, hasFlag, type View, viewOf } from "../view.js";

const ECANCELED = -125;
const EINTR = -4;
/** What a canceler of one request returns: found, not found, found but past canceling; -EBUSY is the manual page's word for that. */
const RESULTS: ReadonlySet<number> = new Set([0, -2, -114]);
const EBUSY = -16;
const EBADF = -9;

export const cancelAgrees: Property = {
  name: "cancelAgrees",
  title:
    "Where a canceler returns 0 its target ends with -ECANCELED or the part it had transferred; a count is at most the number of those.",
  source:
    "io_uring_cancelation(7); cancel.c: io_try_cancel; liburing test/io-cancel.c, test/poll-cancel-all.c",
  rules: ["ND-06", "CAN-01", "CAN-03", "CAN-04", "CAN-05", "CAN-08", "TMO-07", "FAIL-08"],
  check(run, profile) {
    const view = viewOf(run, profile);
    return firstViolation(run.scenario.sqes, (sqe) => {
      const { opcode } = sqe.operation;
      if (opcode !== "ASYNC_CANCEL" && opcode !== "POLL_REMOVE" && opcode !== "TIMEOUT_REMOVE") return null;
      const fate = fatesOf(view)[sqe.id]!;
      if (fate.kind === "unknown") return view.plan.neverSubmitted[sqe.id] ? null : "undecided";
      return fate.kind === "started" && sqe.may === null ? judge(view, sqe) : null;
    });
  },
};

function judge(view: View, canceler: Sqe): Verdict {
  const final = finalCqe(view, canceler.id);
  // A canceler may be canceled itself; by whom is canceledBySomebody's question.
  if (final === null || final.res === ECANCELED) return null;
  const candidates = view.run.scenario.sqes.filter((sqe) => matches(canceler, sqe));
  const count = countsMatches(canceler);
  if (!isResult(view, canceler, candidates, final.res)) {
    return violates(
      cancelAgrees,
      `a canceler does not return ${formatRes(final.res)}: ${say(view, canceler.id)}`,
      [canceler.id],
    );
  }
  if (canceler.operation.opcode === "TIMEOUT_REMOVE" && canceler.operation.update !== null) return null;
  const claimed = count ? final.res : final.res >= 0 ? 1 : 0;
  const canceled = candidates.filter((sqe) => looksCanceled(view, sqe));
  if (claimed <= canceled.length) return null;
  const seen = candidates.map(({ id }) => say(view, id)).join(", ") || "nothing that matches";
  const message = `${say(view, canceler.id)} claims to have canceled ${claimed}, but: ${seen}`;
  return violates(cancelAgrees, message, [canceler.id, ...candidates.map(({ id }) => id)]);
}

function isResult(view: View, canceler: Sqe, candidates: readonly Sqe[], res: number): boolean {
  if (RESULTS.has(res)) return true;
  if (res === EBUSY) return view.kernel === null;
  if (
    canceler.operation.opcode === "ASYNC_CANCEL" &&
    canceler.operation.flags.includes("FD") &&
    res === EBADF
  ) {
    return true;
  }
  // LT-06: waitid and futex requests are counted also where one is meant.
  const isCounted = candidates.some((sqe) => ["WAITID", "FUTEX_WAIT", "FUTEX_WAITV"].includes(opcodeOf(sqe)));
  return res > 0 && (countsMatches(canceler) || isCounted);
}

/** Its result is that of a canceled request; lenient where its turn or its result is not to be seen. */
function looksCanceled(view: View, sqe: Sqe): boolean {
  const fate = fatesOf(view)[sqe.id]!;
  if (fate.kind === "unknown") return true;
  if (fate.kind !== "started") return false;
  const final = finalCqe(view, sqe.id);
  if (final === null) return hasFlag(view, sqe.id, "SKIP") && sqe.multishot;
  if (final.res === ECANCELED || final.res === sqe.intr) return true;
  if (final.res === EINTR) return view.kernel === null;
  return "len" in sqe.operation && final.res > 0 && final.res < sqe.operation.len;
}
