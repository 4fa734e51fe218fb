/** Two outcomes side by side, line by line: what both have stands on one line, what only one has on a line of its own. */
import type { CqeRecord, Outcome } from "../model/outcome.js";
import { formatCqe, formatVariables, type Names } from "./outcome.js";
import type { Paint } from "./paint.js";
import { quoteContent } from "./quote.js";

/** Lines of a pair of columns: `left` or `right` null where only the other outcome has it. */
export interface SideBySideRow {
  /** What the row is about: a ring, `returns`, `files`, `programs` or `end`; the same for the rows of one group. */
  readonly group: string;
  readonly left: string | null;
  readonly right: string | null;
}

/**
 * CQEs by ring in their order, aligned so that as many as possible stand beside an equal one, and those that a hook took;
 * then what calls returned, the files' contents, the programs' memories, and whether a thread hangs, each beside its own.
 */
export function sideBySide(left: Outcome, right: Outcome, names: Names): readonly SideBySideRow[] {
  const rows: SideBySideRow[] = [];
  const cqes = (records: readonly CqeRecord[] | undefined): string[] =>
    (records ?? []).map((record) => formatCqe(record, names));
  for (let ring = 0; ring < Math.max(left.cq.length, right.cq.length); ring++) {
    const of = left.cq.length > 1 ? ` of ${names.rings[ring]?.name ?? ring}` : "";
    for (const pair of align(cqes(left.cq[ring]), cqes(right.cq[ring])))
      rows.push({ group: `CQ${of}`, ...pair });
    const hooked = (outcome: Outcome): string[] => cqes(outcome.programs?.hooked[ring]);
    for (const pair of align(hooked(left), hooked(right))) rows.push({ group: `hooked${of}`, ...pair });
  }
  const both = (group: string, of: (outcome: Outcome) => readonly string[]): void => {
    const [a, b] = [of(left), of(right)];
    for (let at = 0; at < Math.max(a.length, b.length); at++) {
      rows.push({ group, left: a[at] ?? null, right: b[at] ?? null });
    }
  };
  both("returns", ({ values }) =>
    values.map((value, at) => `${names.values[at] ?? at}=${value ?? "unbound"}`),
  );
  both("files", ({ files }) =>
    files.map((content, at) => `${names.files[at]?.name ?? at}=${quoteContent(content)}`),
  );
  both("programs", (outcome) => formatVariables(outcome, names));
  if (left.hang || right.hang) both("end", ({ hang }) => [hang ? "hang" : "no thread hangs"]);
  return rows;
}

/** Rows as text under two titles. `*` marks the rows in which the two differ. */
export function formatSideBySide(
  rows: readonly SideBySideRow[],
  titles: readonly [left: string, right: string],
  paint: Paint,
): readonly string[] {
  const groupWidth = Math.max(0, ...rows.map(({ group }) => group.length));
  const width = Math.max(titles[0].length, ...rows.map(({ left }) => left?.length ?? 0));
  const head = `  ${" ".repeat(groupWidth)}  ${titles[0].padEnd(width)}  ${titles[1]}`;
  const lines = rows.map(({ group, left, right }, at) => {
    const isFirst = rows[at - 1]?.group !== group;
    const isSame = left === right;
    const text = [
      isSame ? " " : "*",
      ` ${(isFirst ? group : "").padEnd(groupWidth)}`,
      `  ${(left ?? "").padEnd(width)}  ${right ?? ""}`,
    ].join("");
    return isSame ? text.trimEnd() : paint.bad(text.trimEnd());
  });
  return [paint.strong(head.trimEnd()), ...lines];
}

interface Pair {
  readonly left: string | null;
  readonly right: string | null;
}

/** Pairs of equal items along a longest common subsequence; between two of them, those of the left come first. */
function align(left: readonly string[], right: readonly string[]): Pair[] {
  const width = right.length + 1;
  // common[i * width + j]: its length of left[i..] and right[j..].
  const common = new Array<number>((left.length + 1) * width).fill(0);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      common[i * width + j] =
        left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: Pair[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const a = left[i];
    const b = right[j];
    if (a !== undefined && a === b) {
      pairs.push({ left: a, right: b });
      i++;
      j++;
    } else if (a !== undefined && (b === undefined || at(i + 1, j) >= at(i, j + 1))) {
      pairs.push({ left: a, right: null });
      i++;
    } else if (b !== undefined) {
      pairs.push({ left: null, right: b });
      j++;
    }
  }
  return pairs;
}
