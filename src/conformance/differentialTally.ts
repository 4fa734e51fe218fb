/** What a differential run comes to, added up scenario by scenario: plain data, so that it can be kept and gone on with. */
import type { ScenarioResult } from "./differential.js";

/** Figures of the scenarios that were judged. */
export interface Tightness {
  scenarios: number;
  /** Scenarios with exactly one allowed outcome. */
  single: number;
  /** Sums over scenarios: outcomes allowed and seen, allowed ÷ seen, and its natural logarithm. */
  allowed: number;
  seen: number;
  ratio: number;
  logRatio: number;
}

export interface DifferentialTally {
  /** Scenarios that are done: the number of the next one. */
  next: number;
  agree: number;
  /** Scenarios by reason. */
  readonly unsupported: Record<string, number>;
  readonly inconclusive: Record<string, number>;
  /** Numbers of scenarios. */
  readonly disagree: number[];
  readonly unconfirmed: number[];
  readonly deterministic: {
    /** Scenarios of the deterministic class. */
    scenarios: number;
    /** Numbers of those that the model allows more than one outcome. */
    readonly loose: number[];
  };
  readonly all: Tightness;
  /** By feature; a scenario counts for each that it uses. */
  readonly features: Record<string, Tightness>;
}

export function emptyTally(): DifferentialTally {
  return {
    next: 0,
    agree: 0,
    unsupported: {},
    inconclusive: {},
    disagree: [],
    unconfirmed: [],
    deterministic: { scenarios: 0, loose: [] },
    all: noTightness(),
    features: {},
  };
}

function noTightness(): Tightness {
  return { scenarios: 0, single: 0, allowed: 0, seen: 0, ratio: 0, logRatio: 0 };
}

/** Adds the result of scenario number `next`. */
export function addResult(tally: DifferentialTally, { index, features, verdict }: ScenarioResult): void {
  if (index !== tally.next) throw new Error(`scenario ${index} where ${tally.next} is the next`);
  tally.next++;
  switch (verdict.kind) {
    case "unsupported":
    case "inconclusive": {
      const reasons = tally[verdict.kind];
      reasons[verdict.reason] = (reasons[verdict.reason] ?? 0) + 1;
      return;
    }
    case "agrees":
      tally.agree++;
      break;
    case "unconfirmed":
      tally.unconfirmed.push(index);
      break;
    case "disagrees":
      tally.disagree.push(index);
      break;
  }
  if (verdict.isDeterministic) {
    tally.deterministic.scenarios++;
    if (verdict.allowed !== 1) tally.deterministic.loose.push(index);
  }
  if (verdict.seen === 0) return;
  add(tally.all, verdict.allowed, verdict.seen);
  for (const feature of features) {
    const of = tally.features[feature] ?? noTightness();
    tally.features[feature] = of;
    add(of, verdict.allowed, verdict.seen);
  }
}

function add(to: Tightness, allowed: number, seen: number): void {
  to.scenarios++;
  if (allowed === 1) to.single++;
  to.allowed += allowed;
  to.seen += seen;
  to.ratio += allowed / seen;
  to.logRatio += Math.log(allowed / seen);
}

/** `violated`: a disagreement, or a scenario of the deterministic class that the model allows several outcomes. */
export function verdictOf(tally: DifferentialTally): "ok" | "violated" | "inconclusive" {
  if (tally.disagree.length > 0 || tally.deterministic.loose.length > 0) return "violated";
  return tally.agree === 0 ? "inconclusive" : "ok";
}
