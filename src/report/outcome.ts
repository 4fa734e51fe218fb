/** An outcome as a person reads it, and as JSON carries it. */
import { formatRes } from "../model/errno.js";
import type { CqeRecord, Outcome } from "../model/outcome.js";
import type { Scenario } from "../model/scenario.js";
import { quoteContent } from "./quote.js";

/** IORING_CQE_F_ bits that outcomes show, by name. */
const CQE_FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [1, "BUFFER"],
  [2, "MORE"],
  [4, "SOCK_NONEMPTY"],
  [8, "NOTIF"],
];

/** The names that an outcome's indices stand for. */
export type Names = Pick<Scenario, "rings" | "labels" | "values" | "files">;

/** One line: `a=10 b=-ECANCELED; n=3; f="…"`; with several rings each one's CQEs stand behind its name. Equal lines, equal outcomes. */
export function formatOutcome(outcome: Outcome, names: Names): string {
  const parts: string[] = [];
  for (const [ring, records] of outcome.cq.entries()) {
    const cqes =
      records.length === 0 ? "no CQE" : records.map((record) => formatCqe(record, names)).join(" ");
    parts.push(outcome.cq.length > 1 ? `${names.rings[ring]?.name ?? ring}: ${cqes}` : cqes);
  }
  if (outcome.values.length > 0) {
    parts.push(
      outcome.values.map((value, at) => `${names.values[at] ?? at}=${value ?? "unbound"}`).join(" "),
    );
  }
  if (outcome.files.length > 0) {
    parts.push(
      outcome.files.map((content, at) => `${names.files[at]?.name ?? at}=${quoteContent(content)}`).join(" "),
    );
  }
  if (outcome.hang) parts.push("hang");
  return parts.join("; ");
}

/** `a=10`, `p=1[MORE]`. */
export function formatCqe([label, res, flags]: CqeRecord, names: Pick<Names, "labels">): string {
  const known = CQE_FLAGS.filter(([bit]) => (flags & bit) !== 0);
  const rest = flags & ~known.reduce((bits, [bit]) => bits | bit, 0);
  const shown = [...known.map(([, name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])];
  return `${names.labels[label] ?? label}=${formatRes(res)}${shown.length > 0 ? `[${shown.join(",")}]` : ""}`;
}

export interface OutcomeJson {
  /** By ring name: `[label, res, flags]`. */
  readonly cq: Readonly<Record<string, readonly (readonly [string, number, number])[]>>;
  readonly ret: Readonly<Record<string, number | null>>;
  readonly files: Readonly<Record<string, string>>;
  readonly hang: boolean;
}

/** The form of LITMUS.md. A value that was never bound is null. */
export function outcomeJson(outcome: Outcome, names: Names): OutcomeJson {
  return {
    cq: record(
      outcome.cq,
      (at) => names.rings[at]?.name,
      (records) =>
        records.map(([label, res, flags]) => [names.labels[label] ?? String(label), res, flags] as const),
    ),
    ret: record(
      outcome.values,
      (at) => names.values[at],
      (value) => value,
    ),
    files: record(
      outcome.files,
      (at) => names.files[at]?.name,
      (content) => content,
    ),
    hang: outcome.hang,
  };
}

function record<A, B>(
  list: readonly A[],
  name: (at: number) => string | undefined,
  of: (item: A) => B,
): Readonly<Record<string, B>> {
  return Object.fromEntries(list.map((item, at) => [name(at) ?? String(at), of(item)]));
}
