/** Behind a soft link whose member failed, is the next one canceled, unstarted? */

import { formatRes } from "../../../model/errno.js";
import { R } from "../../../model/rules.js";
import { type Claim, finding } from "../claim.js";
import { liveAt } from "../reconstruction.js";
import { has, isLinkTimeout, predecessorOf, type Request } from "../request.js";
import { name } from "../say.js";
import { type Severing, severing } from "../severing.js";

const ECANCELED = -125;

export const softLinkSevers: Claim = {
  name: "softLinkSevers",
  title: "Behind a soft link whose member failed the next one does not start, and completes with -ECANCELED.",
  needs: ["submit", "complete", "link"],
  judge(event, known) {
    if (event.kind !== "start" && event.kind !== "complete") return null;
    if (event.req === null) return null;
    const request = liveAt(known, event.ring, event.req);
    if (request === undefined || isLinkTimeout(request) || request.submitted.kind === "prepFailed")
      return null;
    const member = predecessorOf(request);
    const failure = member === null ? null : failureOf(member);
    if (member === null || failure === null) return null;
    if (event.kind === "complete" && event.res === ECANCELED) return "holds";
    const does = event.kind === "start" ? "starts" : `completes with ${formatRes(event.res)}`;
    const why =
      `${name(request)} ${does} behind ${name(member)}, which failed with ${formatRes(failure.res)} ` +
      "and has a soft link: it is canceled";
    return finding(event, [failure.rule, R["PROP-01"]], why, member.over, request.submitted);
  },
};

/** Set where the member's own result severs its link for certain. */
function failureOf(member: Request): { readonly res: number; readonly rule: Severing["rule"] } | null {
  const { over } = member;
  if (over === null || member.isDoubtful || !has(member, "link") || has(member, "hardlink")) return null;
  const { how, rule } = severing(member, over.res);
  return how === "severs" ? { res: over.res, rule } : null;
}
