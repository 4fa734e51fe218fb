/** "Did you mean": the nearest of some known names to a misspelled one. */

/** A hint that names the nearest of `known`, or lists them where there are few; null where nothing is near. */
export function suggest(word: string, known: readonly string[]): string | null {
  const near = nearest(word, known);
  if (near !== null) return `did you mean \`${near}\`?`;
  return known.length > 0 && known.length <= 16 ? `one of: ${known.join(", ")}` : null;
}

/** The first of `known` with the smallest edit distance to `word`, if that is at most a third of its length. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > 64) return null;
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Optimal string alignment: insertions, deletions, replacements, and swaps of two neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let distance = Math.min(replaced, above[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, before[j - 2]! + 1);
      }
      row.push(distance);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}
