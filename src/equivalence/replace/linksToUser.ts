/** `linksToUser`: user space runs the chain: it reaps, looks, and submits the next, with a system call for each. */
import { type LitmusFile, named } from "../../litmus/index.js";
import { handOver, type Replacement } from "./handOver.js";

/** The same program as the hook's, driven by the thread itself, on the ring as it is. */
export function linksToUser(file: LitmusFile): Replacement {
  return handOver(file, {
    ring: () => null,
    // A thread has no lock to keep others away: a step ends with its submission, and looks again.
    turns: 1,
    call: (hook, { at }) => ({ kind: "drive", at, hook: named(hook) }),
  });
}
