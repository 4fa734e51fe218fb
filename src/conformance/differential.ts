/**
 * Differential testing: generated scenarios, each run by an implementation and searched in the model; an outcome that was
 * seen and is not allowed is looked for again, with more time, before it is called a disagreement.
 */
import { checkTest } from "../check/check.js";
import { isDeterministicClass } from "../check/deterministicClass.js";
import type { OutcomeSet } from "../check/outcomes.js";
import { judge, type Observed } from "../kernel/judge.js";
import type { LitmusTest } from "../litmus/index.js";
import type { Outcome } from "../model/outcome.js";
import type { ProfileName } from "../model/profile.js";
import type { Feature, GenerateOptions } from "../properties/generate/index.js";
import { compileDrawn, drawScenario, seedOf } from "./draw.js";
import type { RunReport, RunRequest } from "./implementation.js";
import { featuresOfScenario } from "./scenarioFeatures.js";

/** An `Implementation`, or one that can be told to take more time. */
export interface DifferentialImplementation {
  readonly name: string;
  run(test: LitmusTest, request: PatientRequest): Promise<RunReport>;
}

export interface PatientRequest extends RunRequest {
  /** So much longer than usual are all declared times and all waiting; what has no clock ignores it. */
  readonly patience: number;
}

/** The model that judges; the real one where nothing else is said. */
export type CheckTest = typeof checkTest;

export interface DifferentialOptions {
  readonly seed: number;
  readonly profile: ProfileName;
  readonly generate: GenerateOptions;
  /** Of a scenario, at first. */
  readonly runs: number;
  /** Of a scenario that showed what is not allowed, to see it again. */
  readonly confirmRuns: number;
  /** States of one search; a scenario with more of them is inconclusive. */
  readonly statesMax: number;
  readonly check?: CheckTest;
}

/** What one scenario came to. */
export interface ScenarioResult {
  readonly index: number;
  readonly features: readonly Feature[];
  readonly verdict: ScenarioVerdict;
}

export type ScenarioVerdict =
  /** The implementation does not have something of it. */
  | { readonly kind: "unsupported"; readonly reason: string }
  /** The search met a limit, or no run had an outcome. */
  | { readonly kind: "inconclusive"; readonly reason: string }
  | Judged;

export interface Judged {
  /** `unconfirmed`: something was seen that is not allowed, and with more time not seen again. */
  readonly kind: "agrees" | "unconfirmed" | "disagrees";
  /** Outcomes that the model allows. */
  readonly allowed: number;
  /** Allowed outcomes that were seen. */
  readonly seen: number;
  /** One thread, inline operations, default rings: the model has to allow one outcome only. */
  readonly isDeterministic: boolean;
  /** Observed and not allowed. */
  readonly forbidden: readonly Observed[];
}

/**
 * How much more time there is to see a disagreement again, and then once more: on a busy machine a worker starts tens of
 * milliseconds late. Of each, shares of the runs that confirm, one part after the other: what comes often is seen in the
 * first.
 */
const PATIENT: Patience = { patience: 10, parts: [0.05, 0.2, 0.75] };
const VERY_PATIENT: Patience = { patience: 50, parts: [0.02, 0.18] };

interface Patience {
  readonly patience: number;
  readonly parts: readonly number[];
}

/** The scenario of this number: drawn, run, judged. Rejects for a fault of ours, or of the implementation. */
export async function runScenario(
  implementation: DifferentialImplementation,
  options: DifferentialOptions,
  index: number,
): Promise<ScenarioResult> {
  const test = compileDrawn(drawScenario(options.generate, options.seed, index));
  const seed = seedOf(options.seed, index) >>> 0;
  return {
    index,
    features: featuresOfScenario(test.scenario),
    verdict: await judgeScenario(implementation, options, test, seed),
  };
}

/** One scenario, whatever it comes from. `seed`: of the implementation's own choices. */
export async function judgeScenario(
  implementation: DifferentialImplementation,
  options: DifferentialOptions,
  test: LitmusTest,
  seed: number,
): Promise<ScenarioVerdict> {
  const { runs } = options;
  const running = implementation.run(test, { runs, seed, patience: 1 });
  // What was said meanwhile is heard before a search blocks this thread.
  await new Promise((resolve) => setImmediate(resolve));
  const searched = searchTest(test, options);
  let report = await running;
  if (report.kind === "unsupported") return report;
  if (searched.kind === "inconclusive") return searched;
  if (report.observed.length === 0) {
    // Every run was too late for its times.
    report = await implementation.run(test, { runs, seed, patience: PATIENT.patience });
    if (report.kind === "unsupported") return report;
  }
  if (report.observed.length === 0) return { kind: "inconclusive", reason: "no run had an outcome" };
  const { outcomes, isDeterministic } = searched;
  const allows = (outcome: Outcome): boolean => outcomes.has(outcome);
  const { forbidden, coverage } = judge(report.observed, allows, outcomes.total);
  const figures = { allowed: outcomes.total, seen: coverage.seen, isDeterministic };
  if (forbidden.length === 0) return { kind: "agrees", ...figures, forbidden };
  const again = await seeForbidden(implementation, test, allows, options.confirmRuns, seed + 1);
  return again === null
    ? { kind: "unconfirmed", ...figures, forbidden }
    : { kind: "disagrees", ...figures, forbidden: judge(again, allows, null).forbidden };
}

type Searched =
  | { readonly kind: "inconclusive"; readonly reason: string }
  | { readonly kind: "whole"; readonly outcomes: OutcomeSet; readonly isDeterministic: boolean };

/** Everything that the model allows of a scenario. */
export function searchTest(test: LitmusTest, options: DifferentialOptions): Searched {
  const check = options.check ?? checkTest;
  const { result, outcomes } = check(test, options.profile, {
    limits: { statesMax: options.statesMax },
    outcomesMax: 0,
  });
  if (outcomes === null) {
    const { limit } = result.explored;
    return {
      kind: "inconclusive",
      reason: limit === null ? "the model's outcomes have no end" : `${limit.name} ${limit.value}`,
    };
  }
  const isDefault = test.scenario.rings.every(({ setup }) => setup.length === 0);
  return {
    kind: "whole",
    outcomes,
    isDeterministic: isDefault && isDeterministicClass(test, result.rules),
  };
}

/**
 * What was seen of a scenario that shows with patience, and with far more patience again, what is not allowed; null: it
 * does not in `runsMax` runs.
 */
export async function seeForbidden(
  implementation: DifferentialImplementation,
  test: LitmusTest,
  allows: (outcome: Outcome) => boolean,
  runsMax: number,
  seed: number,
): Promise<readonly Observed[] | null> {
  const see = async ({ patience, parts }: Patience): Promise<readonly Observed[] | null> => {
    for (const [part, share] of parts.entries()) {
      const runs = Math.ceil(runsMax * share);
      const report = await implementation.run(test, { runs, seed: seed + part, patience });
      if (report.kind === "unsupported") return null;
      if (report.observed.some(({ outcome }) => !allows(outcome))) return report.observed;
    }
    return null;
  };
  return (await see(PATIENT)) === null ? null : see(VERY_PATIENT);
}

/** Results of the scenarios `from` to `to` (not included), in this order, `width` of them under way at a time. */
export async function* runScenarios(
  run: (index: number) => Promise<ScenarioResult>,
  from: number,
  to: number,
  width: number,
): AsyncGenerator<ScenarioResult> {
  const running: Promise<ScenarioResult>[] = [];
  for (let next = from; next < to || running.length > 0; ) {
    while (next < to && running.length < width) {
      const result = run(next++);
      // It is awaited in its turn; until then its rejection is nobody's.
      result.catch(() => undefined);
      running.push(result);
    }
    const first = running.shift();
    if (first !== undefined) yield await first;
  }
}
