/** Programs for the language's tests: what they do is of no matter, what can be said of them is. */
import type { HookProgram, OperationProgram, ProgramLibrary } from "../../src/model/programs/index.js";

const count: HookProgram = {
  kind: "hook",
  doc: "A hook of the merged form, with everything that can be declared.",
  memoryBytes: 16,
  variables: { total: { offset: 0, type: "u32" }, res: { offset: 4, type: "i32" } },
  parameters: { required: ["total"], optional: ["target", "data", "ts"] },
  userData: { nop: 1n, write: 2n },
  loopStep: () => 1,
};

const bare: HookProgram = { kind: "hook", doc: "Nothing but its step.", memoryBytes: 0, loopStep: () => 1 };

const first: HookProgram = { kind: "hook", doc: "A hook of the first form.", memoryBytes: 0, loop: () => 1 };

const sum: OperationProgram = {
  kind: "operation",
  doc: "An operation with a memory of its own.",
  memoryBytes: 8,
  variables: { total: { offset: 0, type: "u32" } },
  prep: () => 0,
};

const give: OperationProgram = {
  kind: "operation",
  doc: "Writes the map that `take` reads.",
  memoryBytes: 8,
  map: "value",
  variables: { given: { offset: 0, type: "u32" } },
  prep: () => 0,
};

const take: OperationProgram = { ...give, variables: { taken: { offset: 4, type: "u32" } } };

const larger: OperationProgram = { ...give, memoryBytes: 16 };

export const LIBRARY: ProgramLibrary = { count, bare, first, sum, give, take, larger };
