/** Holds a log against the claims, event by event, up to the first event that no run of the kernel explains. */
import type { ProfileName } from "../../model/profile.js";
import type { Claim, Finding } from "./claim.js";
import { canceledTogether } from "./claims/canceledTogether.js";
import { chainOrder } from "./claims/chainOrder.js";
import { drainWaits } from "./claims/drainWaits.js";
import { linkTimeoutAgrees } from "./claims/linkTimeoutAgrees.js";
import { noneLost } from "./claims/noneLost.js";
import { oneCompletion } from "./claims/oneCompletion.js";
import { prepFailureSevers } from "./claims/prepFailureSevers.js";
import { severedForReason } from "./claims/severedForReason.js";
import { softLinkSevers } from "./claims/softLinkSevers.js";
import type { EventKind, TraceEvent } from "./event.js";
import type { Loss, TraceLog } from "./readLog.js";
import { apply, forgetAll, newReconstruction, type Reconstruction } from "./reconstruction.js";
import { mayBeOver } from "./request.js";

/** Of several that one event contradicts the first is named: from the special ones to the general. */
export const CLAIMS: readonly Claim[] = [
  oneCompletion,
  canceledTogether,
  prepFailureSevers,
  softLinkSevers,
  severedForReason,
  linkTimeoutAgrees,
  chainOrder,
  noneLost,
  drainWaits,
];

export interface ClaimReport {
  readonly claim: Claim;
  /** Events for which it was decided that it holds. */
  readonly heldCount: number;
  /** Why it was not judged at all; null: it was. */
  readonly off: string | null;
}

export interface Violation extends Finding {
  readonly claim: Claim;
}

export interface TraceReport {
  readonly verdict: "ok" | "violated" | "inconclusive";
  readonly violation: Violation | null;
  readonly claims: readonly ClaimReport[];
  readonly counts: Reconstruction["counts"];
  /** Requests in flight when the log ends, or where the check stopped: nothing is wrong with that. */
  readonly inFlightCount: number;
  /** Events between a loss and the line that tells of it. */
  readonly unjudgedCount: number;
  readonly losses: readonly Loss[];
}

/** Total. Events of one log; `profile`: whose order and drain it is held against. */
export function checkLog(log: TraceLog, profile: ProfileName): TraceReport {
  const kinds = new Set(log.events.map(({ kind }) => kind));
  const judges = CLAIMS.map((claim) => ({ claim, heldCount: 0, off: whyOff(claim, profile, kinds) }));
  const active = judges.filter(({ off }) => off === null);
  const gaps = gapsOf(log.losses);
  const known = newReconstruction();
  let suspicions: Violation[] = [];
  let violation: Violation | null = null;
  let unjudgedCount = 0;
  let gap: Gap | undefined;
  for (const event of log.events) {
    const here = gapAt(gaps, event.line);
    if (here !== gap) {
      forgetAll(known);
      suspicions = [];
      gap = here;
    }
    if (here.isLost) {
      unjudgedCount++;
      continue;
    }
    violation = suspicions.length === 0 ? null : confirmed(suspicions, event);
    for (const judge of active) {
      if (violation !== null) break;
      const verdict = judge.claim.judge(event, known);
      if (verdict === "holds") judge.heldCount++;
      else if (verdict !== null) {
        const found = { ...verdict, claim: judge.claim };
        if (verdict.ifAlive === null) violation = found;
        else if (suspicions.length < SUSPICIONS_MAX) suspicions.push(found);
      }
    }
    if (violation !== null) break;
    apply(known, event);
  }
  const isDecided = judges.some(({ heldCount }) => heldCount > 0);
  return {
    verdict: violation !== null ? "violated" : isDecided ? "ok" : "inconclusive",
    violation,
    claims: judges,
    counts: known.counts,
    inFlightCount: inFlight(known),
    unjudgedCount,
    losses: log.losses,
  };
}

/** Findings that wait for their task's next submission: a bound for logs that were made to have none. */
const SUSPICIONS_MAX = 64;

function confirmed(suspicions: readonly Violation[], event: TraceEvent): Violation | null {
  if (event.kind !== "submit" && event.kind !== "prepFailed") return null;
  return suspicions.find(({ ifAlive }) => ifAlive === event.task) ?? null;
}

function whyOff(claim: Claim, profile: ProfileName, kinds: ReadonlySet<EventKind>): string | null {
  if (claim.appliesTo?.(profile) === false) return `not claimed of ${profile}`;
  const missing = claim.needs.filter((kind) => !kinds.has(kind));
  return missing.length === 0 ? null : `the log has no ${missing.map((kind) => TRACEPOINT[kind]).join(", ")}`;
}

const TRACEPOINT: Readonly<Record<EventKind, string>> = {
  create: "io_uring_create",
  submit: "io_uring_submit_req",
  prepFailed: "io_uring_req_failed",
  link: "io_uring_link",
  start: "io_uring_queue_async_work",
  defer: "io_uring_defer",
  failLink: "io_uring_fail_link",
  complete: "io_uring_complete",
  overflow: "io_uring_cqe_overflow",
  syncCancel: "io_uring_register",
};

interface Gap {
  /** The first line that it is not about. */
  readonly end: number;
  readonly isLost: boolean;
}

/** The log's lines in stretches, whole ones and such with lost events in turn, the last one without end. */
function gapsOf(losses: readonly Loss[]): readonly Gap[] {
  const gaps: Gap[] = [];
  let covered = 1;
  for (const { after, before } of [...losses].sort((a, b) => a.after - b.after)) {
    if (before <= covered) continue;
    if (after + 1 > covered) gaps.push({ end: after + 1, isLost: false });
    gaps.push({ end: before, isLost: true });
    covered = before;
  }
  gaps.push({ end: Number.POSITIVE_INFINITY, isLost: false });
  return gaps;
}

function gapAt(gaps: readonly Gap[], line: number): Gap {
  let low = 0;
  for (let high = gaps.length - 1; low < high; ) {
    const middle = (low + high) >> 1;
    if (line < gaps[middle]!.end) high = middle;
    else low = middle + 1;
  }
  return gaps[low]!;
}

function inFlight(known: Reconstruction): number {
  let count = 0;
  for (const ring of known.rings.values()) {
    for (const request of ring.live.values()) if (!mayBeOver(request)) count++;
  }
  return count;
}
