/** Does anything submitted behind a drained chain start before that is over? */
import type { Chain } from "../plan.js";
import { drainCountsRequests } from "../plan.js";
import { kernelOf } from "../profile.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { cqesOf, finalCqe, hasFlag, hasTrace, sqeOf, type View, viewOf } from "../view.js";
import { drainedChains, someDrainIsUnknown } from "./drainWaits.js";

export const drainHolds: Property = {
  name: "drainHolds",
  title:
    "No request submitted behind a chain with DRAIN starts before that has completed; what fails prep passes it.",
  source: "io_uring_enter(2): IOSQE_IO_DRAIN; io_uring.c: io_drain_req, io_queue_deferred (6.16 and later)",
  rules: ["DRN-03", "DRN-04", "DRN-06", "DRN-11", "PREP-10"],
  appliesTo: (profile) => kernelOf(profile) === null || drainCountsRequests(kernelOf(profile)),
  check(run, profile) {
    const view = viewOf(run, profile);
    const verdict = firstViolation(drainedChains(view), (chain) => judge(view, chain));
    return verdict ?? (someDrainIsUnknown(view) ? "undecided" : null);
  },
};

function judge(view: View, drained: Chain): Verdict {
  const later = view.plan.chains[drained.ring]!.filter(
    ({ ordinal, prep }) => ordinal > drained.ordinal && prep === "ok",
  );
  const barrier = drained.members.filter((req) => !hasFlag(view, req, "SKIP"));
  return firstViolation(
    later.flatMap(({ members }) => members),
    (req) => {
      if (!hasTrace(view, req)) return null;
      return firstViolation(barrier, (member) => {
        const last = finalCqe(view, member);
        if (last === null) {
          return violates(drainHolds, `${sqeOf(view, req).label} did not wait for ${say(view, member)}`, [
            req,
            member,
          ]);
        }
        const first = cqesOf(view, req)[0];
        const isAhead = first !== undefined && first.at < last.at;
        const issuedAt = view.trace?.issuedAt[req] ?? Number.POSITIVE_INFINITY;
        if (!isAhead && issuedAt > (view.trace?.finalAt[member] ?? -1)) return null;
        return violates(drainHolds, `${say(view, req)} passes ${say(view, member)}, which drains`, [
          req,
          member,
        ]);
      });
    },
  );
}
