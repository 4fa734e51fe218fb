/** A claim that the user names, by number or by name. */
import { Option } from "commander";
import type { ClaimResult } from "../check/result.js";
import { suggest } from "../litmus/suggest.js";
import { problem, UserError } from "./problem.js";

/** `--claim N|NAME`. */
export function claimOption(what: string): Option {
  return new Option("--claim <n|name>", what);
}

/** The claim of that name, or the n-th from 1. Throws a UserError where there is none. */
export function pickClaim(claims: readonly ClaimResult[], text: string, file: string): ClaimResult {
  const claim =
    claims.find(({ name }) => name === text) ??
    (/^\d{1,4}$/.test(text) ? claims[Number(text) - 1] : undefined);
  if (claim !== undefined) return claim;
  const names = claims.flatMap(({ name }) => (name === null ? [] : [name]));
  const hint = suggest(text, names) ?? `it has ${claims.length} claims: --claim 1 is the first`;
  const shown = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  throw new UserError([problem(file, "unknown-claim", `the file has no claim \`${shown}\``, hint)]);
}
