/** What a run of a scenario with programs came to: the situations that drawn ones ought to reach, by name. */
import type { TestRun } from "../../src/cli/runTest.js";
import type { Event } from "../../src/model/event.js";
import type { Outcome } from "../../src/model/outcome.js";
import { IOSQE, type Scenario } from "../../src/model/scenario.js";
import { decodeCallbackStep } from "../../src/programs/steps.js";

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
  "two operations of a chain are prepared": arePreparedTogether,
  "an issue fails": (run) => run.rules.has("BOP-11"),
  "an issue without an error has a result below 0": hasNegativeResult,
  "an operation reads what another has written": readsOfAnother,
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
  "a hook is taken away": (run) => run.rules.has("LOOP-05"),
  "user space takes a CQE of a hooked ring": (run) =>
    run.events.some((event) => event.kind === "taken" && !event.hooked),
  "a call returns from a loop": returnsFromLoop,
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

/** The situations of a run that came to its end. */
export function situationsOf(
  scenario: Scenario,
  outcome: Outcome,
  { events, steps }: TestRun,
): ReadonlySet<Situation> {
  const run: ProgramRun = {
    scenario,
    events,
    rules: new Set(events.flatMap((event) => (event.kind === "rule" ? [event.id] : []))),
    calls: events.filter((event) => event.kind === "call"),
    steps: events.filter(({ kind }) => kind === "step").length,
    hookSubmits: scenario.hooks.some(
      ({ memory }) => (outcome.programs?.variables[memory]?.["submitted"] ?? 0) > 0,
    ),
    // A loop tells of LOOP-10 before each step.
    drives: steps.some(
      ({ events: told }) =>
        told.some(({ kind }) => kind === "step") && !told.some((event) => isRule(event, "LOOP-10")),
    ),
    hangs: outcome.hang,
  };
  const names = Object.keys(SITUATIONS) as Situation[];
  return new Set(names.filter((name) => SITUATIONS[name](run)));
}

function isRule(event: Event, ...ids: readonly string[]): boolean {
  return event.kind === "rule" && ids.includes(event.id);
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
    if (isRule(event, "BOP-21", "BOP-22") && live.size > 0) return true;
  }
  return false;
}

function comesBack(events: readonly Event[]): boolean {
  const gone = events.findIndex((event) => isRule(event, "LOOP-05"));
  return gone >= 0 && events.slice(gone).some((event) => isRule(event, "LOOP-04"));
}

const IO_LINK = IOSQE.LINK | IOSQE.HARDLINK;

/** Neighbours in the scenario, linked, and both their preps run before an issue of the first. */
function arePreparedTogether({ scenario, calls }: ProgramRun): boolean {
  return scenario.sqes.some(({ id, flags }) => {
    const of = (req: number, callback: string): number =>
      calls.findIndex((call) => call.req === req && call.callback === callback);
    const [first, second, issue] = [of(id, "prep"), of(id + 1, "prep"), of(id, "issue")];
    return (flags & IO_LINK) !== 0 && first >= 0 && second > first && issue > second;
  });
}

/** BOP-07: a request whose issue ran and whose fail did not has a CQE with an error. */
function hasNegativeResult({ events, calls, scenario }: ProgramRun): boolean {
  const having = (callback: string): ReadonlySet<number> =>
    new Set(calls.filter((call) => call.callback === callback).map(({ req }) => req));
  const issued = having("issue");
  const failed = having("fail");
  return events.some(
    (event) =>
      event.kind === "cqe" &&
      event.res < 0 &&
      issued.has(event.label) &&
      !failed.has(event.label) &&
      scenario.sqes[event.label]?.userData === event.label,
  );
}

/** A callback of one request runs behind that of another, where their programs put to and get from their map. */
function readsOfAnother({ scenario, calls }: ProgramRun): boolean {
  const uses = (operation: number, ...kinds: readonly string[]): boolean =>
    Object.values(scenario.operations[operation]?.args ?? {}).some((ref) => {
      const word = ref.kind === "integer" ? Number(ref.value) : 0;
      return kinds.includes(decodeCallbackStep(word).kind);
    });
  return calls.some(
    (call, at) =>
      uses(call.operation, "map-get") &&
      calls
        .slice(0, at)
        .some(({ req, operation }) => req !== call.req && uses(operation, "map-put", "map-add")),
  );
}

/** A step, and then a call that ends. */
function returnsFromLoop({ events }: ProgramRun): boolean {
  const step = events.findIndex((event) => isRule(event, "LOOP-10"));
  return step >= 0 && events.slice(step).some(({ kind }) => kind === "entered");
}
