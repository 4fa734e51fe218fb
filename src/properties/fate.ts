/**
 * What became of each member of each chain, read off a run: started, canceled by an earlier failure, still waiting. The
 * walk from the head that a person makes with a CQ dump and the rules in hand; every property of chains stands on it.
 */
import type { ReqId, RingId } from "../model/scenario.js";
import { type Chain, drainCountsRequests } from "./plan.js";
import { severing } from "./severs.js";
import { cqesOf, finalCqe, hasFlag, hasTrace, sqeOf, type View } from "./view.js";

const ECANCELED = -125;

export type Fate =
  /** It was its turn, so its result is its own. Not `sure`: a silent predecessor or a drain may still hold it. */
  | { readonly kind: "started"; readonly sure: boolean }
  /** A LINK_TIMEOUT whose request was started. */
  | { readonly kind: "guarding"; readonly op: ReqId }
  /** Never issued: its CQE, where it is visible, has `res`. `by`: the member whose failure did it, itself included. */
  | {
      readonly kind: "severed";
      readonly stage: "prep" | "issue";
      readonly by: ReqId;
      readonly res: number;
      /** null: the manual pages do not say. */
      readonly visible: boolean | null;
      readonly sure: boolean;
    }
  /** The request before it has not ended. */
  | { readonly kind: "waiting"; readonly behind: ReqId }
  | { readonly kind: "unknown" };

const UNKNOWN: Fate = { kind: "unknown" };
const fates = new WeakMap<View, readonly Fate[]>();

/** By ReqId. Requests of no known chain are "unknown". */
export function fatesOf(view: View): readonly Fate[] {
  let known = fates.get(view);
  if (known === undefined) {
    const found: Fate[] = view.run.scenario.sqes.map(() => UNKNOWN);
    for (const chains of view.plan.chains) for (const chain of chains) walkChain(view, chain, found);
    known = found;
    fates.set(view, known);
  }
  return known;
}

/** Whether the chain reached the kernel: all threads ended, or something submitted with it or later left a mark. */
export function wasSubmitted(view: View, chain: Chain): boolean {
  if (chain.surelySubmitted && !view.run.outcome.hang) return true;
  return view.plan.chains[chain.ring]!.some(
    (other) => other.ordinal >= chain.ordinal && other.members.some((req) => hasTrace(view, req)),
  );
}

/** Whether an earlier drain may still hold the chain: a request submitted before it has not visibly ended. */
function mayBeHeld(view: View, chain: Chain): boolean {
  if (!chain.maybeDeferred) return false;
  if (drainMayMiscount(view, chain.ring)) return true;
  return view.plan.chains[chain.ring]!.some(
    (other) => other.ordinal < chain.ordinal && other.members.some((req) => finalCqe(view, req) === null),
  );
}

/**
 * DRN-16, K-20: before 6.16 a drain compares counts of SQEs and CQEs, which a failing prep, a skipped CQE or a multishot
 * puts wrong, so that it is let go too early or never.
 */
export function drainMayMiscount(view: View, ring: RingId): boolean {
  if (view.kernel === null || drainCountsRequests(view.kernel)) return false;
  return view.plan.chains[ring]!.some(
    (chain) => chain.prep !== "ok" || chain.members.some((req) => !postsOneCqe(view, req)),
  );
}

function postsOneCqe(view: View, req: ReqId): boolean {
  const sqe = sqeOf(view, req);
  const isMultishot = sqe.multishot || (sqe.operation.opcode === "TIMEOUT" && sqe.operation.multishot);
  return !isMultishot && !hasFlag(view, req, "SKIP");
}

function walkChain(view: View, chain: Chain, found: Fate[]): void {
  if (chain.prep === "unknown") return;
  const submitted = wasSubmitted(view, chain);
  if (chain.prep === "failed") walkFailedPrep(view, chain, submitted, found);
  else walkIssued(view, chain, submitted && !mayBeHeld(view, chain), found);
}

/** PREP-03, SKIP-04: the head decides who sees anything; its own link timeout goes by its own SKIP (SKIP-06). */
function walkFailedPrep(view: View, chain: Chain, sure: boolean, found: Fate[]): void {
  const head = chain.members[0]!;
  const culprit = chain.members[chain.prepErrors.findIndex((error) => typeof error === "number")]!;
  for (const [position, req] of chain.members.entries()) {
    const error = chain.prepErrors[position];
    if (error === "unknown" || error === undefined) continue;
    const isHeadsGuard = chain.guards[0] === position;
    // That the head decides for a member that fails behind it is the kernel's doing.
    const isOpen = view.kernel === null && chain.members.some((member) => hasFlag(view, member, "SKIP"));
    const decides = isHeadsGuard ? req : head;
    const visible = position === 0 || (isOpen ? null : !hasFlag(view, decides, "SKIP"));
    found[req] = { kind: "severed", stage: "prep", by: culprit, res: error ?? ECANCELED, visible, sure };
  }
}

function walkIssued(view: View, chain: Chain, isSure: boolean, found: Fate[]): void {
  const { members, guards } = chain;
  let sure = isSure;
  let position = 0;
  while (position < members.length) {
    const req = members[position]!;
    const guard = guards[position] ?? null;
    const next = guard === null ? position + 1 : guard + 1;
    found[req] = { kind: "started", sure };
    if (guard !== null) found[members[guard]!] = { kind: "guarding", op: req };
    const rest = members.slice(next);
    const final = finalCqe(view, req);
    if (final === null) {
      if (!hasFlag(view, req, "SKIP") || cqesOf(view, req).length > 0) {
        for (const later of rest) found[later] = { kind: "waiting", behind: req };
        return;
      }
      sure = sure && endedInSilence(view, req, rest);
    } else if (!hasFlag(view, req, "HARDLINK")) {
      const { how } = severing(sqeOf(view, req), final.res, view.kernel);
      if (how === "either") return;
      if (how === "severs") {
        const visible = !hasFlag(view, req, "SKIP");
        for (const later of rest) {
          found[later] = { kind: "severed", stage: "issue", by: req, res: ECANCELED, visible, sure: true };
        }
        return;
      }
      sure = true;
    } else sure = true;
    position = next;
  }
}

/** A request with SKIP and no CQE has succeeded or has not ended; what comes after it tells which. */
function endedInSilence(view: View, req: ReqId, rest: readonly ReqId[]): boolean {
  return (
    (view.trace !== null && view.trace.freedAt[req] !== null) || rest.some((later) => hasTrace(view, later))
  );
}

/** Members in the order in which they are executed, without the link timeouts that guard one. */
export function executionOrder(chain: Chain): ReqId[] {
  const guards = new Set(chain.guards);
  return chain.members.filter((_, position) => !guards.has(position));
}
