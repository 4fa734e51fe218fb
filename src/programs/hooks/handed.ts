/**
 * A program that is handed its SQEs, and decides with each CQE which of them comes next: what the programs share that do
 * what links cannot (beyondLinks.ts).
 */
import {
  CQE,
  type HookProgram,
  type HookView,
  IOU_LOOP_CONTINUE,
  IOU_LOOP_STOP,
  type Region,
  type VariableType,
} from "../../model/programs/index.js";
import { errorOf, type Globals, globals, intArgument, wordArgument } from "../globals.js";
import { IORING_OP_ASYNC_CANCEL, SQE, writeNopWithResult, writeQuietRemoval } from "../sqe.js";
import { advanced, openRing, type RingMemory, stopWith, submitAll } from "./ringMemory.js";

/** "canc": of the requests with which it cancels. Where one fails, its CQE is nobody's business. */
const CANCEL = 0x6361_6e63n;
/** Members that one program may have: bits of `inflight`. */
const MEMBERS_MAX = 31;

/** `begun`: 1 from the first step on; `inflight`: bit i: member i is; `seen`: the CQ tail up to which CQEs were looked at. */
const OWN = { begun: "u32", inflight: "u32", seen: "u32", error: "i32" } as const;

/** What is particular to one program. Members are the SQEs of its declaration, counted from 0. */
export interface Decisions<Name extends string = never> {
  readonly doc: string;
  /** Arguments: each is kept in a global of its name. */
  readonly required?: readonly NoInfer<Name>[];
  readonly optional?: readonly NoInfer<Name>[];
  /** Types of all its globals; those that are no arguments begin as 0. */
  readonly globals?: Readonly<Record<Name, VariableType>>;
  /** The first step: what is submitted at once. */
  start(program: Handed<NoInfer<Name>>): void;
  /** A member is through, with its last CQE. */
  completed(program: Handed<NoInfer<Name>>, member: number, res: number): void;
}

/**
 * The hook: it stops when nothing of its own is in flight, or when the CQ is full, and leaves to user space all CQEs that
 * it does not take. Errors, in `error`: -EFAULT without its regions, -EINVAL on a ring with SQ_REWIND, or submit_sqes'.
 */
export function handed<Name extends string = never>(decisions: Decisions<Name>): HookProgram {
  const { doc, required = [], optional = [] } = decisions;
  const types = { ...OWN, ...decisions.globals } as Readonly<Record<Name | keyof typeof OWN, VariableType>>;
  const laidOut = globals(types);
  const { at, memory } = laidOut;
  return {
    kind: "hook",
    doc,
    parameters: { required, optional },
    userData: { cancel: CANCEL },
    ...memory,
    init(region, _ring, args) {
      for (const name of [...required, ...optional]) {
        if (types[name] === "u64") region.setU64(at[name], wordArgument(args, name, 0n));
        else region.setI32(at[name], intArgument(args, name, 0));
      }
    },
    loopStep(view, params) {
      const ring = openRing(view);
      if (ring === null) return stopWith(view.memory, at.error, errorOf("EFAULT"));
      const program = new Handed<Name>(view, ring, laidOut);
      if (view.ring.sqRewind || program.members > MEMBERS_MAX)
        return stopWith(view.memory, at.error, errorOf("EINVAL"));
      if (view.memory.u32(at.begun) === 0) {
        view.memory.setU32(at.begun, 1);
        view.memory.setU32(at.seen, ring.cqTail);
        decisions.start(program);
      }
      // A member may complete inline, and another one follow it.
      do {
        const error = program.submitDue();
        if (error < 0) return stopWith(view.memory, at.error, error);
      } while (program.lookAtCqes((member, res) => decisions.completed(program, member, res)));
      const isOver = view.memory.u32(at.inflight) === 0 && !ring.hasOverflow;
      if (isOver || ring.isFullForUser) return IOU_LOOP_STOP;
      params.cqWaitIdx = advanced(ring.cqTail, 1);
      return IOU_LOOP_CONTINUE;
    },
  };
}

/** One step of such a program. */
export class Handed<Name extends string> {
  readonly members: number;
  private readonly memory: Region;
  private readonly base: number;
  /** SQEs to be submitted, each as what writes it. */
  private readonly due: ((sqeAt: number) => void)[] = [];
  private isTaken = false;

  constructor(
    readonly view: HookView,
    private readonly ring: RingMemory,
    private readonly globals: Globals<Name | keyof typeof OWN>,
  ) {
    this.memory = view.memory;
    this.base = globals.memory.memoryBytes;
    this.members = Math.floor((view.memory.size - this.base) / SQE.bytes);
  }

  /** A global of 32 bits, signed. */
  get(name: Name): number {
    return this.memory.i32(this.globals.at[name]);
  }
  set(name: Name, value: number): void {
    this.memory.setI32(this.globals.at[name], value);
  }

  /** A field of a member's SQE, signed; what is written there counts from its next submission on. */
  field(member: number, offset: number): number {
    return this.memory.i32(this.sqeOf(member) + offset);
  }
  setField(member: number, offset: number, value: number): void {
    this.memory.setI32(this.sqeOf(member) + offset, value);
  }
  /** Adds to the address that a member reads from or writes to. */
  moveAddress(member: number, bytes: number): void {
    const at = this.sqeOf(member) + SQE.addr;
    this.memory.setU64(at, this.memory.u64(at) + BigInt(bytes));
  }

  isInFlight(member: number): boolean {
    return ((this.inflight >>> member) & 1) === 1;
  }

  /** Submits a member, for the first time or once more; none where the declaration has no such SQE. */
  submit(member: number): void {
    if (member >= this.members) return;
    this.begin(member, (to) => this.ring.sqes.copy(to, this.memory, this.sqeOf(member), SQE.bytes));
  }

  /** Completes a member with a result without running it: a NOP with its user_data. */
  complete(member: number, res: number): void {
    this.begin(member, (to) => writeNopWithResult(this.ring.sqes, to, this.userData(member), res));
  }

  /** Cancels a member that is in flight; whether that found it, its CQE says. */
  cancel(member: number): void {
    const { sqes } = this.ring;
    this.due.push((to) => writeQuietRemoval(sqes, to, IORING_OP_ASYNC_CANCEL, CANCEL, this.userData(member)));
  }

  /** User space does not see the CQE that is being looked at. */
  take(): void {
    this.isTaken = true;
  }

  /** Submits what has its turn; how many SQEs that were, or an error. */
  submitDue(): number {
    const count = this.due.length;
    for (const [n, write] of this.due.splice(0).entries()) write(this.ring.freeSqeAt(n));
    return submitAll(this.view, this.ring, count);
  }

  /** Looks at the CQEs that nobody has looked at yet; whether there were any. */
  lookAtCqes(completed: (member: number, res: number) => void): boolean {
    const { ring, memory } = this;
    const seenAt = this.globals.at.seen;
    let has = false;
    for (let index = memory.u32(seenAt); index !== ring.cqTail; index = advanced(index, 1)) {
      has = true;
      memory.setU32(seenAt, advanced(index, 1));
      const userData = ring.userData(index);
      this.isTaken = userData === CANCEL;
      const member = this.memberOf(userData);
      if (member >= 0 && ring.isLastOfRequest(index)) {
        memory.setU32(this.globals.at.inflight, this.inflight & ~(1 << member));
        completed(member, ring.res(index));
      }
      if (this.isTaken) this.takeFrom(index);
    }
    return has;
  }

  /** Moves the CQEs before one up by a place, itself to the CQ head, and the head behind it. */
  private takeFrom(index: number): void {
    const { rings } = this.ring;
    const at = this.ring.cqeAt(index);
    const [userData, rest] = [rings.u64(at + CQE.userData), rings.u64(at + CQE.res)];
    const head = this.ring.cqHead;
    for (let to = index; to !== head; to = advanced(to, -1))
      rings.copy(this.ring.cqeAt(to), rings, this.ring.cqeAt(advanced(to, -1)), CQE.bytes);
    rings.setU64(this.ring.cqeAt(head) + CQE.userData, userData);
    rings.setU64(this.ring.cqeAt(head) + CQE.res, rest);
    this.ring.reapTo(advanced(head, 1));
  }

  private begin(member: number, write: (sqeAt: number) => void): void {
    this.memory.setU32(this.globals.at.inflight, this.inflight | (1 << member));
    this.due.push(write);
  }

  private get inflight(): number {
    return this.memory.u32(this.globals.at.inflight);
  }
  private sqeOf(member: number): number {
    return this.base + SQE.bytes * member;
  }
  private userData(member: number): bigint {
    return this.memory.u64(this.sqeOf(member) + SQE.userData);
  }
  private memberOf(userData: bigint): number {
    for (let member = 0; member < this.members; member++)
      if (this.isInFlight(member) && this.userData(member) === userData) return member;
    return -1;
  }
}
