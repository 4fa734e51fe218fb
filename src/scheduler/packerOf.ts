/** A codec that was written by hand, made one whose states say how long they are: always their full length. */
import type { Codec } from "./model.js";
import type { Packer } from "./packer.js";

/** `codec` itself if it packs already. */
export function packerOf<State>(codec: Codec<State> | Packer<State>): Packer<State> {
  if ("pack" in codec) return codec;
  const words = codec.words + 1;
  const pack = (state: State, into: Int32Array, at: number): number => {
    codec.encode(state, into, at + 1);
    into[at] = words;
    let hash = 0;
    for (let index = at + 1; index < at + words; index++) {
      hash = Math.imul(hash ^ into[index]!, 0x9e3779b1);
      hash = (hash << 15) | (hash >>> 17);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return hash ^ (hash >>> 13);
  };
  return {
    words,
    scratch: () => codec.scratch(),
    encode: (state, into, at) => void pack(state, into, at),
    decode: (from, at, state) => codec.decode(from, at + 1, state),
    restore: (from, at, _like, _likeAt, state) => codec.decode(from, at + 1, state),
    pack,
  };
}
