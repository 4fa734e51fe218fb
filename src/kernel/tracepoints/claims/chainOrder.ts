/** Does no member of a chain start or complete before the one in front of it is over? */
import { R } from "../../../model/rules.js";
import { type Claim, finding, type Verdict } from "../claim.js";
import type { Complete, Start } from "../event.js";
import { liveAt } from "../reconstruction.js";
import { isLinkTimeout, mustBeOverFirst, nearestBehind, type Request } from "../request.js";
import { name } from "../say.js";

export const chainOrder: Claim = {
  name: "chainOrder",
  title: "A member starts, and completes, only when the member in front of it has completed.",
  needs: ["submit", "complete", "link"],
  judge(event, known) {
    if (event.kind !== "start" && event.kind !== "complete") return null;
    if (event.req === null) return null;
    const request = liveAt(known, event.ring, event.req);
    // A link timeout that fires completes before the request that it guards.
    if (request === undefined || isLinkTimeout(request)) return null;
    return (event.kind === "complete" ? judgeLate(event, request) : null) ?? judgeEarly(event, request);
  },
};

function judgeEarly(event: Start | Complete, request: Request): Verdict {
  const first = request.severed === null ? mustBeOverFirst(request) : null;
  if (first === null) return null;
  if (first.over !== null) return "holds";
  const does = event.kind === "start" ? "starts" : "completes";
  const why = `${name(request)} ${does} before ${name(first)}, which is in front of it in its chain`;
  return finding(event, [R["FAIL-15"]], why, first.submitted, request.submitted);
}

/** That a member in front has not completed may mean that it was silent; when it completes, it was not. */
function judgeLate(event: Complete, request: Request): Verdict {
  const next = nearestBehind(request);
  if (next === null || next.over === null || next.isDoubtful || request.isDoubtful) return null;
  const why = `${name(request)} completes after ${name(next)}, which is behind it in its chain`;
  return finding(event, [R["FAIL-15"]], why, next.over, request.submitted);
}
