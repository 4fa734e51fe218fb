/** How a violation names requests and results: in the words of a litmus file's claims. */
import { formatRes } from "../model/errno.js";
import type { LabelId, ReqId } from "../model/scenario.js";
import type { Property, Verdict, Violation } from "./property.js";
import { cqesOf, finalCqe, labelOf, type View } from "./view.js";

/** `a=-EIO`, or `a without a CQE`. */
export function say(view: View, label: LabelId | ReqId): string {
  const final = finalCqe(view, label);
  if (final !== null) return `${labelOf(view, label)}=${formatRes(final.res)}`;
  const some = cqesOf(view, label).length;
  return some === 0
    ? `${labelOf(view, label)} without a CQE`
    : `${labelOf(view, label)} without its last CQE, after ${some}`;
}

export function violates(
  property: Pick<Property, "name">,
  message: string,
  reqs: readonly ReqId[],
): Violation {
  return { property: property.name, message, reqs };
}

/** The first violation that `judge` finds; else undecided if it was unsure of one of the things, else null. */
export function firstViolation<T>(things: Iterable<T>, judge: (thing: T) => Verdict): Verdict {
  let undecided = false;
  for (const thing of things) {
    const verdict = judge(thing);
    if (verdict === "undecided") undecided = true;
    else if (verdict !== null) return verdict;
  }
  return undecided ? "undecided" : null;
}
