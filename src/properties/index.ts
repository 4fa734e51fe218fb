/** The named claims about io_uring, and how to hold a run against all of them. */

import { callbackCounts } from "./claims/callbackCounts.js";
import { callbackOrder } from "./claims/callbackOrder.js";
import { callbackResults } from "./claims/callbackResults.js";
import { cancelAgrees } from "./claims/cancelAgrees.js";
import { canceledBySomebody } from "./claims/canceledBySomebody.js";
import { canceledHasNoEffect } from "./claims/canceledHasNoEffect.js";
import { chainOrder } from "./claims/chainOrder.js";
import { drainAfterSkipFails } from "./claims/drainAfterSkipFails.js";
import { drainHolds } from "./claims/drainHolds.js";
import { drainWaits } from "./claims/drainWaits.js";
import { enterReturns } from "./claims/enterReturns.js";
import { errorWithoutSevering } from "./claims/errorWithoutSevering.js";
import { failConditions } from "./claims/failConditions.js";
import { failedPrepPassesDrain } from "./claims/failedPrepPassesDrain.js";
import { firingTimeoutComesFirst } from "./claims/firingTimeoutComesFirst.js";
import { hardLinkContinues } from "./claims/hardLinkContinues.js";
import { hookedRingCompletes } from "./claims/hookedRingCompletes.js";
import { linkTimeoutAgrees } from "./claims/linkTimeoutAgrees.js";
import { linkTimeoutPlacement } from "./claims/linkTimeoutPlacement.js";
import { loopReturns } from "./claims/loopReturns.js";
import { msgRingPosts } from "./claims/msgRingPosts.js";
import { multishotEndsOnce } from "./claims/multishotEndsOnce.js";
import { noneLost } from "./claims/noneLost.js";
import { oneFinalCqe } from "./claims/oneFinalCqe.js";
import { operationsEnd } from "./claims/operationsEnd.js";
import { overflowKeepsOrder } from "./claims/overflowKeepsOrder.js";
import { prepFailureSevers } from "./claims/prepFailureSevers.js";
import { prepsBeforeIssue } from "./claims/prepsBeforeIssue.js";
import { resultInRange } from "./claims/resultInRange.js";
import { shortTransferSevers } from "./claims/shortTransferSevers.js";
import { skipBrokenChain } from "./claims/skipBrokenChain.js";
import { skipVisibility } from "./claims/skipVisibility.js";
import { softLinkSevers } from "./claims/softLinkSevers.js";
import { startsAfterPredecessor } from "./claims/startsAfterPredecessor.js";
import { successContinues } from "./claims/successContinues.js";
import { takenOnce } from "./claims/takenOnce.js";
import { timeoutCounts } from "./claims/timeoutCounts.js";
import { timeoutSevers } from "./claims/timeoutSevers.js";
import { waitingHookIsWoken } from "./claims/waitingHookIsWoken.js";
import type { Property, Run, Violation } from "./property.js";

export type { Chain, PlannedEnter, StaticPlan } from "./plan.js";
export { planOf } from "./plan.js";
export {
  type Observed,
  observedOf,
  type Property,
  type Run,
  type Verdict,
  type Violation,
} from "./property.js";
export { OPCODES_THAT_NEVER_SEVER, OPCODES_THAT_SEVER, type Severing, severing } from "./severs.js";

/** All properties of rings without programs, from the ones that every run has something to say about to the special ones. */
export const PROPERTIES: readonly Property[] = [
  oneFinalCqe,
  multishotEndsOnce,
  noneLost,
  resultInRange,
  enterReturns,
  chainOrder,
  startsAfterPredecessor,
  softLinkSevers,
  hardLinkContinues,
  successContinues,
  shortTransferSevers,
  errorWithoutSevering,
  timeoutSevers,
  prepFailureSevers,
  canceledHasNoEffect,
  skipVisibility,
  skipBrokenChain,
  linkTimeoutPlacement,
  linkTimeoutAgrees,
  firingTimeoutComesFirst,
  cancelAgrees,
  canceledBySomebody,
  drainWaits,
  drainHolds,
  failedPrepPassesDrain,
  drainAfterSkipFails,
  timeoutCounts,
  overflowKeepsOrder,
  msgRingPosts,
];

/** Claims about custom operations and loop hooks: of files without them they have nothing to say. */
export const PROGRAM_PROPERTIES: readonly Property[] = [
  callbackCounts,
  callbackOrder,
  prepsBeforeIssue,
  failConditions,
  callbackResults,
  operationsEnd,
  takenOnce,
  loopReturns,
  hookedRingCompletes,
  waitingHookIsWoken,
];

/** The property of that name; undefined: there is none. */
export function propertyOf(name: string): Property | undefined {
  return [...PROPERTIES, ...PROGRAM_PROPERTIES].find((property) => property.name === name);
}

export interface Judgement {
  /** In the order of PROPERTIES. */
  readonly violations: readonly Violation[];
  /** Names of the properties that the run cannot decide. */
  readonly undecided: readonly string[];
}

/** Holds a run against `properties`, less those that are not claimed of the profile. Total. */
export function checkAll(run: Run, profile: string, properties: readonly Property[] = PROPERTIES): Judgement {
  const violations: Violation[] = [];
  const undecided: string[] = [];
  for (const property of properties) {
    if (property.appliesTo?.(profile) === false) continue;
    const verdict = property.check(run, profile);
    if (verdict === "undecided") undecided.push(property.name);
    else if (verdict !== null) violations.push(verdict);
  }
  return { violations, undecided };
}
