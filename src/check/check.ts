/** Decides every claim of a litmus file under one profile, by one exhaustive search, with the shortest run as evidence. */
import type { Claim, LitmusTest } from "../litmus/index.js";
import type { Condition } from "../model/condition.js";
import { ringModel } from "../model/model.js";
import type { ProfileName } from "../model/profile.js";
import { RULES } from "../model/rules.js";
import { codecOf } from "../scheduler/packing.js";
import { type Progress, type SearchResult, search } from "../scheduler/search.js";
import { Diagnoses } from "./diagnoses.js";
import { endlessRun } from "./endless.js";
import { type Watched, type WatchedModel, watch } from "./monitor.js";
import { OutcomeAlphabet, type OutcomeSet, outcomesOf } from "./outcomes.js";
import type { CheckLimits, CheckResult, ClaimResult, Verdict } from "./result.js";

export interface CheckOptions {
  readonly limits?: CheckLimits;
  /** How many outcomes are listed; all are counted. Default 1000. */
  readonly outcomesMax?: number;
  readonly onProgress?: (progress: Progress) => void;
}

/** A check, and the outcome set that it found, for questions about outcomes that are not listed. */
export interface Check {
  readonly result: CheckResult;
  /** null: the search was not complete, or there are infinitely many. */
  readonly outcomes: OutcomeSet | null;
}

interface Tally {
  readonly claim: Claim | null;
  positive: number;
  negative: number;
  /** Final states in which the premise of an `implies` holds; of other claims: all. */
  premises: number;
  /** The first state, breadth first, that decides the claim. */
  witness: number;
}

/** Runs the check; see `checkTest` for the outcome set as well. Throws only for a bug of ours. */
export function check(test: LitmusTest, profile: ProfileName, options: CheckOptions = {}): CheckResult {
  return checkTest(test, profile, options).result;
}

export function checkTest(test: LitmusTest, profile: ProfileName, options: CheckOptions = {}): Check {
  const model = watchClaims(test, profile);
  const alphabet = new OutcomeAlphabet(test.scenario);
  const ends = new Map<number, number>();
  const tallies: Tally[] = test.claims.map((claim) => ({
    claim,
    positive: 0,
    negative: 0,
    premises: 0,
    witness: -1,
  }));
  const hang: Tally = { claim: null, positive: 0, negative: 0, premises: 1, witness: -1 };
  const fired = new Uint8Array(RULES.length);
  const diagnoses = new Diagnoses();
  const { limits = {}, outcomesMax = 1000, onProgress } = options;

  const found = search(
    {
      model,
      codec: codecOf<Watched>(model.layout),
      letter: (event) => alphabet.letter(event),
      bound: (event) => (event.kind === "bound" ? event.name : null),
    },
    limits,
    {
      edges: true,
      onEvent: (event, from, action) => {
        if (event.kind === "rule") fired[event.index] = 1;
        else if (event.kind === "diagnosis") diagnoses.add(event, from, action);
      },
      onTerminal: (state, id) => {
        ends.set(id, alphabet.end(state.system));
        const facts = model.facts(state, true);
        for (const tally of tallies) {
          if (tally.claim === null) continue;
          const { condition } = tally.claim;
          if (condition.kind !== "implies" || model.holds(condition.left, state)) tally.premises++;
          count(tally, model.holds(condition, state), id);
        }
        count(hang, facts.hang(), id);
        return false;
      },
      ...(onProgress && { onProgress }),
      ...(limits.stop && { stop: limits.stop }),
    },
  );

  const claims = tallies.map((tally) => decide(tally, found));
  if (hang.positive > 0 && !test.claims.some((claim) => mentionsHang(claim.condition))) {
    claims.push({ ...decide({ ...hang, claim: NO_HANG }, found), kind: "hang" });
  }
  const refused = diagnoses.refused(found);
  claims.push(...refused);
  const endless = test.scenario.hooks.length > 0 ? endlessRun(found, test.scenario) : null;
  if (endless !== null) claims.push(endless);
  else if (found.complete && found.terminals.length === 0) claims.push(NO_END);
  const outcomes =
    found.complete && found.graph !== null ? outcomesOf(found.graph, alphabet, ends, alphabet.tracks) : null;
  const result: CheckResult = {
    litmus: test.name,
    profile,
    verdict: verdictOf(claims, found.complete),
    claims,
    outcomes: { total: outcomes?.total ?? null, items: outcomes?.list(outcomesMax) ?? [] },
    explored: {
      states: found.states,
      transitions: found.transitions,
      depth: found.depth,
      complete: found.complete,
      limit: found.limit === null ? null : { name: found.limit.name, value: found.limit.value },
    },
    diagnoses: diagnoses.told(found),
    rules: RULES.filter((rule) => fired[rule.index] === 1),
  };
  return { result, outcomes };
}

/** The claim that a file makes by saying nothing of hanging. */
const NO_HANG: Claim = { kind: "never", name: null, text: "hang", condition: { kind: "hang" }, line: 1 };

/** Of a search that found no end at all, every `always` would hold: that is a violation of its own. */
const NO_END: ClaimResult = {
  kind: "exists",
  name: null,
  text: "a run that ends",
  line: 1,
  holds: false,
  vacuous: false,
  path: null,
  positive: 0,
  negative: 0,
};

/** The model that a file's claims are decided on: schedules of its checks are runs of this. */
export function watchClaims(test: LitmusTest, profile: ProfileName): WatchedModel {
  return watch(
    ringModel(test.scenario, profile),
    test.claims.map((claim) => claim.condition),
  );
}

function count(tally: Tally, holds: boolean, id: number): void {
  if (holds) tally.positive++;
  else tally.negative++;
  const decides = tally.claim?.kind === "always" ? !holds : holds;
  if (decides && tally.witness < 0) tally.witness = id;
}

/** What one claim comes to: a witness decides it whatever was left out; its absence decides it only after a whole search. */
function decide(tally: Tally, found: SearchResult<Watched>): ClaimResult {
  const { claim, positive, negative, witness } = tally;
  if (claim === null) throw new Error("a tally without a claim is not decided");
  const wantsWitness = claim.kind === "exists";
  const vacuous = claim.kind === "always" && tally.premises === 0 && found.complete;
  const holds = witness >= 0 ? wantsWitness : found.complete ? !wantsWitness : null;
  return {
    kind: claim.kind,
    name: claim.name,
    text: claim.text,
    line: claim.line,
    holds,
    vacuous,
    path: witness >= 0 ? found.pathTo(witness) : null,
    positive,
    negative,
  };
}

function verdictOf(claims: readonly ClaimResult[], complete: boolean): Verdict {
  if (claims.some((claim) => claim.holds === false || claim.vacuous)) return "violated";
  return complete && claims.every((claim) => claim.holds === true) ? "ok" : "inconclusive";
}

function mentionsHang(condition: Condition): boolean {
  switch (condition.kind) {
    case "hang":
      return true;
    case "not":
      return mentionsHang(condition.of);
    case "and":
    case "or":
    case "implies":
      return mentionsHang(condition.left) || mentionsHang(condition.right);
    default:
      return false;
  }
}
