/** Do the two executors agree? A search with the self-check runs both and throws at the first difference. */
import type { Model } from "./model.js";
import type { Packer } from "./packer.js";
import { step } from "./step.js";

export interface SelfCheck<Action, Event> {
  /** The search has packed the initial state at `words[at]`. */
  initial(words: Int32Array, at: number): void;
  /** The search is about to follow `actions`, which it found enabled in the state at `words[at]`. */
  state(words: Int32Array, at: number, actions: readonly Action[]): void;
  event(event: Event): void;
  /** The search has applied `action` and packed the result at `words[at]`. Compares, and forgets the events. */
  transition(action: Action, words: Int32Array, at: number): void;
}

/**
 * Compares, for each state and transition of a search: the enabled actions, the state after it and the events,
 * each with what the immutable executor says; decoding what was encoded with the state itself; and whether the
 * rules left one object in two places. Throws an Error that names the transition. A difference is a bug of the
 * rules or of the packing.
 */
export function selfCheckOf<State, Action, Event>(
  model: Model<State, Action, Event>,
  codec: Packer<State>,
): SelfCheck<Action, Event> {
  const expected = new Int32Array(codec.words);
  let state = codec.scratch();
  let events: Event[] = [];

  const complain = (action: Action, what: string): never => {
    throw new Error(`self-check: after "${model.describe(action, state)}": ${what}`);
  };

  return {
    initial(words, at) {
      codec.decode(words, at, state);
      const start = model.initial();
      if (!isSame(state, start)) {
        throw new Error(
          `self-check: the layout loses something of the initial state:\n${differing(state, start)}`,
        );
      }
    },
    state(words, at, actions) {
      state = codec.scratch();
      codec.decode(words, at, state);
      const here = model.enabled(state);
      const names = (list: readonly Action[]): string =>
        list.map((action) => model.describe(action, state)).join("; ");
      if (names(here) !== names(actions)) {
        throw new Error(
          `self-check: enabled in the search: ${names(actions)}; in the decoded state: ${names(here)}`,
        );
      }
    },
    event(event) {
      events.push(event);
    },
    transition(action, child, childAt) {
      const next = step(model, state, action);
      codec.pack(next.state, expected, 0);
      if (!expected.subarray(0, expected[0]).every((word, index) => word === child[childAt + index])) {
        const found = codec.scratch();
        codec.decode(child, childAt, found);
        complain(action, `the executors differ:\n${differing(found, next.state)}`);
      }
      const told = JSON.stringify(events);
      if (told !== JSON.stringify(next.events))
        complain(action, `the events differ:\n${told}\n${JSON.stringify(next.events)}`);
      events = [];

      const again = codec.scratch();
      codec.decode(child, childAt, again);
      if (!isSame(again, next.state))
        complain(action, `the layout loses something:\n${differing(again, next.state)}`);

      const one = applied(words(state), action);
      const two = applied(words(state), action);
      const shared = sharedPart(one, new Set(), "state") ?? sharedPart(two, partsOf(one), "state");
      if (shared !== null) complain(action, `${shared} is an object that something else holds`);
    },
  };

  function words(of: State): Int32Array {
    const packed = new Int32Array(codec.words);
    codec.pack(of, packed, 0);
    return packed;
  }

  function applied(from: Int32Array, action: Action): State {
    const fresh = codec.scratch();
    codec.decode(from, 0, fresh);
    model.apply(fresh, action, () => {});
    return fresh;
  }
}

function isSame(decoded: unknown, state: unknown): boolean {
  return JSON.stringify(decoded) === JSON.stringify(inOrderOf(decoded, state));
}

function differing(one: unknown, other: unknown): string {
  return `${JSON.stringify(one)}\n${JSON.stringify(inOrderOf(one, other))}`;
}

/** `value` with the fields that `like` has, in its order: what JSON prints depends on it. A field too many stays. */
function inOrderOf(like: unknown, value: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(like))
    return value.map((part, index) => inOrderOf(like[index], part));
  if (!isObject(value) || !isObject(like)) return value;
  const ordered: Record<string, unknown> = {};
  for (const name of [...Object.keys(like), ...Object.keys(value)]) {
    if (name in value) ordered[name] = inOrderOf(like[name], value[name]);
  }
  return ordered;
}

/** Where the first object or array stands that is already in `seen`, or null. Adds to `seen`. */
function sharedPart(value: unknown, seen: Set<object>, name: string): string | null {
  if (typeof value !== "object" || value === null) return null;
  if (seen.has(value)) return name;
  seen.add(value);
  for (const [key, part] of Object.entries(value)) {
    const shared = sharedPart(part, seen, `${name}.${key}`);
    if (shared !== null) return shared;
  }
  return null;
}

function partsOf(value: unknown): Set<object> {
  const parts = new Set<object>();
  sharedPart(value, parts, "");
  return parts;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
