/** Are the members of a severed chain canceled: none started, each with -ECANCELED, in chain order, one behind the other? */
import { formatRes } from "../../../model/errno.js";
import { R } from "../../../model/rules.js";
import { type Claim, finding, type Verdict } from "../claim.js";
import type { Complete, Start } from "../event.js";
import { isNotification, liveAt } from "../reconstruction.js";
import { has, isLinkTimeout, type Request } from "../request.js";
import { name } from "../say.js";

const ECANCELED = -125;

export const canceledTogether: Claim = {
  name: "canceledTogether",
  title:
    "The members that a failure cancels do not start; they complete with -ECANCELED, in chain order, and no other request's completion comes between.",
  needs: ["submit", "complete", "failLink"],
  judge(event, known) {
    if (event.kind === "start") {
      const request = liveAt(known, event.ring, event.req);
      return request?.severed == null ? null : judgeStart(event, request);
    }
    if (event.kind !== "complete" || event.req === null || isNotification(event)) return null;
    const awaited = known.rings.get(event.ring)?.nextCanceled ?? null;
    if (awaited !== null && !awaited.isDoubtful && awaited.address !== event.req) {
      const why = `${name(awaited)} is canceled together with the member in front of it: it is the next to complete`;
      return finding(event, [R["PROP-01"]], why, awaited.severed, awaited.submitted);
    }
    const request = liveAt(known, event.ring, event.req);
    return request?.severed == null ? null : judgeCompletion(event, request);
  },
};

function judgeStart(event: Start, request: Request): Verdict {
  const why = `${name(request)} was canceled by a failure in front of it, and starts`;
  const rule = isLinkTimeout(request) ? R["PROP-04"] : R["FORM-10"];
  return finding(event, [rule, R["PROP-01"]], why, request.severed, request.submitted);
}

function judgeCompletion(event: Complete, request: Request): Verdict {
  const { severed, severer, submitted, chain, position } = request;
  const expected = submitted.kind === "prepFailed" ? submitted.error : ECANCELED;
  if (event.res !== expected) {
    const why = `${name(request)} was canceled by a failure in front of it: its result is ${formatRes(expected)}`;
    return finding(event, [isLinkTimeout(request) ? R["PROP-04"] : R["PROP-01"]], why, severed, submitted);
  }
  if (severer === null) return "holds";
  if (has(severer, "skip")) {
    const why = `${name(severer)} failed, is soft-linked and bears CQE_SKIP_SUCCESS: no member behind it posts a CQE`;
    return finding(event, [R["SKIP-02"]], why, severed, severer.submitted);
  }
  const before = chain.members[position - 1];
  if (before?.severer === severer && before.over === null && !before.isDoubtful) {
    const why = `${name(before)} is in front of it in its chain, was canceled with it, and has not completed`;
    return finding(event, [R["PROP-01"]], why, before.severed, before.submitted);
  }
  return "holds";
}
