/**
 * What can happen, separated from how it is explored: the one interface between a specification and everything
 * that runs it.
 */

/**
 * A specification as a transition system.
 *
 * Contract: `initial`, `enabled` and `apply` are functions of their arguments alone; they read no clock and draw no
 * number. A state is plain data (no classes, Maps, Sets, functions or cycles). `apply` is total on the actions that
 * `enabled` returned for that state, and changes `draft` in place; it may be an immer draft or a scratch object.
 */
export interface Model<State, Action, Event> {
  initial(): State;
  /** What may happen next, in canonical order. Empty: quiescent. */
  enabled(state: State): readonly Action[];
  /** The rules. Events are told in the order in which they happen. */
  apply(draft: State, action: Action, emit: (event: Event) => void): void;
  /** One line for a person; equal for equal actions in equal states. */
  describe(action: Action, state: State): string;
}

/** A state as a fixed number of 32-bit words, for a search that keeps millions of them. */
export interface Codec<State> {
  /** Words a state takes; the same for every state of the scenario. */
  readonly words: number;
  /** A fresh state object to decode into, of the shape that `encode` reads. */
  scratch(): State;
  /** Writes `state` to `into[at .. at + words)`. Throws a RangeError where a field is past its stated maximum. */
  encode(state: State, into: Int32Array, at: number): void;
  /** Makes `state` the one that was encoded at `from[at]`. Overwrites all of it. */
  decode(from: Int32Array, at: number, state: State): void;
}

/**
 * The shape of a state, declared once a field: `codecOf` (packing.ts) derives encode and decode from it.
 * A field that holds more than its stated maximum is a bug of the model's, and encode says so.
 */
export type Layout =
  /** An integer `min..max`, both included. */
  | { readonly kind: "int"; readonly min: number; readonly max: number }
  | { readonly kind: "bool" }
  /** A string; interned, so that it takes one word whatever its length. */
  | { readonly kind: "text" }
  /** An ordered list of at most `lengthMax` integers `0..max`. */
  | { readonly kind: "list"; readonly lengthMax: number; readonly max: number }
  /** A fixed number of equal parts. */
  | { readonly kind: "array"; readonly length: number; readonly of: Layout }
  | { readonly kind: "struct"; readonly fields: Readonly<Record<string, Layout>> };
