/**
 * The whole outcome set of a search: a word a run, of the CQEs of each ring in the order in which they were posted,
 * and an end that holds the bound values and the files. Counted and listed exactly, with no history in the states.
 */

import { unreadCqes } from "../model/cqMemory.js";
import type { Event } from "../model/event.js";
import type { CqeRecord, Outcome } from "../model/outcome.js";
import { readVariable } from "../model/programMemory.js";
import type { Scenario } from "../model/scenario.js";
import { mappedRings, type State } from "../model/state.js";
import type { Graph } from "../scheduler/graph.js";
import type { Word } from "../scheduler/wordSets.js";
import { type WordSet, words } from "../scheduler/words.js";
import { boundValue, hangs } from "./monitor.js";

function unreadOf(state: State, mapped: readonly boolean[]): CqeRecord[][] {
  return state.rings.map((ring, id) =>
    mapped[id] === true
      ? unreadCqes(ring).map(({ label, res, flags }): CqeRecord => [label, res, flags])
      : [],
  );
}

/** One number for a CQE: rings and labels are below 128, flags below 64. */
function keyOf(ring: number, label: number, res: number, flags: number): number {
  return ((res + 2147483648) * 64 + flags) * 16384 + ring * 128 + label;
}

/** What a run's last state shows. `left`: CQEs of mapped rings that nobody took, where a thread hangs. */
interface End extends Omit<Outcome, "cq" | "programs"> {
  readonly variables?: readonly Readonly<Record<string, number>>[];
  readonly left?: readonly (readonly CqeRecord[])[];
}

/** CQEs and final states, numbered as they are met. */
export class OutcomeAlphabet {
  private readonly letters = new Map<number, number>();
  /** `track`: the ring, or behind the rings one of those that a hook has taken CQEs from. */
  private readonly cqes: { readonly track: number; readonly record: CqeRecord }[] = [];
  private readonly ends = new Map<string, number>();
  private readonly endList: End[] = [];
  /** By what an outcome tells of its end: the ends that may be it. */
  private readonly endsBySight = new Map<string, number[]>();

  /** Rings whose CQEs are told apart by who takes them; of the others they are named when they are posted. */
  private readonly mapped: readonly boolean[];
  private readonly hasPrograms: boolean;

  constructor(private readonly scenario: Scenario) {
    this.mapped = mappedRings(scenario);
    this.hasPrograms = scenario.hooks.length + scenario.operations.length > 0;
  }

  /** Tracks of its letters: the rings, and as many for what hooks have taken. */
  get tracks(): number {
    return this.scenario.rings.length * (this.hasPrograms ? 2 : 1);
  }

  /** The letter of a CQE that was posted, or (of a mapped ring) taken, from 1; 0 for all other events. */
  letter(event: Event): number {
    if (event.kind === "cqe") {
      return this.mapped[event.ring] === true ? 0 : this.letterOf(event.ring, event);
    }
    if (event.kind !== "taken") return 0;
    return this.letterOf(event.ring + (event.hooked ? this.scenario.rings.length : 0), event);
  }

  private letterOf(
    track: number,
    cqe: { readonly label: number; readonly res: number; readonly flags: number },
  ): number {
    const key = keyOf(track, cqe.label, cqe.res, cqe.flags);
    const known = this.letters.get(key);
    if (known !== undefined) return known;
    this.cqes.push({ track, record: [cqe.label, cqe.res, cqe.flags] });
    this.letters.set(key, this.cqes.length);
    return this.cqes.length;
  }

  /** The end of a quiescent state. */
  end(state: State): number {
    const { memories, hooks, operations } = this.scenario;
    const variables = memories.map((decl, memory) =>
      Object.fromEntries(
        Object.entries(decl.variables).map(([name, variable]) => [
          name,
          readVariable(state.memories[memory] ?? "", variable),
        ]),
      ),
    );
    return this.endOf({
      ...(hooks.length + operations.length > 0 && { variables, left: unreadOf(state, this.mapped) }),
      values: this.scenario.values.map((_, value) => boundValue(state, value)),
      files: state.files.slice(),
      hang: hangs(state, this.scenario),
    });
  }

  private endOf(end: End): number {
    const key = JSON.stringify(end);
    const known = this.ends.get(key);
    if (known !== undefined) return known;
    const id = this.endList.length;
    this.endList.push(end);
    this.ends.set(key, id);
    const sight = sightOf(end, end.variables);
    this.endsBySight.set(sight, [...(this.endsBySight.get(sight) ?? []), id]);
    return id;
  }

  trackOf(letter: number): number {
    return this.cqes[letter - 1]?.track ?? 0;
  }

  outcomeOf(word: Word): Outcome {
    const end = this.endList[word.end];
    if (end === undefined) throw new Error(`no end is numbered ${word.end}`);
    const records = word.tracks.map((letters) => letters.map((letter) => this.recordOf(letter)));
    const { variables, left, ...rest } = end;
    const rings = this.scenario.rings.length;
    const cq = records.slice(0, rings).map((taken, ring) => [...taken, ...(left?.[ring] ?? [])]);
    if (variables === undefined) return { cq, ...rest };
    return { cq, programs: { hooked: records.slice(rings), variables }, ...rest };
  }

  private recordOf(letter: number): CqeRecord {
    const cqe = this.cqes[letter - 1];
    if (cqe === undefined) throw new Error(`no CQE is numbered ${letter}`);
    return cqe.record;
  }

  /** The words of an outcome that somebody saw: one an end that fits; none where some part of it occurs in no run. */
  wordsOf({ cq, programs, ...seen }: Outcome): Word[] {
    return (this.endsBySight.get(sightOf(seen, programs?.variables)) ?? []).flatMap((end) => {
      const { left } = this.endList[end] as End;
      const taken = cq.map((records, ring) => withoutEnd(records, left?.[ring] ?? []));
      const tracks = [...taken, ...(programs?.hooked ?? [])].map((records, track) =>
        records === null ? null : this.trackOfRecords(track, records),
      );
      return tracks.every((track): track is number[] => track !== null) ? [{ tracks, end }] : [];
    });
  }

  private trackOfRecords(track: number, records: readonly CqeRecord[]): number[] | null {
    const letters = records.map((record) => this.letters.get(keyOf(track, ...record)));
    return letters.every((letter): letter is number => letter !== undefined) ? letters : null;
  }
}

function sightOf({ values, files, hang }: Omit<End, "left">, variables: End["variables"]): string {
  return JSON.stringify({ variables, values, files, hang });
}

/** `records` without `end`, in which they must end; null: they do not. */
function withoutEnd(records: readonly CqeRecord[], end: readonly CqeRecord[]): readonly CqeRecord[] | null {
  const from = records.length - end.length;
  return from >= 0 && JSON.stringify(records.slice(from)) === JSON.stringify(end)
    ? records.slice(0, from)
    : null;
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
    return this.alphabet.wordsOf(outcome).some((word) => this.set.has(word));
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
