/**
 * Which chains does a scenario submit? Derived from its text alone: submissions, chains, who guards whom and what fails
 * prep, where no run can make a difference. Stands for io_submit_sqes, io_submit_sqe and io_submit_fail_init (6.18).
 */
import {
  type Instruction,
  IOSQE,
  type ReqId,
  type RingId,
  type Scenario,
  type ThreadId,
} from "../model/scenario.js";
import { opcodeOf, prepErrorOf, reachesFlagChecks } from "./prep.js";
import { isAtLeast, type Kernel, kernelOf } from "./profile.js";

/** Requests linked in one submission; a request without a link is a chain of one. */
export interface Chain {
  readonly ring: RingId;
  /** How many chains were submitted on its ring before it. */
  readonly ordinal: number;
  /** How many submissions its ring saw before the one it is part of. */
  readonly submission: number;
  readonly members: readonly ReqId[];
  /** False: the submission ended before a member without a link flag (FORM-03, FORM-04). */
  readonly closed: boolean;
  readonly prep: "ok" | "failed" | "unknown";
  /** By position: the errno of a member that fails prep; null: it does not; "unknown": cannot be said. */
  readonly prepErrors: readonly (number | null | "unknown")[];
  /** By position: the position of the LINK_TIMEOUT that guards the member; null: none does. */
  readonly guards: readonly (number | null)[];
  /** A member bears DRAIN and was not refused for it: all of the chain is drained (DRN-07). */
  readonly drained: boolean;
  /** It is drained itself, or an SQE before it on the ring bore DRAIN: it may have to wait in the defer list. */
  readonly maybeDeferred: boolean;
  /** False: it may stay in the SQ without anybody being at fault, as where an SQ thread sleeps. */
  readonly surelySubmitted: boolean;
}

/** One io_uring_enter of a thread, and what it must return: null where the scenario does not say. */
export interface PlannedEnter {
  readonly thread: ThreadId;
  readonly ring: RingId;
  /** How many enters the thread has on that ring before it, in its text. */
  readonly ordinal: number;
  readonly instruction: Instruction & { readonly do: "enter" };
  /** SQEs that it consumes. */
  readonly submitted: number | null;
}

export interface StaticPlan {
  /** Chains of each ring in order of submission. */
  readonly chains: readonly (readonly Chain[])[];
  /** By ReqId; null: the scenario does not determine it, or it is never submitted. */
  readonly chainOf: readonly (Chain | null)[];
  /** By ReqId: it stays in the SQ whatever happens. */
  readonly neverSubmitted: readonly boolean[];
  /** By RingId: all its submissions are known. */
  readonly isKnown: readonly boolean[];
  readonly enters: readonly PlannedEnter[];
}

const plans = new WeakMap<Scenario, Map<string, StaticPlan>>();

/** The plan of a scenario under a profile; the same object for the same arguments. Total. */
export function planOf(scenario: Scenario, profile: string): StaticPlan {
  const byProfile = plans.get(scenario) ?? new Map<string, StaticPlan>();
  plans.set(scenario, byProfile);
  const plan = byProfile.get(profile) ?? buildPlan(scenario, kernelOf(profile));
  byProfile.set(profile, plan);
  return plan;
}

interface Draft {
  readonly scenario: Scenario;
  readonly kernel: Kernel;
  readonly chains: Chain[][];
  readonly chainOf: (Chain | null)[];
  readonly neverSubmitted: boolean[];
  readonly isKnown: boolean[];
  readonly enters: PlannedEnter[];
}

/** The kernel's side of one ring while its submissions are played. */
interface RingDraft {
  readonly ring: RingId;
  readonly submitAll: boolean;
  readonly sqPoll: boolean;
  /** What follows on this ring depends on the run. */
  isTainted: boolean;
  sq: ReqId[];
  submissions: number;
  drainDisabled: boolean;
  drainSeen: boolean;
}

function buildPlan(scenario: Scenario, kernel: Kernel): StaticPlan {
  const draft: Draft = {
    scenario,
    kernel,
    chains: scenario.rings.map(() => []),
    chainOf: scenario.sqes.map(() => null),
    neverSubmitted: scenario.sqes.map(() => false),
    isKnown: scenario.rings.map(() => false),
    enters: [],
  };
  for (const ring of scenario.rings.keys()) playRing(draft, ring);
  return draft;
}

function writersOf(scenario: Scenario, ring: RingId): ThreadId[] {
  return [...scenario.threads.keys()].filter((thread) =>
    scenario.threads[thread]!.code.some(
      (step) =>
        (step.do === "queue" && step.ring === ring) ||
        (step.do === "enter" && step.ring === ring && step.submit > 0),
    ),
  );
}

function enterersOf(scenario: Scenario, ring: RingId): ThreadId[] {
  return [...scenario.threads.keys()].filter((thread) =>
    scenario.threads[thread]!.code.some(
      (step) => (step.do === "enter" || step.do === "await") && step.ring === ring,
    ),
  );
}

/** A loop hook decides by itself what is submitted. */
export function mayHaveHook(scenario: Scenario, ring: RingId): boolean {
  return (
    scenario.hooks.some((hook) => hook.ring === ring) ||
    scenario.threads.some(({ code }) =>
      code.some((step) => step.do === "attach" && step.what.kind === "hook" && step.what.ring === ring),
    )
  );
}

/** Whether nothing but one thread's own text decides what is submitted on the ring. */
function isDetermined(scenario: Scenario, ring: RingId, writers: readonly ThreadId[]): boolean {
  const setup = scenario.rings[ring]!.setup;
  if (writers.length > 1 || mayHaveHook(scenario, ring)) return false;
  if (setup.includes("IOPOLL") || setup.includes("R_DISABLED") || setup.includes("ATTACH_WQ")) return false;
  const oneTask = setup.includes("SINGLE_ISSUER") || setup.includes("DEFER_TASKRUN");
  return (
    !oneTask || enterersOf(scenario, ring).every((thread) => writers.length === 0 || thread === writers[0])
  );
}

/** Positions of a thread's program that some run may jump over. */
function conditionalSteps(code: readonly Instruction[]): boolean[] {
  const conditional = code.map(() => false);
  for (const [at, step] of code.entries()) {
    const to = step.do === "branch" ? step.otherwise : step.do === "jump" ? step.to : at;
    for (let between = at + 1; between < to; between++) conditional[between] = true;
  }
  return conditional;
}

function playRing(draft: Draft, ring: RingId): void {
  const { scenario } = draft;
  const writers = writersOf(scenario, ring);
  const determined = isDetermined(scenario, ring, writers);
  const setup = scenario.rings[ring]!.setup;
  const state: RingDraft = {
    ring,
    submitAll: setup.includes("SUBMIT_ALL"),
    sqPoll: setup.includes("SQPOLL"),
    isTainted: !determined,
    sq: [],
    submissions: 0,
    drainDisabled: false,
    drainSeen: false,
  };
  for (const [thread, { code }] of scenario.threads.entries()) {
    const conditional = conditionalSteps(code);
    let ordinal = 0;
    for (const [at, step] of code.entries()) {
      if ((step.do !== "queue" && step.do !== "enter") || step.ring !== ring) continue;
      const submits = step.do === "queue" || step.submit > 0;
      if (submits && conditional[at]) state.isTainted = true;
      if (step.do === "queue") queue(draft, state, step.sqes);
      else {
        const submitted = playEnter(draft, state, step.submit);
        draft.enters.push({ thread, ring, ordinal: ordinal++, instruction: step, submitted });
      }
    }
  }
  draft.isKnown[ring] = !state.isTainted;
  if (state.isTainted || state.sqPoll) return;
  for (const req of state.sq) draft.neverSubmitted[req] = true;
}

function queue(draft: Draft, state: RingDraft, sqes: readonly ReqId[]): void {
  if (state.isTainted) return;
  if (state.sq.length + sqes.length > draft.scenario.rings[state.ring]!.sqEntries) {
    state.isTainted = true;
    return;
  }
  state.sq.push(...sqes);
  if (!state.sqPoll) return;
  // FORM-12: a thread of its own sees the ring's tail block by block, so a chain inside one block stays whole. Whether the
  // last one goes on in the next block, the run decides.
  const closed = sqes.findLastIndex((req) => !isLinked(draft, req)) + 1;
  submit(draft, state, closed);
  if (closed < sqes.length) state.isTainted = true;
}

function playEnter(draft: Draft, state: RingDraft, toSubmit: number): number | null {
  if (toSubmit === 0) return 0;
  // ENT-09: whatever its SQ thread has taken by then.
  if (state.sqPoll) return draft.scenario.rings[state.ring]!.setup.includes("R_DISABLED") ? null : toSubmit;
  if (state.isTainted) return null;
  return submit(draft, state, toSubmit);
}

function isLinked(draft: Draft, req: ReqId): boolean {
  return (draft.scenario.sqes[req]!.flags & (IOSQE.LINK | IOSQE.HARDLINK)) !== 0;
}

/** io_submit_sqes: how many SQEs it consumes; null where that cannot be said, and nothing after it can. */
function submit(draft: Draft, state: RingDraft, toSubmit: number): number | null {
  const count = Math.min(toSubmit, state.sq.length);
  let open: Assembly = newAssembly();
  for (let taken = 1; taken <= count; taken++) {
    const req = state.sq.shift()!;
    const error = accept(draft, state, open, req);
    if (isLinked(draft, req)) continue;
    close(draft, state, open, true);
    open = newAssembly();
    // PREP-06: a bad SQE that ends its chain ends the submission too; PREP-09: an SQ thread goes on in its next pass.
    if (error === null || state.submitAll || state.sqPoll) continue;
    if (error === "unknown") {
      state.isTainted = true;
      return null;
    }
    state.submissions++;
    return taken;
  }
  if (open.members.length > 0) close(draft, state, open, false);
  if (count > 0) state.submissions++;
  return count;
}

interface Assembly {
  readonly members: ReqId[];
  readonly prepErrors: (number | null | "unknown")[];
  readonly guards: (number | null)[];
  drained: boolean;
}

function newAssembly(): Assembly {
  return { members: [], prepErrors: [], guards: [], drained: false };
}

function accept(draft: Draft, state: RingDraft, open: Assembly, req: ReqId): number | null | "unknown" {
  const sqe = draft.scenario.sqes[req]!;
  const lastReq = open.members.at(-1);
  const last = lastReq === undefined ? null : draft.scenario.sqes[lastReq]!;
  const error = prepErrorOf(sqe, { drainDisabled: state.drainDisabled, last, kernel: draft.kernel });
  if (reachesFlagChecks(sqe, draft.kernel)) {
    if ((sqe.flags & IOSQE.SKIP) !== 0) state.drainDisabled = true;
    if ((sqe.flags & IOSQE.DRAIN) !== 0 && !state.drainDisabled) {
      open.drained = true;
      state.drainSeen = true;
    }
  }
  const position = open.members.push(req) - 1;
  open.prepErrors.push(error);
  open.guards.push(null);
  if (opcodeOf(sqe) === "LINK_TIMEOUT" && error === null && position > 0)
    open.guards[position - 1] = position;
  return error;
}

function close(draft: Draft, state: RingDraft, open: Assembly, closed: boolean): void {
  const chain: Chain = {
    ring: state.ring,
    ordinal: draft.chains[state.ring]!.length,
    submission: state.submissions,
    members: open.members,
    closed,
    prep: open.prepErrors.some((error) => typeof error === "number")
      ? "failed"
      : open.prepErrors.includes("unknown")
        ? "unknown"
        : "ok",
    prepErrors: open.prepErrors,
    guards: open.guards,
    drained: open.drained,
    maybeDeferred: state.drainSeen,
    surelySubmitted: !state.sqPoll,
  };
  draft.chains[state.ring]!.push(chain);
  for (const req of open.members) draft.chainOf[req] = chain;
}

/** The drain algorithm that counts requests (6.16 and later); before, it counted CQEs (DRN-16). */
export function drainCountsRequests(kernel: Kernel): boolean {
  return isAtLeast(kernel, 6, 16);
}
