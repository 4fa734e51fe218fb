/** Which CQEs of a broken chain does SKIP hide? */
import type { ReqId } from "../../model/scenario.js";
import { type Fate, fatesOf } from "../fate.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { finalCqe, hasFlag, sqeOf, type View, viewOf } from "../view.js";

export const skipBrokenChain: Property = {
  name: "skipBrokenChain",
  title:
    "If the failing member (on a prep failure: the head) bears SKIP, the rest of the chain is silent; else all of it is posted, SKIP or not.",
  source: "io_uring.c: req_set_fail, io_fail_links, io_submit_fail_init; liburing test/skip-cqe.c",
  rules: ["SKIP-02", "SKIP-03", "SKIP-04", "SKIP-07", "SKIP-08"],
  check(run, profile) {
    const view = viewOf(run, profile);
    return firstViolation(run.scenario.sqes, ({ id }) => {
      const fate = fatesOf(view)[id]!;
      if (fate.kind === "unknown") return isAboutSkip(view, id) ? "undecided" : null;
      return fate.kind === "severed" && fate.by !== id ? judge(view, id, fate) : null;
    });
  },
};

function judge(view: View, req: ReqId, fate: Fate & { readonly kind: "severed" }): Verdict {
  const final = finalCqe(view, req);
  const { label } = sqeOf(view, fate.by);
  if (fate.visible === false && final !== null) {
    return violates(
      skipBrokenChain,
      `${say(view, req)} is posted, though SKIP hides what ${label} has severed`,
      [req, fate.by],
    );
  }
  const mustBeSeen = fate.visible && fate.sure && hasFlag(view, req, "SKIP") && !view.run.outcome.hang;
  if (mustBeSeen && final === null) {
    return violates(
      skipBrokenChain,
      `${say(view, req)} is hidden, though nothing hides what ${label} has severed`,
      [req, fate.by],
    );
  }
  return null;
}

function isAboutSkip(view: View, req: ReqId): boolean {
  return !view.plan.neverSubmitted[req] && hasFlag(view, req, "SKIP");
}
