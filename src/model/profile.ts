/**
 * Semantics profiles: one named, dated answer to each question on which kernels, or the manual pages, differ.
 * A rule that differs reads its answer here; nothing else asks which kernel it is.
 */

export const PROFILE_NAMES = ["documented", "linux-6.1", "linux-6.12", "linux-6.18", "linux-7.1"] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

export interface Profile {
  readonly name: ProfileName;
  /** The kernel release, or the manual pages, that the answers were taken from. */
  readonly dated: string;
  /** What `time` means where the litmus file does not say. */
  readonly time: "free" | "ordered";
  /**
   * `kernel`: inline attempts, task work, io-wq, as the kernel orders them. `promised`: an accepted request runs at
   * any moment that its chain and drain allow, and nothing else orders it; that is all the manual pages promise.
   */
  readonly execution: "kernel" | "promised";
  /** How a snapshot of task work is run (6.1 does not reverse the list). */
  readonly taskWorkOrder: "fifo" | "lifo";
  /** When what task work completed is posted: after each snapshot, or once no task work is left (6.1). */
  readonly flushes: "each snapshot" | "at the end";
  /** Task work items that one local run takes, at least; null: no limit (ORD-12). */
  readonly localWorkMax: number | null;
  /** When the CQE of a failed request is posted: with the batch, or at once, ahead of it. */
  readonly failedPosts: "with the batch" | "at once";
  /** Whether ASYNC counts on a member that task work issues (ORD-08). */
  readonly asyncOnFollower: "honoured" | "ignored";
  /** What a drain waits for (DRN-01, DRN-16). */
  readonly drainCounts: "requests" | "completions";
  /** When a normal file descriptor of a chain's later member is looked up (RES-01, RES-03). */
  readonly followerFiles: "at issue" | "at submission";
  /** Whether opcodes of FAIL-09 sever on an error: only in the manual pages. */
  readonly everyErrorSevers: boolean;
  /** Whether a NOP takes an injected result, TIMEOUT takes MULTISHOT, ASYNC_CANCEL takes OP and USERDATA. */
  readonly nopInject: boolean;
  /** Whether a NOP can be told to complete through task work (IORING_NOP_TW, 6.17). */
  readonly nopTaskWork: boolean;
  readonly timeoutMultishot: boolean;
  /** Whether a receive from a UNIX socket tells that it left bytes there (SOCK_NONEMPTY; unix_stream_read_generic, 6.17). */
  readonly tellsUnixInq: boolean;
  readonly cancelByOp: boolean;
  /** What OPENAT in io-wq returns where a signal interrupts it (FAIL-16, K-31). */
  readonly openInterrupted: number;
}

const LINUX_6_18: Profile = {
  name: "linux-6.18",
  dated: "6.18.44",
  time: "ordered",
  execution: "kernel",
  taskWorkOrder: "fifo",
  flushes: "each snapshot",
  localWorkMax: 20,
  failedPosts: "with the batch",
  asyncOnFollower: "honoured",
  drainCounts: "requests",
  followerFiles: "at issue",
  everyErrorSevers: false,
  nopInject: true,
  nopTaskWork: true,
  timeoutMultishot: true,
  tellsUnixInq: true,
  cancelByOp: true,
  openInterrupted: -512,
};

const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  documented: {
    ...LINUX_6_18,
    name: "documented",
    dated: "liburing 2.14 manual pages",
    time: "free",
    execution: "promised",
    everyErrorSevers: true,
    openInterrupted: -4,
  },
  "linux-6.1": {
    ...LINUX_6_18,
    name: "linux-6.1",
    dated: "6.1.192",
    taskWorkOrder: "lifo",
    flushes: "at the end",
    localWorkMax: null,
    failedPosts: "at once",
    asyncOnFollower: "ignored",
    drainCounts: "completions",
    followerFiles: "at submission",
    nopInject: false,
    nopTaskWork: false,
    timeoutMultishot: false,
    tellsUnixInq: false,
    cancelByOp: false,
    openInterrupted: -4,
  },
  "linux-6.12": {
    ...LINUX_6_18,
    name: "linux-6.12",
    dated: "6.12.117",
    drainCounts: "completions",
    nopTaskWork: false,
    tellsUnixInq: false,
    openInterrupted: -4,
  },
  "linux-6.18": LINUX_6_18,
  "linux-7.1": { ...LINUX_6_18, name: "linux-7.1", dated: "7.1.5, read, not run" },
};

/** The answers of a profile. */
export function profileOf(name: ProfileName): Profile {
  return PROFILES[name];
}

/** Whether `name` names a profile. */
export function isProfileName(name: string): name is ProfileName {
  return (PROFILE_NAMES as readonly string[]).includes(name);
}
