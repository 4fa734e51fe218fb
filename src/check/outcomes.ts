/**
 * The whole outcome set of a search: a word a run, of the CQEs of each ring in the order in which they were posted,
 * and an end that holds the bound values and the files. Counted and listed exactly, with no history in the states.
 */
import type { Event } from "../model/event.js";
import type { CqeRecord, Outcome } from "../model/outcome.js";
import type { Scenario } from "../model/scenario.js";
import type { State } from "../model/state.js";
import type { Graph } from "../scheduler/graph.js";
import type { Word } from "../scheduler/wordSets.js";
import { type WordSet, words } from "../scheduler/words.js";
import { boundValue, hangs } from "./monitor.js";

/** One number for a CQE: rings and labels are below 128, flags below 64. */
function keyOf(ring: number, label: number, res: number, flags: number): number {
  return ((res + 2147483648) * 64 + flags) * 16384 + ring * 128 + label;
}

/** CQEs and final states, numbered as they are met. */
export class OutcomeAlphabet {
  private readonly letters = new Map<number, number>();
  private readonly cqes: { readonly ring: number; readonly record: CqeRecord }[] = [];
  private readonly ends = new Map<string, number>();
  private readonly endList: Omit<Outcome, "cq">[] = [];

  constructor(private readonly scenario: Scenario) {}

  /** The letter of a posted CQE, from 1; 0 for all other events. */
  letter(event: Event): number {
    if (event.kind !== "cqe") return 0;
    const key = keyOf(event.ring, event.label, event.res, event.flags);
    const known = this.letters.get(key);
    if (known !== undefined) return known;
    this.cqes.push({ ring: event.ring, record: [event.label, event.res, event.flags] });
    this.letters.set(key, this.cqes.length);
    return this.cqes.length;
  }

  /** The end of a quiescent state. */
  end(state: State): number {
    return this.endOf({
      values: this.scenario.values.map((_, value) => boundValue(state, value)),
      files: state.files.slice(),
      hang: hangs(state, this.scenario),
    });
  }

  private endOf(end: Omit<Outcome, "cq">): number {
    const key = JSON.stringify(end);
    const known = this.ends.get(key);
    if (known !== undefined) return known;
    this.endList.push(end);
    this.ends.set(key, this.endList.length - 1);
    return this.endList.length - 1;
  }

  trackOf(letter: number): number {
    return this.cqes[letter - 1]?.ring ?? 0;
  }

  outcomeOf(word: Word): Outcome {
    const end = this.endList[word.end];
    if (end === undefined) throw new Error(`no end is numbered ${word.end}`);
    const cq = word.tracks.map((letters) => letters.map((letter) => this.recordOf(letter)));
    return { cq, ...end };
  }

  private recordOf(letter: number): CqeRecord {
    const cqe = this.cqes[letter - 1];
    if (cqe === undefined) throw new Error(`no CQE is numbered ${letter}`);
    return cqe.record;
  }

  /** The word of an outcome that somebody saw; null where some part of it occurs in no run. */
  wordOf(outcome: Outcome): Word | null {
    const tracks: number[][] = [];
    for (const [ring, records] of outcome.cq.entries()) {
      const track: number[] = [];
      for (const record of records) {
        const letter = this.letters.get(keyOf(ring, ...record));
        if (letter === undefined) return null;
        track.push(letter);
      }
      tracks.push(track);
    }
    const { values, files, hang } = outcome;
    const end = this.ends.get(JSON.stringify({ values, files, hang }));
    return end === undefined ? null : { tracks, end };
  }
}

/** All outcomes of a finished search. */
export class OutcomeSet {
  constructor(
    private readonly alphabet: OutcomeAlphabet,
    private readonly set: WordSet,
  ) {}

  /** Exact. */
  get total(): number {
    return Number(this.set.count());
  }

  /** The first `max` outcomes, in an order that depends on the outcomes alone. */
  list(max: number): Outcome[] {
    const few = this.set.count() <= BigInt(LISTED_SORTED_MAX);
    const listed = this.set.list(few ? LISTED_SORTED_MAX : max).map((word) => this.alphabet.outcomeOf(word));
    return few ? listed.sort(compareOutcomes).slice(0, max) : listed;
  }

  has(outcome: Outcome): boolean {
    const word = this.alphabet.wordOf(outcome);
    return word !== null && this.set.has(word);
  }
}

/** Sets up to this size are sorted whole before they are cut. */
const LISTED_SORTED_MAX = 20_000;

function compareOutcomes(a: Outcome, b: Outcome): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The outcomes that `graph` spells; null where there are infinitely many, or too many to hold. */
export function outcomesOf(
  graph: Graph,
  alphabet: OutcomeAlphabet,
  ends: ReadonlyMap<number, number>,
  rings: number,
): OutcomeSet | null {
  const spelled = words(
    graph,
    { tracks: rings, trackOf: (letter) => alphabet.trackOf(letter) },
    (terminal) => ends.get(terminal) ?? 0,
  );
  return spelled.kind === "finite" ? new OutcomeSet(alphabet, spelled.set) : null;
}
