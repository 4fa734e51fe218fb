/**
 * Links without links: the program is handed SQEs with their link flags, and does itself what the flags ask for. What
 * a loop hook, or a user-space loop, would have to be for links to go.
 */
import {
  CQE,
  type HookProgram,
  type HookView,
  IOU_LOOP_CONTINUE,
  IOU_LOOP_STOP,
  type Region,
} from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { SQE, writeNopWithResult, writeQuietRemoval } from "../sqe.js";
import { advanced, distance, openRing, type RingMemory, stopWith, submitAll } from "./ringMemory.js";

const IOSQE_IO_DRAIN = 1 << 1;
const IOSQE_IO_LINK = 1 << 2;
const IOSQE_IO_HARDLINK = 1 << 3;
const IOSQE_CQE_SKIP_SUCCESS = 1 << 6;
const LINKS = IOSQE_IO_LINK | IOSQE_IO_HARDLINK;

const IORING_OP_TIMEOUT = 11;
const IORING_OP_TIMEOUT_REMOVE = 12;
const IORING_OP_ASYNC_CANCEL = 14;
const IORING_OP_LINK_TIMEOUT = 15;
const IORING_TIMEOUT_ETIME_SUCCESS = 1 << 5;
const MSG_WAITALL = 0x100;

/** READ_FIXED, WRITE_FIXED, READ and WRITE: a result other than `len` is a failure. */
const TRANSFERS: readonly number[] = [4, 5, 22, 23];
/** SEND and RECV, which fail by less than `len` with MSG_WAITALL. */
const MESSAGES: readonly number[] = [26, 27];
/** Opcodes whose errors do not sever: FSYNC, SYNC_FILE_RANGE, FALLOCATE, STATX, MADVISE, SHUTDOWN, those on names, xattrs, FTRUNCATE. */
const NOT_SEVERING: readonly number[] = [3, 8, 17, 21, 25, 34, 35, 36, 37, 38, 39, 41, 42, 43, 44, 55];

/**
 * Where a member is. `turn`: to be submitted; `canceled`: to be told -ECANCELED; `passed` and `failed`: through, but for
 * its LINK_TIMEOUT, whose CQE comes before the next member's.
 */
const MEMBER = {
  outside: 0,
  chained: 1,
  turn: 2,
  submitted: 3,
  canceled: 4,
  over: 5,
  passed: 6,
  failed: 7,
} as const;

const MEMBERS_MAX = 32;
/** Each turn ends a member, or submits one. */
const TURNS_MAX = 4 * MEMBERS_MAX;
const CALLS_MAX = 8;

/**
 * `calls`: system calls so far; `begun`: members whose submission has come; `over`: those that are through; `seen`: the
 * CQ tail up to which CQEs were looked at; `turns`: looks and submissions of one step, at most.
 */
const { at, memory } = globals({
  calls: "u32",
  begun: "u32",
  over: "u32",
  seen: "u32",
  error: "i32",
  turns: "u32",
});
const SIZES_AT = memory.memoryBytes;
const WAITS_AT = SIZES_AT + 4 * CALLS_MAX;
const MEMBERS_AT = WAITS_AT + 4 * CALLS_MAX;
/** A CQE on its way to another place. */
const MOVED_AT = MEMBERS_AT + MEMBERS_MAX;
const MEMORY_BYTES = Math.ceil((MOVED_AT + CQE.bytes) / 64) * 64;

/** Of the requests with which it takes a timer back, and cancels a member. */
const REMOVAL = 0x6c69_6e6b_0000_0001n;
const CANCEL = 0x6c69_6e6b_0000_0002n;

const numbers = (letter: string): readonly string[] =>
  Array.from({ length: CALLS_MAX }, (_, call) => `${letter}${call}`);

/**
 * Runs the SQEs that lie behind its memory. Call i, from 0, submits the next `s<i>=` of them and returns when `w<i>=`
 * CQEs are in the CQ, or nothing is left to do. Chains end where their call's SQEs end. Every CQE is left to user space.
 * A step does all that there is to do, or `turns=` rounds of it.
 *
 * A member fails as the kernel says: by a negative result, but for the opcodes that do not sever, or by a short transfer.
 * The rest of a soft chain is then told -ECANCELED, by NOPs that inject it. A LINK_TIMEOUT becomes a TIMEOUT that is
 * taken back when the member is through first, and cancels it otherwise. IOSQE_IO_DRAIN holds a chain back until all
 * before it are through, and all behind it until it is. A CQE that IOSQE_CQE_SKIP_SUCCESS would not have posted is moved
 * to the CQ's head, and taken.
 */
export const links: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "runs the SQEs that it is handed with their link flags, and does itself what the flags ask for",
  parameters: { optional: [...numbers("s"), ...numbers("w"), "turns"] },
  memoryBytes: MEMORY_BYTES,
  variables: memory.variables,
  userData: { removal: REMOVAL, cancel: CANCEL },
  init(region, _ring, args) {
    for (let call = 0; call < CALLS_MAX; call++) {
      region.setU32(SIZES_AT + 4 * call, intArgument(args, `s${call}`, 0));
      region.setU32(WAITS_AT + 4 * call, intArgument(args, `w${call}`, 0));
    }
    region.setU32(at.turns, intArgument(args, "turns", TURNS_MAX));
  },
  readsNoSqes: true,
  looksBackTo(memory, cqHead) {
    for (let member = MEMORY_BYTES; member < memory.size; member += SQE.bytes) {
      const isMoved =
        (memory.u8(member + SQE.flags) & IOSQE_CQE_SKIP_SUCCESS) !== 0 ||
        memory.u8(member + SQE.opcode) === IORING_OP_LINK_TIMEOUT;
      if (isMoved) return cqHead;
    }
    return memory.u32(at.seen);
  },
  loopStep(view, params) {
    const ring = openRing(view);
    if (ring === null) return stopWith(view.memory, at.error, errorOf("EFAULT"));
    const program = new Links(view, ring);
    if (view.ring.sqRewind || program.members > MEMBERS_MAX)
      return stopWith(view.memory, at.error, errorOf("EINVAL"));
    // It is 0 in the first step of a call only.
    if (params.cqWaitIdx === 0) program.beginCall();
    let isIdle = false;
    for (let turns = program.turns; turns > 0 && !isIdle; turns--) {
      const hasSeen = program.lookAtCqes();
      const submitted = program.submitTurns();
      if (submitted < 0) return stopWith(view.memory, at.error, submitted);
      isIdle = !hasSeen && submitted === 0;
    }
    if (!isIdle) {
      // No more than what is there: the next step comes without a sleep. It must not look like a call's first one.
      params.cqWaitIdx = ring.cqTail === 0 ? advanced(0, -1) : ring.cqTail;
      return IOU_LOOP_CONTINUE;
    }
    if (ring.isFullForUser) return IOU_LOOP_STOP;
    // Members may be through whose CQEs only a wait brings to the CQ.
    if (program.isDone && !ring.hasOverflow) return IOU_LOOP_STOP;
    params.cqWaitIdx = advanced(ring.cqTail, 1);
    return IOU_LOOP_CONTINUE;
  },
};

class Links {
  private readonly memory: Region;
  readonly members: number;

  constructor(
    private readonly view: HookView,
    private readonly ring: RingMemory,
  ) {
    this.memory = view.memory;
    this.members = (view.memory.size - MEMORY_BYTES) / SQE.bytes;
  }

  get turns(): number {
    return this.get("turns");
  }
  private get(name: keyof typeof at): number {
    return this.memory.u32(at[name]);
  }
  private set(name: keyof typeof at, value: number): void {
    this.memory.setU32(at[name], value);
  }
  private state(member: number): number {
    return this.memory.u8(MEMBERS_AT + member);
  }
  private put(member: number, state: number): void {
    this.memory.setU8(MEMBERS_AT + member, state);
  }
  private sqeAt(member: number): number {
    return MEMORY_BYTES + SQE.bytes * member;
  }
  private flags(member: number): number {
    return this.memory.u8(this.sqeAt(member) + SQE.flags);
  }
  private opcode(member: number): number {
    return this.memory.u8(this.sqeAt(member) + SQE.opcode);
  }
  private userData(member: number): bigint {
    return this.memory.u64(this.sqeAt(member) + SQE.userData);
  }

  /** The next call's SQEs are submitted now: each is in its chain, and the heads have their turn. */
  beginCall(): void {
    const call = this.get("calls");
    this.set("calls", call + 1);
    const size = call < CALLS_MAX ? this.memory.u32(SIZES_AT + 4 * call) : 0;
    const begun = this.get("begun");
    for (let member = begun; member < Math.min(begun + size, this.members); member++)
      this.put(member, MEMBER.chained);
    // A chain does not go on in the next call.
    const last = Math.min(begun + size, this.members) - 1;
    if (last >= begun) this.memory.setU8(this.sqeAt(last) + SQE.flags, this.flags(last) & ~LINKS);
    this.set("begun", last + 1 > begun ? last + 1 : begun);
  }

  /** CQEs that nobody has looked at yet; whether there were any. */
  lookAtCqes(): boolean {
    const { ring } = this;
    let has = false;
    for (let index = this.get("seen"); index !== ring.cqTail; index = advanced(index, 1)) {
      has = true;
      this.set("seen", advanced(index, 1));
      const userData = ring.userData(index);
      if (userData === REMOVAL || userData === CANCEL) {
        this.hide(index);
        continue;
      }
      const member = this.memberOf(userData);
      if (member < 0 || !ring.isLastOfRequest(index)) continue;
      const res = ring.res(index);
      const hasFailed = this.fails(member, res);
      this.correctTimer(member, index, res);
      const now = this.moveTimerBehind(member, index, res);
      if (!hasFailed && this.flags(member) & IOSQE_CQE_SKIP_SUCCESS) this.hide(now);
      this.end(member, hasFailed, res);
    }
    return has;
  }

  /** A LINK_TIMEOUT that fires when what it guards is through has found nothing: its CQE says so, a TIMEOUT's does not. */
  private correctTimer(member: number, index: number, res: number): void {
    if (this.opcode(member) !== IORING_OP_LINK_TIMEOUT || res !== errorOf("ETIME")) return;
    if (this.state(member - 1) === MEMBER.submitted) return;
    this.ring.rings.setI32(this.ring.cqeAt(index) + CQE.res, errorOf("ENOENT"));
  }

  /**
   * A LINK_TIMEOUT that fired first and canceled nothing posts behind the member that it guards, and says so. Where the
   * member's CQE is now; user space has not seen either.
   */
  private moveTimerBehind(member: number, index: number, res: number): number {
    const timer = this.timerOf(member);
    if (timer < 0 || this.state(timer) !== MEMBER.over || res === errorOf("ECANCELED")) return index;
    const { ring, memory } = this;
    for (let at = ring.cqHead; at !== index; at = advanced(at, 1)) {
      if (ring.userData(at) !== this.userData(timer)) continue;
      memory.copy(MOVED_AT, ring.rings, ring.cqeAt(at), CQE.bytes);
      for (let to = at; to !== index; to = advanced(to, 1))
        ring.rings.copy(ring.cqeAt(to), ring.rings, ring.cqeAt(advanced(to, 1)), CQE.bytes);
      ring.rings.copy(ring.cqeAt(index), memory, MOVED_AT, CQE.bytes);
      ring.rings.setI32(ring.cqeAt(index) + CQE.res, errorOf("ENOENT"));
      return advanced(index, -1);
    }
    return index;
  }

  /** The member in flight that a CQE is of; -1: none. */
  private memberOf(userData: bigint): number {
    for (let member = 0; member < this.get("begun"); member++) {
      if (this.state(member) === MEMBER.submitted && this.userData(member) === userData) return member;
    }
    return -1;
  }

  /** Takes a CQE that user space is not to see: moves those before it up, and it to the head. */
  private hide(index: number): void {
    const { ring, memory } = this;
    memory.copy(MOVED_AT, ring.rings, ring.cqeAt(index), CQE.bytes);
    const head = ring.cqHead;
    for (let to = index; to !== head; to = advanced(to, -1))
      ring.rings.copy(ring.cqeAt(to), ring.rings, ring.cqeAt(advanced(to, -1)), CQE.bytes);
    ring.rings.copy(ring.cqeAt(head), memory, MOVED_AT, CQE.bytes);
    ring.reapTo(advanced(head, 1));
  }

  private fails(member: number, res: number): boolean {
    const opcode = this.opcode(member);
    const len = this.memory.u32(this.sqeAt(member) + SQE.len);
    const opFlags = this.memory.u32(this.sqeAt(member) + SQE.opFlags);
    if (opcode === IORING_OP_TIMEOUT && res === errorOf("ETIME"))
      return (opFlags & IORING_TIMEOUT_ETIME_SUCCESS) === 0;
    if (res < 0) return !NOT_SEVERING.includes(opcode);
    if (TRANSFERS.includes(opcode)) return res !== len;
    return MESSAGES.includes(opcode) && (opFlags & MSG_WAITALL) !== 0 && res < len;
  }

  /** A member is through: its timer is taken back, and the chain goes on or is severed. */
  private end(member: number, hasFailed: boolean, res: number): void {
    this.markOver(member);
    if (this.opcode(member) === IORING_OP_LINK_TIMEOUT) {
      const guarded = this.state(member - 1);
      if (guarded === MEMBER.passed || guarded === MEMBER.failed) {
        this.put(member - 1, MEMBER.over);
        this.goOn(member - 1, member, guarded === MEMBER.failed);
      } else if (res === errorOf("ETIME") && guarded === MEMBER.submitted) this.ask(member - 1);
      return;
    }
    const timer = this.timerOf(member);
    if (timer >= 0 && this.state(timer) === MEMBER.submitted) {
      this.put(member, hasFailed ? MEMBER.failed : MEMBER.passed);
      this.ask(timer);
    } else this.goOn(member, timer >= 0 ? timer : member, hasFailed);
  }

  /** What is behind `last`, which is `member` or its timer. */
  private goOn(member: number, last: number, hasFailed: boolean): void {
    if ((this.flags(last) & LINKS) === 0) return;
    const isHard = (this.flags(member) & IOSQE_IO_HARDLINK) !== 0;
    if (!hasFailed || isHard) this.put(last + 1, MEMBER.turn);
    else this.sever(last + 1, (this.flags(member) & IOSQE_CQE_SKIP_SUCCESS) !== 0);
  }

  private markOver(member: number): void {
    this.put(member, MEMBER.over);
    this.set("over", this.get("over") + 1);
  }

  /** The rest of a chain, from `first` on, is canceled; in silence, if the one that failed would have been silent. */
  private sever(first: number, isSilent: boolean): void {
    for (let member = first; member < this.get("begun"); member++) {
      if (isSilent) this.markOver(member);
      else this.put(member, MEMBER.canceled);
      if ((this.flags(member) & LINKS) === 0) return;
    }
  }

  /** The LINK_TIMEOUT that guards a member; -1: none. */
  private timerOf(member: number): number {
    const next = member + 1;
    const isGuarded = (this.flags(member) & LINKS) !== 0 && next < this.get("begun");
    return isGuarded && this.opcode(next) === IORING_OP_LINK_TIMEOUT ? next : -1;
  }

  /** Whether a member begins its chain. */
  private isHead(member: number): boolean {
    return member === 0 || (this.flags(member - 1) & LINKS) === 0;
  }

  /** Whether a chain may start: a drain waits for all before it, and all behind it wait for the drain. */
  private mayStart(head: number): boolean {
    const drains = this.chainDrains(head);
    let other = 0;
    for (let member = 0; member < head; member++) {
      if (this.isHead(member)) other = member;
      if (this.state(member) !== MEMBER.over && (drains || this.chainDrains(other))) return false;
    }
    return true;
  }

  private chainDrains(head: number): boolean {
    for (let member = head; member < this.get("begun"); member++) {
      if (this.flags(member) & IOSQE_IO_DRAIN) return true;
      if ((this.flags(member) & LINKS) === 0) return false;
    }
    return false;
  }

  /** Submits what has its turn; how many SQEs that were, or an error. */
  submitTurns(): number {
    for (let member = 0; member < this.get("begun"); member++) {
      if (this.state(member) === MEMBER.chained && this.isHead(member) && this.mayStart(member))
        this.put(member, MEMBER.turn);
    }
    let count = 0;
    const { sqEntries } = this.view.ring;
    for (let member = 0; member < this.get("begun") && count + 2 <= sqEntries; member++) {
      if (this.state(member) === MEMBER.turn) count += this.write(member, count);
      else if (this.state(member) === MEMBER.canceled) {
        const to = this.ring.freeSqeAt(count++);
        writeNopWithResult(this.ring.sqes, to, this.userData(member), errorOf("ECANCELED"));
        this.put(member, MEMBER.submitted);
        this.cutBehind(member);
      }
    }
    if (count === 0) return 0;
    return submitAll(this.view, this.ring, count);
  }

  /** What is canceled has nothing behind it that would be canceled by it. */
  private cutBehind(member: number): void {
    const sqe = this.sqeAt(member);
    this.memory.setU8(sqe + SQE.flags, this.flags(member) & ~LINKS);
    this.memory.setU8(sqe + SQE.opcode, 0);
  }

  /** A member's SQE without the flags that are the program's business, and its timer; how many SQEs that are. */
  private write(member: number, index: number): number {
    const { sqes } = this.ring;
    const kept = this.flags(member) & ~(LINKS | IOSQE_IO_DRAIN | IOSQE_CQE_SKIP_SUCCESS);
    const to = this.ring.freeSqeAt(index);
    sqes.copy(to, this.memory, this.sqeAt(member), SQE.bytes);
    sqes.setU8(to + SQE.flags, kept);
    this.put(member, MEMBER.submitted);
    const timer = this.timerOf(member);
    if (timer < 0) return 1;
    const timerTo = this.ring.freeSqeAt(index + 1);
    sqes.copy(timerTo, this.memory, this.sqeAt(timer), SQE.bytes);
    sqes.setU8(timerTo + SQE.flags, 0);
    sqes.setU8(timerTo + SQE.opcode, IORING_OP_TIMEOUT);
    // A LINK_TIMEOUT has a length of 1 and no count, as a TIMEOUT has.
    this.put(timer, MEMBER.submitted);
    return 2;
  }

  /** Takes a timer back, or cancels a member; that it did is nobody's business. */
  private ask(member: number): void {
    const { sqes } = this.ring;
    const isTimer = this.opcode(member) === IORING_OP_LINK_TIMEOUT;
    const opcode = isTimer ? IORING_OP_TIMEOUT_REMOVE : IORING_OP_ASYNC_CANCEL;
    writeQuietRemoval(
      sqes,
      this.ring.freeSqeAt(0),
      opcode,
      isTimer ? REMOVAL : CANCEL,
      this.userData(member),
    );
    submitAll(this.view, this.ring, 1);
  }

  /** Whether the call returns: enough CQEs are there, or nothing is left to do. */
  get isDone(): boolean {
    const call = Math.min(this.get("calls"), CALLS_MAX) - 1;
    const wanted = this.memory.u32(WAITS_AT + 4 * call);
    return distance(this.ring.cqTail, this.ring.cqHead) >= wanted || this.get("over") === this.get("begun");
  }
}
