/** Outcomes with names in the place of indices, and back. */
import type { CqeRecord, Outcome } from "../../model/outcome.js";
import type { LabelId, Scenario } from "../../model/scenario.js";
import type { Observed } from "../judge.js";
import type { NamedOutcome } from "./recording.js";

type Names = Pick<Scenario, "rings" | "labels" | "values" | "files">;

export function nameOutcome({ outcome, runs }: Observed, names: Names): NamedOutcome {
  return {
    runs,
    cq: Object.fromEntries(
      outcome.cq.map((records, ring) => [
        names.rings[ring]?.name ?? String(ring),
        records.map(([label, res, flags]) => [names.labels[label] ?? String(label), res, flags] as const),
      ]),
    ),
    ret: Object.fromEntries(outcome.values.map((value, at) => [names.values[at] ?? String(at), value])),
    files: Object.fromEntries(
      outcome.files.map((content, at) => [names.files[at]?.name ?? String(at), content]),
    ),
    hang: outcome.hang,
  };
}

/** The outcome that the names stand for; null where the scenario lacks one of them, or they lack one of its own. */
export function resolveOutcome(named: NamedOutcome, names: Names): Outcome | null {
  const { rings, labels, values, files } = names;
  if (
    Object.keys(named.cq).length !== rings.length ||
    Object.keys(named.ret).length !== values.length ||
    Object.keys(named.files).length !== files.length
  )
    return null;
  const cq: CqeRecord[][] = [];
  for (const { name } of rings) {
    const records = own(named.cq, name);
    if (records === undefined) return null;
    const resolved: CqeRecord[] = [];
    for (const [label, res, flags] of records) {
      const index = labels.indexOf(label);
      if (index < 0) return null;
      resolved.push([index as LabelId, res, flags]);
    }
    cq.push(resolved);
  }
  const bound = values.map((name) => own(named.ret, name));
  const contents = files.map(({ name }) => own(named.files, name));
  if (bound.includes(undefined) || contents.includes(undefined)) return null;
  return { cq, values: bound as (number | null)[], files: contents as string[], hang: named.hang };
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
