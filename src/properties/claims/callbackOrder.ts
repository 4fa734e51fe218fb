/** Do the callbacks of a request run in their order, around its CQE? */
import type { Callback } from "../../model/condition.js";
import type { ReqId } from "../../model/scenario.js";
import { type Call, callsOf, hasOperations } from "../calls.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { labelOf, sqeOf, type View, viewOf } from "../view.js";

const ORDER: Readonly<Record<Callback, number>> = { prep: 0, issue: 1, fail: 2, cleanup: 3 };

export const callbackOrder: Property = {
  name: "callbackOrder",
  title: "A request's callbacks run in the order prep, issue, fail, CQE, cleanup, as far as they run.",
  source:
    "io_req_defer_failed, __io_submit_flush_completions, io_free_batch_list (io_uring.c, 6.19); io_uring_bpf_cleanup, posted as v3",
  rules: ["BOP-04", "BOP-13", "BOP-14"],
  check(run, profile) {
    const view = viewOf(run, profile);
    if (!hasOperations(view)) return null;
    const calls = callsOf(view);
    if (calls === null) return "undecided";
    return firstViolation(run.scenario.sqes, ({ id }) => judge(view, id, calls.of[id] ?? []));
  },
};

function judge(view: View, req: ReqId, calls: readonly Call[]): Verdict {
  const label = labelOf(view, req);
  for (const [n, call] of calls.entries()) {
    const next = calls[n + 1];
    if (next !== undefined && ORDER[next.callback] < ORDER[call.callback]) {
      return violates(callbackOrder, `${label}: ${next.callback} ran behind ${call.callback}`, [req]);
    }
  }
  const { id, userData } = sqeOf(view, req);
  // Whose a CQE is cannot be told where two share a user_data.
  const cqeAt = id === userData && !isShared(view, id) ? (view.trace?.finalAt[req] ?? null) : null;
  for (const { callback, at } of calls) {
    if (cqeAt !== null && callback !== "cleanup" && at > cqeAt)
      return violates(callbackOrder, `${label}: ${callback} ran behind its CQE`, [req]);
    if (cqeAt !== null && callback === "cleanup" && at < cqeAt)
      return violates(callbackOrder, `${label}: cleanup ran before its CQE`, [req]);
  }
  return null;
}

function isShared(view: View, id: ReqId): boolean {
  return view.run.scenario.sqes.some((sqe) => sqe.id !== id && sqe.userData === id);
}
