/**
 * Scenarios in which two kernels, or a kernel and a profile, differ, by what was seen of them. That an outcome was not seen
 * proves nothing by itself: what counts as a difference is said at `confirm`.
 */
import { checkTest } from "../check/check.js";
import type { OutcomeSet } from "../check/outcomes.js";
import type { Observed } from "../kernel/judge.js";
import type { LitmusTest } from "../litmus/index.js";
import type { Outcome } from "../model/outcome.js";
import type { ProfileName } from "../model/profile.js";
import type { PatientRequest } from "./differential.js";
import type { RunReport } from "./implementation.js";

/** A kernel that is asked about many scenarios at once: a guest is booted for each call. */
export interface KernelSide {
  readonly kind: "kernel";
  readonly name: string;
  /** What it is taken to allow. */
  readonly profile: ProfileName;
  /** Emulated: where there is a choice, the many runs are the other side's. */
  readonly isSlow: boolean;
  /** A report for each test, in their order. Rejects for a fault of ours. */
  run(tests: readonly LitmusTest[], request: PatientRequest): Promise<readonly RunReport[]>;
}

export interface ProfileSide {
  readonly kind: "profile";
  readonly name: string;
  readonly profile: ProfileName;
}

export type ComparedSide = KernelSide | ProfileSide;
export type Sides = readonly [ComparedSide, ComparedSide];

export interface KernelCompareOptions {
  readonly seed: number;
  /** Of a scenario on each kernel, at first. */
  readonly runs: number;
  /** Of a scenario, anew, on the kernel that showed something; `OTHERS_FACTOR` as many on the other one. */
  readonly confirmRuns: number;
  /** States of one search; what a profile allows of a scenario with more of them is not known. */
  readonly statesMax: number;
}

/** So many runs of the kernel that has not shown an outcome come on one of the kernel that has. */
export const OTHERS_FACTOR = 20;
/** A difference that came by chance, between kernels that show an outcome equally often, is less probable than this. */
export const CHANCE_MAX = 1e-6;
/** Shares of the runs that confirm, one part after the other: what always comes is known with the first. */
const PARTS = [0.2, 0.8];
/** More time for the runs that must show an outcome again: on a busy machine a timer may be late. */
const PATIENCE = 10;

/** What a scenario showed at first: outcomes of one side that the other did not show, and that its profile is not known to allow. */
export interface Suspicion {
  readonly test: LitmusTest;
  /** The side that showed them. */
  readonly by: 0 | 1;
  readonly outcomes: readonly Suspect[];
}

interface Suspect {
  readonly outcome: Outcome;
  /** Whether the other side's profile forbids it; false: its search met a limit. */
  readonly isForbidden: boolean;
}

export type FirstLook =
  | { readonly kind: "same" }
  | { readonly kind: "unsupported" | "inconclusive"; readonly reason: string }
  | { readonly kind: "suspect"; readonly suspicion: Suspicion };

export interface Shown extends Observed {
  /** `profile`: the other side's profile forbids it as well; `runs`: what that profile allows is not known. */
  readonly confirmedBy: "profile" | "runs";
  /** Whether its own profile forbids it too, so that the model is wrong about one kernel at least. */
  readonly isForbiddenHere: boolean;
}

export interface KernelDifference {
  readonly test: LitmusTest;
  /** The side that showed what the other one does not. */
  readonly by: 0 | 1;
  readonly shown: readonly Shown[];
  /** Runs with an outcome, of this side and of the other; null: that is a profile. */
  readonly runs: number;
  readonly otherRuns: number | null;
  /** What the other one showed in its runs, the most frequent first. */
  readonly instead: readonly Observed[];
}

/** Runs all scenarios on both sides, and says of each, in their order, whether it is worth many more runs. */
export async function lookAt(
  sides: Sides,
  tests: readonly LitmusTest[],
  options: KernelCompareOptions,
): Promise<readonly FirstLook[]> {
  const request = { runs: options.runs, seed: options.seed, patience: 1 };
  const a = await reportsOf(sides[0], tests, request);
  const b = await reportsOf(sides[1], tests, request);
  return tests.map((test, at) => firstLook(sides, test, [a?.[at] ?? null, b?.[at] ?? null], options));
}

async function reportsOf(
  side: ComparedSide,
  tests: readonly LitmusTest[],
  request: PatientRequest,
): Promise<readonly RunReport[] | null> {
  if (side.kind === "profile") return null;
  return tests.length === 0 ? [] : side.run(tests, request);
}

function firstLook(
  sides: Sides,
  test: LitmusTest,
  reports: readonly [RunReport | null, RunReport | null],
  options: KernelCompareOptions,
): FirstLook {
  for (const report of reports) {
    if (report?.kind === "unsupported") return report;
    if (report?.observed.length === 0)
      return { kind: "inconclusive", reason: report.lost ?? "no run had an outcome" };
  }
  const found: Suspicion[] = [];
  for (const by of [0, 1] as const) {
    const shown = observedOf(reports[by]);
    const others = new Set(observedOf(reports[other(by)]).map(({ outcome }) => keyOf(outcome)));
    const unseen = shown.filter(({ outcome }) => !others.has(keyOf(outcome)));
    if (unseen.length === 0) continue;
    const allowed = allowedBy(sides[other(by)].profile, test, options);
    if (allowed === null && sides[other(by)].kind === "profile")
      return { kind: "inconclusive", reason: `${sides[other(by)].name} was not searched whole` };
    const outcomes = unseen
      .filter(({ outcome }) => allowed?.has(outcome) !== true)
      .map(({ outcome }) => ({ outcome, isForbidden: allowed !== null }));
    if (outcomes.length > 0) found.push({ test, by, outcomes });
  }
  // Many runs are needed of the side that lacks the outcome.
  const cheap = found.find(({ by }) => !isSlow(sides[other(by)])) ?? found[0];
  return cheap === undefined ? { kind: "same" } : { kind: "suspect", suspicion: cheap };
}

/**
 * Runs each suspicious scenario anew, and says of each, in their order, in what the two differ; null: they do not. An
 * outcome is a difference if
 * - the kernel that showed it shows it again, with more time,
 * - the other kernel shows it in none of `OTHERS_FACTOR` times as many runs,
 * - so many sightings would all be the first kernel's by chance with a probability of at most `CHANCE_MAX`, if both kernels
 *   showed it equally often,
 * - and the other one's profile forbids it, if that profile can be searched whole.
 * Of a profile instead of the other kernel, only the first and the last are asked. The runs end as soon as one outcome of a
 * scenario is a difference.
 */
export async function confirm(
  sides: Sides,
  suspicions: readonly Suspicion[],
  options: KernelCompareOptions,
): Promise<readonly (KernelDifference | null)[]> {
  const found: (KernelDifference | null)[] = suspicions.map(() => null);
  for (const by of [0, 1] as const) {
    let open = suspicions
      .map((suspicion, at): Evidence => ({ suspicion, at, shown: [], others: [] }))
      .filter(({ suspicion }) => suspicion.by === by);
    for (const [part, share] of PARTS.entries()) {
      const tests = open.map(({ suspicion }) => suspicion.test);
      const runs = Math.ceil(options.confirmRuns * share);
      const seed = options.seed + 1 + part;
      const shown = await reportsOf(sides[by], tests, { runs, seed, patience: PATIENCE });
      const many = { runs: OTHERS_FACTOR * runs, seed, patience: 1 };
      const others = await reportsOf(sides[other(by)], tests, many);
      open = open.map((evidence, i) => ({
        ...evidence,
        shown: added(evidence.shown, observedOf(shown?.[i] ?? null)),
        others: added(evidence.others, observedOf(others?.[i] ?? null)),
      }));
      for (const evidence of open) found[evidence.at] = differenceIn(sides, evidence, options);
      open = open.filter((evidence) => found[evidence.at] === null && !isRefuted(evidence));
    }
  }
  return found;
}

/** What was seen of a suspicious scenario when it was run anew; `at`: its place in the list. */
interface Evidence {
  readonly suspicion: Suspicion;
  readonly at: number;
  readonly shown: readonly Observed[];
  readonly others: readonly Observed[];
}

function isRefuted({ suspicion, others }: Evidence): boolean {
  return suspicion.outcomes.every(({ outcome }) => timesOf(outcome, others) > 0);
}

function differenceIn(
  sides: Sides,
  { suspicion: { test, by, outcomes }, shown: seen, others: instead }: Evidence,
  options: KernelCompareOptions,
): KernelDifference | null {
  const runs = runsOf(seen);
  const otherRuns = sides[other(by)].kind === "profile" ? null : runsOf(instead);
  // A kernel of which nothing was seen has not lacked anything.
  if (otherRuns === 0) return null;
  const shown = outcomes.flatMap(({ outcome, isForbidden }): Shown[] => {
    const sightings = timesOf(outcome, seen);
    if (sightings === 0 || timesOf(outcome, instead) > 0) return [];
    if (otherRuns !== null && chanceOf(sightings, runs, otherRuns) > CHANCE_MAX) return [];
    const isForbiddenHere = allowedBy(sides[by].profile, test, options)?.has(outcome) === false;
    return [{ outcome, runs: sightings, confirmedBy: isForbidden ? "profile" : "runs", isForbiddenHere }];
  });
  return shown.length === 0 ? null : { test, by, shown, runs, otherRuns, instead };
}

/** What was seen in two rows of runs, the most frequent first. */
function added(one: readonly Observed[], two: readonly Observed[]): readonly Observed[] {
  const sums = new Map<string, Observed>();
  for (const { outcome, runs } of [...one, ...two]) {
    const key = keyOf(outcome);
    sums.set(key, { outcome, runs: runs + (sums.get(key)?.runs ?? 0) });
  }
  return [...sums.values()].sort((a, b) => b.runs - a.runs);
}

/**
 * The probability that all of so many sightings are among `runs` of `runs + others` runs, were each run as likely to be
 * one of them as any other: Fisher's exact test.
 */
export function chanceOf(sightings: number, runs: number, others: number): number {
  let chance = 1;
  for (let i = 0; i < sightings; i++) chance *= (runs - i) / (runs + others - i);
  return chance;
}

function allowedBy(
  profile: ProfileName,
  test: LitmusTest,
  { statesMax }: KernelCompareOptions,
): OutcomeSet | null {
  return checkTest(test, profile, { limits: { statesMax }, outcomesMax: 0 }).outcomes;
}

function other(by: 0 | 1): 0 | 1 {
  return by === 0 ? 1 : 0;
}

function isSlow(side: ComparedSide): boolean {
  return side.kind === "kernel" && side.isSlow;
}

function observedOf(report: RunReport | null): readonly Observed[] {
  return report?.kind === "ran" ? report.observed : [];
}

function runsOf(observed: readonly Observed[]): number {
  return observed.reduce((sum, { runs }) => sum + runs, 0);
}

function timesOf(outcome: Outcome, observed: readonly Observed[]): number {
  const key = keyOf(outcome);
  return runsOf(observed.filter((each) => keyOf(each.outcome) === key));
}

/** Equal for equal outcomes, whoever made them. */
function keyOf({ cq, values, files, hang }: Outcome): string {
  return JSON.stringify([cq, values, files, hang]);
}
