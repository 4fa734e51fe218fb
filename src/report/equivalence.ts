/** A comparison as a person reads it: the verdict, what stands behind it, and each difference with both runs side by side. */
import type { Difference, EquivalenceResult, ShownRun, SideResult } from "../equivalence/result.js";
import type { Paint } from "./paint.js";
import { formatSideBySide, type SideBySideRow } from "./sideBySide.js";

/** Lines without newlines. `titles`: what the sides are called, as files say. */
export function formatEquivalence(
  result: EquivalenceResult,
  titles: readonly [left: string, right: string],
  paint: Paint,
): readonly string[] {
  const { observation, left, right, bisimulation, second, limit, notCompared } = result;
  const looksAt = [
    `CQEs ${observation.cqes === "total" ? "in total order" : observation.cqes}`,
    ...(observation.files ? ["files"] : []),
    ...(observation.returns ? ["returned values"] : []),
    "how runs end",
  ];
  const isSame = result.verdict === "equivalent";
  const verdict = isSame ? paint.good : result.verdict === "inconclusive" ? paint.doubtful : paint.bad;
  const lines = [
    paint.strong(
      `${titles[0]} (${left.profile}) and ${titles[1]} (${right.profile}): ${verdict(result.verdict)}`,
    ),
    `Looks at ${looksAt.join(", ")}`,
    ...result.blindSpots.map((sentence) => paint.faint(`  ${sentence}`)),
  ];
  const unknown = [...notCompared.files, ...notCompared.values];
  if (unknown.length > 0) lines.push(`Not compared, as only one side has it: ${unknown.join(" ")}`);
  lines.push(`Left   ${formatSide(left)}`, `Right  ${formatSide(right)}`);
  if (limit !== null) lines.push(`Limit of ${limit.side}: ${limit.name} ${limit.value}`);
  if (bisimulation !== null) {
    const not = bisimulation.isBisimilar ? "" : "not ";
    lines.push(`They are ${not}branching bisimilar with divergence (${bisimulation.classes} classes)`);
  }
  if (second !== null) {
    const says = second.agrees === null ? "is inconclusive" : second.agrees ? "agrees" : "DISAGREES";
    lines.push(`The second algorithm ${says}`);
  }
  const differences = [
    [titles[0], result.onlyLeft],
    [titles[1], result.onlyRight],
  ] as const;
  for (const [title, difference] of differences) {
    if (difference !== null) lines.push("", ...formatDifference(title, difference, titles, paint));
  }
  return lines;
}

function formatSide({ bounds, search, automata, words }: SideResult): string {
  const parts = [
    `${bounds.requests} requests`,
    `${search.states} states${search.complete ? "" : " (not all)"}`,
    `${search.transitions} transitions`,
  ];
  if (automata.closed !== null) parts.push(`${automata.closed} without silence`);
  if (automata.deterministic !== null) parts.push(`${automata.deterministic} deterministic`);
  if (automata.minimal !== null) parts.push(`${automata.minimal} minimal`);
  if (words !== null) parts.push(`${words} words`);
  return parts.join(", ");
}

function formatDifference(
  title: string,
  difference: Difference,
  titles: readonly [left: string, right: string],
  paint: Paint,
): string[] {
  const word = difference.word.map(({ letters }) => letters.join(" ")).join("; ");
  const [left, right] =
    difference.run.side === "left" ? [difference.run, difference.other] : [difference.other, difference.run];
  return [
    paint.strong(`Only ${title} shows: ${word}`),
    ...formatSideBySide(rowsOf(left, right), titles, paint),
  ];
}

/** What both runs showed before they part, then each one's choices from there on, then how they end. */
function rowsOf(left: ShownRun, right: ShownRun): SideBySideRow[] {
  const rows: SideBySideRow[] = [];
  const both = (group: string, a: readonly string[], b: readonly string[]): void => {
    for (let at = 0; at < Math.max(a.length, b.length); at++) {
      rows.push({ group, left: a[at] ?? null, right: b[at] ?? null });
    }
  };
  both("before", [before(left)], [before(right)]);
  both("from here", stepsOf(left), stepsOf(right));
  both("end", left.ending, right.ending);
  return rows;
}

function before({ shown, partsAt }: ShownRun): string {
  return shown.slice(0, partsAt).flat().join(" ") || "nothing is shown";
}

function stepsOf({ schedule, shown, partsAt }: ShownRun): string[] {
  return schedule.slice(partsAt).map(({ label }, at) => {
    const letters = shown[partsAt + at] ?? [];
    const shows = letters.length === 0 ? "" : `  → ${letters.join(" ")}`;
    return `${partsAt + at + 1} ${label}${shows}`;
  });
}
