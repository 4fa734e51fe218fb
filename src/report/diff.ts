/** What changed between two texts, line by line, as `diff -u` shows it. */
import type { Paint } from "./paint.js";

/** Beyond this many pairs of lines the middle is shown as all removed and all added. */
const PAIRS_MAX = 4_000_000;
const CONTEXT_LINES = 3;

export interface DiffLine {
  readonly sign: " " | "-" | "+" | "…";
  readonly text: string;
}

/** Empty where the texts are equal. Runs of equal lines are cut to a context of three; `…` stands for what is cut. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  if (before === after) return [];
  return withContext(compare(linesOf(before), linesOf(after)));
}

/** Each line with its sign in front. */
export function formatDiff(lines: readonly DiffLine[], paint: Paint): readonly string[] {
  return lines.map(({ sign, text }) => {
    const line = `${sign} ${text}`.trimEnd();
    return sign === "-"
      ? paint.bad(line)
      : sign === "+"
        ? paint.good(line)
        : sign === "…"
          ? paint.faint(line)
          : line;
  });
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function compare(a: readonly string[], b: readonly string[]): DiffLine[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;
  const same = (text: string): DiffLine => ({ sign: " ", text });
  return [
    ...a.slice(0, head).map(same),
    ...compareMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ];
}

function compareMiddle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ sign: "-", text });
  const added = (text: string): DiffLine => ({ sign: "+", text });
  if (a.length * b.length > PAIRS_MAX) return [...a.map(removed), ...b.map(added)];
  const width = b.length + 1;
  // common[i * width + j]: the longest common subsequence of a[i..] and b[j..].
  const common = new Int32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push({ sign: " ", text: a[i]! });
      i++;
      j++;
    } else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) lines.push(removed(a[i++]!));
    else lines.push(added(b[j++]!));
  }
  return [...lines, ...a.slice(i).map(removed), ...b.slice(j).map(added)];
}

function withContext(lines: readonly DiffLine[]): DiffLine[] {
  const near = new Uint8Array(lines.length);
  for (const [at, { sign }] of lines.entries()) {
    if (sign === " ") continue;
    near.fill(1, Math.max(0, at - CONTEXT_LINES), Math.min(lines.length, at + CONTEXT_LINES + 1));
  }
  const shown: DiffLine[] = [];
  for (const [at, line] of lines.entries()) {
    if (near[at] === 1) shown.push(line);
    else if (at === 0 || near[at - 1] === 1) shown.push({ sign: "…", text: "" });
  }
  return shown;
}
