/** Results: integers and errno names, as CQEs and return values bear them. */
import { ERRNO_NAMES, errnoNumber } from "../model/errno.js";
import type { Reporter } from "./diagnostic.js";
import { ERRNO_MAX, INT_MAX } from "./limits.js";
import { suggest } from "./suggest.js";
import type { Result } from "./syntax.js";
import { clip } from "./tokens.js";

/** The number that a result means; 0, and a report, for an unknown errno name and for what no `s32` holds. */
export function resultNumber(result: Result, reporter: Reporter): number {
  if (result.kind === "errno") {
    const number = errnoNumber(result.name);
    if (number !== undefined) return -number;
    const message = `there is no error \`${clip(result.name)}\``;
    reporter.report(result.at, "unknown-errno", message, suggest(result.name, ERRNO_NAMES));
    return 0;
  }
  if (result.value >= -INT_MAX - 1 && result.value <= INT_MAX) return result.value;
  reporter.report(result.at, "out-of-range", `${result.value} does not fit into 32 bits`);
  return 0;
}

/** A result that must be an error. */
export function errorNumber(result: Result, reporter: Reporter): number {
  const number = resultNumber(result, reporter);
  const isReported = result.kind === "errno" && errnoNumber(result.name) === undefined;
  if (!isReported && (number >= 0 || number < -ERRNO_MAX)) {
    reporter.report(
      result.at,
      "out-of-range",
      `${number} is no error`,
      `-1 to -${ERRNO_MAX}, or a name such as -EINVAL`,
    );
  }
  return number;
}
