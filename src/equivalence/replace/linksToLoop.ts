/** `linksToLoop`: the loop hook that replaces a scenario's links, in the strongest form that the merged interface allows. */
import { type LitmusFile, named } from "../../litmus/index.js";
import { handOver, type Replacement } from "./handOver.js";

const NEEDED = ["SINGLE_ISSUER", "DEFER_TASKRUN"] as const;

/**
 * The thread enters where it submitted; the hook submits, waits, and does what the links asked for. A hook takes neither
 * an SQPOLL nor an IOPOLL ring, and its ring has DEFER_TASKRUN (LOOP-01): that ring is part of the replacement.
 */
export function linksToLoop(file: LitmusFile): Replacement {
  return handOver(file, {
    ring: (ring) => {
      const setup = ring?.setup ?? [];
      const refused = setup.find(({ text }) => text === "SQPOLL" || text === "IOPOLL");
      if (refused !== undefined)
        return `a loop hook cannot be attached to a ring with ${refused.text} (LOOP-01)`;
      const missing = NEEDED.filter((flag) => !setup.some(({ text }) => text === flag));
      const base = ring ?? {
        kind: "ring",
        at: file.name.at,
        name: named("r"),
        sq: null,
        cq: null,
        mem: null,
      };
      return { ...base, setup: [...setup, ...missing.map(named)] };
    },
    turns: null,
    call: (_hook, { at, ring, bind }) => ({
      kind: "enter",
      at,
      ring,
      submit: null,
      wait: null,
      timeout: null,
      bind,
    }),
  });
}
