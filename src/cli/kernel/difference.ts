/** In which outcomes two sides differ. */
import type { Outcome } from "../../model/outcome.js";
import type { NoOutcomes, Outcomes } from "./side.js";

export type Difference =
  | {
      readonly verdict: "same" | "differ" | "inconclusive";
      readonly a: Outcomes;
      readonly b: Outcomes;
      readonly onlyA: readonly Outcome[];
      readonly onlyB: readonly Outcome[];
      readonly both: readonly Outcome[];
    }
  | { readonly verdict: NoOutcomes["verdict"]; readonly reason: string };

/**
 * What a kernel was not seen to do it may do all the same. So an outcome that a profile allows and a kernel has not
 * shown is no difference. One that one kernel has shown and another one has not is: the numbers of runs stand beside
 * it, and from them the reader may conclude. `inconclusive`: no difference among as many outcomes as were listed.
 */
export function differenceOf(a: Outcomes | NoOutcomes, b: Outcomes | NoOutcomes): Difference {
  if (a.kind === "none") return { verdict: a.verdict, reason: a.reason };
  if (b.kind === "none") return { verdict: b.verdict, reason: b.reason };
  const onlyA = isEvidence(a, b) ? a.listed.filter((outcome) => !b.has(outcome)) : [];
  const onlyB = isEvidence(b, a) ? b.listed.filter((outcome) => !a.has(outcome)) : [];
  const both = (isEvidence(a, b) ? a : b).listed.filter((outcome) => a.has(outcome) && b.has(outcome));
  const differ = onlyA.length + onlyB.length > 0;
  const isWhole =
    (!isEvidence(a, b) || a.listed.length === a.total) && (!isEvidence(b, a) || b.listed.length === b.total);
  return { verdict: differ ? "differ" : isWhole ? "same" : "inconclusive", a, b, onlyA, onlyB, both };
}

/** Whether an outcome of `side` that `other` lacks is a difference: not where it is only allowed, and the other one only seen. */
function isEvidence(side: Outcomes, other: Outcomes): boolean {
  return side.runs !== null || other.runs === null;
}
