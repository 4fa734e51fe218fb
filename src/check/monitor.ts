/**
 * Claims compiled into the state: beside the system's state runs a monitor that remembers exactly what the conditions
 * ask about, so that a search over states decides them. Nothing looks at a history beside the state.
 */
import {
  CALLBACKS,
  type Callback,
  type Condition,
  type CostName,
  type Facts,
  holds,
} from "../model/condition.js";
import type { Event } from "../model/event.js";
import type { Action, RingModel } from "../model/model.js";
import { readVariable } from "../model/programMemory.js";
import type { Scenario } from "../model/scenario.js";
import { STAGE, type State, UNBOUND } from "../model/state.js";
import type { Layout, Model } from "../scheduler/model.js";

/** What the conditions need of the past; each list is indexed as `Questions` lists what is asked. */
export interface Memory {
  /** CQEs of a label, up to the most that a condition tells apart. */
  counts: number[];
  /** Last result and flags of a label. */
  results: number[];
  flags: number[];
  /** Of a pair: 0 neither has a CQE, 1 the first has, 2 the first came first, 3 it did not. */
  orders: number[];
  issued: boolean[];
  costs: number[];
  /** Steps of a hook, and calls of a callback. */
  steps: number[];
  calls: number[];
}

export interface Watched {
  system: State;
  memory: Memory;
}

/** What conditions ask about, each once. */
interface Questions {
  readonly counts: Map<number, number>;
  readonly results: number[];
  readonly flags: number[];
  readonly orders: (readonly [number, number])[];
  readonly issued: number[];
  readonly costs: Map<CostName, number>;
  readonly steps: Map<number, number>;
  /** By `callKey`. */
  readonly calls: Map<number, number>;
}

/** A callback of an operation as one number. */
function callKey(operation: number, callback: Callback): number {
  return operation * CALLBACKS.length + CALLBACKS.indexOf(callback);
}

/** A model whose states also decide conditions. */
export interface WatchedModel extends Model<Watched, Action, Event> {
  readonly layout: Layout;
  /** What is known in a state; valid while the state is not changed. */
  facts(state: Watched, quiescent: boolean): Facts;
  /** Whether a condition holds in a quiescent state. It must be one of those that the model was made with. */
  holds(condition: Condition, state: Watched): boolean;
}

function put<T>(list: T[], value: T, same: (a: T, b: T) => boolean): void {
  if (!list.some((other) => same(other, value))) list.push(value);
}

function atLeast<K>(map: Map<K, number>, key: K, cap: number): void {
  map.set(key, Math.max(map.get(key) ?? 0, cap));
}

function collect(condition: Condition, into: Questions): void {
  const same = (a: number, b: number): boolean => a === b;
  switch (condition.kind) {
    case "and":
    case "or":
    case "implies":
      collect(condition.left, into);
      collect(condition.right, into);
      break;
    case "not":
      collect(condition.of, into);
      break;
    case "res":
      atLeast(into.counts, condition.label, 1);
      put(into.results, condition.label, same);
      break;
    case "flags":
      atLeast(into.counts, condition.label, 1);
      put(into.flags, condition.label, same);
      break;
    case "posted":
    case "silent":
      atLeast(into.counts, condition.label, 1);
      break;
    case "count":
      atLeast(into.counts, condition.label, Math.max(0, condition.value) + 1);
      break;
    case "before":
      put(
        into.orders,
        [condition.first, condition.second] as const,
        (a, b) => a[0] === b[0] && a[1] === b[1],
      );
      break;
    case "issued":
      put(into.issued, condition.req, same);
      break;
    case "steps":
      atLeast(into.steps, condition.hook, Math.max(0, condition.value) + 1);
      break;
    case "calls":
      atLeast(into.calls, callKey(condition.operation, condition.callback), Math.max(0, condition.value) + 1);
      break;
    case "cost":
      atLeast(into.costs, condition.of, Math.max(0, condition.value) + 1);
      break;
    default:
      break;
  }
}

/** The ring on which a label's CQEs are posted. */
export function ringOfLabel(scenario: Scenario, label: number): number {
  const own = scenario.sqes[label];
  if (own !== undefined) return own.ring;
  for (const { operation } of scenario.sqes) {
    if (operation.opcode === "MSG_RING" && operation.label === label) return operation.target;
  }
  for (const hook of scenario.hooks) {
    if (hook.labels.some((own) => own.label === label)) return hook.ring;
  }
  return -1;
}

/** A model that remembers what `conditions` ask about. */
export function watch(model: RingModel, conditions: readonly Condition[]): WatchedModel {
  const questions: Questions = {
    counts: new Map(),
    results: [],
    flags: [],
    orders: [],
    issued: [],
    costs: new Map(),
    steps: new Map(),
    calls: new Map(),
  };
  for (const condition of conditions) collect(condition, questions);
  const counted = [...questions.counts];
  const costs = [...questions.costs];
  const steps = [...questions.steps];
  const calls = [...questions.calls];
  const { results, flags, orders, issued } = questions;
  const position = (list: readonly number[], labels: number): number[] =>
    Array.from({ length: labels }, (_, label) => list.indexOf(label));
  const labels = model.scenario.labels.length;
  const countAt = position(
    counted.map(([label]) => label),
    labels,
  );
  const resultAt = position(results, labels);
  const flagsAt = position(flags, labels);
  const issuedAt = position(issued, model.scenario.sqes.length);
  const sameRing = orders.map(([a, b]) => ringOfLabel(model.scenario, a) === ringOfLabel(model.scenario, b));

  const countUp = (
    counts: number[],
    asked: readonly (readonly [key: number, cap: number])[],
    key: number,
  ): void => {
    const at = asked.findIndex(([other]) => other === key);
    const cap = asked[at]?.[1];
    if (cap !== undefined) counts[at] = Math.min(cap, (counts[at] as number) + 1);
  };

  const remember = (memory: Memory, event: Event): void => {
    if (event.kind === "rule") return;
    for (let i = 0; i < costs.length; i++) {
      const [name, cap] = costs[i] as (typeof costs)[number];
      const counts =
        (name === "enters" && event.kind === "entered") ||
        (name === "crossings" && event.kind === "called") ||
        (name === "cqes" && event.kind === "cqe") ||
        (name === "steps" && event.kind === "step") ||
        (name === "calls" && event.kind === "call");
      if (counts) memory.costs[i] = Math.min(cap, (memory.costs[i] as number) + 1);
    }
    if (event.kind === "issued") {
      const at = issuedAt[event.req] as number;
      if (at >= 0) memory.issued[at] = true;
    }
    if (event.kind === "step") countUp(memory.steps, steps, event.hook);
    if (event.kind === "call") countUp(memory.calls, calls, callKey(event.operation, event.callback));
    if (event.kind !== "cqe") return;
    const { label } = event;
    const count = countAt[label] as number;
    if (count >= 0) {
      memory.counts[count] = Math.min(
        (counted[count] as [number, number])[1],
        (memory.counts[count] as number) + 1,
      );
    }
    const result = resultAt[label] as number;
    if (result >= 0) memory.results[result] = event.res;
    const flag = flagsAt[label] as number;
    if (flag >= 0) memory.flags[flag] = event.flags;
    for (let i = 0; i < orders.length; i++) {
      if (!sameRing[i] || (memory.orders[i] as number) > 1) continue;
      const [first, second] = orders[i] as readonly [number, number];
      if (label === first && memory.orders[i] === 0 && first !== second) memory.orders[i] = 1;
      else if (label === second) memory.orders[i] = memory.orders[i] === 1 ? 2 : 3;
    }
  };

  const zeros = (length: number): number[] => new Array<number>(length).fill(0);
  const array = (length: number, of: Layout): Layout => ({ kind: "array", length, of });
  const int = (min: number, max: number): Layout => ({ kind: "int", min, max });
  const countMax = Math.max(0, ...counted.map(([, cap]) => cap));
  const costMax = Math.max(0, ...costs.map(([, cap]) => cap));
  const capOf = (asked: readonly (readonly [number, number])[]): number =>
    Math.max(0, ...asked.map(([, cap]) => cap));

  let memory: Memory;
  let tell: (event: Event) => void;
  const both = (event: Event): void => {
    remember(memory, event);
    tell(event);
  };
  const silent =
    counted.length + orders.length + issued.length + costs.length + steps.length + calls.length === 0;

  const facts = (state: Watched, quiescent: boolean): Facts => ({
    count: (label) => state.memory.counts[countAt[label] as number] ?? 0,
    res: (label) => state.memory.results[resultAt[label] as number] ?? 0,
    flags: (label) => state.memory.flags[flagsAt[label] as number] ?? 0,
    before: (first, second) =>
      state.memory.orders[orders.findIndex(([a, b]) => a === first && b === second)] === 2,
    issued: (req) => state.memory.issued[issuedAt[req] as number] ?? false,
    value: (value) => boundValue(state.system, value),
    file: (file) => state.system.files[file] ?? "",
    pipe: (pipe) => state.system.pipes[pipe] ?? "",
    buffer: (buffer) => state.system.buffers[buffer] ?? "",
    hang: () => quiescent && hangs(state.system, model.scenario),
    steps: (hook) => state.memory.steps[steps.findIndex(([other]) => other === hook)] ?? 0,
    calls: (operation, callback) =>
      state.memory.calls[calls.findIndex(([other]) => other === callKey(operation, callback))] ?? 0,
    variable: (memory, variable) => readVariable(state.system.memories[memory] ?? "", variable),
    cost: (of) => state.memory.costs[costs.findIndex(([name]) => name === of)] ?? 0,
  });

  return {
    layout: {
      kind: "struct",
      fields: {
        system: model.layout,
        memory: {
          kind: "struct",
          fields: {
            counts: array(counted.length, int(0, countMax)),
            results: array(results.length, int(-2147483648, 2147483647)),
            flags: array(flags.length, int(0, 255)),
            orders: array(orders.length, int(0, 3)),
            issued: array(issued.length, { kind: "bool" }),
            costs: array(costs.length, int(0, costMax)),
            steps: array(steps.length, int(0, capOf(steps))),
            calls: array(calls.length, int(0, capOf(calls))),
          },
        },
      },
    },
    initial: () => ({
      system: model.initial(),
      memory: {
        counts: zeros(counted.length),
        results: zeros(results.length),
        flags: zeros(flags.length),
        orders: zeros(orders.length),
        issued: issued.map(() => false),
        costs: zeros(costs.length),
        steps: zeros(steps.length),
        calls: zeros(calls.length),
      },
    }),
    enabled: (state) => model.enabled(state.system),
    apply: (draft, action, emit) => {
      memory = draft.memory;
      tell = emit;
      model.apply(draft.system, action, silent ? emit : both);
    },
    describe: (action, state) => model.describe(action, state.system),
    facts,
    holds: (condition, state) => holds(condition, facts(state, true)),
  };
}

/** A bound value; null where it was not. */
export function boundValue(state: State, value: number): number | null {
  const bound = state.values[value];
  return bound === undefined || bound === UNBOUND ? null : bound;
}

/** Whether some thread is not done; of a quiescent state: it never will be. */
export function hangs(state: State, scenario: Scenario): boolean {
  return scenario.threads.some((_, thread) => state.contexts[thread]?.stage !== STAGE.done);
}
