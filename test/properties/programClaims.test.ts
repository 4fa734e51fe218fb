/** Each claim about programs against hand-made runs: one that satisfies it, and wrong ones. */
import { describe, expect, it } from "vitest";
import { compileLitmus, formatDiagnostic } from "../../src/litmus/index.js";
import type { Callback } from "../../src/model/condition.js";
import type { Scenario } from "../../src/model/scenario.js";
import { type CallbackStep, encodeCallbackStep } from "../../src/programs/steps.js";
import { PROGRAM_PROPERTIES, propertyOf } from "../../src/properties/index.js";
import type { Observed, Run } from "../../src/properties/property.js";

function compiled(text: string): Scenario {
  const result = compileLitmus(`litmus hand\n${text}`, "hand");
  if (!result.ok) throw new Error(result.diagnostics.map(formatDiagnostic).join("\n"));
  return result.test.scenario;
}

const step = (kind: CallbackStep["kind"], slot = 0, value = 0): number =>
  encodeCallbackStep({ kind, slot, value });

/** `i: "set 5, map-put"` as arguments of straight-op. */
function operation(id: number, parts: Readonly<Record<string, readonly number[]>>): string {
  const args = Object.entries(parts).flatMap(([prefix, steps]) =>
    steps.map((word, at) => `${prefix}${at}=${word}`),
  );
  return `bpfop ${id} on r = straight-op(${[`id=${id}`, ...args].join(", ")})`;
}

/** A chain `a` to `b`: 0 puts 5 into the map and completes with 4, 1 gets it and completes with it. */
const CHAIN = compiled(`semantics bpf-op-v3
ring r { setup BPF_EXT }
${operation(0, { i: [step("set", 0, 5), step("map-put"), step("result", 0, 4)] })}
${operation(1, { i: [step("map-get"), step("result-number")] })}
thread T0 {
  submit r {
    a: BPF op=0 | LINK
    b: BPF op=1
  } as n
}
`);

/** Alone: what issue does is the test's. */
const alone = (...issue: number[]): Scenario =>
  compiled(`semantics bpf-op-v3
ring r { setup BPF_EXT }
${operation(0, { i: issue })}
thread T0 {
  submit r {
    a: BPF op=0
  } as n
}
`);

const HOOKED = compiled(`semantics linux-7.1
ring r { sq 4 cq 4 setup SINGLE_ISSUER DEFER_TASKRUN }
hook H on r = straight(runs=1)
thread T0 {
  submit r {
    a: NOP
    b: TIMEOUT ts=1ms
  } as n
}
`);

const HOOKED_READS = compiled(`semantics linux-7.1
ring r { sq 4 cq 4 setup SINGLE_ISSUER DEFER_TASKRUN }
file f = "0123"
hook H on r = straight(runs=1)
thread T0 {
  submit r {
    a: READ fd=f len=4 | LINK
    b: READ fd=f len=4
  } as n
}
`);

/** `prep a`, `issue a`, …: calls, of the operation that the SQE names; `cqe a -5`, `user a 0` and `hook a 0` (taken), `issued a`, `freed a`, `entered 0`, `step`. */
function runOf(scenario: Scenario, trace: string, hang = false): Run {
  const events = trace.split(",").map((text): Observed => {
    const [kind = "", label = "", res = "0"] = text.trim().split(" ");
    const req = scenario.labels.indexOf(label);
    const cqe = { ring: 0, label: req, res: Number(res), flags: 0 };
    switch (kind) {
      case "cqe":
        return { kind, ...cqe };
      case "user":
      case "hook":
        return { kind: "taken", ...cqe, hooked: kind === "hook" };
      case "issued":
      case "freed":
        return { kind, req };
      case "entered":
        return { kind, thread: 0, ring: 0, result: Number(label) };
      case "step":
        return { kind, hook: 0 };
      default: {
        const target = scenario.sqes[req]?.operation;
        const operation = target?.opcode === "BPF" ? target.op : 0;
        return { kind: "call", operation, callback: kind as Callback, req };
      }
    }
  });
  const isHooked = scenario.hooks.length > 0;
  const cq = events.flatMap((event) =>
    (isHooked ? event.kind === "taken" && !event.hooked : event.kind === "cqe") && "res" in event
      ? [[event.label, event.res, event.flags] as const]
      : [],
  );
  return {
    scenario,
    outcome: { cq: [cq], values: scenario.values.map(() => null), files: [], hang },
    trace: events,
  };
}

const PREPS = "prep a, prep b";
const ENDS_A = "issued a, issue a, cqe a 4, cleanup a, freed a";
const ENDS_B = "issued b, issue b, cqe b 5, cleanup b, freed b";
const SOUND = `${PREPS}, ${ENDS_A}, ${ENDS_B}`;
const FAILED_A = "issued a, issue a, cqe a -5, cleanup a, freed a";
const EAGAIN = step("again");

type Row = readonly [property: string, title: string, expected: "ok" | "violated" | "undecided", run: Run];

const ROWS: readonly Row[] = [
  ...[
    "callbackCounts",
    "callbackOrder",
    "prepsBeforeIssue",
    "failConditions",
    "callbackResults",
    "operationsEnd",
  ].map((property): Row => [property, "a chain of two", "ok", runOf(CHAIN, SOUND)]),
  ["callbackCounts", "no call is told", "undecided", runOf(CHAIN, "issued a, cqe a 4")],
  ["callbackCounts", "prep twice", "violated", runOf(CHAIN, `prep a, ${SOUND}`)],
  ["callbackCounts", "no prep", "violated", runOf(CHAIN, `prep b, ${ENDS_A}, ${ENDS_B}`)],
  ["callbackCounts", "issue again after success", "violated", runOf(CHAIN, `${PREPS}, issue a, ${ENDS_A}`)],
  [
    "callbackCounts",
    "issue again after -EAGAIN",
    "ok",
    runOf(alone(EAGAIN), "prep a, issued a, issue a, issue a, cqe a 0, cleanup a, freed a"),
  ],
  ["callbackCounts", "no cleanup", "violated", runOf(CHAIN, SOUND.replace(", cleanup b", ""))],
  ["callbackCounts", "cleanup twice", "violated", runOf(CHAIN, `${SOUND}, cleanup b`)],
  [
    "callbackCounts",
    "fail twice",
    "violated",
    runOf(alone(step("return", 0, -5)), "prep a, issue a, fail a, fail a, cqe a -5, cleanup a, freed a"),
  ],
  ["callbackOrder", "issue before prep", "violated", runOf(CHAIN, `prep b, issue a, prep a`)],
  [
    "callbackOrder",
    "cleanup before the CQE",
    "violated",
    runOf(alone(step("result", 0, 4)), "prep a, issued a, issue a, cleanup a, cqe a 4, freed a"),
  ],
  [
    "callbackOrder",
    "fail behind the CQE",
    "violated",
    runOf(alone(step("return", 0, -5)), "prep a, issue a, cqe a -5, fail a, cleanup a"),
  ],
  [
    "callbackOrder",
    "fail behind cleanup",
    "violated",
    runOf(alone(step("return", 0, -5)), "prep a, issue a, cleanup a, fail a"),
  ],
  [
    "prepsBeforeIssue",
    "the head is issued between",
    "violated",
    runOf(CHAIN, `prep a, issued a, issue a, prep b, cqe a 4`),
  ],
  ["prepsBeforeIssue", "out of order", "violated", runOf(CHAIN, "prep b, prep a, issued a, issue a")],
  [
    "failConditions",
    "issue returned 0",
    "violated",
    runOf(CHAIN, SOUND.replace("issue b", "issue b, fail b")),
  ],
  [
    "failConditions",
    "an error, and no fail",
    "violated",
    runOf(alone(step("return", 0, -5)), "prep a, issued a, issue a, cqe a -5, cleanup a, freed a"),
  ],
  [
    "failConditions",
    "an error, and fail",
    "ok",
    runOf(alone(step("return", 0, -5)), "prep a, issued a, issue a, fail a, cqe a -5, cleanup a, freed a"),
  ],
  [
    "failConditions",
    "what a link canceled has failed",
    "violated",
    runOf(
      compiled(`semantics bpf-op-v3
ring r { setup BPF_EXT }
${operation(0, { i: [step("result", 0, -5)] })}
thread T0 {
  submit r {
    a: BPF op=0 | LINK
    b: BPF op=0
  } as n
}
`),
      `${PREPS}, ${FAILED_A}, fail b, cqe b -125, cleanup b, freed b`,
    ),
  ],
  [
    "failConditions",
    "a later member fails prep, and its own fail runs",
    "violated",
    runOf(
      compiled(`semantics bpf-op-v3
ring r { setup BPF_EXT }
${operation(0, {})}
${operation(1, { p: [step("return", 0, -22)] })}
thread T0 {
  submit r {
    a: BPF op=0 | LINK
    b: BPF op=1
  } as n
}
`),
      `${PREPS}, fail a, cqe a -125, cleanup a, freed a, fail b, cqe b -22, freed b`,
    ),
  ],
  [
    "callbackResults",
    "what was written is not seen",
    "violated",
    runOf(CHAIN, SOUND.replace("cqe b 5", "cqe b 0")),
  ],
  [
    "callbackResults",
    "another result than was set",
    "violated",
    runOf(CHAIN, SOUND.replace("cqe a 4", "cqe a 0")),
  ],
  [
    "callbackResults",
    "bytes of nobody are read",
    "undecided",
    runOf(
      alone(step("pdu-get"), step("result-number")),
      "prep a, issued a, issue a, cqe a 0, cleanup a, freed a",
    ),
  ],
  ["operationsEnd", "one is over without a CQE", "violated", runOf(CHAIN, SOUND.replace("cqe b 5, ", ""))],
  ["operationsEnd", "one is never over", "violated", runOf(CHAIN, `${PREPS}, ${ENDS_A}, issued b, issue b`)],
  [
    "operationsEnd",
    "an error loses it",
    "violated",
    runOf(alone(step("return", 0, -5)), "prep a, issued a, issue a, fail a, cleanup a, freed a"),
  ],
  ["operationsEnd", "two CQEs", "violated", runOf(CHAIN, SOUND.replace("cqe b 5", "cqe b 5, cqe b 5"))],
  [
    "takenOnce",
    "one by the hook, one by user space",
    "ok",
    runOf(HOOKED, "cqe a 0, hook a 0, cqe b -62, user b -62"),
  ],
  ["takenOnce", "nobody takes one", "violated", runOf(HOOKED, "cqe a 0, cqe b -62, user b -62")],
  ["takenOnce", "both take one", "violated", runOf(HOOKED, "cqe a 0, hook a 0, user a 0")],
  ["takenOnce", "one that was never posted", "violated", runOf(HOOKED, "cqe a 0, hook a 0, user b -62")],
  ["overflowKeepsOrder", "under a hook", "ok", runOf(HOOKED, "cqe a 0, cqe b -62, hook a 0, user b -62")],
  [
    "overflowKeepsOrder",
    "under a hook, the younger one first",
    "violated",
    runOf(HOOKED, "cqe a 0, cqe b -62, hook b -62, user a 0"),
  ],
  ["loopReturns", "0", "ok", runOf(HOOKED, "step, entered 0")],
  ["loopReturns", "-EINTR", "ok", runOf(HOOKED, "step, entered -4")],
  ["loopReturns", "a count", "violated", runOf(HOOKED, "step, entered 2")],
  ["loopReturns", "no step runs", "violated", runOf(HOOKED, "step, entered 0, entered 0")],
  [
    "hookedRingCompletes",
    "both are over",
    "ok",
    runOf(HOOKED, "issued a, cqe a 0, user a 0, freed a, issued b, cqe b -62, user b -62, freed b"),
  ],
  [
    "hookedRingCompletes",
    "one is never over",
    "violated",
    runOf(HOOKED, "issued a, cqe a 0, user a 0, freed a, issued b"),
  ],
  ["hookedRingCompletes", "one is over without a CQE", "violated", runOf(HOOKED, "issued a, freed a")],
  ["hookedRingCompletes", "a thread hangs", "undecided", runOf(HOOKED, "issued a", true)],
  [
    "waitingHookIsWoken",
    "nothing is in flight",
    "ok",
    runOf(HOOKED, "issued a, cqe a 0, hook a 0, freed a", true),
  ],
  ["waitingHookIsWoken", "a timeout has expired", "violated", runOf(HOOKED, "issued b", true)],
  [
    "waitingHookIsWoken",
    "a linked READ is never woken lazily",
    "violated",
    runOf(HOOKED_READS, "issued a", true),
  ],
  [
    "waitingHookIsWoken",
    "the last READ of a chain may be",
    "ok",
    runOf(HOOKED_READS, "issued a, cqe a 4, hook a 4, freed a, issued b", true),
  ],
  ["waitingHookIsWoken", "no thread hangs", "ok", runOf(HOOKED, "issued b")],
];

describe("claims about programs", () => {
  it.each(ROWS)("%s: %s is %s", (property, _, expected, run) => {
    const profile = run.scenario.hooks.length > 0 ? "linux-7.1" : "bpf-op-v3";
    const verdict = propertyOf(property)?.check(run, profile);
    expect(verdict === null ? "ok" : verdict === "undecided" ? verdict : "violated").toBe(expected);
  });

  it("v1 never calls cleanup", () => {
    const v1 = compiled(`semantics bpf-op-v1
ring r { setup BPF }
${operation(0, {})}
thread T0 {
  submit r {
    a: BPF op=0
  } as n
}
`);
    const check = propertyOf("callbackCounts")!.check;
    expect(check(runOf(v1, "prep a, issued a, issue a, cqe a 0, freed a"), "bpf-op-v1")).toBeNull();
    expect(check(runOf(v1, "prep a, issue a, cqe a 0, cleanup a"), "bpf-op-v1")).toMatchObject({
      message: "a: cleanup ran, which v1 never calls",
    });
  });

  it.each(
    PROGRAM_PROPERTIES.map((property) => [property.name, property] as const),
  )("%s has a satisfied and a violated run here, a source and rules, and nothing to say without programs", (name, property) => {
    const expected = new Set(ROWS.filter(([of]) => of === name).map(([, , how]) => how));
    expect(expected).toContain("ok");
    expect(expected).toContain("violated");
    expect(property.source).toMatch(/./);
    for (const rule of property.rules) expect(rule).toMatch(/^[A-Z]+-\d\d$/);
    const plain = compiled("thread T0 {\n  submit r {\n    a: NOP\n  } as n\n}\n");
    expect(property.check(runOf(plain, "issued a, cqe a 0, freed a, entered 1"), "bpf-op-v3")).toBeNull();
  });
});
