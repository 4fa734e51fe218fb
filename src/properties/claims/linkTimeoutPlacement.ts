/** Where in a chain may a LINK_TIMEOUT stand? */
import type { ReqId } from "../../model/scenario.js";
import type { Chain } from "../plan.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { finalCqe, sqeOf, type View, viewOf } from "../view.js";

const EINVAL = -22;

export const linkTimeoutPlacement: Property = {
  name: "linkTimeoutPlacement",
  title:
    "A LINK_TIMEOUT fails prep with -EINVAL unless it follows, in an open chain, a request that is none itself.",
  source: "timeout.c: __io_timeout_prep; liburing test/link-timeout.c",
  rules: ["LT-01", "LT-02"],
  check(run, profile) {
    const view = viewOf(run, profile);
    return firstViolation(run.scenario.sqes, ({ id, operation }) => {
      if (operation.opcode !== "LINK_TIMEOUT") return null;
      const chain = view.plan.chainOf[id] ?? null;
      if (chain === null) return view.plan.neverSubmitted[id] ? null : "undecided";
      return judge(view, chain, id);
    });
  },
};

function judge(view: View, chain: Chain, req: ReqId): Verdict {
  const final = finalCqe(view, req);
  // With an error of another kind the placement does not show.
  if (final === null || sqeOf(view, req).prepError !== null) return null;
  const position = chain.members.indexOf(req);
  const error = chain.prepErrors[position];
  if (error === EINVAL && final.res !== EINVAL) {
    return violates(linkTimeoutPlacement, `${say(view, req)} guards nothing, and is accepted`, [req]);
  }
  if (error === null && final.res === EINVAL) {
    return violates(linkTimeoutPlacement, `${say(view, req)} is refused behind a request that it can guard`, [
      req,
    ]);
  }
  return null;
}
