/** Does a CQE that met a full ring lose its place, or get lost? */
import type { CqeRecord } from "../../model/outcome.js";
import { mayHaveHook } from "../plan.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { labelOf, type View, viewOf } from "../view.js";

export const overflowKeepsOrder: Property = {
  name: "overflowKeepsOrder",
  title:
    "User space reads the CQEs of a ring in the order in which they were posted, those that overflowed included, and all of them.",
  source: "io_uring.c: io_cqring_add_overflow, __io_cqring_overflow_flush; liburing test/cq-overflow.c",
  rules: ["OVF-01", "OVF-03", "OVF-04", "LOOP-21"],
  check(run, profile) {
    const view = viewOf(run, profile);
    if (run.trace === null) return "undecided";
    return firstViolation(run.outcome.cq.keys(), (ring) => judge(view, ring));
  },
};

function judge(view: View, ring: number): Verdict {
  const read = readOf(view, ring);
  const posted = (view.run.trace ?? []).filter((event) => event.kind === "cqe" && event.ring === ring);
  // A trace without any CQE is one of an implementation that does not tell them.
  if (posted.length === 0 && !view.run.trace?.some(({ kind }) => kind === "cqe")) return "undecided";
  for (let at = 0; at < Math.max(read.length, posted.length); at++) {
    const seen = read[at];
    const event = posted[at];
    if (event?.kind !== "cqe") {
      return violates(
        overflowKeepsOrder,
        `the ring holds ${read.length} CQEs, and ${posted.length} were posted`,
        [],
      );
    }
    if (seen === undefined) {
      return violates(
        overflowKeepsOrder,
        `a CQE of ${labelOf(view, event.label)} was posted and never arrived`,
        [],
      );
    }
    if (seen[0] === event.label && seen[1] === event.res && seen[2] === event.flags) continue;
    const message = `the CQE of ${labelOf(view, event.label)} was posted where ${labelOf(view, seen[0])}'s was read`;
    return violates(overflowKeepsOrder, message, []);
  }
  return null;
}

/** What left the CQ, oldest first: where a hook may take CQEs too, user space alone does not see the order. */
function readOf(view: View, ring: number): readonly CqeRecord[] {
  const { outcome, scenario, trace } = view.run;
  if (!mayHaveHook(scenario, ring)) return outcome.cq[ring]!;
  const taken: CqeRecord[] = [];
  for (const event of trace ?? []) {
    if (event.kind === "taken" && event.ring === ring) taken.push([event.label, event.res, event.flags]);
  }
  // Where a thread hangs nobody has read the rest.
  const left = outcome.hang ? outcome.cq[ring]!.slice(taken.length - hookedCount(view, ring)) : [];
  return [...taken, ...left];
}

function hookedCount(view: View, ring: number): number {
  return (view.run.trace ?? []).filter(
    (event) => event.kind === "taken" && event.ring === ring && event.hooked,
  ).length;
}
