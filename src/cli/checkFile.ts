/** One litmus file under one profile, checked and held against the `.expected` file beside it. */
import { check } from "../check/check.js";
import type { CheckLimits, CheckResult } from "../check/result.js";
import type { ProfileName } from "../model/profile.js";
import { type DiffLine, diffLines } from "../report/diff.js";
import { EXPECTED_HASHED_MAX, formatSection, sectionsOf } from "../report/expected.js";
import { expectedPath, readIfThere } from "./files.js";
import { shortHash } from "./hash.js";
import type { LoadedLitmus } from "./litmusFile.js";
import type { SearchProgress } from "./progress.js";

/** Bytes of an `.expected` file. */
export const EXPECTED_BYTES_MAX = 64 * 1024 * 1024;

export type Comparison =
  | { readonly status: "same" | "missing" | "not compared" }
  | { readonly status: "differs"; readonly diff: readonly DiffLine[] };

export interface FileCheck {
  readonly result: CheckResult;
  readonly comparison: Comparison;
}

export interface FileCheckOptions {
  readonly limits: CheckLimits;
  readonly outcomesMax: number;
  readonly onProgress?: (progress: SearchProgress) => void;
}

/** The sections of the file's `.expected`; null: there is none. Throws a UserError where it cannot be read. */
export function expectedOf(path: string): ReadonlyMap<string, string> | null {
  const text = readIfThere(expectedPath(path), EXPECTED_BYTES_MAX);
  return text === null ? null : sectionsOf(text);
}

/** Checks, and compares with `expected`; the result lists at most `outcomesMax` outcomes. */
export function checkFile(
  litmus: LoadedLitmus,
  profile: ProfileName,
  expected: ReadonlyMap<string, string> | null,
  options: FileCheckOptions,
): FileCheck {
  const section = expected?.get(profile);
  const { outcomesMax, limits, onProgress } = options;
  const result = check(litmus.test, profile, {
    limits,
    outcomesMax: section === undefined ? outcomesMax : Math.max(outcomesMax, EXPECTED_HASHED_MAX),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return {
    result: firstOutcomes(result, outcomesMax),
    comparison: compare(litmus, result, expected, section),
  };
}

function compare(
  litmus: LoadedLitmus,
  result: CheckResult,
  expected: ReadonlyMap<string, string> | null,
  section: string | undefined,
): Comparison {
  if (expected === null) return { status: "missing" };
  // A search that was cut short says nothing that could be compared.
  if (result.verdict === "inconclusive") return { status: "not compared" };
  const now = formatSection(result, litmus.test.scenario, shortHash);
  const diff = diffLines(section ?? "", now);
  return diff.length === 0 ? { status: "same" } : { status: "differs", diff };
}

function firstOutcomes(result: CheckResult, max: number): CheckResult {
  const { total, items } = result.outcomes;
  return items.length <= max ? result : { ...result, outcomes: { total, items: items.slice(0, max) } };
}
