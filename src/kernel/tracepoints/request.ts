/** Rings, requests and chains, as the log has shown them so far. */
import type {
  Address,
  Complete,
  Create,
  Defer,
  FailLink,
  Overflow,
  PrepFailed,
  Start,
  Submit,
  TraceEvent,
} from "./event.js";
import { SQE_FLAG } from "./event.js";

export interface Ring {
  readonly address: Address;
  /** null: the ring is older than the log, or than what the log lost. */
  readonly created: Create | null;
  /** null: the ring's creation was not seen. */
  readonly isIopoll: boolean | null;
  /** Submitted and not over, oldest first: insertion order is order of submission. */
  readonly live: Map<Address, Request>;
  /** `live` by user_data. */
  readonly byUserData: Map<string, Set<Request>>;
  /** The chain that the running submission assembles. */
  open: Chain | null;
  /** The last request with DRAIN that was deferred. */
  barrier: Request | null;
  /** A severed member that must be the next on this ring to complete. */
  nextCanceled: Request | null;
  /** The last event that may cancel requests of this ring: a canceler's submission, or a system call. */
  lastCanceler: TraceEvent | null;
  lastComplete: Complete | null;
  /** Requests that were submitted so far. */
  submittedCount: number;
}

export interface Chain {
  readonly members: Request[];
  /** The first member that failed prep. */
  failedPrep: Request | null;
  /** Some member carries DRAIN: the whole chain is drained. */
  isDrained: boolean;
}

export interface Request {
  readonly ring: Ring;
  readonly address: Address;
  readonly submitted: Submit | PrepFailed;
  readonly opcode: string;
  /** From 0, on its ring. */
  readonly serial: number;
  chain: Chain;
  /** In its chain, from 0. */
  position: number;
  started: Start | null;
  deferred: Defer | null;
  /** Deferred: requests with a smaller serial must be over before it starts. */
  waitsBelow: number;
  /** The failure of an earlier member that canceled this one. */
  severed: FailLink | null;
  /** The member whose failure that was; null: unknown. */
  severer: Request | null;
  over: Complete | Overflow | null;
  /**
   * Whether it is over cannot be known: an overflowed CQE that fits several requests may be its. Nothing is
   * concluded from its completion, or from the lack of one.
   */
  isDoubtful: boolean;
}

export const has = (request: Request, flag: keyof typeof SQE_FLAG): boolean =>
  (request.submitted.flags & SQE_FLAG[flag]) !== 0;

export const isLinkTimeout = (request: Request): boolean => request.opcode === "LINK_TIMEOUT";

/** Whether its end may post no CQE (SKIP-01 to SKIP-07), or may not be seen at all. */
export function mayBeSilent(request: Request): boolean {
  if (request.isDoubtful) return true;
  if (request.severed !== null) return request.severer === null || has(request.severer, "skip");
  // A failing prep posts whatever its flags (PREP-08), and the head of a chain that failed prep does too (SKIP-04).
  if (request.submitted.kind === "prepFailed") return false;
  return has(request, "skip");
}

/** Whether the log shows, or at least does not exclude, that it is over. */
export function mayBeOver(request: Request): boolean {
  return request.over !== null || mayBeSilent(request);
}

/** The request that a LINK_TIMEOUT guards (LT-02); null: none is known. */
export function guardedBy(linkTimeout: Request): Request | null {
  const target = linkTimeout.chain.members[linkTimeout.position - 1];
  return target === undefined || isLinkTimeout(target) ? null : target;
}

/** The member directly before, LINK_TIMEOUTs left out: they are no members of the order (LT-03). */
export function predecessorOf({ chain, position }: Request): Request | null {
  // Two LINK_TIMEOUTs in a row fail prep (LT-01), so one step over one is enough.
  for (let at = position - 1; at >= 0 && at >= position - 2; at--) {
    const member = chain.members[at]!;
    if (!isLinkTimeout(member)) return member;
  }
  return null;
}

/** Members that are looked at in a search backwards: a bound for logs that were made to have none. */
export const WALK_MAX = 64;

/** The nearest earlier member that must be over before `request` may start or complete; null: none is known. */
export function mustBeOverFirst(request: Request): Request | null {
  let member = predecessorOf(request);
  for (let steps = 0; member !== null && steps < WALK_MAX; steps++) {
    if (!mayBeSilent(member)) return member;
    member = predecessorOf(member);
  }
  return null;
}

/** The nearest later member of which something is known: it is over, or could not be over unseen; null: there is none. */
export function nearestBehind(request: Request): Request | null {
  let member = successorOf(request);
  for (let steps = 0; member !== null && steps < WALK_MAX; steps++) {
    if (member.over !== null || !mayBeSilent(member)) return member;
    member = successorOf(member);
  }
  return null;
}

function successorOf({ chain, position }: Request): Request | null {
  for (let at = position + 1; at < chain.members.length && at <= position + 2; at++) {
    const member = chain.members[at]!;
    if (!isLinkTimeout(member)) return member;
  }
  return null;
}

/** The member behind it, of whatever kind. */
export function memberBehind({ chain, position }: Request): Request | null {
  return chain.members[position + 1] ?? null;
}
