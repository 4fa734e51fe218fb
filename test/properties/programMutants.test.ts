/** Each claim about programs against a model with one rule broken: drawn programs find it, and find nothing in the model as it is. */
import { resolve } from "node:path";
import { runInThisContext } from "node:vm";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import type { ProfileName } from "../../src/model/profile.js";
import { PROGRAM_PROPERTIES } from "../../src/properties/index.js";
import { patchOf } from "../mutants/build.js";
import { type Mutant, mutant } from "../mutants/mutant.js";
import type { violationsOf } from "./drawnPrograms.js";

interface Case {
  readonly property: string;
  readonly suite: string;
  readonly profile: ProfileName;
  readonly mutant: Mutant;
}

const REQUEST = "operation/request.ts";

const CASES: readonly Case[] = [
  {
    property: "callbackCounts",
    suite: "operations",
    profile: "bpf-op-v3",
    mutant: mutant(
      "cleanup never runs",
      "BOP-14",
      REQUEST,
      "r.marks |= MARK.needCleanup;\n    state.refs++;",
      "state.refs++;",
    ),
  },
  {
    property: "callbackOrder",
    suite: "operations",
    profile: "bpf-op-v3",
    mutant: mutant(
      "cleanup runs when issue has returned 0",
      "BOP-14",
      REQUEST,
      '  m.emit(R["BOP-07"]);\n',
      '  m.emit(R["BOP-07"]);\n  cleanupBpf(m, req);\n  requestOf(m, req).marks &= ~MARK.needCleanup;\n',
    ),
  },
  {
    property: "prepsBeforeIssue",
    suite: "operations",
    profile: "bpf-op-v3",
    mutant: mutant(
      "a head does not wait for its chain",
      "BOP-04 FORM-02",
      "submit.ts",
      "} else if (links) {",
      "} else if (links && false) {",
    ),
  },
  {
    property: "failConditions",
    suite: "operations",
    profile: "bpf-op-v3",
    mutant: mutant(
      "fail runs for a result below 0",
      "BOP-07",
      REQUEST,
      "  return ISSUED.complete;\n}",
      "  if (requestOf(m, req).res < 0) failBpf(m, req);\n  return ISSUED.complete;\n}",
    ),
  },
  {
    property: "failConditions",
    suite: "operations",
    profile: "bpf-op-v3",
    mutant: mutant(
      "fail runs for what a link canceled",
      "BOP-12",
      "complete.ts",
      "  r.phase = PHASE.batched;\n  ringOf(m, req).completionBatch.push(req);",
      "  if (r.res === -125 && !(r.marks & MARK.fail)) failBpf(m, req);\n  r.phase = PHASE.batched;\n  ringOf(m, req).completionBatch.push(req);",
    ),
  },
  {
    property: "callbackResults",
    suite: "operations",
    profile: "bpf-op-v3",
    mutant: mutant(
      "what issue writes to a map is its own",
      "BOP-19",
      "operation/data.ts",
      "m.s.memories[decl.memory] = textOfBytes(memory);",
      "if (requestOf(m, req).phase === PHASE.inSq) m.s.memories[decl.memory] = textOfBytes(memory);",
    ),
  },
  {
    property: "callbackResults",
    suite: "operations",
    profile: "bpf-op-v1",
    mutant: mutant(
      "an error of issue is -EINVAL",
      "BOP-11",
      REQUEST,
      "requestOf(m, req).res = code;",
      "requestOf(m, req).res = EINVAL;",
    ),
  },
  {
    property: "operationsEnd",
    suite: "operations",
    profile: "bpf-op-v3",
    mutant: mutant(
      "-EIOCBQUEUED leaves a request of v3 for ever",
      "BOP-10",
      REQUEST,
      'if (operations === "v1") {\n      requestOf(m, req).phase',
      'if (operations !== "none") {\n      requestOf(m, req).phase',
    ),
  },
  {
    property: "takenOnce",
    suite: "hooks",
    profile: "linux-7.1",
    mutant: mutant(
      "STOP drops what has overflowed",
      "LOOP-21",
      "hook/loop.ts",
      '  if (ringOfContext(m, context).overflow.length > 0) m.emit(R["LOOP-21"]);',
      '  ringOfContext(m, context).overflow = [];\n  (memoryOf(m, c.ring) as RingMemory).overflow = "";',
    ),
  },
  {
    property: "overflowKeepsOrder",
    suite: "hooks",
    profile: "linux-7.1",
    mutant: mutant(
      "the flush takes the youngest first",
      "LOOP-21 OVF-04",
      "complete.ts",
      '  const code = (m.s.rings[ring] as Ring).overflow.shift() as number;\n  const memory = memoryOf(m, ring);\n  if (memory === undefined) return { code, bytes: "" };\n  const bytes = memory.overflow.slice(0, CQE.bytes);\n  memory.overflow = memory.overflow.slice(CQE.bytes);',
      '  const code = (m.s.rings[ring] as Ring).overflow.pop() as number;\n  const memory = memoryOf(m, ring);\n  if (memory === undefined) return { code, bytes: "" };\n  const bytes = memory.overflow.slice(-CQE.bytes);\n  memory.overflow = memory.overflow.slice(0, -CQE.bytes);',
    ),
  },
  {
    property: "loopReturns",
    suite: "hooks",
    profile: "linux-7.1",
    mutant: mutant(
      "STOP returns a count",
      "LOOP-07 LOOP-11",
      "hook/loop.ts",
      "if (run.code === IOU_LOOP_STOP) leave(m, context, 0);",
      "if (run.code === IOU_LOOP_STOP) leave(m, context, 1);",
    ),
  },
  {
    property: "hookedRingCompletes",
    suite: "hooks",
    profile: "linux-7.1",
    mutant: mutant(
      "STOP forgets the local work",
      "LOOP-15",
      "hook/loop.ts",
      '  loop.log = "";\n  c.missing = 0;\n  c.stage = STAGE.exit;',
      '  loop.log = "";\n  c.missing = 0;\n  ringOfContext(m, context).taskWork = [];\n  c.stage = STAGE.exit;',
    ),
  },
  {
    property: "waitingHookIsWoken",
    suite: "hooks",
    profile: "linux-7.1",
    mutant: mutant(
      "all work is lazy",
      "LOOP-14",
      "taskWork.ts",
      "return !r.taskWork.every(isLazy) || !r.retry.every(isLazy);",
      "return r.taskWork.length < 0 && isLazy(0);",
    ),
  },
];

/** Properties that other suites have as well, and that a mutant of a program's rule breaks. */
const SHARED = ["overflowKeepsOrder"];
const SEED = 5;
const SCENARIOS_MAX = 600;
const RUNS = 3;

async function judgeWith(broken: Mutant | null): Promise<typeof violationsOf> {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, "drawnPrograms.ts")],
    bundle: true,
    platform: "node",
    format: "iife",
    globalName: "drawn",
    write: false,
    logLevel: "error",
    plugins: broken === null ? [] : [patchOf(broken)],
  });
  // What it bundles asks for modules of Node only where it cannot do without.
  const load = runInThisContext(`((require) => {${outputFiles[0]?.text ?? ""};return drawn})`) as (
    require: (name: string) => unknown,
  ) => { violationsOf: typeof violationsOf };
  return load((name) => process.getBuiltinModule(name)).violationsOf;
}

describe("a wrong model", () => {
  it.each(CASES)("$mutant.name: $property", { timeout: 120_000 }, async (wrong) => {
    const { property, suite, profile } = wrong;
    const violations = (await judgeWith(wrong.mutant))({
      suite,
      profile,
      properties: [property],
      seed: SEED,
      scenariosMax: SCENARIOS_MAX,
      runs: RUNS,
    });
    expect(violations.get(property)?.message).toMatch(/./);
  });

  it("is there for each claim about programs", () => {
    expect([...new Set(CASES.map(({ property }) => property))].sort()).toEqual(
      [...PROGRAM_PROPERTIES.map(({ name }) => name), ...SHARED].sort(),
    );
  });
});
