/** Does every completion belong to a request that was submitted, and is it that request's only one? */
import { R } from "../../../model/rules.js";
import { type Claim, finding, type Verdict } from "../claim.js";
import type { Complete } from "../event.js";
import { isNotification, type Reconstruction } from "../reconstruction.js";
import { name } from "../say.js";

export const oneCompletion: Claim = {
  name: "oneCompletion",
  title: "A request that was submitted has one completion, with its user_data.",
  needs: ["submit", "complete"],
  judge(event, known) {
    if (event.kind !== "complete" || event.req === null || isNotification(event)) return null;
    const ring = known.rings.get(event.ring);
    const request = ring?.live.get(event.req);
    if (request === undefined) return judgeUnknown(event, event.req, known);
    if (request.submitted.userData === event.userData) return "holds";
    const why = `the completion bears another user_data than its request, ${name(request)}`;
    return finding(event, [R["FORM-11"]], why, request.submitted);
  },
};

function judgeUnknown(event: Complete, req: string, known: Reconstruction): Verdict {
  const ring = known.rings.get(event.ring);
  const occupant = known.occupants.get(req);
  if (occupant?.isDoubtful) return null;
  if (occupant !== undefined && occupant.ring === ring && occupant.over !== null) {
    const why = `${name(occupant)} has completed before, in line ${occupant.over.line}`;
    return finding(event, [R["CORE-01"]], why, occupant.submitted, occupant.over);
  }
  // What an older ring was given before the log began completes once at each address.
  const mayBeOlder = ring === undefined || (ring.created === null && !known.foreign.has(req));
  if (mayBeOlder) return null;
  return finding(event, [R["CORE-01"]], "no request at this address is in flight on this ring", ring.created);
}
