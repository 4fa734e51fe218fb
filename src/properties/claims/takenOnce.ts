/** Is each CQE taken once, by a hook or by user space? */
import type { CqeRecord } from "../../model/outcome.js";
import { mayHaveHook } from "../plan.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { labelOf, type View, viewOf } from "../view.js";

export const takenOnce: Property = {
  name: "takenOnce",
  title:
    "On a ring with a loop hook each CQE that was posted is taken once, by the hook or by user space, whenever the hook comes and goes.",
  source:
    "bpf_io_uring_get_region (bpf-ops.c, 7.1): the CQ head is one; liburing test/bpf-progs/nops.bpf.c; io_uring(7)",
  rules: ["LOOP-05", "LOOP-20", "LOOP-21"],
  check(run, profile) {
    const view = viewOf(run, profile);
    const rings = [...run.scenario.rings.keys()].filter((ring) => mayHaveHook(run.scenario, ring));
    if (rings.length > 0 && run.trace === null) return "undecided";
    return firstViolation(rings, (ring) => judge(view, ring));
  },
};

function judge(view: View, ring: number): Verdict {
  const { outcome, trace } = view.run;
  const posted: CqeRecord[] = [];
  const taken: CqeRecord[] = [];
  const byUser: CqeRecord[] = [];
  for (const event of trace ?? []) {
    if ((event.kind !== "cqe" && event.kind !== "taken") || event.ring !== ring) continue;
    const record: CqeRecord = [event.label, event.res, event.flags];
    if (event.kind === "cqe") posted.push(record);
    else taken.push(record);
    if (event.kind === "taken" && !event.hooked) byUser.push(record);
  }
  const counts = new Map<string, number>();
  for (const record of posted) counts.set(String(record), (counts.get(String(record)) ?? 0) + 1);
  for (const record of taken) {
    const left = (counts.get(String(record)) ?? 0) - 1;
    if (left < 0)
      return violates(takenOnce, `a CQE of ${labelOf(view, record[0])} was taken more often than posted`, []);
    counts.set(String(record), left);
  }
  const lost = posted.find((record) => (counts.get(String(record)) ?? 0) > 0);
  if (lost !== undefined && !outcome.hang)
    return violates(takenOnce, `a CQE of ${labelOf(view, lost[0])} was posted, and nobody took it`, []);
  const shown = outcome.cq[ring] ?? [];
  const differs = byUser.findIndex((record, at) => String(record) !== String(shown[at]));
  const missing = differs >= 0 ? byUser[differs] : undefined;
  return missing === undefined
    ? null
    : violates(takenOnce, `user space took a CQE of ${labelOf(view, missing[0])}, and does not have it`, []);
}
