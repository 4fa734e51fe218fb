/** What a violation looks like, roughly: a smaller file whose claim fails in another way is no smaller example of it. */
import type { Condition } from "../model/condition.js";
import { errnoNumber } from "../model/errno.js";
import type { Outcome } from "../model/outcome.js";
import type { Scenario } from "../model/scenario.js";

const ECANCELED = errnoNumber("ECANCELED") ?? 0;

/** Of each label that the condition names: whether its last CQE is missing, canceled, another error or a success. */
export function symptomOf(condition: Condition, outcome: Outcome, scenario: Scenario): string {
  const last = new Map<number, number>();
  for (const records of [...outcome.cq, ...(outcome.programs?.hooked ?? [])])
    for (const [label, res] of records) last.set(label, res);
  const parts = [...labelsOf(condition)].map((label) => {
    const res = last.get(label);
    const kind =
      res === undefined ? "silent" : res >= 0 ? "success" : res === -ECANCELED ? "canceled" : "error";
    return `${scenario.labels[label] ?? label} ${kind}`;
  });
  return [...parts.sort(), ...(outcome.hang ? ["hang"] : [])].join(", ");
}

function labelsOf(condition: Condition, found: Set<number> = new Set()): Set<number> {
  switch (condition.kind) {
    case "and":
    case "or":
    case "implies":
      labelsOf(condition.left, found);
      labelsOf(condition.right, found);
      break;
    case "not":
      labelsOf(condition.of, found);
      break;
    case "res":
    case "flags":
    case "posted":
    case "silent":
    case "count":
      found.add(condition.label);
      break;
    case "before":
      found.add(condition.first);
      found.add(condition.second);
      break;
    case "issued":
      found.add(condition.req);
      break;
    default:
      break;
  }
  return found;
}
