/** What a conformance run is asked to do, and what it does where nothing is said. */
import type { CheckLimits } from "../check/result.js";
import type { ProfileName } from "../model/profile.js";
import { FEATURES, type Feature, SUITES, type Suite } from "../properties/generate/index.js";
import type { OutcomeCache } from "./outcomeCache.js";

/** A litmus file as text: this layer reads no files. */
export interface LitmusText {
  /** As reports name it, such as a path. Where it ends in `.litmus`, its base name must be the name in the file. */
  readonly name: string;
  readonly text: string;
}

export interface ConformanceOptions {
  /** What the implementation is held against: the kernel that it imitates, or the promise of the manual pages. */
  readonly profile: ProfileName;
  /** The catalogue; default: none. `ringspec/catalogue` has the package's own. */
  readonly files?: readonly LitmusText[];
  /** Property suites; default: all. */
  readonly suites?: readonly Suite[];
  /**
   * What generated scenarios may contain; default: everything. An implementation that lacks much is asked more if this
   * says so: what it does not support is drawn and not judged.
   */
  readonly features?: readonly Feature[];
  /** Generated scenarios of each suite; default 50. */
  readonly scenariosPerSuite?: number;
  /** Generated scenarios that are judged against the model's outcome set; default 500. */
  readonly scenarios?: number;
  /** How often each scenario is run; default 1: more than that is for implementations with chance in them. */
  readonly runs?: number;
  /** What the scenarios are drawn from, and what the implementation is handed for its own choices; default 1. */
  readonly seed?: number;
  /** Of the search for the allowed outcomes of one scenario; default 10,000 states. What exceeds them is inconclusive. */
  readonly limits?: CheckLimits;
  /** Where the searches are kept for the next run; default: nowhere. */
  readonly cache?: OutcomeCache;
  /** Failing files after which the rest of the files is left out; default: none are. */
  readonly failuresMax?: number;
  readonly onProgress?: (progress: ConformanceProgress) => void;
  /** Looked at before each scenario. */
  readonly signal?: AbortSignal;
}

export interface ConformanceProgress {
  /** `files`, `scenarios`, or the name of a property suite. */
  readonly part: string;
  readonly done: number;
  readonly total: number;
}

/** The options with nothing left open. */
export type Settled = Required<Omit<ConformanceOptions, "signal" | "cache">> & {
  readonly signal: AbortSignal | null;
  readonly cache: OutcomeCache | null;
};

export function settled(options: ConformanceOptions): Settled {
  return {
    profile: options.profile,
    files: options.files ?? [],
    suites: options.suites ?? SUITES,
    features: options.features ?? FEATURES,
    scenariosPerSuite: options.scenariosPerSuite ?? 50,
    scenarios: options.scenarios ?? 500,
    runs: options.runs ?? 1,
    seed: options.seed ?? 1,
    limits: options.limits ?? { statesMax: 10_000 },
    failuresMax: options.failuresMax ?? Number.POSITIVE_INFINITY,
    onProgress: options.onProgress ?? (() => {}),
    signal: options.signal ?? null,
    cache: options.cache ?? null,
  };
}
