/** Is a chain prepared as a whole before any of it is issued? */
import type { ReqId } from "../../model/scenario.js";
import { callsOf, callsTo, hasOperations } from "../calls.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { labelOf, type View, viewOf } from "../view.js";

export const prepsBeforeIssue: Property = {
  name: "prepsBeforeIssue",
  title: "The preps of all members of a chain run, in its order, before its head is issued.",
  source: "io_submit_sqe, io_submit_sqes (io_uring.c, 6.19); io_uring_bpf_prep, posted as v3",
  rules: ["BOP-04", "FORM-02"],
  check(run, profile) {
    const view = viewOf(run, profile);
    if (!hasOperations(view)) return null;
    if (callsOf(view) === null) return "undecided";
    return firstViolation(view.plan.chains.flat(), ({ members }) => judge(view, members));
  },
};

function judge(view: View, members: readonly ReqId[]): Verdict {
  const calls = callsOf(view);
  let before: { readonly req: ReqId; readonly at: number } | null = null;
  for (const [position, req] of members.entries()) {
    const prep = callsTo(calls?.of[req] ?? [], "prep")[0];
    if (prep === undefined) continue;
    const early = members
      .slice(0, position)
      .find((earlier) => (issuedAt(view, earlier) ?? prep.at) < prep.at);
    if (early !== undefined) {
      const message = `${labelOf(view, early)} was issued before ${labelOf(view, req)}, linked behind it, was prepared`;
      return violates(prepsBeforeIssue, message, [early, req]);
    }
    if (before !== null && prep.at < before.at) {
      const message = `${labelOf(view, req)} was prepared before ${labelOf(view, before.req)}`;
      return violates(prepsBeforeIssue, message, [req, before.req]);
    }
    before = { req, at: prep.at };
  }
  return null;
}

/** Position in the trace where it was first issued; null: never, as far as it tells. */
function issuedAt(view: View, req: ReqId): number | null {
  return callsTo(callsOf(view)?.of[req] ?? [], "issue")[0]?.at ?? view.trace?.issuedAt[req] ?? null;
}
