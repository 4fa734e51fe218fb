/** What a generated scenario may contain. A suite names the features it is about; the rest stays out. */

export const FEATURES = [
  /** Soft links; with "hardlinks" hard ones as well. */
  "links",
  "hardlinks",
  "skip",
  "drain",
  "async",
  /** Injected results of NOP. */
  "inject",
  /** LINK_TIMEOUT where it belongs, and TIMEOUT_REMOVE that updates one. */
  "linkTimeouts",
  "timeouts",
  "cancel",
  "poll",
  "multishot",
  /** Reads and writes of pipes, and what threads do to them between submissions. */
  "pipes",
  "sockets",
  "files",
  "buffers",
  "slots",
  /** SQEs that fail prep, misplaced LINK_TIMEOUTs and BUFFER_SELECT included. */
  "prep",
  "msgRing",
  /** A CQ of two or four entries. */
  "overflow",
  "submitAll",
  "coopTaskrun",
  "deferTaskrun",
  "sqpoll",
  /** A second thread. */
  "threads",
  /** Several submissions; `queue` with partial enters. */
  "submits",
  "sleeps",
  /** Submissions under an `if`. */
  "branches",
  /** `ud=`: two SQEs with one user_data. */
  "sharedUserData",
  /** Results that the environment chooses: OP, `may`, opcodes that the model knows by name only. */
  "may",
] as const;

/**
 * Programs of a kernel that has them (profile): loop hooks, custom operations. Not in FEATURES: what is drawn from those
 * stays the same, and can be held against any kernel.
 */
export const PROGRAM_FEATURES = ["hooks", "operations"] as const;
export type Feature = (typeof FEATURES)[number] | (typeof PROGRAM_FEATURES)[number];

/** Features that no kernel can be asked for, or whose CQEs nobody could tell apart. */
export const MODEL_ONLY: ReadonlySet<Feature> = new Set(["may", "sharedUserData"]);
/** MODEL_ONLY, and programs: no kernel that can be asked has them. */
const NOT_RUNNABLE: ReadonlySet<Feature> = new Set([...MODEL_ONLY, ...PROGRAM_FEATURES]);

export interface GenerateOptions {
  /** SQEs of a scenario, 1 to 12. LINK_TIMEOUTs count. */
  readonly sqesMax: number;
  /** Left out: all of FEATURES. */
  readonly features?: readonly Feature[];
  /** A semantics profile: leaves out what that kernel does not have. */
  readonly profile?: string;
  /** Only what a real kernel can be asked to do, in a time that a test can wait for. */
  readonly kernelRunnable?: boolean;
}

/** The features that the options allow. */
export function featuresOf(options: GenerateOptions): ReadonlySet<Feature> {
  const wanted = options.features ?? FEATURES;
  return new Set(options.kernelRunnable ? wanted.filter((feature) => !NOT_RUNNABLE.has(feature)) : wanted);
}
