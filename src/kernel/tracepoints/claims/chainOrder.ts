/** Does no member of a chain start or complete before the one in front of it is over? */
import { R } from "../../../model/rules.js";
import { type Claim, finding } from "../claim.js";
import { liveAt } from "../reconstruction.js";
import { isLinkTimeout, mustBeOverFirst } from "../request.js";
import { name } from "../say.js";

export const chainOrder: Claim = {
  name: "chainOrder",
  title: "A member starts, and completes, only when the member in front of it has completed.",
  needs: ["submit", "complete", "link"],
  judge(event, known) {
    if (event.kind !== "start" && event.kind !== "complete") return null;
    if (event.req === null) return null;
    const request = liveAt(known, event.ring, event.req);
    // A link timeout that fires completes before the request that it guards; canceled members are canceledTogether's.
    if (request === undefined || isLinkTimeout(request) || request.severed !== null) return null;
    const first = mustBeOverFirst(request);
    if (first === null) return null;
    if (first.over !== null) return "holds";
    const does = event.kind === "start" ? "starts" : "completes";
    const why = `${name(request)} ${does} before ${name(first)}, which is in front of it in its chain`;
    return finding(event, [R["FAIL-15"]], why, first.submitted, request.submitted);
  },
};
