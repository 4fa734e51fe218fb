/** A check's result as a block shaped like herd7's, which memory-model people read at sight. */
import type { CheckResult, ClaimResult } from "../check/result.js";
import { claimTitle, claimVerdict, isFailing } from "./claim.js";
import { formatOutcome, type Names } from "./outcome.js";
import type { Paint } from "./paint.js";

export interface BlockOptions {
  readonly names: Names;
  readonly hash: string;
  readonly paint: Paint;
  /** Printed as `Time` where it is known and wanted; null keeps the block the same on every machine. */
  readonly seconds: number | null;
}

/** Without a newline at the end. One outcome a line, in canonical order. */
export function formatBlock(result: CheckResult, options: BlockOptions): string {
  const { outcomes, explored } = result;
  const { paint, names } = options;
  const lines = [
    `Test ${paint.strong(result.litmus)} ${testKind(result.claims)}`,
    `Semantics ${result.profile}`,
    `States ${outcomes.total ?? `at least ${outcomes.items.length}`}`,
    ...outcomes.items.map((outcome) => formatOutcome(outcome, names)),
  ];
  const left = (outcomes.total ?? 0) - outcomes.items.length;
  if (left > 0) lines.push(paint.faint(`… and ${left} more (--max-outcomes)`));
  for (const claim of result.claims) lines.push(...formatClaim(claim, result.litmus, paint));
  for (const { code, program, text } of result.diagnoses)
    lines.push(paint.doubtful(`Diagnosis ${code}: ${program} ${text}`));
  if (explored.limit !== null) {
    const { name, value } = explored.limit;
    lines.push(
      paint.doubtful(`Inconclusive ${name} ${value}: ${explored.states} states were looked at, not all`),
    );
  }
  if (options.seconds !== null) lines.push(`Time ${result.litmus} ${options.seconds.toFixed(2)}`);
  lines.push(`Hash=${options.hash}`);
  return lines.join("\n");
}

/** herd7's word for what is asked: may it, must it, must it not. */
function testKind(claims: readonly ClaimResult[]): "Allowed" | "Required" | "Forbidden" {
  const asked = claims.filter(({ kind }) => kind !== "hang");
  if (asked.some(({ kind }) => kind === "always")) return "Required";
  return asked.length > 0 && asked.every(({ kind }) => kind === "never") ? "Forbidden" : "Allowed";
}

function formatClaim(claim: ClaimResult, litmus: string, paint: Paint): string[] {
  const { kind, holds, positive, negative } = claim;
  // As in herd7, the witnesses of a `never` are the final states in which its condition does not hold.
  const [forIt, againstIt] =
    kind === "never" || kind === "hang" ? [negative, positive] : [positive, negative];
  const verdict =
    holds === null ? paint.doubtful("Undecided") : isFailing(claim) ? paint.bad("No") : paint.good("Ok");
  const condition =
    kind === "hang"
      ? "never (hang)"
      : `${kind}${claim.name === null ? "" : ` ${claim.name}:`} (${claim.text})`;
  const often = positive === 0 ? "Never" : negative === 0 ? "Always" : "Sometimes";
  return [
    verdict,
    "Witnesses",
    `Positive: ${forIt} Negative: ${againstIt}`,
    `Condition ${condition}`,
    `Observation ${litmus} ${often} ${positive} ${negative}`,
    ...(claim.vacuous
      ? [paint.bad("Vacuous: no run reaches the premise, so that the claim says nothing")]
      : []),
  ];
}

/** One line a file: the worst verdict of its profiles, `differs` where that is not what was promoted, and under which profiles what is wrong. */
export function formatLine(
  results: readonly CheckResult[],
  file: string,
  differs: boolean,
  paint: Paint,
): string {
  const wrong = results.flatMap((result) => {
    const { limit } = result.explored;
    const why = [
      ...result.claims
        .filter(isFailing)
        .map((claim) => (claim.vacuous ? `${claimTitle(claim)} ${claimVerdict(claim)}` : claimTitle(claim))),
      ...(result.verdict === "inconclusive" && limit !== null ? [`${limit.name} ${limit.value}`] : []),
    ];
    return why.length === 0 ? [] : [`${result.profile}: ${why.join("; ")}`];
  });
  const has = (verdict: CheckResult["verdict"]): boolean =>
    results.some((result) => result.verdict === verdict);
  const mark = has("violated")
    ? paint.bad("violated")
    : differs
      ? paint.bad("differs")
      : has("inconclusive")
        ? paint.doubtful("inconclusive")
        : paint.good("ok");
  return [`${mark} ${file} (${results.length})`, ...wrong.map((line) => `  ${line}`)].join("\n");
}
