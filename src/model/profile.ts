/**
 * Semantics profiles: one named, dated answer to each question on which kernels, or the manual pages, differ.
 * A rule that differs reads its answer here; nothing else asks which kernel it is.
 */

/** What a file that names no profile is about, as far as they know what it uses. */
export const KERNEL_PROFILES = ["documented", "linux-6.1", "linux-6.12", "linux-6.18", "linux-7.1"] as const;
/**
 * Only where they are named. `linux-7.1.5`: 7.1 with the fix of CVE-2026-72112. `loop-v3`: the loop hook as posted in
 * November 2025. `bpf-op-v1`, `bpf-op-v3`: IORING_OP_BPF as posted; `-loops`: beside a loop hook on one ring, `-cleanup`:
 * cleanup also after a failing prep, `bpf-op-v4`: both, as was agreed for a version that nobody posted.
 */
export const POSTED_PROFILES = [
  "linux-7.1.5",
  "loop-v3",
  "bpf-op-v1",
  "bpf-op-v3",
  "bpf-op-v3-loops",
  "bpf-op-v3-cleanup",
  "bpf-op-v4",
] as const;
export const PROFILE_NAMES = [...KERNEL_PROFILES, ...POSTED_PROFILES] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** What a file must use for a profile to have a say in it. */
export interface ProgramUse {
  readonly hooks: boolean;
  readonly operations: boolean;
}

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
  /** What an SQ thread runs of its task work between two looks at the SQ: a snapshot, or until none is left (SQP-01). */
  readonly sqThreadRuns: "one" | "all";
  /** Task work items that one local run takes, at least; null: no limit (ORD-12). */
  readonly localWorkMax: number | null;
  /** When the CQE of a request that itself failed is posted: with the batch, or at once, ahead of it. */
  readonly failedPosts: "with the batch" | "at once";
  /** Where task work issues a request that is marked for io-wq, by ASYNC or by a drain (ORD-08, DRN-03). */
  readonly forcedFromTaskWork: "io-wq" | "inline";
  /** What a drain waits for (DRN-01, DRN-16). */
  readonly drainCounts: "requests" | "completions";
  /** When a normal file descriptor of a chain's later member is looked up (RES-01, RES-03). */
  readonly followerFiles: "at issue" | "at submission";
  /** Whether opcodes of FAIL-09 sever on an error: only in the manual pages. */
  readonly everyErrorSevers: boolean;
  /** Whether a NOP takes an injected result, and TIMEOUT takes MULTISHOT. */
  readonly nopInject: boolean;
  /** Whether a NOP can be told to complete through task work (IORING_NOP_TW, 6.17). */
  readonly nopTaskWork: boolean;
  readonly timeoutMultishot: boolean;
  /** Whether a TIMEOUT that is removed ends the waits for CQEs, as one that expires does (TMO-04). */
  readonly removedTimeoutWakes: boolean;
  /** Whether a receive from a UNIX socket tells that it left bytes there (SOCK_NONEMPTY; unix_stream_read_generic, 6.17). */
  readonly tellsUnixInq: boolean;
  /** The flags by which an ASYNC_CANCEL matches: all, or those before OP and USERDATA, which are taken and not known (CAN-07). */
  readonly cancelFlags: "all" | "before OP and USERDATA";
  /** Whether a cancelation finds a request that a worker has taken off its queue and not begun (ND-06). */
  readonly pickedUpFound: "always" | "sometimes";
  /** What OPENAT, SPLICE and TEE in io-wq return where a signal interrupts them (FAIL-16, K-31). */
  readonly openInterrupted: number;
  /** Whether a LINK_TIMEOUT that fires on a WAITID or FUTEX_WAIT reports how many were canceled (LT-06). */
  readonly linkTimeoutCounts: boolean;
  /**
   * Whether a LINK_TIMEOUT may expire between a worker's last put of its request and the disarm (LT-09). The kernels have
   * the same code there; on 6.1 and 6.12, emulated, it was seen, and on 6.18 not in 40,000 runs.
   */
  readonly expiresWhileFreed: boolean;
  /** Whether an ASYNC_CANCEL on an SQPOLL ring is told of what it interrupts in io-wq (CAN-04, K-31). */
  readonly sqpollCancelTold: boolean;
  /** When the buf_index of READ_FIXED and WRITE_FIXED is looked up (RES-05). */
  readonly fixedBuffers: "at issue" | "at prep";
  /** Whether READ and WRITE are tried without blocking on a pipe that has no O_NONBLOCK (K-44). */
  readonly pipesTryInline: boolean;
  /** Where an opcode that never runs inline is sent to io-wq: at prep, or by its first attempt (ORD-07, LT-14). */
  readonly neverInline: "at prep" | "at issue";
  /** Whether an io-wq worker posts its CQE itself on any ring (CORE-05). */
  readonly workersPost: "always" | "unless deferred";
  /** Who posts a message on a DEFER_TASKRUN ring (K-36). */
  readonly messagesPostedBy: "submitter" | "sender";
  /** How the poll that POLL_REMOVE removes is completed: by task work, or in the same batch, ahead of it (FAIL-08). */
  readonly removedPolls: "through task work" | "in the batch";
  /** Which loop hook a ring takes: none, the first posted form (`loop`), or the merged one (`loop_step`). */
  readonly hooks: "none" | "loop" | "loop_step";
  /** Whether an ops map that is bound to a ring can be bound to another (CVE-2026-72112). */
  readonly rebindsOps: boolean;
  /** IORING_OP_BPF as posted, or not there. */
  readonly operations: "none" | "v1" | "v3";
  /** Whether a ring for custom operations takes no loop hook. */
  readonly loopExclusive: boolean;
  /** Whether cleanup also runs after a failing prep. */
  readonly cleanupOnPrepFail: boolean;
}

const LINUX_6_18: Profile = {
  name: "linux-6.18",
  dated: "6.18.44",
  time: "ordered",
  execution: "kernel",
  taskWorkOrder: "fifo",
  flushes: "each snapshot",
  sqThreadRuns: "one",
  localWorkMax: 20,
  failedPosts: "with the batch",
  forcedFromTaskWork: "io-wq",
  drainCounts: "requests",
  followerFiles: "at issue",
  everyErrorSevers: false,
  nopInject: true,
  nopTaskWork: true,
  timeoutMultishot: true,
  removedTimeoutWakes: false,
  tellsUnixInq: true,
  cancelFlags: "all",
  pickedUpFound: "always",
  openInterrupted: -512,
  linkTimeoutCounts: true,
  expiresWhileFreed: false,
  sqpollCancelTold: false,
  fixedBuffers: "at issue",
  pipesTryInline: true,
  neverInline: "at prep",
  workersPost: "unless deferred",
  messagesPostedBy: "submitter",
  removedPolls: "through task work",
  hooks: "none",
  rebindsOps: false,
  operations: "none",
  loopExclusive: false,
  cleanupOnPrepFail: false,
};

const LINUX_7_1: Profile = {
  ...LINUX_6_18,
  name: "linux-7.1",
  dated: "7.1.0, read, not run",
  hooks: "loop_step",
  rebindsOps: true,
};

const BPF_OP_V3: Profile = {
  ...LINUX_7_1,
  name: "bpf-op-v3",
  dated: "posted on 2026-03-24, on 7.1, read, not run",
  operations: "v3",
  loopExclusive: true,
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
    sqThreadRuns: "all",
    localWorkMax: null,
    failedPosts: "at once",
    forcedFromTaskWork: "inline",
    drainCounts: "completions",
    followerFiles: "at submission",
    nopInject: false,
    nopTaskWork: false,
    timeoutMultishot: false,
    tellsUnixInq: false,
    cancelFlags: "before OP and USERDATA",
    pickedUpFound: "sometimes",
    openInterrupted: -4,
    expiresWhileFreed: true,
    sqpollCancelTold: true,
    fixedBuffers: "at prep",
    pipesTryInline: false,
    neverInline: "at issue",
    workersPost: "always",
    messagesPostedBy: "sender",
    removedPolls: "in the batch",
  },
  "linux-6.12": {
    ...LINUX_6_18,
    name: "linux-6.12",
    dated: "6.12.117",
    localWorkMax: null,
    drainCounts: "completions",
    nopTaskWork: false,
    removedTimeoutWakes: true,
    tellsUnixInq: false,
    openInterrupted: -4,
    linkTimeoutCounts: false,
    expiresWhileFreed: true,
    sqpollCancelTold: true,
    fixedBuffers: "at prep",
  },
  "linux-6.18": LINUX_6_18,
  "linux-7.1": LINUX_7_1,
  "linux-7.1.5": { ...LINUX_7_1, name: "linux-7.1.5", dated: "7.1.5, read, not run", rebindsOps: false },
  "loop-v3": {
    ...LINUX_6_18,
    name: "loop-v3",
    dated: "posted on 2025-11-13, on 6.18, read, not run",
    hooks: "loop",
    rebindsOps: true,
  },
  "bpf-op-v1": {
    ...LINUX_6_18,
    name: "bpf-op-v1",
    dated: "posted on 2025-11-04, on 6.18, read, not run",
    operations: "v1",
  },
  "bpf-op-v3": BPF_OP_V3,
  "bpf-op-v3-loops": { ...BPF_OP_V3, name: "bpf-op-v3-loops", loopExclusive: false },
  "bpf-op-v3-cleanup": { ...BPF_OP_V3, name: "bpf-op-v3-cleanup", cleanupOnPrepFail: true },
  "bpf-op-v4": { ...BPF_OP_V3, name: "bpf-op-v4", loopExclusive: false, cleanupOnPrepFail: true },
};

/** The answers of a profile. */
export function profileOf(name: ProfileName): Profile {
  return PROFILES[name];
}

/** Whether `name` names a profile. */
export function isProfileName(name: string): name is ProfileName {
  return (PROFILE_NAMES as readonly string[]).includes(name);
}

/** Whether a profile has what a file uses. */
export function hasPrograms(name: ProfileName, use: ProgramUse): boolean {
  const { hooks, operations } = profileOf(name);
  return !(use.hooks && hooks === "none") && !(use.operations && operations === "none");
}
