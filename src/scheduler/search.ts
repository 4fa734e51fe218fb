/**
 * Every reachable state of a model, breadth first and exactly: what can happen, how a run ends, and the shortest
 * way there.
 */
import type { Graph } from "./graph.js";
import { IntVector } from "./intVector.js";
import { LetterLists } from "./letterLists.js";
import type { Codec, Model } from "./model.js";
import type { Packer } from "./packer.js";
import { packerOf } from "./packerOf.js";
import { reshape } from "./reshape.js";
import type { Choice, Schedule } from "./schedule.js";
import { type SelfCheck, selfCheckOf } from "./selfCheck.js";
import { StateSet } from "./stateSet.js";

/** A model as the search sees it. */
export interface Problem<State, Action, Event> {
  readonly model: Model<State, Action, Event>;
  /** Best the one of `codecOf`, which also packs states as short as they are. */
  readonly codec: Codec<State> | Packer<State>;
  /** What an event is called on the edges: an integer from 1, or 0 for nothing. Without it every edge is silent. */
  readonly letter?: (event: Event) => number;
  /** The name of the bound of the model that this event says was met, or null. What follows is then not explored. */
  readonly bound?: (event: Event) => string | null;
  /**
   * The seam for partial-order reduction: indices, ascending, of the enabled actions that suffice here; null: all.
   * They must be an ample set (Peled 1993: C0 to C2; Clarke, Grumberg, Peled 1999, ch. 10). The search adds the
   * cycle proviso for breadth-first order: if no ample successor is still to be expanded, all actions are
   * (Bosnacki, Holzmann 2005).
   */
  readonly ample?: (state: State, actions: readonly Action[]) => readonly number[] | null;
}

/** Bounds of the search. Absent: none. */
export interface SearchLimits {
  /** States kept. */
  readonly statesMax?: number;
  /** Steps of a run: states at this depth are looked at, but not expanded. */
  readonly depthMax?: number;
  /** Bytes of the state set, the predecessors and the edges; checked before they grow. */
  readonly bytesMax?: number;
}

/** What the caller wants to be told and to keep. */
export interface SearchOptions<State, Event> {
  /** Keep the edges, for `graph`. Default: no. */
  readonly edges?: boolean;
  /** Keep a predecessor a state, for `pathTo`. Default: yes; 8 bytes a state. */
  readonly parents?: boolean;
  /** Run the immutable executor beside the fast one and throw where they differ. Slow. Default: no. */
  readonly selfCheck?: boolean;
  /** A state that enables nothing, in breadth-first order. `state` is valid during the call only. True: stop. */
  readonly onTerminal?: (state: State, id: number) => boolean | undefined;
  /** Every event of every transition, once each, with the state and the action that it is a transition of. */
  readonly onEvent?: (event: Event, from: number, action: number) => void;
  /** Told every `progressEvery` states expanded (default 65536). */
  readonly onProgress?: (progress: Progress) => void;
  readonly progressEvery?: number;
  /** Polled every 256 states expanded: a sentence why to stop (the time is up, the user interrupts), or null. */
  readonly stop?: () => string | null;
}

export interface Progress {
  readonly states: number;
  readonly transitions: number;
  /** Steps from the initial state to those that are being expanded. */
  readonly depth: number;
  /** States found and not yet expanded. */
  readonly frontier: number;
}

/** Why a search is not complete. */
export type SearchLimit =
  | { readonly name: "statesMax" | "depthMax" | "bytesMax"; readonly value: number }
  /** `value`: what `stop` said. */
  | { readonly name: "stop"; readonly value: string }
  /** `value`: the terminal at which `onTerminal` asked to stop. */
  | { readonly name: "terminal"; readonly value: number }
  /** `value`: the name of the bound of the model that was met first. */
  | { readonly name: "bound"; readonly value: string };

/** The first transition, in breadth-first order, that met a bound of the model. */
export interface BoundMet {
  readonly name: string;
  readonly from: number;
  readonly action: number;
  /** Transitions that met it. */
  times: number;
}

export interface SearchResult<State> {
  /** Whether every reachable state was expanded and no bound was met: only then are absences proven. */
  readonly complete: boolean;
  /** Null exactly if complete. A bound of the model is named only where no limit of the search was hit. */
  readonly limit: SearchLimit | null;
  readonly states: number;
  readonly transitions: number;
  /** Steps to the deepest state found. */
  readonly depth: number;
  /** States whose enabled actions were all looked at. */
  readonly expanded: number;
  /** Ids of states that enable nothing, ascending, which is breadth-first order. */
  readonly terminals: Int32Array;
  readonly bounds: readonly BoundMet[];
  /** Bytes held by states, predecessors and edges. */
  readonly bytes: number;
  /** Null unless `edges` was asked for. */
  readonly graph: Graph | null;
  /** The state of an id, in an object of its own. */
  stateOf(id: number): State;
  /** The states of a shortest run from 0 to `id`, both included. Throws without `parents`. */
  idsTo(id: number): number[];
  /** A shortest run to `id`, as choices. Throws without `parents`. */
  pathTo(id: number): Schedule;
  /** The same, and one action more. */
  pathThrough(id: number, action: number): Schedule;
}

const POLL_EVERY = 256;
const PROGRESS_EVERY = 65_536;

/**
 * Explores `problem` from its initial state.
 *
 * Contract: exact (states are compared whole), deterministic (the same problem and limits give the same ids, edges
 * and order on every machine; `stop` aside), shortest runs by number of steps. Level by level: all states of depth
 * n have smaller ids than those of depth n + 1.
 *
 * The seam for workers is that order: the states of a level can be expanded anywhere, as long as their successors
 * are added in the order of (predecessor, action); ownership of a state by hash of its words would then partition
 * the set. Codecs number texts in the order in which they met them, so words may travel only between workers that
 * share those numbers.
 *
 * Throws what the model and the codec throw; a RangeError of the codec means that the state outgrew its layout.
 */
export function search<State, Action, Event>(
  problem: Problem<State, Action, Event>,
  limits: SearchLimits = {},
  options: SearchOptions<State, Event> = {},
): SearchResult<State> {
  return new Search(problem, limits, options).run();
}

class Search<State, Action, Event> {
  private readonly set: StateSet;
  private readonly parent = new IntVector();
  private readonly parentAction = new IntVector();
  private readonly edgeStart = new IntVector();
  private readonly edgeTarget = new IntVector();
  private readonly edgeLetters = new IntVector();
  private readonly lists = new LetterLists();
  private readonly terminals = new IntVector();
  private readonly cut = new IntVector();
  private readonly bounds = new Map<string, BoundMet>();

  private readonly scratch: State;
  /** Whether `scratch` is the state that is being expanded, and no rule has changed it yet. */
  private fresh = false;
  /** Where `scratch` is packed: the words stay there, even if what follows is written elsewhere. */
  private packed: Int32Array;
  private packedAt: number;
  private readonly packer: Packer<State>;

  private readonly statesMax: number;
  private readonly bytesMax: number;
  private readonly keepsEdges: boolean;
  private readonly keepsParents: boolean;
  private readonly check: SelfCheck<Action, Event> | null;

  private transitions = 0;
  private expanded = 0;
  private limit: SearchLimit | null = null;
  /** Of the transition that is being applied. */
  private letters: number = LetterLists.EMPTY;
  private boundMet: string | null = null;
  private from = 0;
  private action = 0;

  constructor(
    private readonly problem: Problem<State, Action, Event>,
    private readonly limits: SearchLimits,
    private readonly options: SearchOptions<State, Event>,
  ) {
    const { model, codec } = problem;
    this.packer = packerOf(codec);
    this.set = new StateSet(this.packer.words);
    this.scratch = this.packer.scratch();
    this.statesMax = limits.statesMax ?? Number.POSITIVE_INFINITY;
    this.bytesMax = limits.bytesMax ?? Number.POSITIVE_INFINITY;
    this.keepsEdges = options.edges ?? false;
    this.keepsParents = options.parents ?? true;
    this.check = options.selfCheck ? selfCheckOf(model, this.packer) : null;

    const start = reshape(model.initial(), this.packer.scratch());
    this.set.reserve();
    this.set.add(this.packer.pack(start, this.set.arena, this.set.at));
    this.packed = this.set.segmentOf(0);
    this.packedAt = this.set.offsetOf(0);
    this.packer.decode(this.packed, this.packedAt, this.scratch);
    this.check?.initial(this.set.segmentOf(0), this.set.offsetOf(0));
    this.keepParent(-1, -1);
    this.edgeStart.push(0);
  }

  run(): SearchResult<State> {
    const { set, options } = this;
    const depthMax = this.limits.depthMax ?? Number.POSITIVE_INFINITY;
    const progressEvery = options.progressEvery ?? PROGRESS_EVERY;
    let depth = 0;
    let levelEnd = 1;
    let deep = false;
    while (this.expanded < set.size) {
      if (this.expanded === levelEnd) {
        depth++;
        levelEnd = set.size;
      }
      const id = this.expanded;
      if (options.stop !== undefined && id % POLL_EVERY === 0) {
        const why = options.stop();
        if (why !== null) this.limit = { name: "stop", value: why };
      }
      if (options.onProgress !== undefined && id > 0 && id % progressEvery === 0) {
        options.onProgress({
          states: set.size,
          transitions: this.transitions,
          depth,
          frontier: set.size - id,
        });
      }
      if (this.hit() !== null) break;
      if (!this.expand(id, depth < depthMax)) {
        // At the last level the search goes on, so that all runs that end there are found.
        deep ||= depth >= depthMax;
        this.cut.push(id);
      }
      const hit = this.hit();
      if (hit !== null && hit.name !== "terminal") break;
      if (this.keepsEdges) this.edgeStart.push(this.edgeTarget.length);
      this.expanded++;
    }
    if (this.limit === null && deep) this.limit = { name: "depthMax", value: depthMax };
    const [bound] = this.bounds.values();
    if (this.limit === null && bound !== undefined) this.limit = { name: "bound", value: bound.name };
    return this.result(levelEnd < set.size ? depth + 1 : depth);
  }

  private hit(): SearchLimit | null {
    return this.limit;
  }

  /**
   * The one place where a state is expanded. False if some of its transitions are missing: a limit was hit, a
   * bound was met, or `mayGoOn` is false and there are any.
   */
  private expand(id: number, mayGoOn: boolean): boolean {
    const { set, scratch, options } = this;
    const { model, ample } = this.problem;
    const segment = set.segmentOf(id);
    const offset = set.offsetOf(id);
    this.load(segment, offset);
    this.fresh = true;
    const actions = model.enabled(scratch);
    if (actions.length === 0) {
      this.terminals.push(id);
      if (options.onTerminal?.(scratch, id) === true) this.limit = { name: "terminal", value: id };
      return true;
    }
    if (!mayGoOn) return false;
    this.check?.state(segment, offset, actions);

    const some = ample === undefined ? null : ample(scratch, actions);
    let whole = true;
    let hasLater = false;
    if (some !== null) {
      for (const index of some) {
        const target = this.follow(id, segment, offset, actions, index);
        if (target === STOPPED) return false;
        if (target === BOUND) whole = false;
        else if (target > id) hasLater = true;
      }
      if (hasLater || some.length === actions.length) return whole;
    }
    let next = 0;
    for (let index = 0; index < actions.length; index++) {
      if (some !== null && some[next] === index) {
        next++;
        continue;
      }
      const target = this.follow(id, segment, offset, actions, index);
      if (target === STOPPED) return false;
      if (target === BOUND) whole = false;
    }
    return whole;
  }

  /** Makes `scratch` the state at `segment[offset]`. The two differ in little: a step of the model, or two. */
  private load(segment: Int32Array, offset: number): void {
    this.packer.restore(segment, offset, this.packed, this.packedAt, this.scratch);
    this.packed = segment;
    this.packedAt = offset;
  }

  /** One transition: applies, encodes, adds, keeps the edge. Returns the target, BOUND or STOPPED. */
  private follow(
    id: number,
    segment: Int32Array,
    offset: number,
    actions: readonly Action[],
    index: number,
  ): number {
    const { set, scratch, packer } = this;
    if (!this.fresh) this.load(segment, offset);
    this.fresh = false;
    this.letters = LetterLists.EMPTY;
    this.boundMet = null;
    this.from = id;
    this.action = index;
    const action = actions[index]!;
    this.problem.model.apply(scratch, action, this.emit);
    if (this.bytesMax < Number.POSITIVE_INFINITY && this.bytes() + set.bytesToReserve > this.bytesMax) {
      this.limit = { name: "bytesMax", value: this.bytesMax };
      return STOPPED;
    }
    set.reserve();
    const hash = packer.pack(scratch, set.arena, set.at);
    this.packed = set.arena;
    this.packedAt = set.at;
    this.check?.transition(action, set.arena, set.at);
    this.transitions++;
    if (this.boundMet !== null) {
      this.meetBound(this.boundMet, id, index);
      return BOUND;
    }
    const size = set.size;
    if (size >= this.statesMax && set.find(hash) < 0) {
      this.limit = { name: "statesMax", value: this.statesMax };
      return STOPPED;
    }
    const target = set.add(hash);
    if (target === size) this.keepParent(id, index);
    if (this.keepsEdges) {
      this.edgeTarget.push(target);
      this.edgeLetters.push(this.letters);
    }
    return target;
  }

  private readonly emit = (event: Event): void => {
    const { letter, bound } = this.problem;
    if (letter !== undefined) {
      const name = letter(event);
      if (name !== 0) this.letters = this.lists.append(this.letters, name);
    }
    if (bound !== undefined) this.boundMet ??= bound(event);
    if (this.options.onEvent !== undefined) this.options.onEvent(event, this.from, this.action);
    if (this.check !== null) this.check.event(event);
  };

  private meetBound(name: string, from: number, action: number): void {
    const met = this.bounds.get(name);
    if (met === undefined) this.bounds.set(name, { name, from, action, times: 1 });
    else met.times++;
  }

  private keepParent(id: number, action: number): void {
    if (!this.keepsParents) return;
    this.parent.push(id);
    this.parentAction.push(action);
  }

  private bytes(): number {
    return (
      this.set.bytes +
      this.parent.bytes +
      this.parentAction.bytes +
      this.edgeStart.bytes +
      this.edgeTarget.bytes +
      this.edgeLetters.bytes +
      this.lists.bytes
    );
  }

  private result(depth: number): SearchResult<State> {
    return {
      complete: this.limit === null,
      limit: this.limit,
      states: this.set.size,
      transitions: this.transitions,
      depth,
      expanded: this.expanded,
      terminals: this.terminals.view(),
      bounds: [...this.bounds.values()],
      bytes: this.bytes(),
      graph: this.keepsEdges ? this.graph() : null,
      stateOf: (id) => this.stateOf(id),
      idsTo: (id) => this.idsTo(id),
      pathTo: (id) => this.pathTo(id),
      pathThrough: (id, action) => [...this.pathTo(id), this.choice(id, action)],
    };
  }

  private graph(): Graph {
    // Found but not expanded: rows without edges, so that every id has a row. A row that a limit cut short stays
    // as far as it is.
    while (this.edgeStart.length <= this.set.size) this.edgeStart.push(this.edgeTarget.length);
    for (let id = this.expanded; id < this.set.size; id++) {
      if (this.cut.length === 0 || this.cut.get(this.cut.length - 1) < id) this.cut.push(id);
    }
    return {
      states: this.set.size,
      edgeStart: this.edgeStart.view(),
      edgeTarget: this.edgeTarget.view(),
      edgeLetters: this.edgeLetters.view(),
      lists: this.lists,
      terminals: this.terminals.view(),
      cut: this.cut.view(),
    };
  }

  private stateOf(id: number): State {
    if (!(id >= 0 && id < this.set.size)) throw new RangeError(`no state ${id}`);
    const state = this.packer.scratch();
    this.packer.decode(this.set.segmentOf(id), this.set.offsetOf(id), state);
    return state;
  }

  private idsTo(id: number): number[] {
    if (!this.keepsParents) throw new Error("the search kept no predecessors");
    if (!(id >= 0 && id < this.set.size)) throw new RangeError(`no state ${id}`);
    const ids: number[] = [];
    for (let at = id; at >= 0; at = this.parent.get(at)) ids.push(at);
    return ids.reverse();
  }

  private pathTo(id: number): Schedule {
    const ids = this.idsTo(id);
    return ids.slice(1).map((to, step) => this.choice(ids[step]!, this.parentAction.get(to)));
  }

  private choice(id: number, index: number): Choice {
    const { model } = this.problem;
    const state = this.stateOf(id);
    const actions = model.enabled(state);
    return { index, count: actions.length, label: model.describe(actions[index]!, state) };
  }
}

const BOUND = -1;
const STOPPED = -2;
