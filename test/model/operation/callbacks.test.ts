/** What is true of the callbacks of any custom operation, whatever its program returns and however it is chained. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { watchClaims } from "../../../src/check/check.js";
import { compileLitmus } from "../../../src/litmus/index.js";
import type { Callback } from "../../../src/model/condition.js";
import type { Event } from "../../../src/model/event.js";
import type { ProfileName } from "../../../src/model/profile.js";
import { run } from "../../../src/scheduler/run.js";
import { seeded } from "../../../src/scheduler/seeded.js";

const EAGAIN = -11;
const EINVAL = -22;
const ECANCELED = -125;
const EIOCBQUEUED = -529;
const STEPS_MAX = 5000;

/** Arguments of the shelf's `script`; undefined: not named. */
interface Script {
  readonly prep: number;
  readonly issue: number;
  readonly "prep-sets": number | undefined;
  readonly sets: number;
  readonly "fail-sets": number | undefined;
}

interface Row {
  /** The operation's id; null: a NOP that fails or not. */
  readonly op: number | null;
  readonly fails: boolean;
  readonly flags: readonly string[];
}

interface Plan {
  readonly setup: string;
  readonly scripts: readonly Script[];
  readonly rows: readonly Row[];
  /** Which row's request is canceled by a second submission; null: none. */
  readonly canceled: number | null;
  readonly seed: number;
}

const optional = (...values: readonly number[]): fc.Arbitrary<number | undefined> =>
  fc.constantFrom(undefined, undefined, ...values);

const script: fc.Arbitrary<Script> = fc.record({
  prep: fc.constantFrom(0, 0, 0, 0, -1, 1),
  issue: fc.constantFrom(0, 0, 0, EAGAIN, EIOCBQUEUED, -5, 1),
  "prep-sets": optional(-7, 3),
  sets: fc.constantFrom(0, 9, -6),
  "fail-sets": optional(0, 8, -9),
});

const row: fc.Arbitrary<Row> = fc.record({
  op: fc.constantFrom(0, 1, 2, 0, 1, 2, null),
  fails: fc.boolean(),
  flags: fc.subarray(["LINK", "HARDLINK", "ASYNC", "SKIP", "DRAIN", "BUFFER_SELECT"], { maxLength: 2 }),
});

const plans: fc.Arbitrary<Plan> = fc.record({
  setup: fc.constantFrom("SUBMIT_ALL", "SUBMIT_ALL SINGLE_ISSUER DEFER_TASKRUN", "SUBMIT_ALL SQPOLL"),
  scripts: fc.tuple(script, script, script),
  rows: fc.array(row, { minLength: 1, maxLength: 5 }),
  canceled: fc.option(fc.nat({ max: 4 })),
  seed: fc.nat(),
});

function textOfBytes({ setup, scripts, rows, canceled }: Plan): string {
  const operations = scripts.map((script, id) => {
    const args = Object.entries(script).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${value}`],
    );
    return `bpfop ${id} on r = script(${args.join(", ")})`;
  });
  const sqes = rows.map(({ op, fails, flags }, at) => {
    const what = op !== null ? `BPF op=${op}` : fails ? "NOP res=-4" : "NOP";
    return `    q${at}: ${what}${flags.length > 0 ? ` | ${flags.join(" ")}` : ""}`;
  });
  const target = canceled === null ? -1 : canceled % rows.length;
  const cancel = target < 0 ? "" : `  submit r {\n    x: ASYNC_CANCEL target=q${target}\n  } wait 0\n`;
  return [
    "litmus generated",
    `ring r { sq 8 cq 16 setup BPF BPF_EXT ${setup} }`,
    ...operations,
    `thread T0 {\n  submit r {\n${sqes.join("\n")}\n  } wait 0\n${cancel}}`,
  ].join("\n");
}

interface Seen {
  readonly calls: readonly { readonly callback: Callback; readonly at: number }[];
  readonly cqe: { readonly res: number; readonly at: number } | null;
  readonly freedAt: number | null;
}

/** What one run shows of each row's request, by the number of the event. */
function observe(
  plan: Plan,
  profile: ProfileName,
): { readonly seen: readonly Seen[]; readonly refs: number[] } {
  const text = textOfBytes(plan);
  const compiled = compileLitmus(`${text}\n`, "generated.litmus");
  if (!compiled.ok) throw new Error(`${text}\n${JSON.stringify(compiled.diagnostics)}`);
  const model = watchClaims(compiled.test, profile);
  const events: Event[] = [];
  const { end, state } = run(model, seeded(`${plan.seed}`), {
    stepsMax: STEPS_MAX,
    onEvent: (event) => events.push(event),
  });
  expect(end).toBe("quiescent");
  expect(events.filter(({ kind }) => kind === "bound")).toEqual([]);
  const seen = plan.rows.map((_, req): Seen => {
    const of = (kind: Event["kind"]): number =>
      events.findIndex((event) => event.kind === kind && "req" in event && event.req === req);
    const cqeAt = events.findIndex((event) => event.kind === "cqe" && event.label === req);
    const cqe = events[cqeAt];
    const freedAt = of("freed");
    return {
      calls: events.flatMap((event, at) =>
        event.kind === "call" && event.req === req ? [{ callback: event.callback, at }] : [],
      ),
      cqe: cqe?.kind === "cqe" ? { res: cqe.res, at: cqeAt } : null,
      freedAt: freedAt < 0 ? null : freedAt,
    };
  });
  return { seen, refs: state.system.operations.map(({ refs }) => refs) };
}

/** The result of a request whose issue ran to its end; `result`: what was set last. */
function resultOf({ issue, sets, "fail-sets": failSets }: Script, version: "v1" | "v3"): number | null {
  if (issue === 0) return sets;
  if (issue === EIOCBQUEUED && version === "v1") return null;
  return failSets ?? (issue === EIOCBQUEUED ? EINVAL : issue);
}

/** v1 lets a request be lost, and with it what its chain or a drain holds back. */
function someAreLost({ scripts }: Plan, version: "v1" | "v3"): boolean {
  return version === "v1" && scripts.some(({ issue }) => issue === EIOCBQUEUED);
}

function checkRequest(plan: Plan, req: number, seen: Seen, version: "v1" | "v3"): void {
  const { op } = plan.rows[req] as Row;
  const script = op === null ? undefined : (plan.scripts[op] as Script);
  const word = seen.calls.map(({ callback }) => callback[0]).join("");
  if (script === undefined) {
    expect(word).toBe("");
    return;
  }
  const hasPrepared = word.startsWith("p") && script.prep === 0;
  expect(word).toMatch(version === "v1" ? /^(pi{0,2}f?)?$/ : /^(pi{0,2}f?c?)?$/);
  // Issued only where prep succeeded, and again only behind -EAGAIN.
  const issues = word.split("i").length - 1;
  if (!hasPrepared) expect(issues).toBe(0);
  if (script.issue !== EAGAIN) expect(issues).toBeLessThanOrEqual(1);
  // A request that was not refused is freed, and cleaned up once if its prep succeeded.
  if (!someAreLost(plan, version)) expect(seen.freedAt).not.toBeNull();
  if (version === "v3") expect(word.endsWith("c")).toBe(hasPrepared);
  // fail, CQE, cleanup, in that order.
  const cleanup = seen.calls.find(({ callback }) => callback === "cleanup");
  const fail = seen.calls.find(({ callback }) => callback === "fail");
  if (seen.cqe !== null && cleanup !== undefined) expect(seen.cqe.at).toBeLessThan(cleanup.at);
  if (seen.cqe !== null && fail !== undefined) expect(fail.at).toBeLessThan(seen.cqe.at);
  // Where issue set the result and returned 0, fail has nothing to run for.
  if (issues > 0 && script.issue === 0) expect(fail).toBeUndefined();
  if (seen.cqe === null) return;
  const { res } = seen.cqe;
  if (issues === 0 && hasPrepared) {
    // Canceled with its chain, or failed by itself: by what prep set, or in io-wq, where it was canceled.
    const failed = script["fail-sets"] ?? (script["prep-sets"] === -7 ? -7 : ECANCELED);
    if (fail === undefined) expect([ECANCELED, script["prep-sets"]]).toContain(res);
    else expect([failed, script["fail-sets"] ?? ECANCELED]).toContain(res);
  }
  if (issues > 0) {
    // One that asked for another attempt may be canceled before it.
    const expected = [resultOf(script, version)];
    if (script.issue === EAGAIN && issues === 1) expected.push(script["fail-sets"] ?? ECANCELED);
    expect(expected).toContain(res);
  }
}

describe("the callbacks of any request", () => {
  it.each([
    ["bpf-op-v1", "v1"],
    ["bpf-op-v3", "v3"],
  ] as const)("%s: run in order, as often as they may, and say what the CQE says", (profile, version) => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { seen, refs } = observe(plan, profile);
        for (const [req, of] of seen.entries()) checkRequest(plan, req, of, version);
        expect(refs).toEqual([1, 1, 1]);
      }),
      { seed: 4, numRuns: 800 },
    );
  });
});
