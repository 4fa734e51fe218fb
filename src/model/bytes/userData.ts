/** Which user_data an SQE or a message bears. The high word is the run's salt, which the model has none of. */
import type { ReqId, Scenario } from "../scenario.js";

/** The low word of a user_data that no SQE of a file bears. */
export const NO_TARGET = 0xffff_ffff;
/** Where the user_data of CQEs that MSG_RING posts begin. */
export const MESSAGE_BASE = 0x10000;

/** The user_data of an SQE, its low word: never 0, so that an entry nobody wrote is noticed. */
export function userDataOf(req: ReqId): number {
  return req + 1;
}

/** The SQE whose user_data this is; null: it is a message's or nobody's. */
export function reqOfUserData(low: number, scenario: Scenario): ReqId | null {
  return low >= 1 && low <= scenario.sqes.length ? low - 1 : null;
}

/** Low word of the user_data that `target` means. */
export function targetLow(target: ReqId | "none", scenario: Scenario): number {
  if (target === "none") return NO_TARGET;
  return userDataOf(scenario.sqes[target]?.userData ?? target);
}
