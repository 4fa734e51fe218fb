/** One run of a model, by a chooser: sampling, replay and enumeration are this function. */
import type { Chooser } from "./chooser.js";
import type { Model } from "./model.js";
import type { Choice, Schedule } from "./schedule.js";
import { begin, type Step, step } from "./step.js";

export interface RunOptions<State, Action, Event> {
  /** The run is cut off after so many steps: models need not end. */
  readonly stepsMax: number;
  /** Whose step an action is, for choosers that care. */
  readonly actorOf?: (action: Action) => number;
  readonly onEvent?: (event: Event) => void;
  /** After each step; `before` is the state that it started from. */
  readonly onStep?: (taken: Step<State, Event>, action: Action, before: State) => void;
}

export interface Run<State> {
  readonly schedule: Schedule;
  /** The last state; frozen. */
  readonly state: State;
  /** `steps`: `stepsMax` was reached and something is still enabled. `parted`: the chooser refused. */
  readonly end: "quiescent" | "steps" | "parted";
  /** The sentence of the chooser that refused, else null. */
  readonly why: string | null;
}

/**
 * Runs `model` from its initial state, each step by the immutable executor and each choice by `chooser`.
 * Throws what the model throws, and a RangeError if the chooser chooses what is not there.
 */
export function run<State, Action, Event>(
  model: Model<State, Action, Event>,
  chooser: Chooser,
  options: RunOptions<State, Action, Event>,
): Run<State> {
  const { stepsMax, actorOf, onEvent, onStep } = options;
  const schedule: Choice[] = [];
  let state = begin(model);
  for (;;) {
    const here = state;
    const actions = model.enabled(here);
    const count = actions.length;
    if (count === 0) return { schedule, state, end: "quiescent", why: null };
    if (schedule.length >= stepsMax) return { schedule, state, end: "steps", why: null };
    const chosen = chooser.choose({
      count,
      describe: (index) => model.describe(actions[index]!, here),
      actorOf: (index) => actorOf?.(actions[index]!) ?? 0,
    });
    if (typeof chosen !== "number") return { schedule, state, end: "parted", why: chosen.stop };
    const action = actions[chosen];
    if (action === undefined) throw new RangeError(`choice ${chosen} of ${count}`);
    schedule.push({ index: chosen, count, label: model.describe(action, here) });
    const taken = step(model, here, action);
    if (onEvent !== undefined) for (const event of taken.events) onEvent(event);
    onStep?.(taken, action, here);
    state = taken.state;
  }
}
