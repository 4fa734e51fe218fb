/** One step as a value: the executor that everything uses but the search. Immutable, frozen, with patches. */
import { enablePatches, freeze, type Patch, produceWithPatches } from "immer";
import type { Model } from "./model.js";

enablePatches();

export interface Step<State, Event> {
  /** Deeply frozen. Shares with the state before what the step did not change. */
  readonly state: State;
  readonly events: readonly Event[];
  /** What changed, as immer's patches: for viewers and traces. */
  readonly patches: readonly Patch[];
}

/** The frozen initial state of a model. */
export function begin<State>(model: Pick<Model<State, never, never>, "initial">): State {
  return freeze(model.initial(), true);
}

/**
 * What `action`, one of `model.enabled(state)`, makes of `state`. `state` itself is never changed.
 * An event must not hold on to a part of the state: that part is a draft, which immer revokes.
 */
export function step<State, Action, Event>(
  model: Pick<Model<State, Action, Event>, "apply">,
  state: State,
  action: Action,
): Step<State, Event> {
  const events: Event[] = [];
  const [next, patches] = produceWithPatches(state as object, (draft) => {
    model.apply(draft as State, action, (event) => events.push(event));
  });
  return { state: freeze(next as State, true), events, patches };
}
