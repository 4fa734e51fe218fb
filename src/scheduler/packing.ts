/**
 * A state as integer words: encode and decode derived from a layout that is declared once a field.
 * The code is generated, because it runs once or twice a transition and nothing else in a search is as frequent.
 */
import { faultOf } from "./fault.js";
import type { Codec, Layout } from "./model.js";
import { packingSource } from "./packingSource.js";
import { placementOf } from "./placement.js";

/** A codec whose packed states say themselves how long they are, so that a set of them need not keep what is unused. */
export interface Packer<State> extends Codec<State> {
  /**
   * Writes `state` as `encode` does, but nothing behind its last word that is in use. `into[at]` is then the number of words
   * written, this one included; at most `words`. Returns a hash of them: equal for equal states.
   */
  pack(state: State, into: Int32Array, at: number): number;
}

/** What the generated source returns. */
type Generated<State> = Pick<Packer<State>, "scratch" | "pack" | "decode">;

/**
 * The codec of a layout.
 *
 * Contract, within one codec: two states are equal exactly if their words are; `decode` after `encode` or `pack` gives an equal
 * state. Both throw a RangeError that names the field where a value is out of its bounds, is not an integer,
 * or a list or an array has a wrong length; what was written by then is undefined.
 *
 * Texts are numbered in the order in which this codec met them, so words mean nothing to another codec.
 *
 * `decode` writes into the objects and arrays that `state` has. So the rules may replace a list or a part by a new one, but never
 * by one that something else holds; the search's self-check finds those that do.
 *
 * Limits: integers of at most 32 bits of range; a field's name is an identifier; the root is a struct or an array.
 *
 * `new Function`: straight-line code over one object shape is what V8 compiles to loads, shifts and stores. A loop over a table
 * of fields is ten times slower, since every access in it is megamorphic. The source contains nothing but numbers and checked names.
 */
export function codecOf<State>(layout: Layout): Packer<State> {
  const placement = placementOf(layout);
  const { words } = placement;
  const strings: string[] = [""];
  const ids = new Map<string, number>([["", 0]]);
  const fault = (state: unknown): never => {
    throw new RangeError(faultOf(placement.slots, state) ?? "the state does not fit its layout");
  };
  const intern = (text: unknown, state: unknown): number => {
    if (typeof text !== "string") return fault(state);
    let id = ids.get(text);
    if (id === undefined) {
      id = strings.length;
      strings.push(text);
      ids.set(text, id);
    }
    return id;
  };
  const build = new Function("fault", "intern", "strings", packingSource(layout, placement)) as (
    fault: (state: unknown) => never,
    intern: (text: unknown, state: unknown) => number,
    strings: readonly string[],
  ) => Generated<State>;
  const { scratch, pack, decode } = build(fault, intern, strings);
  return {
    words,
    scratch,
    pack,
    decode,
    encode(state, into, at) {
      pack(state, into, at);
      into.fill(0, at + into[at]!, at + words);
    },
  };
}
