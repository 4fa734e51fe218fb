/**
 * Does every request complete? A log that ends proves nothing, but these do: its memory is used for another request,
 * its ring is gone, or its failure has reached the rest of its chain.
 */
import { R } from "../../../model/rules.js";
import { type Claim, finding, type Verdict } from "../claim.js";
import type { Create, FailLink, PrepFailed, Submit } from "../event.js";
import type { Reconstruction } from "../reconstruction.js";
import { liveAt } from "../reconstruction.js";
import { mayBeOver } from "../request.js";
import { name } from "../say.js";

export const noneLost: Claim = {
  name: "noneLost",
  title:
    "Every request completes before its memory, or its ring's, is used again, and before its failure severs.",
  needs: ["submit", "complete"],
  judge(event, known) {
    switch (event.kind) {
      case "submit":
      case "prepFailed":
        return judgeReuse(event, known);
      case "create":
        return judgeRing(event, known);
      case "failLink":
        return judgeFailure(event, known);
      default:
        return null;
    }
  },
};

function judgeReuse(event: Submit | PrepFailed, known: Reconstruction): Verdict {
  const occupant = known.occupants.get(event.req);
  if (occupant === undefined) return null;
  if (mayBeOver(occupant)) return "holds";
  const why = `its memory was that of ${name(occupant)}, which has not completed`;
  return finding(event, [R["CORE-01"]], why, occupant.submitted);
}

function judgeRing(event: Create, known: Reconstruction): Verdict {
  const ring = known.rings.get(event.ring);
  if (ring === undefined) return null;
  for (const request of ring.live.values()) {
    if (mayBeOver(request)) continue;
    const why = `its memory was that of another ring, whose ${name(request)} has not completed`;
    return finding(event, [R["CORE-01"]], why, request.submitted);
  }
  return "holds";
}

function judgeFailure(event: FailLink, known: Reconstruction): Verdict {
  const severer = liveAt(known, event.ring, event.req);
  if (severer === undefined) return null;
  if (mayBeOver(severer)) return "holds";
  const why = `a failure severs when its request is freed, and that is behind its CQE; ${name(severer)} has none`;
  return finding(event, [R["CORE-01"], R["CORE-02"]], why, severer.submitted);
}
