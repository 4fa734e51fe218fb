/** From events to rings, requests and chains: what each event changes. It judges nothing; the claims do. */
import type { Address, Complete, Create, Overflow, PrepFailed, Submit, TraceEvent } from "./event.js";
import { CQE_FLAG } from "./event.js";
import { has, memberBehind, type Request, type Ring } from "./request.js";

/** What the log has shown so far. */
export interface Reconstruction {
  readonly rings: Map<Address, Ring>;
  /** The last request at each address, of whatever ring: live, or over. */
  readonly occupants: Map<Address, Request>;
  /** Addresses that a ring older than the log has completed: what was submitted there is not known. */
  readonly foreign: Set<Address>;
  readonly counts: { rings: number; requests: number; chains: number; completions: number };
}

export function newReconstruction(): Reconstruction {
  return {
    rings: new Map(),
    occupants: new Map(),
    foreign: new Set(),
    counts: { rings: 0, requests: 0, chains: 0, completions: 0 },
  };
}

/** Events were lost: whatever was known may have changed unseen. The counts stay. */
export function forgetAll(known: Reconstruction): void {
  known.rings.clear();
  known.occupants.clear();
  known.foreign.clear();
}

/** The live request that an event names; undefined: none is known at that address. */
export function liveAt(known: Reconstruction, ring: Address, req: Address): Request | undefined {
  return known.rings.get(ring)?.live.get(req);
}

export function apply(known: Reconstruction, event: TraceEvent): void {
  if (event.kind === "create") {
    addRing(known, event.ring, event);
    return;
  }
  const ring = known.rings.get(event.ring) ?? addRing(known, event.ring, null);
  switch (event.kind) {
    case "submit":
    case "prepFailed":
      submit(known, ring, event);
      return;
    case "link": {
      const request = ring.live.get(event.req);
      if (request !== undefined) linkBehind(known, request, ring.live.get(event.after));
      return;
    }
    case "start": {
      const request = ring.live.get(event.req);
      if (request === undefined) return;
      closeChain(request);
      request.started ??= event;
      return;
    }
    case "defer": {
      const request = ring.live.get(event.req);
      if (request === undefined) return;
      closeChain(request);
      deferRequest(request);
      request.deferred = event;
      return;
    }
    case "failLink": {
      const severer = known.occupants.get(event.req) ?? null;
      const member = ring.live.get(event.member);
      if (member === undefined) return;
      member.severed = event;
      member.severer = severer?.ring === ring && severer.chain === member.chain ? severer : null;
      return;
    }
    case "complete": {
      known.counts.completions++;
      ring.lastComplete = event;
      if (event.req === null || isNotification(event)) return;
      const request = ring.live.get(event.req);
      // F_MORE does not matter here: where a request has CQEs left after this one, the tracepoint names no request;
      // that a zero-copy send has it only announces its notification.
      if (request === undefined) known.foreign.add(event.req);
      else endRequest(request, event);
      return;
    }
    case "overflow":
      overflow(known, ring, event);
      return;
    case "syncCancel":
      ring.lastCanceler = event;
  }
}

/** The notification of a zero-copy send is a request of its own, that nobody submitted. */
export function isNotification(event: Complete): boolean {
  return (event.cflags & CQE_FLAG.notification) !== 0;
}

function addRing(known: Reconstruction, address: Address, created: Create | null): Ring {
  const ring: Ring = {
    address,
    created,
    isIopoll: created === null ? null : created.isIopoll,
    live: new Map(),
    byUserData: new Map(),
    open: null,
    barrier: null,
    nextCanceled: null,
    lastCanceler: null,
    lastComplete: null,
    submittedCount: 0,
  };
  known.rings.set(address, ring);
  known.counts.rings++;
  return ring;
}

const CANCELERS = new Set(["ASYNC_CANCEL", "POLL_REMOVE", "TIMEOUT_REMOVE"]);

function submit(known: Reconstruction, ring: Ring, event: Submit | PrepFailed): void {
  const previous = known.occupants.get(event.req);
  if (previous !== undefined && previous.over === null) remove(previous);
  const chain = { members: [] as Request[], failedPrep: null, isDrained: false };
  const request: Request = {
    ring,
    address: event.req,
    submitted: event,
    opcode: event.opcode,
    serial: ring.submittedCount++,
    chain,
    position: 0,
    started: null,
    deferred: null,
    waitsBelow: 0,
    severed: null,
    severer: null,
    over: null,
    isDoubtful: false,
  };
  known.counts.requests++;
  known.occupants.set(event.req, request);
  ring.live.set(event.req, request);
  const named = ring.byUserData.get(event.userData);
  if (named === undefined) ring.byUserData.set(event.userData, new Set([request]));
  else named.add(request);
  if (CANCELERS.has(event.opcode)) ring.lastCanceler = event;
  const open = ring.open;
  join(request, chain);
  // A link event follows only where prep succeeded (io_submit_fail_init links without telling).
  if (event.kind === "prepFailed" && open !== null) linkBehind(known, request, open.members.at(-1));
  else ring.open = isLinked(request) ? chain : null;
}

/** `request` becomes the member behind `last`; unknown, where that is older than the log. */
function linkBehind(known: Reconstruction, request: Request, last: Request | undefined): void {
  if (last !== undefined) {
    join(request, last.chain);
    if (request.position === 1) known.counts.chains++;
  }
  request.ring.open = isLinked(request) ? request.chain : null;
}

function join(request: Request, chain: Request["chain"]): void {
  request.chain = chain;
  request.position = chain.members.length;
  chain.members.push(request);
  if (request.submitted.kind === "prepFailed") chain.failedPrep ??= request;
  chain.isDrained ||= has(request, "drain");
}

function isLinked(request: Request): boolean {
  return has(request, "link") || has(request, "hardlink");
}

/** Whatever happens to a member shows that its chain is complete: none is touched before (FORM-02). */
function closeChain({ chain, ring }: Request): void {
  if (ring.open === chain) ring.open = null;
}

function deferRequest(request: Request): void {
  const { ring } = request;
  if (request.chain.isDrained) {
    request.waitsBelow = request.serial;
    ring.barrier = request;
  } else if (ring.barrier !== null) {
    request.waitsBelow = ring.barrier.chain.members.at(-1)!.serial + 1;
  }
}

function endRequest(request: Request, event: Request["over"]): void {
  closeChain(request);
  request.over = event;
  remove(request);
  const { ring } = request;
  const behind = memberBehind(request);
  const isSameFailure = behind !== null && behind.severed !== null && behind.severer === request.severer;
  const goesOn =
    request.severed !== null && isSameFailure && behind.over === null && request.severer !== null;
  ring.nextCanceled = goesOn ? behind : null;
}

function remove(request: Request): void {
  const { ring, submitted } = request;
  ring.live.delete(request.address);
  const named = ring.byUserData.get(submitted.userData);
  named?.delete(request);
  if (named?.size === 0) ring.byUserData.delete(submitted.userData);
  if (ring.nextCanceled === request) ring.nextCanceled = null;
}

/** The tracepoint names no request, so all that bear its user_data may be it. */
function overflow(known: Reconstruction, ring: Ring, event: Overflow): void {
  const candidates = [...(ring.byUserData.get(event.userData) ?? [])];
  if (candidates.length === 0) return;
  known.counts.completions++;
  // A message from another ring may bear any user_data, so even one candidate is not certain to be it.
  for (const request of candidates) request.isDoubtful = true;
  ring.byUserData.delete(event.userData);
  if (candidates.length === 1 && !isToldTwice(ring, event)) endRequest(candidates[0]!, event);
  else ring.nextCanceled = null;
}

/** Up to 6.2 a completion that overflows is told first, with its request, and then that it overflows. */
function isToldTwice({ lastComplete }: Ring, event: Overflow): boolean {
  if (lastComplete === null || lastComplete.req === null || lastComplete.cpu !== event.cpu) return false;
  return lastComplete.userData === event.userData && lastComplete.res === event.res;
}
