/** Are two litmus tests the same to everybody who looks? */
import type { LitmusTest } from "../litmus/index.js";
import type { ProfileName } from "../model/profile.js";
import type { Progress } from "../scheduler/search.js";
import { isIncluded } from "./antichain.js";
import { type Automaton, automatonOf, withoutSilence } from "./automaton.js";
import { type Behaviour, behaviourOf } from "./behaviour.js";
import { bisimulation } from "./bisimulation.js";
import { Determinisation } from "./determinise.js";
import { enumerate, isSubset } from "./enumeration.js";
import { inclusion } from "./inclusion.js";
import { Letters } from "./letters.js";
import { minimise } from "./minimise.js";
import { blindSpots, DEFAULT_OBSERVATION, type Observation } from "./observation.js";
import type {
  Difference,
  EquivalenceAutomata,
  EquivalenceLimit,
  EquivalenceResult,
  EquivalenceVerdict,
  SecondResult,
  ShownRun,
  Side,
  SideResult,
} from "./result.js";
import { compareTracks } from "./tracks.js";
import { type NamedTracks, tracksFor } from "./tracksFor.js";
import { type Spelling, spell, type TrackedWord } from "./witness.js";

/** Each with its name; absent: none, but for those with a default. */
export interface EquivalenceLimits {
  /** Of each search. */
  readonly statesMax?: number;
  readonly depthMax?: number;
  readonly bytesMax?: number;
  /** Polled; a sentence why to stop, or null. The caller owns the clock. */
  readonly stop?: () => string | null;
  /** Deterministic states of each side; default 1,000,000. */
  readonly deterministicMax?: number;
  /** Members of the sets that they are; default 100,000,000. */
  readonly membersMax?: number;
  /** Nodes of the diagram of words, where only some of the order counts; default 2^26. */
  readonly nodesMax?: number;
}

export interface EquivalenceOptions {
  /** Default: CQEs in total order, nothing else but how runs end. */
  readonly observation?: Observation;
  readonly limits?: EquivalenceLimits;
  /** Also decide branching bisimulation. Default: no. */
  readonly bisimulation?: boolean;
  /** Also ask a second algorithm, for scenarios of thousands of states. Default: no. */
  readonly second?: boolean;
  readonly onProgress?: (side: Side, progress: Progress) => void;
  /** Given the automata, for exports. */
  readonly onAutomata?: (automata: EquivalenceAutomata) => void;
}

/**
 * Compares `left`, the original, with `right`, its replacement: the sets of words that their runs show under the
 * observation, which are searched exhaustively and compared exactly. Claims do not matter.
 *
 * Deterministic: equal arguments give equal results, runs included. Throws for bugs of ours only; what bounds the
 * answer is in it.
 */
export function equivalence(
  left: LitmusTest,
  right: LitmusTest,
  leftProfile: ProfileName,
  rightProfile: ProfileName,
  options: EquivalenceOptions = {},
): EquivalenceResult {
  return new Comparison(left, right, leftProfile, rightProfile, options).result();
}

/** What the comparison of two sets of words found. */
interface Found {
  readonly onlyLeft: TrackedWord | null;
  readonly onlyRight: TrackedWord | null;
  readonly limit: EquivalenceLimit | null;
  readonly words: readonly [left: string, right: string] | null;
  readonly minimal: readonly [left: Automaton | null, right: Automaton | null];
  readonly deterministic: readonly [left: number | null, right: number | null];
  readonly closed: readonly [left: number | null, right: number | null];
}

type Both<T> = readonly [left: T, right: T];

class Comparison {
  private readonly observation: Observation;
  private readonly limits: EquivalenceLimits;
  private readonly letters: Letters;
  private readonly behaviours: Both<Behaviour>;
  private readonly ranks: Int32Array;
  private readonly tracks: NamedTracks;
  /** With silent edges, letters by rank. */
  private automata: Both<Automaton> | null = null;

  constructor(
    private readonly left: LitmusTest,
    private readonly right: LitmusTest,
    private readonly leftProfile: ProfileName,
    private readonly rightProfile: ProfileName,
    private readonly options: EquivalenceOptions,
  ) {
    this.observation = options.observation ?? DEFAULT_OBSERVATION;
    this.limits = options.limits ?? {};
    const scenarios = [left.scenario, right.scenario] as const;
    this.letters = new Letters(scenarios.some(({ rings }) => rings.length > 1));
    const view = {
      files: this.observation.files ? shared(fileNames(left), fileNames(right)) : null,
      values: this.observation.returns ? shared(left.scenario.values, right.scenario.values) : null,
    };
    const behave = (test: LitmusTest, profile: ProfileName, side: Side): Behaviour =>
      behaviourOf(test.scenario, profile, this.letters, view, {
        limits: this.limits,
        onProgress: (progress) => options.onProgress?.(side, progress),
      });
    this.behaviours = [behave(left, leftProfile, "left"), behave(right, rightProfile, "right")];
    this.ranks = this.letters.ranks();
    this.tracks = tracksFor(this.observation.cqes, scenarios, this.letters);
  }

  result(): EquivalenceResult {
    const { observation, options } = this;
    const found = this.tracks.count === 1 ? this.compareSequences() : this.compareByTracks();
    const [leftIn, rightIn] = this.behaviours;
    // A word of a part of the runs is a word of all of them; that the other side lacks it, only a whole search says.
    const hasMore = (word: TrackedWord | null, own: Behaviour, other: Behaviour): boolean | null => {
      if (word !== null) return other.found.complete ? true : null;
      return found.limit === null && own.found.complete ? false : null;
    };
    const leftHasMore = hasMore(found.onlyLeft, leftIn, rightIn);
    const rightHasMore = hasMore(found.onlyRight, rightIn, leftIn);
    const bisimilar = options.bisimulation === true ? this.bisimulation() : null;
    this.tellAutomata(found);
    return {
      verdict: verdictOf(leftHasMore, rightHasMore),
      observation,
      blindSpots: blindSpots(observation),
      notCompared: {
        files: observation.files ? unshared(fileNames(this.left), fileNames(this.right)) : [],
        values: observation.returns ? unshared(this.left.scenario.values, this.right.scenario.values) : [],
      },
      left: this.side(0, found),
      right: this.side(1, found),
      onlyLeft: leftHasMore === true ? this.difference(found.onlyLeft, "left") : null,
      onlyRight: rightHasMore === true ? this.difference(found.onlyRight, "right") : null,
      limit: leftHasMore === null || rightHasMore === null ? (this.searchLimit() ?? found.limit) : null,
      bisimulation: bisimilar,
      second: options.second === true ? this.second(found) : null,
    };
  }

  private compareSequences(): Found {
    const { limits } = this;
    const closed = this.raw().map(withoutSilence) as [Automaton, Automaton];
    const [left, right] = closed.map((automaton) => new Determinisation(automaton, limits)) as [
      Determinisation,
      Determinisation,
    ];
    const { onlyLeft, onlyRight, isWhole } = inclusion(left, right);
    const whole = [left.whole(), right.whole()] as const;
    const minimal = whole.map((automaton) => (automaton === null ? null : minimise(automaton)));
    const limited = left.limit !== null ? left : right;
    const limit: EquivalenceLimit | null =
      isWhole || limited.limit === null
        ? null
        : { side: limited === left ? "left" : "right", ...limited.limit };
    const idOf = new Int32Array(this.ranks.length);
    for (let id = 1; id < this.ranks.length; id++) idOf[this.ranks[id]!] = id;
    const wordOf = (word: readonly number[] | null): TrackedWord | null =>
      word === null ? null : [word.map((rank) => idOf[rank]!)];
    return {
      onlyLeft: wordOf(onlyLeft),
      onlyRight: wordOf(onlyRight),
      limit,
      words: null,
      minimal: [minimal[0] ?? null, minimal[1] ?? null],
      deterministic: [whole[0]?.states ?? null, whole[1]?.states ?? null],
      closed: [closed[0].states, closed[1].states],
    };
  }

  private compareByTracks(): Found {
    const { nodesMax } = this.limits;
    const [left, right] = this.behaviours;
    const compared = compareTracks(left, right, this.letters.size, this.tracks, {
      ...(nodesMax !== undefined && { nodesMax }),
    });
    const { limit, counts } = compared;
    return {
      onlyLeft: compared.onlyLeft?.tracks ?? null,
      onlyRight: compared.onlyRight?.tracks ?? null,
      limit:
        limit === null
          ? null
          : limit.name === "infinite"
            ? { side: limit.value, name: "infinite", value: "it shows CQEs again and again, without an end" }
            : { side: "both", ...limit },
      words: counts === null ? null : [String(counts[0]), String(counts[1])],
      minimal: [null, null],
      deterministic: [null, null],
      closed: [null, null],
    };
  }

  private raw(): Both<Automaton> {
    const [left, right] = this.behaviours;
    this.automata ??= [automatonOf(left.graph, this.ranks), automatonOf(right.graph, this.ranks)];
    return this.automata;
  }

  private side(at: 0 | 1, found: Found): SideResult {
    const test = [this.left, this.right][at] as LitmusTest;
    const { sqes, threads, rings } = test.scenario;
    const { states, transitions, depth, complete } = this.behaviours[at].found;
    return {
      litmus: test.name,
      profile: at === 0 ? this.leftProfile : this.rightProfile,
      bounds: { requests: sqes.length, threads: threads.length, rings: rings.length },
      search: { states, transitions, depth, complete },
      automata: {
        closed: found.closed[at],
        deterministic: found.deterministic[at],
        minimal: found.minimal[at]?.states ?? null,
      },
      words: found.words?.[at] ?? null,
    };
  }

  private difference(word: TrackedWord | null, side: Side): Difference | null {
    if (word === null) return null;
    const [own, other] = side === "left" ? this.behaviours : [this.behaviours[1], this.behaviours[0]];
    const run = spell(own, word, this.tracks);
    const nearest = spell(other, word, this.tracks);
    const shown = (spelling: Spelling, of: Side): ShownRun => ({
      side: of,
      schedule: spelling.schedule,
      shown: spelling.shown.map((letters) => letters.map((letter) => this.letters.name(letter))),
      ending: spelling.ending.map((letter) => this.letters.name(letter)),
      partsAt: this.partsAt(spelling, nearest.agrees),
    });
    return {
      word: word.flatMap((letters, track) =>
        letters.length === 0
          ? []
          : [{ track: this.tracks.name(track), letters: letters.map((letter) => this.letters.name(letter)) }],
      ),
      letters: word.reduce((sum, letters) => sum + letters.length, 0),
      run: shown(run, side),
      other: shown(nearest, side === "left" ? "right" : "left"),
    };
  }

  /** The first choice that shows a letter behind those, by track, that both runs agree in. */
  private partsAt({ shown }: Spelling, agrees: readonly number[]): number {
    const counts = agrees.map(() => 0);
    for (const [step, letters] of shown.entries()) {
      for (const letter of letters) {
        const track = this.tracks.of(letter);
        if (counts[track]! >= agrees[track]!) return step;
        counts[track]!++;
      }
    }
    return shown.length;
  }

  private bisimulation(): EquivalenceResult["bisimulation"] {
    if (!this.behaviours.every(({ found }) => found.complete)) return null;
    const { stop } = this.limits;
    const found = bisimulation(...this.raw(), stop === undefined ? {} : { stop });
    return found === null ? null : { isBisimilar: found.isBisimilar, classes: found.classes };
  }

  private second(found: Found): SecondResult {
    const [left, right] = this.behaviours;
    const opinions = (): Both<ReturnType<typeof isIncluded>> => {
      if (this.tracks.count === 1) {
        const [a, b] = this.raw();
        return [isIncluded(a, b), isIncluded(b, a)];
      }
      const [a, b] = [enumerate(left.graph, this.tracks), enumerate(right.graph, this.tracks)];
      return [isSubset(a, b), isSubset(b, a)];
    };
    const [leftInRight, rightInLeft] = opinions();
    const lengthOf = (word: TrackedWord | null): number | null =>
      word === null ? null : word.reduce((sum, letters) => sum + letters.length, 0);
    const agree = (opinion: typeof leftInRight, length: number | null): boolean | null =>
      opinion.kind === "limit" || found.limit !== null
        ? null
        : opinion.kind === "included"
          ? length === null
          : opinion.length === length;
    const answers = [
      agree(leftInRight, lengthOf(found.onlyLeft)),
      agree(rightInLeft, lengthOf(found.onlyRight)),
    ];
    const agrees = answers.includes(false) ? false : answers.includes(null) ? null : true;
    return { leftInRight, rightInLeft, agrees };
  }

  private tellAutomata(found: Found): void {
    const { onAutomata } = this.options;
    if (onAutomata === undefined) return;
    const [left, right] = this.raw();
    const idOf = new Map(Array.from(this.ranks, (rank, id) => [rank, id]));
    onAutomata({
      left,
      right,
      leftMinimal: found.minimal[0],
      rightMinimal: found.minimal[1],
      nameOf: (letter) => this.letters.name(idOf.get(letter) ?? 0),
    });
  }

  private searchLimit(): EquivalenceLimit | null {
    for (const [at, side] of (["left", "right"] as const).entries()) {
      const limit = this.behaviours[at]?.found.limit ?? null;
      if (limit !== null) return { side, name: limit.name, value: limit.value };
    }
    return null;
  }
}

function verdictOf(leftHasMore: boolean | null, rightHasMore: boolean | null): EquivalenceVerdict {
  if (leftHasMore === null || rightHasMore === null) return "inconclusive";
  if (leftHasMore) return rightHasMore ? "differ both ways" : "loses some";
  return rightHasMore ? "allows more" : "equivalent";
}

function fileNames({ scenario }: LitmusTest): readonly string[] {
  return scenario.files.map(({ name }) => name);
}

function shared(left: readonly string[], right: readonly string[]): readonly string[] {
  return left.filter((name) => right.includes(name)).sort();
}

function unshared(left: readonly string[], right: readonly string[]): readonly string[] {
  const all = [
    ...left.filter((name) => !right.includes(name)),
    ...right.filter((name) => !left.includes(name)),
  ];
  return all.sort();
}
