/** The other direction: what a hook does, whether any chain of links does it, and what user space needs for it. */
import { type LitmusTest, lackOf } from "../../litmus/index.js";
import type { ProfileName } from "../../model/profile.js";
import type { ProgramLibrary } from "../../model/programs/index.js";
import { compiled, docOf } from "../compiled.js";
import { type Costs, costsOf, submissionsOf } from "../costs.js";
import { type EquivalenceLimits, equivalence } from "../equivalence.js";
import type { Observation } from "../observation.js";
import type { EquivalenceResult } from "../result.js";
import { drivenByUser, handedOver } from "./handedOver.js";
import { type LinkSearch, linkSearch } from "./linkSearch.js";

/** The kernel with loop hooks; links and user space are run under it too. */
export const BEYOND_PROFILE: ProfileName = "linux-7.1";
export const BEYOND_STATES_MAX = 300_000;

/** Both sides of a comparison with the hook, which is the left one. */
export interface Opposed {
  readonly test: LitmusTest;
  readonly result: EquivalenceResult;
  /** Null: a limit was hit. */
  readonly costs: Costs | null;
}

export interface BeyondRow {
  readonly name: string;
  readonly doc: string | null;
  readonly test: LitmusTest;
  readonly profile: ProfileName;
  /** Of the hook; null: a limit was hit. */
  readonly costs: Costs | null;
  /** User space that runs the program itself; CQEs in total order, files and ends. */
  readonly user: Opposed;
  /** What came of the search for a chain; a sentence: why there is no answer. */
  readonly links: LinkSearch | string;
  /** The chain that comes nearest, by multisets of CQEs where these differ, else in total order. Null: no answer. */
  readonly nearest: Opposed | null;
}

export interface BeyondOptions {
  readonly limits?: EquivalenceLimits;
  readonly programs?: ProgramLibrary;
  /** What is being done. */
  readonly onPart?: (part: "user" | "links") => void;
}

const TOTAL: Observation = { cqes: "total", files: true, returns: false };

/** Whether a file is one of these: it has a hook that was handed SQEs. */
export function isBeyondRow({ ast }: LitmusTest): boolean {
  return handedOver(ast) !== null;
}

/** Throws a RangeError for a file that is none of these. Its claims do not matter. */
export function beyondRow(test: LitmusTest, options: BeyondOptions = {}): BeyondRow {
  const handed = handedOver(test.ast);
  if (handed === null) throw new RangeError(`${test.name} has no hook that was handed SQEs`);
  const profile = BEYOND_PROFILE;
  const lack = lackOf(profile, test.scenario);
  if (lack !== null) throw new RangeError(`${profile} has no ${lack}`);
  const { statesMax = BEYOND_STATES_MAX, stop } = options.limits ?? {};
  const bounds = { statesMax, ...(stop && { stop }) };
  const opposed = (other: LitmusTest, observation: Observation): Opposed => ({
    test: other,
    result: equivalence(test, other, profile, profile, {
      observation,
      limits: { ...options.limits, statesMax },
    }),
    costs: costsOf(other.scenario, profile, bounds),
  });
  options.onPart?.("user");
  const user = opposed(compiled(drivenByUser(test.ast, handed), options.programs), TOTAL);
  options.onPart?.("links");
  const links = nearestChain(test, options);
  const multiset = typeof links !== "string" && links.sameMultisets === 0;
  return {
    name: test.name,
    doc: docOf(test),
    test,
    profile,
    costs: costsOf(test.scenario, profile, bounds),
    user,
    links,
    nearest:
      typeof links === "string"
        ? null
        : opposed(links.nearest, multiset ? { ...TOTAL, cqes: "multiset" } : TOTAL),
  };
}

/** The search for a chain that does what the test's hook does, or why it has no answer. */
export function nearestChain(test: LitmusTest, options: BeyondOptions = {}): LinkSearch | string {
  const handed = handedOver(test.ast);
  if (handed === null) return "it has no hook that was handed SQEs";
  const { statesMax = BEYOND_STATES_MAX, stop } = options.limits ?? {};
  const bounds = { statesMax, ...(stop && { stop }) };
  const { scenario } = test;
  const submissions = submissionsOf(scenario, BEYOND_PROFILE, bounds);
  if (submissions === null) return "not all runs of the hook were found";
  return linkSearch(
    test,
    handed,
    handed.sqes.map(({ label }) => submissions[scenario.labels.indexOf(label.text)] ?? 0),
    { profile: BEYOND_PROFILE, ...bounds, ...(options.programs && { programs: options.programs }) },
  );
}
