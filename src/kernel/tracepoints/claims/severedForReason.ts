/** Is a chain severed only where a soft-linked member failed, or some member failed prep? */
import { formatRes } from "../../../model/errno.js";
import { R } from "../../../model/rules.js";
import { type Claim, finding } from "../claim.js";
import { has } from "../request.js";
import { name } from "../say.js";
import { severing } from "../severing.js";

export const severedForReason: Claim = {
  name: "severedForReason",
  title:
    "A chain is severed by the failure of a soft-linked member, or by a member that failed prep, and by nothing else.",
  // Without links a chain that failed prep cannot be told from another.
  needs: ["submit", "complete", "link", "failLink"],
  judge(event, known) {
    if (event.kind !== "failLink") return null;
    const severer = known.occupants.get(event.req);
    const ring = known.rings.get(event.ring);
    if (severer === undefined || severer.ring !== ring || severer.chain.failedPrep !== null) return null;
    if (has(severer, "hardlink")) {
      const why = `${name(severer)} is hard-linked: its own result never severs`;
      return finding(event, [R["FAIL-14"]], why, severer.submitted, severer.over);
    }
    const { over } = severer;
    if (over === null || severer.isDoubtful) return null;
    const { how, rule } = severing(severer, over.res);
    if (how === "severs") return "holds";
    if (how === "either") return null;
    const why = `${name(severer)} succeeded with ${formatRes(over.res)}: the member behind it is issued`;
    return finding(event, [rule, R["FAIL-01"]], why, over, severer.submitted);
  },
};
