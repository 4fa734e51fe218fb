/** What a run of a scenario with programs came to: the situations that drawn ones ought to reach, by name. */
import type { TestRun } from "../../src/cli/runTest.js";
import type { Event } from "../../src/model/event.js";
import type { Scenario } from "../../src/model/scenario.js";

/** Each is decided from the events of a run. Where a rule tells of it, the rule is the witness. */
export const SITUATIONS = {
  "an operation is submitted": (run) => run.scenario.sqes.some(({ operation }) => operation.opcode === "BPF"),
  "a callback runs": (run) => run.calls.length > 0,
  "issue runs": (run) => run.calls.some(({ callback }) => callback === "issue"),
  "three callbacks run": (run) => run.calls.length >= 3,
  "an operation's prep fails": (run) => run.rules.has("BOP-05") || run.rules.has("BOP-06"),
  "cleanup runs behind fail": (run) => hasCalls(run, "fail", "cleanup"),
  "issue runs again in io-wq": (run) => hasCalls(run, "issue", "issue"),
  "a waiting operation is canceled": (run) => run.rules.has("BOP-17"),
  "a link cancels an operation": (run) => run.rules.has("BOP-12"),
  "an operation is taken away": (run) => run.rules.has("BOP-21") || run.rules.has("BOP-22"),
  "an operation is taken away in flight": isTakenInFlight,
  "a CQE overflows": (run) => run.events.some((event) => event.kind === "cqe" && event.overflow),
  "a hook is attached": (run) =>
    run.scenario.hooks.some(({ attached }) => attached) || run.rules.has("LOOP-04"),
  "a step runs": (run) => run.steps > 0,
  "three steps run": (run) => run.steps >= 3,
  "a hook submits": (run) => run.hookSubmits,
  "a hook takes a CQE": (run) => run.rules.has("LOOP-20"),
  "a hook's loop sleeps": (run) => run.rules.has("LOOP-14"),
  "a CQE overflows under a hook": (run) => run.rules.has("LOOP-21"),
  "a hook is taken away from a sleeping loop": (run) => run.rules.has("LOOP-06"),
  "a hook comes back": (run) => comesBack(run.events),
  "a signal ends a loop": (run) => run.rules.has("LOOP-16"),
  "a thread drives a hook's program": (run) => run.drives,
  "a thread hangs": (run) => run.hangs,
} satisfies Readonly<Record<string, (run: ProgramRun) => boolean>>;
export type Situation = keyof typeof SITUATIONS;

/** A run, as the situations ask for it. */
export interface ProgramRun {
  readonly scenario: Scenario;
  readonly events: readonly Event[];
  readonly rules: ReadonlySet<string>;
  readonly calls: readonly (Event & { readonly kind: "call" })[];
  /** Runs of hooks' programs. */
  readonly steps: number;
  readonly hookSubmits: boolean;
  readonly drives: boolean;
  readonly hangs: boolean;
}

/** The situations of a run that came to its end; none of one that did not, or that met a bound of the model. */
export function situationsOf(
  scenario: Scenario,
  { events, outcome, steps }: TestRun,
): ReadonlySet<Situation> {
  if (outcome === null || events.some(({ kind }) => kind === "bound")) return new Set();
  const run: ProgramRun = {
    scenario,
    events,
    rules: new Set(events.flatMap((event) => (event.kind === "rule" ? [event.id] : []))),
    calls: events.filter((event) => event.kind === "call"),
    steps: events.filter(({ kind }) => kind === "step").length,
    hookSubmits: scenario.hooks.some(
      ({ memory }) => (outcome.programs?.variables[memory]?.["submitted"] ?? 0) > 0,
    ),
    drives: steps.some(
      ({ events: told }) =>
        told.some(({ kind }) => kind === "step") &&
        !told.some((event) => event.kind === "rule" && event.id === "LOOP-10"),
    ),
    hangs: outcome.hang,
  };
  const names = Object.keys(SITUATIONS) as Situation[];
  return new Set(names.filter((name) => SITUATIONS[name](run)));
}

/** A request has two calls, in that order. */
function hasCalls({ calls }: ProgramRun, first: string, second: string): boolean {
  return calls.some(
    ({ callback, req }, at) =>
      callback === first &&
      calls.slice(at + 1).some((later) => later.req === req && later.callback === second),
  );
}

/** Between its prep and its end a request's operation goes, or begins to. */
function isTakenInFlight({ scenario, events }: ProgramRun): boolean {
  const leaving = new Set(
    scenario.threads.flatMap(({ code }) =>
      code.flatMap((step) =>
        step.do === "detach" && step.what.kind === "operation" ? [step.what.operation] : [],
      ),
    ),
  );
  const live = new Set<number>();
  for (const event of events) {
    if (event.kind === "call" && leaving.has(event.operation)) live.add(event.req);
    if (event.kind === "freed") live.delete(event.req);
    const isLeave = event.kind === "rule" && (event.id === "BOP-21" || event.id === "BOP-22");
    if (isLeave && live.size > 0) return true;
  }
  return false;
}

function comesBack(events: readonly Event[]): boolean {
  const gone = events.findIndex((event) => event.kind === "rule" && event.id === "LOOP-05");
  return gone >= 0 && events.slice(gone).some((event) => event.kind === "rule" && event.id === "LOOP-04");
}
