/** A run as a timeline: step, actor, what it does, and under each step what user space can see of it. */
import { formatRes } from "../model/errno.js";
import type { Event } from "../model/event.js";
import type { Scenario } from "../model/scenario.js";
import { formatCqe } from "./outcome.js";
import type { Paint } from "./paint.js";

export interface TimelineStep {
  /** As `Model.describe` gives it: `actor: what`. */
  readonly label: string;
  readonly events: readonly Event[];
}

/** Lines without newlines; the columns are as wide as the run needs. */
export function formatTimeline(
  steps: readonly TimelineStep[],
  scenario: Scenario,
  paint: Paint,
): readonly string[] {
  const rows = steps.map((step) => ({ ...splitLabel(step.label), events: step.events }));
  const width = Math.max("actor".length, ...rows.map(({ actor }) => actor.length));
  const number = Math.max("step".length, String(rows.length).length);
  const lines = [paint.strong(`${"step".padStart(number)}  ${"actor".padEnd(width)}  what`)];
  for (const [at, { actor, what, events }] of rows.entries()) {
    lines.push(`${String(at + 1).padStart(number)}  ${actor.padEnd(width)}  ${what}`.trimEnd());
    for (const text of seen(events, scenario, paint))
      lines.push(`${" ".repeat(number + width + 4)}  ${text}`);
  }
  return lines;
}

/** `T0: submits a` is T0's; a label without an actor is the clock's or nobody's. */
function splitLabel(label: string): { readonly actor: string; readonly what: string } {
  const at = label.indexOf(": ");
  return at < 0 ? { actor: "", what: label } : { actor: label.slice(0, at), what: label.slice(at + 2) };
}

function seen(events: readonly Event[], scenario: Scenario, paint: Paint): string[] {
  const lines: string[] = [];
  const onRing = (ring: number): string =>
    scenario.rings.length > 1 ? ` on ${scenario.rings[ring]?.name ?? ring}` : "";
  const labelName = (label: number): string => scenario.labels[label] ?? `${label}`;
  for (const event of events) {
    if (event.kind === "cqe") {
      const cqe = formatCqe([event.label, event.res, event.flags], scenario);
      const text = `CQE ${cqe}${onRing(event.ring)}${event.overflow ? " (overflow)" : ""}`;
      lines.push(event.res < 0 ? paint.doubtful(text) : paint.good(text));
    } else if (event.kind === "issued") {
      lines.push(paint.faint(`${labelName(event.label)} is issued by the ${event.by}`));
    } else if (event.kind === "entered") {
      lines.push(paint.faint(`enter${onRing(event.ring)} returns ${formatRes(event.result)}`));
    } else if (event.kind === "taken" && event.hooked) {
      const cqe = formatCqe([event.label, event.res, event.flags], scenario);
      lines.push(paint.faint(`a hook takes CQE ${cqe}${onRing(event.ring)}`));
    } else if (event.kind === "call") {
      const id = scenario.operations[event.operation]?.id ?? event.operation;
      lines.push(paint.faint(`operation ${id}: ${event.callback} of ${labelName(event.label)}`));
    } else if (event.kind === "diagnosis") {
      const verdict = event.refused ? "; the verifier would refuse it" : "";
      lines.push(paint.bad(`${event.program}: ${event.text} [${event.code}]${verdict}`));
    } else if (event.kind === "bound") {
      lines.push(paint.bad(`a bound of the model is met: ${event.name}`));
    }
  }
  return lines;
}
