/** Does a deferred request start only when all that it waits for is over? */
import type { ProfileName } from "../../../model/profile.js";
import { R } from "../../../model/rules.js";
import { type Claim, finding } from "../claim.js";
import { liveAt } from "../reconstruction.js";
import { mayBeOver, type Request, WALK_MAX } from "../request.js";
import { name } from "../say.js";

export const drainWaits: Claim = {
  name: "drainWaits",
  title:
    "A deferred request starts when everything before its drain, and the drained request itself, has completed.",
  needs: ["submit", "complete", "defer"],
  // Up to 6.15 a drain counts completions, not requests (DRN-16): a log does not show what it waits for.
  appliesTo: (profile: ProfileName) => profile === "linux-6.18" || profile === "linux-7.1",
  judge(event, known) {
    if (event.kind !== "start") return null;
    const request = liveAt(known, event.ring, event.req);
    if (request === undefined || request.deferred === null || request.started !== null) return null;
    if (request.waitsBelow === 0) return null;
    const first = oldestLive(request);
    if (first === "unknown") return null;
    if (first === null || first.serial >= request.waitsBelow) return "holds";
    const why = `${name(request)} was deferred behind ${name(first)}, which has not completed`;
    const rules = request.chain.isDrained ? [R["DRN-01"], R["DRN-02"]] : [R["DRN-03"]];
    return finding(event, rules, why, request.deferred, first.submitted);
  },
};

/** The oldest request of the ring that is in flight for certain. */
function oldestLive({ ring }: Request): Request | null | "unknown" {
  let steps = 0;
  for (const request of ring.live.values()) {
    if (!mayBeOver(request)) return request;
    if (++steps > WALK_MAX) return "unknown";
  }
  return null;
}
