/** How a claim is called in reports, traces and `.expected` files: one text a claim, so that it can be found again. */
import type { ClaimResult } from "../check/result.js";

/** `always severed: a.res = 10`, as the litmus file says it; the claim that nobody wrote is `no run hangs`. */
export function claimTitle({ kind, name, text }: Pick<ClaimResult, "kind" | "name" | "text">): string {
  if (kind === "hang") return "no run hangs";
  return `${kind} ${name === null ? "" : `${name}: `}${text}`;
}

/** Whether the claim fails its file: it is violated, or says nothing. */
export function isFailing({ holds, vacuous }: Pick<ClaimResult, "holds" | "vacuous">): boolean {
  return holds === false || vacuous;
}

/** `holds`, `is violated`, `is vacuous`, `is undecided`. */
export function claimVerdict({ holds, vacuous }: Pick<ClaimResult, "holds" | "vacuous">): string {
  if (vacuous) return "is vacuous (no run reaches its premise)";
  return holds === null ? "is undecided" : holds ? "holds" : "is violated";
}
