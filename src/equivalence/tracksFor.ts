/** Which letters are ordered among each other, under an observation. */
import type { Scenario } from "../model/scenario.js";
import type { Letters } from "./letters.js";
import { type CqeOrder, chainsOf } from "./observation.js";
import type { Tracks } from "./tracks.js";

/** Tracks with what a person calls them. */
export interface NamedTracks extends Tracks {
  readonly name: (track: number) => string;
}

/**
 * The tracks of all letters that two scenarios have, the original first; how a run ends is the last track. One track
 * where everything is ordered: CQEs in total order, on one ring.
 */
export function tracksFor(
  order: CqeOrder,
  [original, replacement]: readonly [Scenario, Scenario],
  letters: Letters,
): NamedTracks {
  if (order === "total" && original.rings.length <= 1 && replacement.rings.length <= 1) {
    return { count: 1, of: () => 0, name: () => "" };
  }
  const chains = chainsOf(original);
  const nameOfTrack = (id: number): string | null => {
    const letter = letters.letter(id);
    if (letter.kind === "end") return null;
    if (order === "total") return letter.ring;
    if (order === "multiset") return letters.name(id);
    return chains.find((labels) => labels.includes(letter.label))?.join(" ") ?? letter.label;
  };
  const names: string[] = [];
  const trackOf = [0];
  const ends: number[] = [];
  for (let id = 1; id <= letters.size; id++) {
    const name = nameOfTrack(id);
    if (name === null) {
      ends.push(id);
      trackOf.push(-1);
      continue;
    }
    const known = names.indexOf(name);
    trackOf.push(known >= 0 ? known : names.push(name) - 1);
  }
  for (const id of ends) trackOf[id] = names.length;
  names.push("end");
  return {
    // One more than there need be where no CQE was seen: 1 would mean that everything is ordered.
    count: Math.max(2, names.length),
    of: (letter) => trackOf[letter]!,
    name: (track) => names[track] ?? "",
  };
}
