/** How tight the profiles are: outcomes a file and profile. Fewer, with the kernel's still among them, is better. */
import type { CheckResult } from "../check/result.js";
import { PROFILE_NAMES } from "../model/profile.js";
import { formatTable } from "./table.js";

export interface StatsRow {
  readonly file: string;
  readonly result: CheckResult;
}

/** Lines: a row a file, a column a profile; then how many files have exactly one outcome, and the mean and the most. */
export function formatStats(rows: readonly StatsRow[]): readonly string[] {
  const profiles = PROFILE_NAMES.filter((name) => rows.some(({ result }) => result.profile === name));
  const files = [...new Set(rows.map(({ file }) => file))];
  const of = new Map(rows.map((row) => [`${row.file}\0${row.result.profile}`, row.result]));
  const body = files.map((file) => [
    file,
    ...profiles.map((profile) => {
      const result = of.get(`${file}\0${profile}`);
      return result === undefined ? "-" : String(result.outcomes.total ?? "?");
    }),
  ]);
  const columns = profiles.map((profile) =>
    rows.flatMap(({ result }) =>
      result.profile === profile && result.outcomes.total !== null ? [result.outcomes.total] : [],
    ),
  );
  const summary = (name: string, figure: (totals: readonly number[]) => string): string[] => [
    name,
    ...columns.map((totals) => (totals.length === 0 ? "-" : figure(totals))),
  ];
  return formatTable(
    ["outcomes", ...profiles],
    [
      ...body,
      summary("files", (totals) => String(totals.length)),
      summary("with one outcome", (totals) => String(totals.filter((total) => total === 1).length)),
      summary("mean", (totals) => (totals.reduce((sum, total) => sum + total, 0) / totals.length).toFixed(2)),
      summary("most", (totals) => String(totals.reduce((most, total) => Math.max(most, total), 0))),
    ],
    ["left", ...profiles.map(() => "right" as const)],
  );
}
