/**
 * What the kernel and the threads remember: the state of a run, and the shape in which a search packs it.
 * Of the past it keeps only what somebody can still read; a posted CQE is an event, not state.
 */

import type { Layout } from "../scheduler/model.js";
import { SQE_BYTES } from "./bytes/sqeFields.js";
import type { Condition } from "./condition.js";
import { IOSQE, type ReqId, type Scenario, type Sqe } from "./scenario.js";

/**
 * Where a request is. `done`: freed, or not yet looked at (`unsubmitted`).
 * The `wq` phases are io-wq's: waiting for a worker, picked up, blocked inside the operation, result not yet posted,
 * and held only by the worker's own reference.
 */
export const PHASE = {
  unsubmitted: 0,
  inSq: 1,
  /** Prepared and waiting behind a predecessor, or a head whose chain is still being assembled. */
  chained: 2,
  deferred: 3,
  /** On a task-work list, or waiting for the environment's answer in the context that issues it. */
  taskWork: 4,
  batched: 5,
  pollArmed: 6,
  timerArmed: 7,
  /** An abstract operation, or one with `may`, that the environment has yet to answer. */
  environment: 8,
  wqQueued: 9,
  wqRunning: 10,
  wqBlocked: 11,
  wqIssued: 12,
  /** The worker has posted its CQE, and not looked at the defer list yet (DRN-16). */
  wqPosted: 13,
  /** The worker holds completion_lock and hands over what a drain lets go, one by one (DRN-16). */
  wqReleasing: 14,
  wqHeld: 15,
  /** The worker has dropped the last reference, and not settled the chain yet (LT-09). */
  wqFreed: 16,
  done: 17,
} as const;

/** Marks of a request; REQ_F_ names where the kernel has one. */
export const MARK = {
  /** REQ_F_FAIL: severs a soft chain. */
  fail: 1,
  /** REQ_F_CQE_SKIP: posts nothing. */
  skip: 2,
  /** REQ_F_SKIP_LINK_CQES: the rest of the chain posts nothing. */
  skipLinks: 4,
  link: 8,
  hardlink: 16,
  forceAsync: 32,
  drain: 64,
  /** REQ_F_ARM_LTIMEOUT: guarded by the LINK_TIMEOUT behind it, not issued yet. */
  armLinkTimeout: 128,
  /** REQ_F_LINK_TIMEOUT: issued, its LINK_TIMEOUT may be running. */
  linkTimeout: 256,
  /** A cancelation was asked for: IO_POLL_CANCEL_FLAG, IO_WQ_WORK_CANCEL. */
  canceled: 512,
  /** Woken: its poll item is on a task-work list, or the environment has answered. */
  woken: 1024,
  /** The io-wq worker holds a reference (ND-04). */
  workerRef: 2048,
  /** The task work of a fired LINK_TIMEOUT holds a reference. */
  timeoutRef: 4096,
  /** Serialised with other works on its inode. */
  hashed: 8192,
  /** `issued` was told. */
  issued: 16384,
  /** The environment has decided that it stays blocked. */
  never: 32768,
  /** Seen by the cancelation that runs now (its cancel_seq). */
  cancelSeen: 65536,
  /**
   * Its issue in io-wq returned an error, which task work will fail it with; while it runs: its attempt without blocking
   * is over, and the worker is about to arm its poll.
   */
  returned: 131072,
  /** Its socket holds more than it received: IORING_CQE_F_SOCK_NONEMPTY. */
  socketNonempty: 262144,
  /** Its worker is through with it, and has it as its current work still, where a cancelation looks (CAN-15). */
  current: 524288,
  /** REQ_F_NEED_CLEANUP of a custom operation: its cleanup runs when it is freed. */
  needCleanup: 1048576,
  /** A custom operation has set its result. */
  resultSet: 2097152,
} as const;

export interface Request {
  phase: number;
  /** MARK bits. */
  marks: number;
  /** The next member of its chain, plus one; 0: none. */
  next: number;
  /** The context that submitted it: whose task work continues it. */
  task: number;
  /** Result, from when it is known until the CQE is posted; a poll's mask while it is woken. */
  res: number;
  /** Bytes already transferred, CQEs of a multishot so far, or how far a cancelation is (countOf). */
  progress: number;
  /** The open file description that it was issued on, plus one; 0: none held. */
  desc: number;
  /** Milliseconds until its timer expires, while armed; -1: never. */
  timer: number;
  /** TIMEOUT with a count: the ring's `seq` at which it is satisfied. Deferred, before 6.16: the `sqSeq` it waits for. */
  targetSeq: number;
}

export interface Ring {
  /** Published, not consumed. */
  sq: number[];
  /** Unread CQEs, oldest first, as their readers need them (`cqCode`); then those kept aside. */
  cq: number[];
  overflow: number[];
  /** compl_reqs: completions not yet posted. */
  completionBatch: number[];
  /** Local task work of a DEFER_TASKRUN ring, and what a capped pass left. */
  taskWork: number[];
  retry: number[];
  /** The chain being assembled: head and last, plus one. */
  linkHead: number;
  linkLast: number;
  /** The defer list: heads. */
  deferList: number[];
  drainActive: boolean;
  drainNext: boolean;
  drainDisabled: boolean;
  /** timeout_list. */
  timeouts: number[];
  /** Only where a TIMEOUT counts: SEQ_START, and CQEs in the ring so far, less timeouts fired or killed. */
  seq: number;
  /** cq_last_tm_flush: what `seq` was when one was issued, or the last flush left one; 0 where it left none. */
  flushedSeq: number;
  /** Holder of uring_lock: a context, plus one; 0: free. */
  lock: number;
  /** IORING_SQ_TASKRUN. */
  taskRun: boolean;
  /** The registered file table: an open file description plus one; 0: empty. */
  slots: number[];
  /** Drain of 6.1 to 6.15: SQEs consumed, and CQEs that the sequence expects (DRN-16). */
  sqSeq: number;
  cqSeq: number;
  /** Its memory, where a program may look at it, or a submission starts over at SQE 0: one entry, else none. */
  memory: RingMemory[];
}

/** What a ring's mapped memory holds beyond what the rules keep anyway. Texts have a character a byte. */
export interface RingMemory {
  /** The SQE array, 64 bytes an entry. */
  sqes: string;
  /** The CQEs of `cq`, 16 bytes each, oldest first; then those of `overflow`. */
  cqes: string;
  overflow: string;
  /** cached_sq_head and the CQ head, as counted since the start. */
  sqHead: number;
  cqHead: number;
  /** CQEs of `cqes`, the oldest, that nobody looks at again: told as settled, their bytes 0 (cqMemory.ts). */
  settled: number;
  /** The hook whose ops the ring points to, plus one: ctx->bpf_ops. */
  hook: number;
  /** What freed requests had as result, the one that is used again first at the end (io_alloc_req). */
  freed: number[];
}

/** What a context does in the kernel; `user`: between statements, or blocked in a plain system call. */
export const STAGE = {
  user: 0,
  submit: 1,
  submitEnd: 2,
  /** io_run_local_work_locked after a submission. */
  localWork: 3,
  /** Start of io_cqring_wait. */
  waitStart: 4,
  waiting: 5,
  /** Woken: runs task work, then looks whether to return. */
  woken: 6,
  /** Return to user mode: runs what task work is left. */
  exit: 7,
  sleeping: 8,
  /** A signal's task work, run between statements. */
  interrupted: 9,
  done: 10,
  /** A sync_cancel that was told -EALREADY: searches again; runs the ring's local work; sleeps until a CQE or a signal. */
  syncCancel: 11,
  syncCancelRuns: 12,
  syncCancelSleeps: 13,
  /** A sync_cancel has interrupted a worker, and ends its first search. */
  syncCancelFirst: 14,
  /** io_uring_enter of a ring with a loop hook: has seen it, and waits for uring_lock. */
  loopStart: 15,
  /** Its program runs, or is about to. */
  loopStep: 16,
  loopAsleep: 17,
  /** Ordinary task work between two steps, without the lock. */
  loopTaskWork: 18,
  loopLocalWork: 19,
  /** Takes a custom operation away, and waits until no request of it is left. */
  detaching: 20,
} as const;

/** Who runs kernel code for user space: a thread, an SQ thread, and last the sweep that follows the threads. */
export interface Context {
  /** Index of the statement. */
  pc: number;
  stage: number;
  /** Where an interrupted context goes on. */
  resume: number;
  ring: number;
  /** SQEs still to submit in this call, those submitted, and how many the caller wanted. */
  left: number;
  submitted: number;
  want: number;
  /** min_complete plus one; 0: GETEVENTS not set. */
  wait: number;
  /** CQEs still missing when it went to sleep: cq_wait_nr. */
  missing: number;
  /** A request that waits for the environment's answer before this context goes on, plus one. */
  issuing: number;
  /** The task-work items of the running snapshot. */
  batch: number[];
  /** The batch has completions to flush, on this ring, plus one. */
  flush: number;
  /** Local run: items run in this turn, and what is left of min_events. */
  ran: number;
  ranMin: number;
  /** This turn ran from the retry list only. */
  retried: boolean;
  /** A TIMEOUT fired or was killed since it waits. */
  timeoutFired: boolean;
  timedOut: boolean;
  /** Milliseconds until its sleep or wait ends; -1: never, or no limit. */
  timer: number;
  /** Task work of this task (rings without DEFER_TASKRUN). */
  taskWork: number[];
  /** What it has reaped, by watched label: how many, the last result and flags, and the rank of the first. */
  seenCount: number[];
  seenRes: number[];
  seenFlags: number[];
  seenRank: number[];
  /** Where the scenario has a loop hook: one entry, else none. */
  loop: LoopContext[];
}

/** What a context remembers of the loop that it runs. */
export interface LoopContext {
  /** The call is in the loop, and returns what that says. */
  isInside: boolean;
  /** iou_loop_params, or iou_loop_state of the first form. `timeoutMs`: -1, no limit. */
  cqWaitIdx: number;
  timeoutMs: number;
  result: number;
  /** While its program waits for submit_sqes: what it has seen so far (hook/run.ts). */
  log: string;
  /** A signal is pending. */
  signal: boolean;
}

/** A loop hook's ops map: the ring that it is bound to plus one, and the links that refer to it. */
export interface HookState {
  ring: number;
  links: number;
}

/** A custom operation: the ring in whose table it stands plus one, and its references (1 for being registered). */
export interface OperationState {
  ring: number;
  refs: number;
  /** Some call waits to take it away. */
  isLeaving: boolean;
}

/** An open file description: a file position, and whether the declared descriptor still refers to it. */
export interface Description {
  open: boolean;
  /** Released: nothing refers to it any more. */
  released: boolean;
  position: number;
}

export interface State {
  reqs: Request[];
  rings: Ring[];
  contexts: Context[];
  descs: Description[];
  /** Contents, a character a byte. */
  files: string[];
  pipes: string[];
  /** By direction: bytes that end `e` of pair `p` can read at `2p + e`. */
  streams: string[];
  buffers: string[];
  /** Bound values; UNBOUND where not. */
  values: number[];
  /** Poll-armed requests of all rings, the last armed first: both the hash and the wait queues. */
  polls: number[];
  /** Works that wait for an io-wq worker, first in first out. */
  wq: number[];
  /** Armed timers in the order in which they were armed: a request, or TIMER_CONTEXT plus a context. */
  timers: number[];
  /** Milliseconds since the start; kept only where a timer is absolute. */
  now: number;
  /** What the file system lets run inline, once it has been asked: 0 not yet, 1 inline, 2 punted. */
  readsInline: number;
  writesInline: number;
  opensInline: number;
  /** The SQEs of the requests that hooks make, by request behind the declared ones: a ring and 64 bytes; "": free. */
  made: string[];
  /** Globals and maps of programs, by MemoryId. */
  memories: string[];
  hooks: HookState[];
  operations: OperationState[];
  /** By request, where there are custom operations: its pdu, and the operation that prep has captured plus one. */
  pdus: string[];
  captured: number[];
}

/** Where `seq` starts: above 0 however many timeouts fire without a CQE, so that a `targetSeq` of 0 is none. */
const SEQ_START = 64;
export const UNBOUND = -2147483648;
export const TIMER_CONTEXT = 64;
/** An unread CQE is its watched label plus one, and, where an `if` reads results, `CQ_LABELS * (8 * (res + RES_OFFSET) + flags)`. */
export const CQ_LABELS = 128;
export const RES_OFFSET = 4096;
export const RES_MAX = 1 << 17;

/** Kinds of task work; an item is `kind * 64 + request`. The names are the kernel's callbacks, shortened. */
export const ITEM = {
  issue: 0,
  failLinks: 1,
  complete: 2,
  cancel: 3,
  poll: 4,
  linkTimeout: 5,
  timeout: 6,
  message: 7,
} as const;

/** One task-work item as an integer. */
export function item(kind: number, req: ReqId): number {
  return kind * 64 + req;
}

/** The scenario seen from the state: sizes and tables that the rules look up, computed once. */
export interface Plan {
  readonly threads: number;
  /** Context of a ring's SQ thread, or -1. */
  readonly sqThread: readonly number[];
  readonly contexts: number;
  /** The ring of an SQ thread's context, -1 for others. */
  readonly contextRing: readonly number[];
  /** Labels that some thread looks at; position in `seen…`, or -1. */
  readonly watched: readonly number[];
  readonly watchedCount: number;
  /** Whether some `if` reads results or flags, so that unread CQEs must carry them. */
  readonly watchesResults: boolean;
  /** Whether a ring has a TIMEOUT with a count. */
  readonly counts: boolean;
  readonly absolute: boolean;
  /** Whether some SQE drains. */
  readonly drains: boolean;
  /** Files, then pipe ends (r, w), then socket ends (0, 1), then what each OPENAT opens. */
  readonly descs: number;
  readonly descOfOpen: readonly number[];
  /** The file of a description, or -1. */
  readonly descFile: readonly number[];
  /** Requests: declared, then those that hooks may make at a time. */
  readonly reqs: number;
  readonly made: number;
  /** Whether the ring's memory is kept, by ring: a hook may be attached to it, or it rewinds. */
  readonly mapped: readonly boolean[];
  readonly hasMapped: boolean;
  /** Whether the scenario has custom operations. */
  readonly hasOperations: boolean;
}

/** Requests that hooks have made and that live at one time, at most. */
const MADE_MAX = 16;
/** Task-work items have room for so many. */
const REQS_MAX = 64;

/** Rings whose memory somebody looks at: those that a hook is declared on, or attached to, and those that rewind. */
export function mappedRings(scenario: Scenario): boolean[] {
  const mapped = scenario.rings.map(({ setup }) => setup.includes("SQ_REWIND"));
  for (const hook of scenario.hooks) mapped[hook.ring] = true;
  for (const { code } of scenario.threads)
    for (const instruction of code)
      if (instruction.do === "attach" && instruction.what.kind === "hook")
        mapped[instruction.what.ring] = true;
  return mapped;
}

function conditionLabels(condition: Condition, into: Set<number>): boolean {
  switch (condition.kind) {
    case "and":
    case "or":
    case "implies": {
      const left = conditionLabels(condition.left, into);
      return conditionLabels(condition.right, into) || left;
    }
    case "not":
      return conditionLabels(condition.of, into);
    case "res":
    case "flags":
      into.add(condition.label);
      return true;
    case "posted":
    case "silent":
    case "count":
      into.add(condition.label);
      return false;
    case "before":
      into.add(condition.first);
      into.add(condition.second);
      return false;
    default:
      return false;
  }
}

export function planOf(scenario: Scenario): Plan {
  const watchedSet = new Set<number>();
  let watchesResults = false;
  for (const thread of scenario.threads) {
    for (const instruction of thread.code) {
      if (instruction.do === "await") watchedSet.add(instruction.req);
      if (instruction.do === "branch" && conditionLabels(instruction.condition, watchedSet))
        watchesResults = true;
    }
  }
  const threads = scenario.threads.length;
  const sqThread: number[] = [];
  const contextRing: number[] = scenario.threads.map(() => -1);
  for (const [ring, decl] of scenario.rings.entries()) {
    if (decl.setup.includes("SQPOLL")) {
      sqThread.push(contextRing.length);
      contextRing.push(ring);
    } else sqThread.push(-1);
  }
  contextRing.push(-1);
  const declared = scenario.files.length + 2 * scenario.pipes.length + 2 * scenario.sockets.length;
  const descFile: number[] = [];
  for (let desc = 0; desc < declared; desc++) descFile.push(desc < scenario.files.length ? desc : -1);
  const descOfOpen: number[] = [];
  for (const sqe of scenario.sqes) {
    if (sqe.operation.opcode !== "OPENAT") {
      descOfOpen.push(-1);
      continue;
    }
    descOfOpen.push(descFile.length);
    descFile.push(sqe.operation.file ?? -1);
  }
  const made = scenario.hooks.length === 0 ? 0 : Math.min(MADE_MAX, REQS_MAX - scenario.sqes.length);
  const mapped = mappedRings(scenario);
  const watchedList = [...watchedSet].sort((a, b) => a - b);
  return {
    threads,
    sqThread,
    contexts: contextRing.length,
    contextRing,
    watched: scenario.labels.map((_, label) => watchedList.indexOf(label)),
    watchedCount: watchedList.length,
    watchesResults,
    reqs: scenario.sqes.length + made,
    made,
    mapped,
    hasMapped: mapped.includes(true) || scenario.operations.length > 0,
    hasOperations: scenario.operations.length > 0,
    counts:
      made > 0 || scenario.sqes.some((sqe) => sqe.operation.opcode === "TIMEOUT" && sqe.operation.count > 0),
    absolute: scenario.sqes.some(
      (sqe) =>
        ((sqe.operation.opcode === "TIMEOUT" || sqe.operation.opcode === "LINK_TIMEOUT") &&
          sqe.operation.abs) ||
        (sqe.operation.opcode === "TIMEOUT_REMOVE" && sqe.operation.update?.abs === true),
    ),
    drains: made > 0 || scenario.sqes.some((sqe) => (sqe.flags & IOSQE.DRAIN) !== 0),
    descs: descFile.length,
    descOfOpen,
    descFile,
  };
}

/** The state before the first statement. */
export function initialState(scenario: Scenario, plan: Plan): State {
  const zeros = (length: number): number[] => new Array<number>(length).fill(0);
  return {
    reqs: Array.from({ length: plan.reqs }, () => ({
      phase: 0,
      marks: 0,
      next: 0,
      task: 0,
      res: 0,
      progress: 0,
      desc: 0,
      timer: 0,
      targetSeq: 0,
    })),
    rings: scenario.rings.map((ring, index) => ({
      sq: [],
      cq: [],
      overflow: [],
      completionBatch: [],
      taskWork: [],
      retry: [],
      linkHead: 0,
      linkLast: 0,
      deferList: [],
      drainActive: false,
      drainNext: false,
      drainDisabled: false,
      timeouts: [],
      seq: plan.counts ? SEQ_START : 0,
      flushedSeq: 0,
      lock: 0,
      taskRun: false,
      slots: zeros(scenario.slotCount),
      sqSeq: 0,
      cqSeq: 0,
      memory: plan.hasMapped
        ? [
            {
              sqes: plan.mapped[index] === true ? "\0".repeat(SQE_BYTES * ring.sqEntries) : "",
              cqes: "",
              overflow: "",
              sqHead: 0,
              cqHead: 0,
              settled: 0,
              hook: 0,
              freed: [],
            },
          ]
        : [],
    })),
    contexts: plan.contextRing.map((ring) => ({
      pc: 0,
      stage: STAGE.user,
      resume: 0,
      ring: Math.max(ring, 0),
      left: 0,
      submitted: 0,
      want: 0,
      wait: 0,
      missing: 0,
      issuing: 0,
      batch: [],
      flush: 0,
      ran: 0,
      ranMin: 0,
      retried: false,
      timeoutFired: false,
      timedOut: false,
      timer: 0,
      taskWork: [],
      seenCount: zeros(plan.watchedCount),
      seenRes: zeros(plan.watchedCount),
      seenFlags: zeros(plan.watchedCount),
      seenRank: zeros(plan.watchedCount),
      loop:
        scenario.hooks.length > 0
          ? [{ isInside: false, cqWaitIdx: 0, timeoutMs: -1, result: 0, log: "", signal: false }]
          : [],
    })),
    descs: plan.descFile.map((_, desc) => ({
      open: !plan.descOfOpen.includes(desc),
      released: false,
      position: 0,
    })),
    files: scenario.files.map((file) => file.content),
    pipes: scenario.pipes.map(() => ""),
    streams: scenario.sockets.flatMap(() => ["", ""]),
    buffers: scenario.buffers.map((buffer) => "\0".repeat(buffer.size)),
    values: scenario.values.map(() => UNBOUND),
    polls: [],
    wq: [],
    timers: [],
    now: 0,
    readsInline: 0,
    writesInline: 0,
    opensInline: 0,
    made: new Array<string>(plan.made).fill(""),
    memories: scenario.memories.map(({ size }) => "\0".repeat(size)),
    hooks: scenario.hooks.map(() => ({ ring: 0, links: 0 })),
    operations: scenario.operations.map(() => ({ ring: 0, refs: 0, isLeaving: false })),
    pdus: scenario.operations.length > 0 ? new Array<string>(plan.reqs).fill("") : [],
    captured: scenario.operations.length > 0 ? zeros(plan.reqs) : [],
  };
}

/** A TIMEOUT MULTISHOT without end, or any multishot, posts at most so many CQEs before the run is given up. */
export const SHOTS_MAX = 40;
/** min_events of the local work that a sync_cancel runs, where the kernel says INT_MAX: more than there can be. */
export const SYNC_CANCEL_MIN = 255;
/** CQEs that one ring may hold unread and overflowed. */
export const CQES_MAX = 200;
const INT32_MAX = 2147483647;
/** Milliseconds of a timer that a program may set. */
const PROGRAM_TIME_MAX = 1 << 30;
/** CQEs that a loop is remembered to wait for; more are as good as so many. */
export const LOOP_WAIT_MAX = 1 << 16;
/** Added to a result of `freed`, which is kept within as much of 0. */
export const FREED_OFFSET = 1 << 29;
/** Links that one ops map is bound by: one, and with the bug of 7.1.0 one a ring. */
const LINKS_MAX = 8;

/** Bounds on what the fields of a state can hold in one scenario: what makes its packed form small. */
interface Bounds {
  readonly resMax: number;
  readonly progressMax: number;
  readonly timeMax: number;
  readonly nowMax: number;
  readonly waitMax: number;
  readonly submitMax: number;
  /** CQEs that a ring may hold unread, and beyond its size. */
  readonly cqes: number;
  readonly overflow: number;
  readonly timeouts: number;
  readonly timers: number;
  readonly waiters: number;
  readonly messages: number;
}

function boundsOf(scenario: Scenario, plan: Plan): Bounds {
  const { sqes } = scenario;
  const isMultishot = (sqe: Sqe): boolean =>
    sqe.multishot || (sqe.operation.opcode === "TIMEOUT" && sqe.operation.multishot);
  const messages = sqes.filter(({ operation }) => operation.opcode === "MSG_RING").length;
  const cqes = Math.min(CQES_MAX, sqes.length + messages + sqes.filter(isMultishot).length * SHOTS_MAX);
  let resMax = Math.max(sqes.length, 0x3fff);
  let progressMax = 0;
  let timeMax = 0;
  let nowMax = 0;
  let timeouts = 0;
  let linkTimeouts = 0;
  let waiters = 0;
  for (const sqe of sqes) {
    const op = sqe.operation;
    const results = [
      ...(sqe.may ?? []),
      sqe.intr,
      op.opcode === "NOP" || op.opcode === "MSG_RING" ? op.res : 0,
    ];
    for (const res of results) if (typeof res === "number") resMax = Math.max(resMax, Math.abs(res));
    if ("len" in op) resMax = Math.max(resMax, op.len);
    if (op.opcode === "RECV") progressMax = Math.max(progressMax, op.len);
    if (isMultishot(sqe)) progressMax = Math.max(progressMax, SHOTS_MAX + 1);
    if (op.opcode === "ASYNC_CANCEL") progressMax = Math.max(progressMax, 2 * sqes.length + 2);
    if (op.opcode === "LINK_TIMEOUT") progressMax = Math.max(progressMax, sqes.length + 1);
    if (op.opcode === "TIMEOUT") timeouts++;
    if (op.opcode === "LINK_TIMEOUT") linkTimeouts++;
    else if (op.opcode !== "NOP" || sqe.may !== null) waiters++;
    const time =
      op.opcode === "TIMEOUT" || op.opcode === "LINK_TIMEOUT"
        ? op.ts
        : op.opcode === "TIMEOUT_REMOVE"
          ? op.update?.ts
          : 0;
    timeMax = Math.max(timeMax, time ?? 0);
    nowMax += (time ?? 0) * (isMultishot(sqe) ? SHOTS_MAX + 1 : 2);
  }
  let threadTimers = 0;
  let submitMax = sqes.length;
  let waitMax = 0;
  for (const { code } of scenario.threads) {
    for (const instruction of code) {
      if (instruction.do === "sync_cancel") waitMax = Math.max(waitMax, SYNC_CANCEL_MIN);
      if (instruction.do === "await") waitMax = Math.max(waitMax, 1);
      if (instruction.do === "enter") {
        submitMax = Math.max(submitMax, instruction.submit);
        waitMax = Math.max(waitMax, instruction.wait ?? 0);
      }
      const arms = instruction.do === "sleep" || (instruction.do === "enter" && instruction.timeout !== null);
      if (arms) threadTimers = plan.threads;
      const time =
        instruction.do === "enter" ? instruction.timeout : instruction.do === "sleep" ? instruction.time : 0;
      timeMax = Math.max(timeMax, time ?? 0);
      nowMax += time ?? 0;
    }
  }
  const cqMin = Math.min(...scenario.rings.map((ring) => ring.cqEntries));
  const { made } = plan;
  if (made > 0) {
    timeMax = PROGRAM_TIME_MAX;
    progressMax = Math.max(progressMax, SHOTS_MAX + 1, plan.reqs + 1);
    waitMax = Math.max(waitMax, LOOP_WAIT_MAX);
    submitMax = Math.max(submitMax, ...scenario.rings.map((ring) => ring.sqEntries));
    nowMax = Math.max(nowMax, PROGRAM_TIME_MAX);
  }
  return {
    resMax: made > 0 || scenario.operations.length > 0 ? INT32_MAX : resMax,
    progressMax,
    timeMax,
    nowMax,
    waitMax,
    submitMax,
    cqes: made > 0 ? CQES_MAX : cqes,
    overflow: made > 0 ? CQES_MAX : Math.max(0, cqes - cqMin),
    timeouts: timeouts + made,
    timers: timeouts + linkTimeouts + threadTimers + made + (scenario.hooks.length > 0 ? plan.threads : 0),
    waiters: waiters + made,
    messages: messages + made,
  };
}

/** The shape of a state of this scenario, each field with its bounds. */
export function layoutOf(scenario: Scenario, plan: Plan): Layout {
  const int = (min: number, max: number): Layout => ({ kind: "int", min, max });
  const bool: Layout = { kind: "bool" };
  const none = int(0, 0);
  const list = (lengthMax: number, max: number): Layout => ({ kind: "list", lengthMax, max });
  const array = (length: number, of: Layout): Layout => ({ kind: "array", length, of });
  const struct = (fields: Readonly<Record<string, Layout>>): Layout => ({ kind: "struct", fields });

  const bounds = boundsOf(scenario, plan);
  const { reqs } = plan;
  const req = Math.max(reqs - 1, 0);
  const items = list(reqs + bounds.messages, 8 * 64 - 1);
  const timer = bounds.timers > 0 ? int(-1, bounds.timeMax) : int(-1, 0);
  const cqe = Math.max(
    plan.watchesResults ? CQ_LABELS * 8 * RES_MAX - 1 : plan.watchedCount,
    plan.hasMapped ? scenario.labels.length : 0,
  );
  const text: Layout = { kind: "text" };
  const counter = int(0, INT32_MAX);
  const seqMax = plan.made > 0 ? INT32_MAX : SEQ_START + 4095;
  const memory = struct({
    sqes: text,
    cqes: text,
    overflow: text,
    sqHead: counter,
    cqHead: counter,
    settled: counter,
    hook: int(0, scenario.hooks.length),
    freed: plan.hasOperations ? list(reqs, 2 * FREED_OFFSET) : list(0, 0),
  });
  const loop = struct({
    isInside: bool,
    cqWaitIdx: int(-INT32_MAX - 1, INT32_MAX),
    timeoutMs: int(-1, PROGRAM_TIME_MAX),
    result: int(-4095, INT32_MAX - 4096),
    log: text,
    signal: bool,
  });
  const local = scenario.rings.some((ring) => ring.setup.includes("DEFER_TASKRUN")) ? items : list(0, 0);
  const request = struct({
    phase: int(0, PHASE.done),
    marks: int(0, 2 * (plan.hasOperations ? MARK.resultSet : MARK.current) - 1),
    next: int(0, reqs),
    task: int(0, plan.contexts - 1),
    res: int(-Math.max(4095, bounds.resMax), bounds.resMax),
    progress: int(0, bounds.progressMax),
    desc: int(0, plan.descs),
    timer,
    targetSeq: plan.counts || plan.drains ? int(0, plan.made > 0 ? INT32_MAX : SEQ_START + 2 * 4095) : none,
  });
  const ring = struct({
    sq: list(
      plan.hasMapped ? Math.max(reqs, ...scenario.rings.map((r) => r.sqEntries)) : reqs,
      plan.hasMapped ? reqs : req,
    ),
    cq: list(bounds.cqes, cqe),
    overflow: list(bounds.overflow, cqe),
    completionBatch: list(reqs, req),
    taskWork: local,
    retry: local,
    linkHead: int(0, reqs),
    linkLast: int(0, reqs),
    deferList: list(plan.drains ? reqs : 0, req),
    drainActive: bool,
    drainNext: bool,
    drainDisabled: bool,
    timeouts: list(bounds.timeouts, req),
    seq: plan.counts ? int(0, seqMax) : none,
    flushedSeq: plan.counts ? int(0, seqMax) : none,
    lock: int(0, plan.contexts),
    taskRun: bool,
    slots: array(scenario.slotCount, int(0, plan.descs)),
    sqSeq: plan.drains ? int(0, 255) : none,
    cqSeq: plan.drains ? int(0, 1023) : none,
    memory: array(plan.hasMapped ? 1 : 0, memory),
  });
  const context = struct({
    pc: int(0, Math.max(0, ...scenario.threads.map((thread) => thread.code.length))),
    stage: int(0, STAGE.detaching),
    resume: int(0, STAGE.detaching),
    ring: int(0, Math.max(0, scenario.rings.length - 1)),
    left: int(0, bounds.submitMax),
    submitted: int(0, bounds.submitMax),
    want: int(0, bounds.submitMax),
    wait: int(0, bounds.waitMax + 1),
    missing: int(0, bounds.waitMax),
    issuing: int(0, reqs),
    batch: items,
    flush: int(0, scenario.rings.length),
    ran: int(0, reqs + bounds.messages),
    ranMin: int(0, bounds.waitMax),
    retried: bool,
    timeoutFired: bool,
    timedOut: bool,
    timer,
    taskWork: items,
    seenCount: array(plan.watchedCount, int(0, bounds.cqes)),
    seenRes: array(plan.watchedCount, int(-RES_OFFSET, RES_MAX)),
    seenFlags: array(plan.watchedCount, int(0, 15)),
    seenRank: array(plan.watchedCount, int(0, plan.watchedCount)),
    loop: array(scenario.hooks.length > 0 ? 1 : 0, loop),
  });
  return struct({
    reqs: array(reqs, request),
    rings: array(scenario.rings.length, ring),
    contexts: array(plan.contexts, context),
    descs: array(plan.descs, struct({ open: bool, released: bool, position: int(0, 2147483647) })),
    files: array(scenario.files.length, { kind: "text" }),
    pipes: array(scenario.pipes.length, { kind: "text" }),
    streams: array(2 * scenario.sockets.length, { kind: "text" }),
    buffers: array(scenario.buffers.length, { kind: "text" }),
    values: array(scenario.values.length, int(UNBOUND, 2147483647)),
    polls: list(bounds.waiters, req),
    wq: list(reqs, req),
    timers: list(bounds.timers, TIMER_CONTEXT + plan.contexts),
    now: plan.absolute ? int(0, bounds.nowMax) : none,
    readsInline: int(0, 2),
    writesInline: int(0, 2),
    opensInline: int(0, 2),
    made: array(plan.made, text),
    memories: array(scenario.memories.length, text),
    hooks: array(
      scenario.hooks.length,
      struct({ ring: int(0, scenario.rings.length), links: int(0, LINKS_MAX) }),
    ),
    operations: array(
      scenario.operations.length,
      struct({ ring: int(0, scenario.rings.length), refs: int(0, reqs + 1), isLeaving: bool }),
    ),
    pdus: array(plan.hasOperations ? reqs : 0, text),
    captured: array(plan.hasOperations ? reqs : 0, int(0, scenario.operations.length)),
  });
}
