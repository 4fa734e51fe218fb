/** Does a drained chain start while something submitted before it is not over? */
import { drainMayMiscount, fatesOf } from "../fate.js";
import type { Chain } from "../plan.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { cqesOf, finalCqe, hasFlag, hasTrace, sqeOf, type View, viewOf } from "../view.js";

export const drainWaits: Property = {
  name: "drainWaits",
  title: "A chain with DRAIN starts only when every request submitted before it has completed.",
  source:
    "io_uring_enter(2): IOSQE_IO_DRAIN; io_uring.c: io_drain_req, io_queue_deferred; liburing test/defer.c",
  rules: ["DRN-01", "DRN-02", "DRN-07", "DRN-09", "DRN-10", "DRN-16"],
  check(run, profile) {
    const view = viewOf(run, profile);
    const verdict = firstViolation(drainedChains(view), (chain) => judge(view, chain));
    return verdict ?? (someDrainIsUnknown(view) ? "undecided" : null);
  },
};

/** Chains that drain as far as the kernel's algorithm lets one say. */
export function drainedChains(view: View): Chain[] {
  const found: Chain[] = [];
  for (const [ring, chains] of view.plan.chains.entries()) {
    if (drainMayMiscount(view, ring)) continue;
    found.push(...chains.filter((chain) => chain.drained && chain.prep === "ok"));
  }
  return found;
}

/** A DRAIN whose chain cannot be told. */
export function someDrainIsUnknown(view: View): boolean {
  return view.run.scenario.sqes.some(
    ({ id }) => hasFlag(view, id, "DRAIN") && view.plan.chainOf[id] === null && !view.plan.neverSubmitted[id],
  );
}

function judge(view: View, drained: Chain): Verdict {
  const started = drained.members.filter((req) => hasTrace(view, req));
  if (started.length === 0) return null;
  const firstAt = Math.min(...started.map((req) => cqesOf(view, req)[0]?.at ?? Number.POSITIVE_INFINITY));
  const issuedAt = Math.min(...started.map((req) => view.trace?.issuedAt[req] ?? Number.POSITIVE_INFINITY));
  const earlier = view.plan.chains[drained.ring]!.filter(({ ordinal }) => ordinal < drained.ordinal);
  return firstViolation(
    earlier.flatMap(({ members }) => members),
    (req) => {
      const pair = [started[0]!, req];
      const last = finalCqe(view, req);
      const fate = fatesOf(view)[req]!;
      // SKIP hides what a failed chain has canceled: nothing tells of its end.
      if (last === null && fate.kind === "severed" && fate.visible !== true) return null;
      if (last === null) {
        return violates(
          drainWaits,
          `${sqeOf(view, pair[0]!).label} did not wait for ${say(view, req)}`,
          pair,
        );
      }
      const endedAt = view.trace?.finalAt[req] ?? -1;
      if (last.at < firstAt && endedAt < issuedAt) return null;
      return violates(
        drainWaits,
        `${sqeOf(view, pair[0]!).label} is ahead of ${say(view, req)}, submitted before it`,
        pair,
      );
    },
  );
}
