/** Property suites: what to generate, and which claims to hold it against. */
import type { ProfileName } from "../../model/profile.js";
import { PROGRAM_PROPERTIES, PROPERTIES } from "../index.js";
import type { Property } from "../property.js";
import { FEATURES, type Feature, type GenerateOptions } from "./features.js";

export interface Suite {
  readonly name: string;
  readonly title: string;
  readonly options: GenerateOptions;
  /** The profile to ask where none is named; left out: any. */
  readonly profile?: ProfileName;
  /** Those that the suite is about; the others hold as well, and say little. */
  readonly properties: readonly Property[];
}

/** What every run must satisfy, whatever it is about. */
const ALWAYS = ["oneFinalCqe", "multishotEndsOnce", "noneLost", "resultInRange", "enterReturns"];
const CHAINS = [
  "chainOrder",
  "startsAfterPredecessor",
  "softLinkSevers",
  "hardLinkContinues",
  "successContinues",
  "canceledHasNoEffect",
  "canceledBySomebody",
];

function suite(
  name: string,
  title: string,
  sqesMax: number,
  features: readonly Feature[],
  properties: readonly string[],
): Suite {
  const names = new Set([...ALWAYS, ...properties]);
  return {
    name,
    title,
    options: { sqesMax, features },
    properties: PROPERTIES.filter((property) => names.has(property.name)),
  };
}

const LINKED: readonly Feature[] = ["links", "hardlinks", "inject"];

export const SUITES: readonly Suite[] = [
  suite(
    "links",
    "Soft, hard and mixed chains, and what severs them.",
    8,
    [...LINKED, "files", "pipes", "async", "submits"],
    [...CHAINS, "shortTransferSevers", "errorWithoutSevering"],
  ),
  suite(
    "skip",
    "CQE_SKIP_SUCCESS on any member of any chain.",
    6,
    [...LINKED, "skip", "prep", "linkTimeouts", "files", "submitAll"],
    [...CHAINS, "skipVisibility", "skipBrokenChain", "drainAfterSkipFails", "prepFailureSevers"],
  ),
  suite(
    "drain",
    "DRAIN anywhere, before and after what blocks.",
    6,
    [...LINKED, "drain", "skip", "prep", "pipes", "submits", "submitAll"],
    [
      ...CHAINS,
      "drainWaits",
      "drainHolds",
      "failedPrepPassesDrain",
      "drainAfterSkipFails",
      "prepFailureSevers",
    ],
  ),
  suite(
    "timeouts",
    "TIMEOUT and LINK_TIMEOUT against what they wait for.",
    6,
    [...LINKED, "timeouts", "linkTimeouts", "multishot", "pipes", "sleeps", "async", "submits"],
    [
      ...CHAINS,
      "timeoutSevers",
      "timeoutCounts",
      "linkTimeoutAgrees",
      "firingTimeoutComesFirst",
      "linkTimeoutPlacement",
      "cancelAgrees",
    ],
  ),
  suite(
    "cancel",
    "Cancelation of whatever is there.",
    6,
    [...LINKED, "cancel", "poll", "multishot", "pipes", "timeouts", "linkTimeouts", "async", "submits"],
    [...CHAINS, "cancelAgrees", "linkTimeoutAgrees"],
  ),
  suite(
    "overflow",
    "More CQEs than the ring holds.",
    10,
    [...LINKED, "skip", "overflow", "poll", "multishot", "pipes", "submits", "deferTaskrun"],
    [...CHAINS, "overflowKeepsOrder", "skipVisibility"],
  ),
  suite(
    "prep",
    "SQEs that fail prep, at the head, in the middle and at the tail.",
    8,
    [...LINKED, "prep", "linkTimeouts", "drain", "pipes", "submits", "submitAll"],
    [...CHAINS, "prepFailureSevers", "linkTimeoutPlacement", "failedPrepPassesDrain"],
  ),
  suite(
    "defer",
    "Rings with DEFER_TASKRUN and COOP_TASKRUN.",
    6,
    [...LINKED, "deferTaskrun", "coopTaskrun", "pipes", "cancel", "linkTimeouts", "submits", "sleeps"],
    [...CHAINS, "linkTimeoutAgrees", "cancelAgrees"],
  ),
  suite(
    "sqpoll",
    "Rings with an SQ thread.",
    6,
    [...LINKED, "sqpoll", "prep", "pipes", "submits", "sleeps"],
    [...CHAINS, "prepFailureSevers"],
  ),
  suite(
    "threads",
    "Two threads and two rings.",
    6,
    [...LINKED, "threads", "msgRing", "pipes", "sleeps", "submits", "cancel"],
    [...CHAINS, "msgRingPosts", "cancelAgrees"],
  ),
  suite(
    "world",
    "Files, pipes, sockets, buffers and slots that change under a chain.",
    6,
    [...LINKED, "files", "pipes", "sockets", "buffers", "slots", "poll", "sleeps", "submits"],
    [...CHAINS, "shortTransferSevers", "errorWithoutSevering"],
  ),
  {
    name: "all",
    title: "Everything at once.",
    options: { sqesMax: 8, features: FEATURES },
    properties: PROPERTIES,
  },
];

const programs = (
  name: string,
  title: string,
  profile: ProfileName,
  sqesMax: number,
  features: readonly Feature[],
  properties: readonly string[],
): Suite => {
  const names = new Set([...ALWAYS, ...properties]);
  return {
    name,
    title,
    profile,
    options: { sqesMax, features },
    properties: [...PROPERTIES, ...PROGRAM_PROPERTIES].filter((property) => names.has(property.name)),
  };
};

/** Suites of scenarios with programs, for profiles that have them. */
export const PROGRAM_SUITES: readonly Suite[] = [
  programs(
    "operations",
    "Custom operations with drawn programs, in chains of all kinds.",
    "bpf-op-v3",
    4,
    [
      "operations",
      ...LINKED,
      "skip",
      "drain",
      "async",
      "prep",
      "cancel",
      "linkTimeouts",
      "submits",
      "submitAll",
      "deferTaskrun",
    ],
    [
      ...CHAINS,
      "callbackCounts",
      "callbackOrder",
      "prepsBeforeIssue",
      "failConditions",
      "callbackResults",
      "operationsEnd",
      "overflowKeepsOrder",
    ],
  ),
  programs(
    "hooks",
    "Loop hooks with drawn programs, that come, go and stop.",
    "linux-7.1",
    3,
    ["hooks", ...LINKED, "skip", "timeouts", "overflow", "pipes", "submits", "sleeps"],
    ["takenOnce", "overflowKeepsOrder", "loopReturns", "hookedRingCompletes", "waitingHookIsWoken"],
  ),
];

/** The suite of that name; undefined: there is none. */
export function suiteOf(name: string): Suite | undefined {
  return [...SUITES, ...PROGRAM_SUITES].find((candidate) => candidate.name === name);
}
