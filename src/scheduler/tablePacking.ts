/**
 * Packing by a table of slots: the same words and hashes as the generated code, several times slower a state, but
 * with nothing to compile. Most searches are over before compiling would have paid.
 */
import { chunkStep, finish, LANES, laneStep } from "./laneHash.js";
import type { Packer, PackingContext } from "./packer.js";
import type { PathStep, Placement } from "./placement.js";

type Part = Record<PathStep, unknown>;

export function tablePacker<State>(
  { fixedWords, chunks, holders }: Placement,
  { fault, intern, strings }: PackingContext,
): Pick<Packer<State>, "pack" | "decode" | "restore"> {
  const parts: Part[] = [];

  /** Finds every object and array of the state. */
  const open = (state: State): void => {
    for (let index = 0; index < holders.length; index++) {
      const { within, key } = holders[index]!;
      const part: unknown = within < 0 ? state : parts[within]![key];
      if (typeof part !== "object" || part === null) fault(state);
      parts[index] = part as Part;
    }
  };

  const packer: Pick<Packer<State>, "pack" | "decode" | "restore"> = {
    restore: (from, at, _like, _likeAt, state) => packer.decode(from, at, state),
    pack(state, into, at) {
      open(state);
      into.fill(0, at, at + fixedWords);
      const lanes = [0, 0, 0, 0];
      let tail = at + fixedWords;
      let hash = 0;
      for (const slots of chunks) {
        for (let lane = 0; lane < LANES.length; lane++) lanes[lane] = LANES[lane]!.start;
        for (const { leaf, holder, key, word, shift, completes, lane: entryLane } of slots) {
          const value = parts[holder]![key];
          let bits = 0;
          switch (leaf.kind) {
            case "length":
              if (value !== leaf.length) fault(state);
              break;
            case "bool":
              if (typeof value !== "boolean") fault(state);
              bits = value ? 1 : 0;
              break;
            case "text":
              bits = intern(value, state);
              break;
            case "int":
              if (!isInteger(value, leaf.min, leaf.max)) return fault(state);
              bits = value - leaf.base;
              break;
            default: {
              if (!Array.isArray(value) || value.length > leaf.lengthMax) return fault(state);
              const list: readonly unknown[] = value;
              bits = list.length;
              // A short list's entries are behind its length in the same word, a long one's in words of their own.
              let place = leaf.kind === "shortList" ? leaf.lengthWidth : 0;
              let entries = 0;
              for (let entry = 0; entry < list.length; entry++) {
                const number = list[entry];
                if (!isInteger(number, 0, leaf.max)) return fault(state);
                if (leaf.kind === "shortList") bits |= number << place;
                else entries |= number << place;
                place += leaf.entryWidth;
                if (leaf.kind === "longList" && (place > 32 - leaf.entryWidth || entry === list.length - 1)) {
                  into[tail++] = entries;
                  lanes[entryLane] = laneStep(lanes[entryLane]!, entries, LANES[entryLane]!.prime);
                  entries = 0;
                  place = 0;
                }
              }
            }
          }
          if (word < 0) continue;
          into[at + word]! |= bits << shift;
          if (!completes) continue;
          const lane = word % LANES.length;
          lanes[lane] = laneStep(lanes[lane]!, into[at + word]!, LANES[lane]!.prime);
        }
        hash = chunkStep(hash, lanes[0]!, lanes[1]!, lanes[2]!, lanes[3]!);
      }
      into[at] = tail - at;
      return finish(hash);
    },

    decode(from, at, state) {
      open(state);
      let tail = at + fixedWords;
      for (const slots of chunks) {
        for (const { leaf, holder, key, word, shift } of slots) {
          const part = parts[holder]!;
          const bits = word < 0 ? 0 : (from[at + word]! >>> shift) & mask(leaf.width);
          switch (leaf.kind) {
            case "length":
              break;
            case "bool":
              part[key] = bits === 1;
              break;
            case "text":
              part[key] = strings[bits];
              break;
            case "int":
              part[key] = (leaf.isSigned ? bits : bits >>> 0) + leaf.base;
              break;
            default: {
              const list = part[key] as number[];
              const count = bits & mask(leaf.lengthWidth);
              while (list.length > count) list.pop();
              let place = leaf.kind === "shortList" ? leaf.lengthWidth : 32;
              let entries = bits;
              for (let entry = 0; entry < count; entry++) {
                if (leaf.kind === "longList" && place > 32 - leaf.entryWidth) {
                  entries = from[tail++]!;
                  place = 0;
                }
                const number = ((entries >>> place) & mask(leaf.entryWidth)) >>> 0;
                if (entry < list.length) list[entry] = number;
                else list.push(number);
                place += leaf.entryWidth;
              }
            }
          }
        }
      }
    },
  };
  return packer;
}

function isInteger(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && value >= min && value <= max && Number.isInteger(value);
}

/** The low `width` bits; 0..32. */
function mask(width: number): number {
  return width === 32 ? -1 : (1 << width) - 1;
}
