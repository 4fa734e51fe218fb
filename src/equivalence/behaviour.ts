/** Everything that one scenario can show: the graph of its search, with what is seen on the edges and the ends among it. */
import { boundValue, hangs } from "../check/monitor.js";
import { unreadCqes } from "../model/cqMemory.js";
import type { Event } from "../model/event.js";
import { type RingModel, ringModel } from "../model/model.js";
import type { ProfileName } from "../model/profile.js";
import type { Scenario } from "../model/scenario.js";
import { mappedRings, type State } from "../model/state.js";
import { forEachComponent } from "../scheduler/components.js";
import { type Graph, hasId } from "../scheduler/graph.js";
import { LetterLists } from "../scheduler/letterLists.js";
import { codecOf } from "../scheduler/packing.js";
import { type Progress, type SearchLimits, type SearchResult, search } from "../scheduler/search.js";
import type { EndKind, Letters } from "./letters.js";

/** What of its ends a comparison looks at: names of files and values, each null where they do not count. */
export interface EndView {
  readonly files: readonly string[] | null;
  readonly values: readonly string[] | null;
}

export interface Behaviour {
  readonly model: RingModel;
  readonly found: SearchResult<State>;
  /**
   * The graph that was found, and one state more: the last one, to which every run that ends goes with an end letter,
   * and from every state that goes on for ever in silence an `endless`. It is the only terminal.
   */
  readonly graph: Graph;
  /** A state on a cycle that shows something and leads to no end, or -1. */
  readonly showsForEver: number;
}

export interface BehaviourOptions {
  readonly limits?: SearchLimits & { readonly stop?: () => string | null };
  readonly onProgress?: (progress: Progress) => void;
  /** Forget CQEs and SQEs that no program looks at again (ModelOptions.settles): the same words of fewer states. Default: yes. */
  readonly settles?: boolean;
}

/**
 * Searches a scenario exhaustively. Whether it could, `found.complete` says: otherwise the graph has a part of the
 * runs, and states where something is missing are `graph.cut`.
 */
export function behaviourOf(
  scenario: Scenario,
  profile: ProfileName,
  letters: Letters,
  view: EndView,
  { limits = {}, onProgress, settles = true }: BehaviourOptions = {},
): Behaviour {
  const model = ringModel(scenario, profile, { settles });
  const reader = new Reader(scenario, letters, view);
  const endings = new Map<number, readonly number[]>();
  const found = search(
    {
      model,
      codec: codecOf<State>(model.layout),
      letter: (event) => reader.letter(event),
      bound: (event) => (event.kind === "bound" ? event.name : null),
    },
    limits,
    {
      edges: true,
      parents: false,
      onTerminal: (state, id) => {
        endings.set(id, reader.ending(state, hangs(state, scenario) ? "hang" : "done"));
        return false;
      },
      ...(onProgress && { onProgress }),
      ...(limits.stop && { stop: limits.stop }),
    },
  );
  const graph = found.graph as Graph;
  const { endless, showsForEver } = unending(graph);
  for (const id of endless) endings.set(id, reader.ending(found.stateOf(id), "endless"));
  return { model, found, graph: withEndings(graph, endings), showsForEver };
}

/** Turns events and last states into letters. */
export class Reader {
  private readonly mapped: readonly boolean[];
  private readonly known = new Map<number, number>();
  /** By label: the name of the label whose user_data its CQEs bear. */
  private readonly names: readonly string[];

  constructor(
    private readonly scenario: Scenario,
    private readonly letters: Letters,
    private readonly view: EndView,
  ) {
    this.mapped = mappedRings(scenario);
    const { labels, sqes } = scenario;
    this.names = labels.map((name, label) => labels[sqes[label]?.userData ?? label] ?? name);
  }

  letter(event: Event): number {
    if (event.kind === "cqe") return this.mapped[event.ring] === true ? 0 : this.cqe(event.ring, event);
    if (event.kind === "settled") return this.cqe(event.ring, event);
    // One that was settled bears no label.
    return event.kind === "taken" && !event.hooked && event.label >= 0 ? this.cqe(event.ring, event) : 0;
  }

  /** What is left unread in mapped rings, and the end. */
  ending(state: State, end: EndKind): readonly number[] {
    const { files, values } = this.scenario;
    const left = state.rings.flatMap((ring, id) =>
      this.mapped[id] === true ? unreadCqes(ring).map((cqe) => this.cqe(id, cqe)) : [],
    );
    // Where a run goes on, its data may still change.
    const looks = end !== "endless";
    const of = <T>(names: readonly string[] | null, at: (name: string) => T): Record<string, T> | null =>
      looks && names !== null ? Object.fromEntries(names.map((name) => [name, at(name)])) : null;
    const letter = this.letters.id({
      kind: "end",
      end,
      files: of(this.view.files, (name) => state.files[files.findIndex((file) => file.name === name)] ?? ""),
      values: of(this.view.values, (name) => boundValue(state, values.indexOf(name))),
    });
    return [...left, letter];
  }

  private cqe(
    ring: number,
    { label, res, flags }: { readonly label: number; readonly res: number; readonly flags: number },
  ): number {
    // Rings and labels are below 128, flags below 64.
    const key = ((res + 2147483648) * 64 + flags) * 16384 + ring * 128 + label;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const names = {
      ring: this.scenario.rings[ring]?.name ?? `${ring}`,
      label: this.names[label] ?? `${label}`,
    };
    const id = this.letters.id({ kind: "cqe", ...names, res, flags });
    this.known.set(key, id);
    return id;
  }
}

/**
 * Components that no edge leaves and no run ends in: those that are silent, by their states, and a state of one that
 * is not (-1: none). A cycle that can be left is not one of them: what can always end is taken to end.
 */
function unending(graph: Graph): { readonly endless: readonly number[]; readonly showsForEver: number } {
  const { edgeStart, edgeTarget, edgeLetters, cut } = graph;
  const endless: number[] = [];
  let showsForEver = -1;
  forEachComponent(graph, (members, componentOf) => {
    const own = componentOf[members[0]!]!;
    let edges = 0;
    let shows = false;
    for (const id of members) {
      if (hasId(cut, id)) return true;
      for (let edge = edgeStart[id]!; edge < edgeStart[id + 1]!; edge++) {
        if (componentOf[edgeTarget[edge]!] !== own) return true;
        edges++;
        shows ||= edgeLetters[edge] !== LetterLists.EMPTY;
      }
    }
    if (edges === 0) return true;
    if (shows) showsForEver = members[0]!;
    else endless.push(...members);
    return true;
  });
  return { endless, showsForEver };
}

/** The graph with an edge behind those of each state in `endings`, which spells them and leads to a new last state. */
function withEndings(graph: Graph, endings: ReadonlyMap<number, readonly number[]>): Graph {
  const { states, lists } = graph;
  const edgeStart = new Int32Array(states + 2);
  const edgeTarget = new Int32Array(graph.edgeTarget.length + endings.size);
  const edgeLetters = new Int32Array(edgeTarget.length);
  const ids = Int32Array.from(endings.keys()).sort();
  let from = 0;
  let to = 0;
  const copyUpTo = (id: number): void => {
    const end = graph.edgeStart[id]!;
    edgeTarget.set(graph.edgeTarget.subarray(from, end), to);
    edgeLetters.set(graph.edgeLetters.subarray(from, end), to);
    to += end - from;
    from = end;
  };
  let added = 0;
  for (let id = 0; id < states; id++) {
    edgeStart[id] = graph.edgeStart[id]! + added;
    if (ids[added] !== id) continue;
    copyUpTo(id + 1);
    edgeTarget[to] = states;
    edgeLetters[to] = endings
      .get(id)!
      .reduce((list, letter) => lists.append(list, letter), LetterLists.EMPTY);
    to++;
    added++;
  }
  copyUpTo(states);
  edgeStart[states] = to;
  edgeStart[states + 1] = to;
  return {
    states: states + 1,
    edgeStart,
    edgeTarget,
    edgeLetters,
    lists,
    terminals: Int32Array.of(states),
    cut: graph.cut,
  };
}
