/** Is a chain that failed prep held behind a drain? */
import { fatesOf } from "../fate.js";
import type { Chain } from "../plan.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { finalCqe, sqeOf, type View, viewOf } from "../view.js";
import { someDrainIsUnknown } from "./drainWaits.js";

export const failedPrepPassesDrain: Property = {
  name: "failedPrepPassesDrain",
  title: "A chain that fails prep completes at once, also behind a drain that never ends.",
  source: "io_uring.c: io_queue_sqe_fallback; liburing test/submit-link-fail.c",
  rules: ["PREP-10", "DRN-05"],
  check(run, profile) {
    const view = viewOf(run, profile);
    if (run.outcome.hang) return "undecided";
    const verdict = firstViolation(view.plan.chains.flat(), (chain) => judge(view, chain));
    return verdict ?? (someDrainIsUnknown(view) ? "undecided" : null);
  },
};

function judge(view: View, chain: Chain): Verdict {
  if (chain.prep !== "failed" || !chain.maybeDeferred) return null;
  const holding = view.plan.chains[chain.ring]!.find(
    ({ drained, ordinal }) => drained && ordinal < chain.ordinal,
  );
  if (holding === undefined) return null;
  const fates = fatesOf(view);
  return firstViolation(chain.members, (req) => {
    const fate = fates[req]!;
    if (fate.kind !== "severed" || !fate.visible || !fate.sure || finalCqe(view, req) !== null) return null;
    const drain = holding.members[0]!;
    const message = `${say(view, req)} is held behind ${sqeOf(view, drain).label}, though its chain failed prep`;
    return violates(failedPrepPassesDrain, message, [req, drain]);
  });
}
