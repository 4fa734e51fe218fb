/**
 * A state as integer words: encode and decode derived from a layout that is declared once a field.
 * Nothing else in a search is as frequent, so a layout that is used much gets code of its own.
 */

import { compiledPacker } from "./compiledPacking.js";
import { faultOf } from "./fault.js";
import type { Layout } from "./model.js";
import type { Packer, PackingContext } from "./packer.js";
import { placementOf } from "./placement.js";
import { scratchOf } from "./scratch.js";
import { tablePacker } from "./tablePacking.js";

/**
 * Above this many states packed, code made for the layout is worth its compilation, which takes as long as a
 * thousand states do by the table.
 */
const COMPILE_AFTER_PACKS = 1000;

/**
 * The codec of a layout.
 *
 * Contract, within one codec: two states are equal exactly if their words are; `decode` after `encode` or `pack`
 * gives an equal state. Both throw a RangeError that names the field where a value is out of its bounds, is not an
 * integer, or a list or an array has a wrong length; what was written by then is undefined.
 *
 * Texts are numbered in the order in which this codec met them, so words mean nothing to another codec.
 *
 * `decode` writes into the objects and arrays that `state` has. So the rules may replace a list or a part by a new
 * one, but never by one that something else holds; the search's self-check finds those that do.
 *
 * `compileAfterPacks` changes nothing but the speed.
 *
 * Limits: integers of at most 32 bits of range; a field's name is an identifier; the root is a struct or an array.
 */
export function codecOf<State>(layout: Layout, compileAfterPacks = COMPILE_AFTER_PACKS): Packer<State> {
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
  const context: PackingContext = { fault, intern, strings };
  let current = tablePacker<State>(placement, context);
  let packs = 0;
  const pack = (state: State, into: Int32Array, at: number): number => {
    if (++packs === compileAfterPacks) current = compiledPacker(placement, context);
    return current.pack(state, into, at);
  };
  return {
    words,
    scratch: () => scratchOf(layout) as State,
    pack,
    decode: (from, at, state) => current.decode(from, at, state),
    restore: (from, at, like, likeAt, state) => current.restore(from, at, like, likeAt, state),
    encode(state, into, at) {
      pack(state, into, at);
      into.fill(0, at + into[at]!, at + words);
    },
  };
}
