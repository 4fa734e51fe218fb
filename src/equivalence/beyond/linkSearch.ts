/** Is there a chain of links that does what a hook does? Every chain of its requests is tried. */
import { compileAst, type LitmusFile, type LitmusTest } from "../../litmus/index.js";
import type { ProfileName } from "../../model/profile.js";
import type { ProgramLibrary } from "../../model/programs/index.js";
import { IOSQE, type Scenario } from "../../model/scenario.js";
import type { EndView } from "../behaviour.js";
import { compiled } from "../compiled.js";
import { Letters } from "../letters.js";
import { type Assignment, type Extent, extentWithin, flagsFor, ordersOf } from "./assignments.js";
import { asChain, type HandedOver } from "./handedOver.js";
import { type Language, languageOf, Sampler, type Word } from "./language.js";

/** Chains of one search, at most: what is over it narrows the extent. */
export const ASSIGNMENTS_MAX = 4_000;
/** SQEs of a chain. */
const SQES_MAX = 4;
/** Runs of a chain before all its runs are searched for. */
const RUNS = 8;
const STEPS_MAX = 1_000;
/** Refuted chains that are searched in whole nevertheless, so that there is a nearest one: the hardest to refute, and the simplest. */
const HARDEST = 96;
const SIMPLEST = 128;

export interface LinkSearch {
  readonly extent: Extent["name"];
  /** How often each request may stand in a chain, by label: as often as the hook submits it, as far as SQES_MAX allows. */
  readonly copies: Readonly<Record<string, number>>;
  /** Whether the hook submits more than there are copies for. */
  readonly hasMore: boolean;
  readonly assignments: number;
  /** Chains of which one run shows what no run of the hook shows, whatever the order of CQEs. */
  readonly refutedByRun: number;
  /** Chains whose runs were all found, and show other multisets of CQEs. */
  readonly refutedBySearch: number;
  /** Chains whose runs show the same multisets of CQEs, the same files and ends. */
  readonly sameMultisets: number;
  /** Those of them that show them in the same orders too. */
  readonly equivalent: number;
  /** An equivalent chain with the fewest flags; or, of those searched in whole, one that shows the most of what the hook shows, then the least else. */
  readonly nearest: LitmusTest;
}

export interface LinkSearchOptions {
  readonly profile: ProfileName;
  readonly statesMax: number;
  readonly stop?: () => string | null;
  readonly programs?: ProgramLibrary;
}

/** `submissions`: how often the hook submits each of its SQEs, at most. A sentence why there is no answer, or the answer. */
export function linkSearch(
  test: LitmusTest,
  handed: HandedOver,
  submissions: readonly number[],
  options: LinkSearchOptions,
): LinkSearch | string {
  return new Search(test, handed, submissions, options).result();
}

/** A chain, and how many of its runs showed what the hook can show before one did not. */
interface Tried {
  readonly assignment: Assignment;
  readonly scenario: Scenario;
  readonly survived: number;
}

class Search {
  private readonly letters = new Letters(false);
  private readonly view: EndView;
  private readonly copies: readonly number[];
  private readonly extent: Extent;
  private readonly hasMore: boolean;

  constructor(
    private readonly test: LitmusTest,
    private readonly handed: HandedOver,
    submissions: readonly number[],
    private readonly options: LinkSearchOptions,
  ) {
    this.view = { files: test.scenario.files.map(({ name }) => name).sort(), values: null };
    this.copies = copiesWithin(submissions, SQES_MAX);
    this.hasMore = submissions.some((count, at) => count > (this.copies[at] ?? 0));
    this.extent = extentWithin(this.copies, ASSIGNMENTS_MAX);
  }

  result(): LinkSearch | string {
    const { handed } = this;
    const wanted = this.language(this.test.scenario);
    if (wanted === null) return "not all runs of the hook were found";
    const all: Tried[] = [];
    for (const members of ordersOf(this.copies, this.extent.anyOrder)) {
      const plain = this.scenarioOf({ members, flags: [] });
      const head = handed.sqes[members[0] as number]?.label.text;
      const first = plain.sqes.findIndex(({ label }) => label === head);
      for (const flags of flagsFor(members.length, this.extent)) {
        const stopped = this.options.stop?.() ?? null;
        if (stopped !== null) return stopped;
        const scenario = withFlags(plain, first, flags);
        all.push({ assignment: { members, flags }, scenario, survived: this.runs(scenario, wanted) });
      }
    }
    all.sort(bySurvivalThenFlags);
    const survivors = all.filter(({ survived }) => survived === RUNS);
    const others = all.slice(survivors.length);
    let nearest: { tried: Tried; distance: Distance } | null = null;
    let [refutedBySearch, sameMultisets, equivalent] = [0, 0, 0];
    const simplest = [...others].sort((a, b) => weightOf(a) - weightOf(b)).slice(0, SIMPLEST);
    for (const tried of new Set([...survivors, ...others.slice(0, HARDEST), ...simplest])) {
      const found = this.language(tried.scenario);
      if (found === null) return "not all runs of a chain were found";
      const distance = distanceOf(wanted, found);
      if (tried.survived === RUNS) {
        const isSame = distance[0] + distance[1] === 0;
        if (isSame) sameMultisets++;
        else refutedBySearch++;
        if (isSame && distance[2] + distance[3] === 0) equivalent++;
      }
      const isNearer =
        nearest === null ||
        isLess([...distance, weightOf(tried)], [...nearest.distance, weightOf(nearest.tried)]);
      if (isNearer) nearest = { tried, distance };
    }
    if (nearest === null) return "there is nothing to make a chain of";
    const { assignment } = nearest.tried;
    return {
      extent: this.extent.name,
      copies: Object.fromEntries(handed.sqes.map(({ label }, at) => [label.text, this.copies[at] ?? 0])),
      hasMore: this.hasMore,
      assignments: all.length,
      refutedByRun: others.length,
      refutedBySearch,
      sameMultisets,
      equivalent,
      nearest: compiled(this.chain(assignment), this.options.programs),
    };
  }

  /** How many of the drawn runs show what the hook can show: up to the first that does not. */
  private runs(scenario: Scenario, wanted: Language): number {
    const sampler = new Sampler(scenario, this.options.profile, this.letters, this.view);
    for (let draw = 0; draw < RUNS; draw++) {
      const word: Word | null = sampler.word(draw, STEPS_MAX);
      if (word !== null && !wanted.multiset.has(word.multiset)) return draw;
    }
    return RUNS;
  }

  private language(scenario: Scenario): Language | null {
    const { profile, statesMax, stop } = this.options;
    return languageOf(scenario, profile, this.letters, this.view, { statesMax, ...(stop && { stop }) });
  }

  private chain(assignment: Assignment): LitmusFile {
    return asChain(this.test.ast, this.handed, assignment);
  }

  private scenarioOf(assignment: Assignment): Scenario {
    const { programs } = this.options;
    const result = compileAst(this.chain(assignment), this.test.name, programs);
    if (!result.ok) throw new Error(`a chain of ${this.test.name} does not compile`);
    return result.test.scenario;
  }
}

/** The chain's SQEs, from `first` on, with flags set afterwards, so that one compilation an order is enough. */
function withFlags(scenario: Scenario, first: number, flags: readonly number[]): Scenario {
  return {
    ...scenario,
    sqes: scenario.sqes.map((sqe, at) => ({ ...sqe, flags: sqe.flags | (flags[at - first] ?? 0) })),
  };
}

/** Each request once, and then, one by one, another copy of each that is submitted more often, as long as there is room. */
function copiesWithin(submissions: readonly number[], max: number): readonly number[] {
  const copies = submissions.map(() => 1);
  for (let nth = 2; submissions.some((count) => count >= nth); nth++) {
    for (const [at, count] of submissions.entries()) {
      if (count >= nth && copies.reduce((sum, one) => sum + one, 0) < max) copies[at] = nth;
    }
    if (copies.reduce((sum, one) => sum + one, 0) >= max) break;
  }
  return copies;
}

/** Multisets that the chain does not show, that it alone shows; then words likewise. */
type Distance = readonly [missing: number, extra: number, missingWords: number, extraWords: number];

function distanceOf(wanted: Language, found: Language): Distance {
  return [
    countOnly(wanted.multiset, found.multiset),
    countOnly(found.multiset, wanted.multiset),
    countOnly(wanted.total, found.total),
    countOnly(found.total, wanted.total),
  ];
}

function countOnly(these: ReadonlySet<string>, those: ReadonlySet<string>): number {
  return [...these].filter((word) => !those.has(word)).length;
}

/** Those first that are hard to refute, and of those the lightest. */
function bySurvivalThenFlags(a: Tried, b: Tried): number {
  return b.survived - a.survived || weightOf(a) - weightOf(b);
}

/** The fewer flags the lighter, and of as many those that come first here. */
const WEIGHTS = [
  [IOSQE.LINK, 20],
  [IOSQE.HARDLINK, 21],
  [IOSQE.DRAIN, 22],
  [IOSQE.SKIP, 23],
] as const;

function weightOf({ assignment }: Tried): number {
  const weightsOf = (flags: number): number =>
    WEIGHTS.reduce((sum, [flag, weight]) => sum + ((flags & flag) !== 0 ? weight : 0), 0);
  return assignment.flags.reduce((sum, flags) => sum + weightsOf(flags), 0);
}

/** In lexicographic order, of lists of one length. */
function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && a[at]! < b[at]!;
}
