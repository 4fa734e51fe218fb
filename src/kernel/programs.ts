/** Scenarios with programs: they are for interfaces that no kernel has which can be asked here. */
import type { Scenario } from "../model/scenario.js";

export interface NoSuchInterface {
  readonly kind: "unsupported";
  readonly reason: string;
  readonly hint: string;
}

/** null: the scenario has nothing of the kind. */
export function whyNoKernel({ hooks, operations, sqes, rings }: Scenario): NoSuchInterface | null {
  const has =
    hooks.length > 0
      ? "loop hooks"
      : operations.length > 0 || sqes.some(({ operation }) => operation.opcode === "BPF")
        ? "custom operations"
        : rings.some(({ mem }) => mem !== undefined)
          ? "parameter regions of hooks"
          : null;
  if (has === null) return null;
  return {
    kind: "unsupported",
    reason: `this kernel has no such interface: ${has} are run in the model only`,
    hint: "ringspec check searches the model",
  };
}
