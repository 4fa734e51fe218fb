/** Rules that no mutant is named for, each with the reason: nothing that the language can see depends on them. */
import type { RuleId } from "../../src/model/rules.js";

export const EXEMPT: Readonly<Partial<Record<RuleId, string>>> = {
  "ENT-05":
    "no statement of the language reads the SQ head, and an SQE is submitted once: when its entry is free again shows nowhere",
};
