/** Do the CQEs of a chain come in the order of its members? */
import type { ReqId } from "../../model/scenario.js";
import { fatesOf } from "../fate.js";
import type { Chain } from "../plan.js";
import { isAtLeast } from "../profile.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { someLinkIsUnknown } from "../succession.js";
import { cqesOf, type View, viewOf } from "../view.js";

export const chainOrder: Property = {
  name: "chainOrder",
  title:
    "A member's CQEs come before the next member's; only the link timeout of a started request stands apart.",
  source:
    "io_uring_linked_requests(7); io_uring.c: io_free_batch_list, io_req_tw_fail_links; liburing test/link.c",
  rules: ["ORD-01", "PROP-01", "PREP-04", "FAIL-15", "MSH-01"],
  check(run, profile) {
    const view = viewOf(run, profile);
    const verdict = firstViolation(view.plan.chains.flat(), (chain) => judge(view, chain));
    return verdict ?? (someLinkIsUnknown(view) ? "undecided" : null);
  },
};

function judge(view: View, chain: Chain): Verdict {
  let before: { readonly req: ReqId; readonly at: number } | null = null;
  for (const req of orderedMembers(view, chain)) {
    const cqes = cqesOf(view, req);
    const [first] = cqes;
    if (first === undefined) continue;
    if (before !== null && first.at < before.at) {
      const message = `${say(view, before.req)} comes after ${say(view, req)}, which follows it in its chain`;
      return violates(chainOrder, message, [before.req, req]);
    }
    before = { req, at: cqes.at(-1)!.at };
  }
  return null;
}

function orderedMembers(view: View, chain: Chain): ReqId[] {
  const fates = fatesOf(view);
  return chain.members.filter((req, position) => {
    if (!chain.guards.includes(position)) return true;
    const fate = fates[req]!;
    if (fate.kind !== "severed") return false;
    // Of a failed head's own link timeout task work takes care by itself, in this order from 6.12 on (K-09).
    return chain.guards[0] !== position || isAtLeast(view.kernel, 6, 12);
  });
}
