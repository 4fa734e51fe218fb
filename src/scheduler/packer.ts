/** What a search wants of a codec besides encode and decode, and what both ways of packing are made of. */
import type { Codec } from "./model.js";

/**
 * A codec whose packed states say themselves how long they are, so that a set of them need not keep what is
 * unused.
 */
export interface Packer<State> extends Codec<State> {
  /**
   * Writes `state` as `encode` does, but nothing behind its last word that is in use. `into[at]` is then the
   * number of words written, this one included; at most `words`. Returns a hash of them: equal for equal states.
   */
  pack(state: State, into: Int32Array, at: number): number;
  /**
   * Does what `decode` does to a `state` whose packed form is at `like[likeAt]`: two states that differ little are
   * quickly made one.
   */
  restore(from: Int32Array, at: number, like: Int32Array, likeAt: number, state: State): void;
}

export interface PackingContext {
  /** Throws what is wrong with a state that does not fit. */
  readonly fault: (state: unknown) => never;
  /** The number of a text of `state`, which is at fault if it is none. */
  readonly intern: (text: unknown, state: unknown) => number;
  /** Texts by number. */
  readonly strings: readonly string[];
}
