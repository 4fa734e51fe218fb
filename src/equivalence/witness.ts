/** Runs that show a word: whole, or as much of it as a scenario can. */
import type { Event } from "../model/event.js";
import { IntVector } from "../scheduler/intVector.js";
import { LetterLists } from "../scheduler/letterLists.js";
import { PairTable } from "../scheduler/pairTable.js";
import type { Choice, Schedule } from "../scheduler/schedule.js";
import type { Behaviour } from "./behaviour.js";
import type { Tracks } from "./tracks.js";

/** A word as its letters by track. */
export type TrackedWord = readonly (readonly number[])[];

/** A run of one side, and what it shows of a word. */
export interface Spelling {
  /** Choices from the initial state to an end; a run that has none, or whose end is unknown, stops where it is. */
  readonly schedule: Schedule;
  /** What each choice shows. */
  readonly shown: readonly (readonly number[])[];
  /** What is left unread at the end, and the end. Empty: the run has none. */
  readonly ending: readonly number[];
  /** By track: how many letters of the word it agrees with. */
  readonly agrees: readonly number[];
}

/**
 * The shortest run that agrees with `word` as far as any does: of those with the most letters of it (a letter counts
 * where those before it in its track were shown, and nothing else was) the one with the fewest steps. From where it
 * agrees no more it takes the shortest way to an end.
 */
export function spell(behaviour: Behaviour, word: TrackedWord, tracks: Tracks): Spelling {
  return new Speller(behaviour, word, tracks).run();
}

/** What an edge does to a place in the word: where it leads, or -1, and how many letters it adds. */
interface Advance {
  readonly to: number;
  readonly letters: number;
}

class Speller {
  /** Places in the word: how many letters of each track. */
  private readonly places: (readonly number[])[] = [];
  private readonly placeIds = new Map<string, number>();
  private readonly advanced = new PairTable();
  private readonly advances: Advance[] = [];
  private readonly whole: number;

  private readonly seen = new PairTable();
  private readonly state = new IntVector();
  private readonly place = new IntVector();
  private readonly parent = new IntVector();
  private readonly edgeTo = new IntVector();

  constructor(
    private readonly behaviour: Behaviour,
    private readonly word: TrackedWord,
    private readonly tracks: Tracks,
  ) {
    this.whole = word.reduce((sum, letters) => sum + letters.length, 0);
  }

  run(): Spelling {
    const { edgeStart, edgeTarget, edgeLetters } = this.behaviour.graph;
    let bestNode = 0;
    let bestEdge = -1;
    let best = 0;
    this.reach(0, this.placeOf(this.word.map(() => 0)), -1, -1);
    for (let node = 0; node < this.state.length && best < this.whole; node++) {
      const id = this.state.get(node);
      const place = this.place.get(node);
      const before = this.lettersAt(place);
      for (let edge = edgeStart[id]!; edge < edgeStart[id + 1]!; edge++) {
        const { to, letters } = this.advance(place, edgeLetters[edge]!);
        if (before + letters > best) {
          best = before + letters;
          bestNode = node;
          bestEdge = edge;
        }
        if (to >= 0) this.reach(edgeTarget[edge]!, to, node, edge);
      }
    }
    return this.spelling(bestNode, bestEdge);
  }

  private reach(state: number, place: number, parent: number, edge: number): void {
    if (this.seen.get(state, place) >= 0) return;
    this.seen.set(state, place, this.state.length);
    this.state.push(state);
    this.place.push(place);
    this.parent.push(parent);
    this.edgeTo.push(edge);
  }

  private placeOf(counts: readonly number[]): number {
    const key = counts.join();
    const known = this.placeIds.get(key);
    if (known !== undefined) return known;
    this.placeIds.set(key, this.places.length);
    this.places.push(counts);
    return this.places.length - 1;
  }

  private lettersAt(place: number): number {
    return this.places[place]!.reduce((sum, count) => sum + count, 0);
  }

  private advance(place: number, list: number): Advance {
    if (list === LetterLists.EMPTY) return { to: place, letters: 0 };
    const known = this.advanced.get(place, list);
    if (known >= 0) return this.advances[known]!;
    const counts = [...this.places[place]!];
    let letters = 0;
    let agrees = true;
    for (const letter of this.behaviour.graph.lists.letters(list)) {
      const track = this.tracks.of(letter);
      agrees = this.word[track]?.[counts[track]!] === letter;
      if (!agrees) break;
      counts[track]!++;
      letters++;
    }
    const result = { to: agrees ? this.placeOf(counts) : -1, letters };
    this.advanced.set(place, list, this.advances.length);
    this.advances.push(result);
    return result;
  }

  private spelling(node: number, lastEdge: number): Spelling {
    const { graph } = this.behaviour;
    const path: { from: number; edge: number }[] = [];
    if (lastEdge >= 0) path.push({ from: this.state.get(node), edge: lastEdge });
    for (let at = node; at > 0; at = this.parent.get(at)) {
      path.push({ from: this.state.get(this.parent.get(at)), edge: this.edgeTo.get(at) });
    }
    path.reverse();
    const last = path.at(-1);
    path.push(...shortestToEnd(this.behaviour, last === undefined ? 0 : graph.edgeTarget[last.edge]!));

    const schedule: Choice[] = [];
    const shown: number[][] = [];
    let ending: number[] = [];
    for (const { from, edge } of path) {
      const letters = graph.lists.letters(graph.edgeLetters[edge]!);
      if (graph.edgeTarget[edge] === graph.states - 1) ending = letters;
      else {
        schedule.push(choiceOf(this.behaviour, from, edge));
        shown.push(letters);
      }
    }
    return { schedule, shown, ending, agrees: this.agreement([...shown.flat(), ...ending]) };
  }

  /** How far a run agrees: up to the first letter that the word has not at its place. */
  private agreement(letters: readonly number[]): number[] {
    const counts = this.word.map(() => 0);
    for (const letter of letters) {
      const track = this.tracks.of(letter);
      if (this.word[track]?.[counts[track]!] !== letter) break;
      counts[track]!++;
    }
    return counts;
  }
}

/** The fewest steps from a state to the last one; none where it cannot be reached. */
function shortestToEnd(
  { graph: { edgeStart, edgeTarget, states } }: Behaviour,
  from: number,
): { from: number; edge: number }[] {
  const via = new Map<number, { from: number; edge: number }>();
  const open = [from];
  for (const id of open) {
    if (id === states - 1) break;
    for (let edge = edgeStart[id]!; edge < edgeStart[id + 1]!; edge++) {
      const target = edgeTarget[edge]!;
      if (target === from || via.has(target)) continue;
      via.set(target, { from: id, edge });
      open.push(target);
    }
  }
  const path: { from: number; edge: number }[] = [];
  for (let step = via.get(states - 1); step !== undefined; step = via.get(step.from)) path.push(step);
  return path.reverse();
}

/** An edge as a choice. Where a bound of the model took edges out of a row, those that met it are counted again. */
function choiceOf({ model, found, graph }: Behaviour, from: number, edge: number): Choice {
  const state = found.stateOf(from);
  const actions = model.enabled(state);
  let index = edge - graph.edgeStart[from]!;
  if (graph.cut.includes(from)) {
    const kept = actions.flatMap((action, at) => {
      let isBound = false;
      const note = (event: Event): void => {
        isBound ||= event.kind === "bound";
      };
      model.apply(found.stateOf(from), action, note);
      return isBound ? [] : [at];
    });
    index = kept[index]!;
  }
  return { index, count: actions.length, label: model.describe(actions[index]!, found.stateOf(from)) };
}
