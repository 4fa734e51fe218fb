/** One side of a comparison: a profile's exact outcomes, or those that some kernel was seen to have. */
import { checkTest } from "../../check/check.js";
import { lackOf } from "../../litmus/index.js";
import type { Outcome } from "../../model/outcome.js";
import type { ProfileName } from "../../model/profile.js";
import { type LimitOptions, limitsFrom } from "../limits.js";
import type { LoadedLitmus } from "../litmusFile.js";
import type { Terminal } from "../terminal.js";
import type { Runs } from "./runs.js";

export interface Outcomes {
  readonly kind: "outcomes";
  /** Of a profile: how many it allows; of a kernel: how many were seen. */
  readonly total: number;
  /** Of a profile the first ones, of a kernel all. */
  readonly listed: readonly Outcome[];
  /** Runs with an outcome; null: a profile, whose outcomes are all there are. */
  readonly runs: number | null;
  has(outcome: Outcome): boolean;
  /** In how many runs it was seen, 0 included; null: a profile's, which are not seen. */
  runsOf(outcome: Outcome): number | null;
}

export interface NoOutcomes {
  readonly kind: "none";
  readonly verdict: "unsupported" | "inconclusive" | "stale";
  readonly reason: string;
}

export interface Side {
  readonly name: string;
  outcomesOf(litmus: LoadedLitmus): Promise<Outcomes | NoOutcomes>;
}

/** Of a profile's outcomes, how many are listed. */
const LISTED_MAX = 20_000;

export function profileSide(profile: ProfileName, terminal: Terminal, options: LimitOptions): Side {
  return {
    name: profile,
    outcomesOf: async ({ test }) => {
      const lack = lackOf(profile, test.scenario);
      if (lack !== null) return { kind: "none", verdict: "unsupported", reason: `${profile} has no ${lack}` };
      const limits = limitsFrom(options, terminal);
      const { result, outcomes } = checkTest(test, profile, { limits, outcomesMax: LISTED_MAX });
      if (outcomes === null) {
        const { limit } = result.explored;
        const reason = limit === null ? "the outcomes have no end" : `${limit.name} ${limit.value} was hit`;
        return { kind: "none", verdict: "inconclusive", reason };
      }
      return {
        kind: "outcomes",
        total: outcomes.total,
        listed: result.outcomes.items,
        runs: null,
        has: (outcome) => outcomes.has(outcome),
        runsOf: () => null,
      };
    },
  };
}

export function seenSide(name: string, runs: Runs): Side {
  return {
    name,
    outcomesOf: async (litmus) => {
      const report = await runs.reportOf(litmus);
      if (report.kind === "failed") return { kind: "none", verdict: "inconclusive", reason: report.reason };
      if (report.kind !== "ran") return { kind: "none", verdict: report.kind, reason: report.reason };
      if (report.observed.length === 0)
        return { kind: "none", verdict: "inconclusive", reason: "no run has an outcome" };
      const seen = new Map(report.observed.map(({ outcome, runs: times }) => [keyOf(outcome), times]));
      return {
        kind: "outcomes",
        total: report.observed.length,
        listed: report.observed.map(({ outcome }) => outcome),
        runs: report.runs,
        has: (outcome) => seen.has(keyOf(outcome)),
        runsOf: (outcome) => seen.get(keyOf(outcome)) ?? 0,
      };
    },
  };
}

/** Equal for equal outcomes, whoever made them. */
function keyOf({ cq, programs, values, files, hang }: Outcome): string {
  return JSON.stringify([cq, programs, values, files, hang]);
}
