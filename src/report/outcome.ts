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
export type Names = Pick<Scenario, "rings" | "labels" | "values" | "files" | "memories">;

/**
 * One line: `a=10 b=-ECANCELED; n=3; f="…"`; with several rings each one's CQEs stand behind its name. What a hook took
 * stands behind `hooked`, and the programs' memories at the end: `h.remaining=0`. Equal lines, equal outcomes.
 */
export function formatOutcome(outcome: Outcome, names: Names): string {
  const parts: string[] = [];
  for (const [ring, records] of outcome.cq.entries()) {
    const cqes =
      records.length === 0 ? "no CQE" : records.map((record) => formatCqe(record, names)).join(" ");
    parts.push(outcome.cq.length > 1 ? `${names.rings[ring]?.name ?? ring}: ${cqes}` : cqes);
  }
  for (const [ring, records] of (outcome.programs?.hooked ?? []).entries()) {
    if (records.length === 0) continue;
    const name = outcome.cq.length > 1 ? `${names.rings[ring]?.name ?? ring} ` : "";
    parts.push(`${name}hooked: ${records.map((record) => formatCqe(record, names)).join(" ")}`);
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
  const variables = formatVariables(outcome, names);
  if (variables.length > 0) parts.push(variables.join(" "));
  if (outcome.hang) parts.push("hang");
  return parts.join("; ");
}

/** The named places of the programs' memories: `h.remaining=0`. */
export function formatVariables(
  { programs }: Outcome,
  { memories }: Pick<Names, "memories">,
): readonly string[] {
  return (programs?.variables ?? []).flatMap((places, memory) =>
    Object.entries(places).map(([name, value]) => `${memories[memory]?.name ?? memory}.${name}=${value}`),
  );
}

/** `a=10`, `p=1[MORE]`. */
export function formatCqe([label, res, flags]: CqeRecord, names: Pick<Names, "labels">): string {
  const known = CQE_FLAGS.filter(([bit]) => (flags & bit) !== 0);
  const rest = flags & ~known.reduce((bits, [bit]) => bits | bit, 0);
  const shown = [...known.map(([, name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])];
  return `${names.labels[label] ?? label}=${formatRes(res)}${shown.length > 0 ? `[${shown.join(",")}]` : ""}`;
}

/** `[label, res, flags]`, by ring name. */
type CqJson = Readonly<Record<string, readonly (readonly [string, number, number])[]>>;

export interface OutcomeJson {
  readonly cq: CqJson;
  /** CQEs that a hook took; only where the scenario has programs. */
  readonly hooked?: CqJson;
  readonly ret: Readonly<Record<string, number | null>>;
  readonly files: Readonly<Record<string, string>>;
  /** By the memory's name, then by the place's; only where the scenario has programs. */
  readonly programs?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly hang: boolean;
}

/** The form of LITMUS.md. A value that was never bound is null. */
export function outcomeJson(outcome: Outcome, names: Names): OutcomeJson {
  const { programs } = outcome;
  const cq = (queues: Outcome["cq"]): CqJson =>
    record(
      queues,
      (at) => names.rings[at]?.name,
      (records) =>
        records.map(([label, res, flags]) => [names.labels[label] ?? String(label), res, flags] as const),
    );
  return {
    cq: cq(outcome.cq),
    ...(programs !== undefined && { hooked: cq(programs.hooked) }),
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
    ...(programs !== undefined && {
      programs: record(
        programs.variables,
        (at) => names.memories[at]?.name,
        (places) => places,
      ),
    }),
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
