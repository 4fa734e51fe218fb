// @ts-check
/** The toy as something that can be held against the specification. */
import { runProgram } from "./program.js";
import { Unsupported } from "./world.js";

/**
 * An emulation of a ring in plain JavaScript, with the rules of `bugs` broken. It makes no choices, so one run is all.
 * @param {...import("./bugs.js").Bug} bugs @returns {import("../../../src/index.js").Implementation}
 */
export function toyRing(...bugs) {
  const broken = new Set(bugs);
  return {
    name: "the toy ring",
    run: async ({ scenario }) => {
      try {
        return { kind: "ran", observed: [{ outcome: runProgram(scenario, broken), runs: 1 }] };
      } catch (error) {
        if (error instanceof Unsupported) return { kind: "unsupported", reason: error.message };
        throw error;
      }
    },
  };
}
