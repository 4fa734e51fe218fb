/** Does a MSG_RING post what it says, where it says? */
import type { Sqe } from "../../model/scenario.js";
import { fatesOf } from "../fate.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { cqesOf, finalCqe, labelOf, type View, viewOf } from "../view.js";

export const msgRingPosts: Property = {
  name: "msgRingPosts",
  title:
    "A MSG_RING that succeeds posts one CQE with its result on the target ring; one that fails or is canceled posts none.",
  source: "io_uring_enter(2): IORING_OP_MSG_RING; msg_ring.c: io_msg_ring_data; liburing test/msg-ring.c",
  rules: ["OVF-08", "ORD-16"],
  check(run, profile) {
    const view = viewOf(run, profile);
    return firstViolation(run.scenario.sqes, (sqe) => (sqe.may === null ? judge(view, sqe) : null));
  },
};

function judge(view: View, sqe: Sqe): Verdict {
  const { operation } = sqe;
  if (operation.opcode !== "MSG_RING") return null;
  const messages = cqesOf(view, operation.label);
  const name = labelOf(view, operation.label);
  if (
    messages.length > 1 ||
    messages.some(({ ring, res }) => ring !== operation.target || res !== operation.res)
  ) {
    return violates(
      msgRingPosts,
      `${sqe.label} posts one CQE with its result on its target ring; there: ${say(view, operation.label)}`,
      [sqe.id],
    );
  }
  const fate = fatesOf(view)[sqe.id]!;
  if ((fate.kind === "severed" || fate.kind === "waiting") && messages.length > 0) {
    return violates(msgRingPosts, `${sqe.label} was never issued, and ${name} is posted`, [sqe.id]);
  }
  const final = finalCqe(view, sqe.id);
  if (final === null) return null;
  if (final.res < 0 && messages.length > 0) {
    return violates(msgRingPosts, `${say(view, sqe.id)}, and ${name} is posted`, [sqe.id]);
  }
  if (final.res >= 0 && messages.length === 0 && !view.run.outcome.hang) {
    return violates(msgRingPosts, `${say(view, sqe.id)}, and ${name} is not posted`, [sqe.id]);
  }
  return null;
}
