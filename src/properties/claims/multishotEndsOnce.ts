/** Which CQEs may bear F_MORE, and what comes after the one that does not? */
import type { Sqe } from "../../model/scenario.js";
import type { Property } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { cqesOf, F_MORE, viewOf } from "../view.js";

export const multishotEndsOnce: Property = {
  name: "multishotEndsOnce",
  title: "Only multishot requests post CQEs with F_MORE, and none follows the one without it.",
  source: "io_uring_enter(2): IORING_CQE_F_MORE; liburing test/poll-mshot-update.c, test/timeout.c",
  rules: ["MSH-01", "MSH-02", "OVF-06", "TMO-05", "TMO-06"],
  check(run, profile) {
    const view = viewOf(run, profile);
    return firstViolation(run.scenario.sqes, (sqe) => {
      const cqes = cqesOf(view, sqe.id);
      const last = cqes.findIndex((cqe) => (cqe.flags & F_MORE) === 0);
      // Two CQEs of a single shot are oneFinalCqe's question.
      if (!isSingleShot(sqe) && last >= 0 && last < cqes.length - 1) {
        return violates(multishotEndsOnce, `${sqe.label} has a CQE after the one without F_MORE`, [sqe.id]);
      }
      if (isSingleShot(sqe) && cqes.some((cqe) => (cqe.flags & F_MORE) !== 0)) {
        return violates(multishotEndsOnce, `${sqe.label} is not multishot and has a CQE with F_MORE`, [
          sqe.id,
        ]);
      }
      const count = shotsMax(sqe);
      if (count !== null && (cqes.length > count || (cqes.length === count && last < 0))) {
        return violates(multishotEndsOnce, `${sqe.label} goes on after its ${count} shots`, [sqe.id]);
      }
      return null;
    });
  },
};

function isSingleShot(sqe: Sqe): boolean {
  const { opcode } = sqe.operation;
  if (opcode === "OTHER" || opcode === "BPF" || opcode === "OP" || sqe.multishot) return false;
  return opcode !== "TIMEOUT" || !sqe.operation.multishot;
}

/** TMO-05: a multishot TIMEOUT with a count expires so often; 0 is for ever. */
function shotsMax(sqe: Sqe): number | null {
  const operation = sqe.operation;
  if (operation.opcode !== "TIMEOUT" || !(operation.multishot || sqe.multishot)) return null;
  return operation.count === 0 ? null : operation.count;
}
