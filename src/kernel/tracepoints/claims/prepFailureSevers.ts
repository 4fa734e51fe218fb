/** Where a member failed prep, does no member of its chain start, and has each the result that it must have? */
import { formatRes } from "../../../model/errno.js";
import { R } from "../../../model/rules.js";
import { type Claim, finding } from "../claim.js";
import { liveAt } from "../reconstruction.js";
import { name } from "../say.js";

const ECANCELED = -125;

export const prepFailureSevers: Claim = {
  name: "prepFailureSevers",
  title: "Of a chain that failed prep no member starts; the bad one has its error, the others -ECANCELED.",
  needs: ["prepFailed", "complete"],
  judge(event, known) {
    if (event.kind !== "start" && event.kind !== "complete") return null;
    if (event.req === null) return null;
    const request = liveAt(known, event.ring, event.req);
    const bad = request?.chain.failedPrep ?? null;
    if (request === undefined || bad === null) return null;
    const { submitted, ring, chain } = request;
    if (event.kind === "start") {
      // Up to 6.1 a member's file is looked up while its chain is assembled.
      if (ring.open === chain) return null;
      const why = `${name(request)} starts, though ${name(bad)} of its chain failed prep`;
      return finding(event, [R["PREP-03"]], why, bad.submitted, submitted);
    }
    const expected = submitted.kind === "prepFailed" ? submitted.error : ECANCELED;
    if (event.res === expected) return "holds";
    const why =
      bad === request
        ? `${name(request)} failed prep with ${formatRes(expected)}: that is its result`
        : `${name(request)} is of a chain that failed prep: its result is ${formatRes(expected)}`;
    return finding(event, [R["PREP-03"]], why, bad.submitted, bad === request ? null : submitted);
  },
};
