/** The scenarios of which the specification has exactly one outcome: nothing in them is left to chance or to others. */
import type { LitmusTest } from "../litmus/index.js";
import type { Rule } from "../model/event.js";

/** Rules that only io-wq, timers, several contexts or the environment bring into play. */
const BRANCHING: ReadonlySet<string> = new Set(["CORE-05", "ORD-07", "K-42", "K-43", "SQP-01"]);

/**
 * Whether a file is of the deterministic class: one thread, no timer, no answer for the environment to choose, and no
 * rule applied that brings io-wq, task work of another context or an SQ thread into play.
 * @param rules those that some transition of its search applied
 */
export function isDeterministicClass(test: LitmusTest, rules: readonly Rule[]): boolean {
  return mayBeDeterministic(test) && !rules.some(({ id }) => BRANCHING.has(id));
}

/** Whether nothing in the file's text rules it out: what can be said before a search. */
export function mayBeDeterministic({ scenario }: LitmusTest): boolean {
  return (
    scenario.threads.length === 1 &&
    scenario.sqes.every(
      ({ operation, may }) =>
        may === null &&
        operation.opcode !== "TIMEOUT" &&
        operation.opcode !== "LINK_TIMEOUT" &&
        operation.opcode !== "OP",
    )
  );
}
