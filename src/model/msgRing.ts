/** IORING_OP_MSG_RING: a CQE for another ring, posted at once, or by that ring's submitter where only it may post. Stands for io_msg_ring (msg_ring.c, 6.18). */
import { commit, postAuxCqe } from "./complete.js";
import { type Machine, requestOf, sqeOf, traitsOf } from "./machine.js";
import { R } from "./rules.js";
import { ITEM, item } from "./state.js";
import { addItem } from "./taskWork.js";

const EBADFD = -77;

/** The sender's result is 0 even where the target overflows (OVF-08); 1: completed. */
export function issueMessage(m: Machine, req: number): number {
  const { operation } = sqeOf(m, req);
  if (operation.opcode !== "MSG_RING") return 1;
  if (traitsOf(m, operation.target).disabled) return EBADFD;
  m.emit(R["OVF-08"]);
  requestOf(m, req).res = 0;
  const deferred = traitsOf(m, operation.target).deferTaskrun && m.profile.messagesPostedBy === "submitter";
  if (!m.promised && deferred) {
    m.emit(R["K-36"]);
    addItem(m, operation.target, 0, item(ITEM.message, req));
  } else deliverMessage(m, req);
  return 1;
}

/** io_post_aux_cqe on the target ring: in front of whatever that ring has batched (ORD-16). */
export function deliverMessage(m: Machine, req: number): void {
  const { operation } = sqeOf(m, req);
  if (operation.opcode !== "MSG_RING") return;
  m.emit(R["ORD-16"]);
  postAuxCqe(m, operation.target, operation.label, operation.res, 0);
  commit(m, operation.target);
}
