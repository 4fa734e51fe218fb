import type { OperationData, OperationProgram } from "../../model/programs/index.js";
import { globals, intArgument } from "../globals.js";

const { at, memory } = globals({
  prep: "i32",
  issue: "i32",
  /** Bit n: the n-th of SETS was named. */
  named: "u32",
  "prep-sets": "i32",
  sets: "i32",
  "then-sets": "i32",
  "fail-sets": "i32",
  "cleanup-sets": "i32",
});

const SETS = ["prep-sets", "sets", "then-sets", "fail-sets", "cleanup-sets"] as const;

/** All four callbacks, so that each can be counted. A result that is not named is not set. */
export const script: OperationProgram = {
  kind: "operation",
  doc: "prep and issue return prep= and issue= (0), and each callback sets the results that are named for it",
  parameters: { optional: ["prep", "issue", ...SETS] },
  memoryBytes: memory.memoryBytes,
  init(memory, args) {
    memory.setI32(at.prep, intArgument(args, "prep", 0));
    memory.setI32(at.issue, intArgument(args, "issue", 0));
    for (const [bit, name] of SETS.entries()) {
      if (args[name] === undefined) continue;
      memory.setU32(at.named, memory.u32(at.named) | (1 << bit));
      memory.setI32(at[name], intArgument(args, name, 0));
    }
  },
  prep(data) {
    set(data, "prep-sets");
    return data.memory.i32(at.prep);
  },
  issue(data) {
    set(data, "sets");
    set(data, "then-sets");
    return data.memory.i32(at.issue);
  },
  fail: (data) => set(data, "fail-sets"),
  cleanup: (data) => set(data, "cleanup-sets"),
};

function set(data: OperationData, name: (typeof SETS)[number]): void {
  if ((data.memory.u32(at.named) >> SETS.indexOf(name)) & 1) data.setResult(data.memory.i32(at[name]));
}
