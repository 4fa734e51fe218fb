/**
 * The specification as a transition system: what may happen next, and what each of it does. All nondeterminism is an action in the one list that `enabled` returns.
 */
import type { Layout, Model } from "../scheduler/model.js";
import { advanceClock, canAdvance, disarmTimer, mayExpire } from "./clock.js";
import { canStepEnter, stepEnter } from "./enter.js";
import { answerBlocked, choicesOf, environmentChoices } from "./environment.js";
import type { Event } from "./event.js";
import { attachDeclared } from "./hook/attach.js";
import { describeWorker, stepWorker, workerChoices } from "./ioWq.js";
import { issueInline } from "./issue.js";
import { fireChoices, fireLinkTimeout } from "./linkTimeout.js";
import { type Machine, machineOf, sqeOf, traitsOf } from "./machine.js";
import { opcodeName } from "./opcodes.js";
import { attachDeclaredOperations } from "./operation/attach.js";
import { runPoll } from "./poll.js";
import { type ProfileName, profileOf } from "./profile.js";
import { fillMemories } from "./programMemory.js";
import { R } from "./rules.js";
import type { Scenario } from "./scenario.js";
import {
  type Context,
  initialState,
  layoutOf,
  PHASE,
  planOf,
  type Ring,
  STAGE,
  type State,
  TIMER_CONTEXT,
} from "./state.js";
import { canStepSyncCancel } from "./syncCancel.js";
import { canFlushEarly, canRunTaskWork, flushEarly, stepTaskWork } from "./taskWork.js";
import {
  canEndDetach,
  canStart,
  endDetaching,
  endStatement,
  endSweep,
  finishEmptyThreads,
  instructionOf,
  startStatement,
  sweep,
  sweepRing,
  waitInSyncCancel,
} from "./threads.js";
import { fireTimeout } from "./timeout.js";

declare const brand: unique symbol;
/** One thing that may happen: `kind * 65536 + who * 256 + choice`, so that a list of them costs nothing. */
export type Action = number & { readonly [brand]?: "action" };

const KIND = {
  /** A context takes its next step: a statement, a step of a system call, an answered issue. */
  context: 0,
  /** Task work reaches a context between statements, or in a plain system call. */
  interrupt: 1,
  worker: 2,
  expire: 3,
  environment: 4,
  clock: 5,
  /** A context is preempted, and flushes before the next item of its task work. */
  preempt: 6,
} as const;

function action(kind: number, who: number, choice: number): Action {
  return kind * 65536 + who * 256 + choice;
}

const kindOf = (a: Action): number => Math.floor(a / 65536);
const whoOf = (a: Action): number => Math.floor(a / 256) % 256;
const choiceOf = (a: Action): number => a % 256;

/** Who acts: an index that is equal for the actions of one thread, SQ thread, request in io-wq, timer, or the environment. */
export function actorOf(a: Action): number {
  return kindOf(a) * 256 + whoOf(a);
}

/** A model, and the shape of its states. */
export interface RingModel extends Model<State, Action, Event> {
  readonly scenario: Scenario;
  readonly profile: ProfileName;
  readonly layout: Layout;
}

/** How a model is made. */
export interface ModelOptions {
  /**
   * Tell a CQE when it is settled, and keep no more of it: for who looks at CQEs and not at claims. Nothing else of a
   * run changes: the same actions are enabled, with the same names. Default: no.
   */
  readonly settles?: boolean;
}

/** The specification of one scenario under one profile. Throws nothing: what a scenario may not say is the compiler's to refuse. */
export function ringModel(
  scenario: Scenario,
  name: ProfileName,
  { settles = false }: ModelOptions = {},
): RingModel {
  const plan = planOf(scenario);
  const start = initialState(scenario, plan);
  const m = machineOf(scenario, plan, profileOf(name), start, settles);
  finishEmptyThreads(m);
  startPrograms(m);
  return {
    scenario,
    profile: name,
    layout: layoutOf(scenario, plan),
    initial: () => structuredClone(start),
    enabled: (state) => {
      m.s = state;
      m.emit = ignore;
      return enabledActions(m);
    },
    apply: (draft, a, emit) => {
      m.s = draft;
      m.emit = emit;
      applyAction(m, a);
    },
    describe: (a, state) => {
      m.s = state;
      m.emit = ignore;
      return describeAction(m, a);
    },
  };
}

/** What user space does before the threads start: fills the programs' memory, and attaches them. */
function startPrograms(m: Machine): void {
  fillMemories(m);
  attachDeclaredOperations(m);
  attachDeclared(m);
}

const ignore = (): void => {};

function enabledActions(m: Machine): Action[] {
  const actions: Action[] = [];
  for (let context = 0; context < m.plan.contexts; context++) {
    const choices = contextChoices(m, context);
    for (let choice = 0; choice < choices; choice++) actions.push(action(KIND.context, context, choice));
    if (canInterrupt(m, context)) actions.push(action(KIND.interrupt, context, 0));
    if (canFlushEarly(m, context)) actions.push(action(KIND.preempt, context, 0));
  }
  for (let req = 0; req < m.s.reqs.length; req++) {
    const choices = workerChoices(m, req);
    for (let choice = 0; choice < choices; choice++) actions.push(action(KIND.worker, req, choice));
  }
  for (const timer of m.s.timers) {
    if (!mayExpire(m, timer)) continue;
    const choices = timer < TIMER_CONTEXT && isLinkTimeout(m, timer) ? fireChoices(m, timer) : 1;
    for (let choice = 0; choice < choices; choice++) actions.push(action(KIND.expire, timer, choice));
  }
  const prompt = actions.length > 0;
  for (const req of m.s.polls) {
    if (m.s.reqs[req]?.phase !== PHASE.environment) continue;
    const choices = environmentChoices(m, req);
    for (let choice = 0; choice < choices; choice++) actions.push(action(KIND.environment, req, choice));
  }
  if (!prompt && canAdvance(m)) actions.push(action(KIND.clock, 0, 0));
  return actions;
}

function isLinkTimeout(m: Machine, req: number): boolean {
  return sqeOf(m, req).operation.opcode === "LINK_TIMEOUT";
}

/** In how many ways a context can take its next step. */
function contextChoices(m: Machine, context: number): number {
  const c = m.s.contexts[context] as Context;
  if (c.issuing > 0) return choicesOf(m, c.issuing - 1, "inline");
  const can = (yes: boolean): number => (yes ? 1 : 0);
  switch (c.stage) {
    case STAGE.done:
    case STAGE.sleeping:
    case STAGE.syncCancelSleeps:
      return 0;
    case STAGE.syncCancelFirst:
    case STAGE.syncCancel:
    case STAGE.syncCancelRuns:
      return can(canStepSyncCancel(m, context));
    case STAGE.detaching:
      return can(canEndDetach(m, context));
    case STAGE.user:
      if (context < m.plan.threads) return can(canStart(m, context));
      return can(context === m.plan.contexts - 1 ? sweepRing(m) >= 0 : canSqThreadStart(m, context));
    default:
      return can(canStepEnter(m, context));
  }
}

/** The SQ thread looks at the SQ first, then at its task work (SQP-01). */
function canSqThreadStart(m: Machine, context: number): boolean {
  const ring = m.s.rings[m.plan.contextRing[context] as number] as Ring;
  const c = m.s.contexts[context] as Context;
  if (ring.sq.length > 0) return ring.lock === 0;
  return c.taskWork.length > 0 && canRunTaskWork(m, context);
}

/**
 * Task work finds a thread in user mode by a signal. COOP_TASKRUN sends none, but any interrupt or preemption leaves
 * the kernel by the same way, so that it may run between any two instructions too (ORD-15).
 */
function canInterrupt(m: Machine, context: number): boolean {
  const c = m.s.contexts[context] as Context;
  if (c.taskWork.length === 0 || c.issuing > 0 || !canRunTaskWork(m, context) || context >= m.plan.threads)
    return false;
  if (c.stage === STAGE.sleeping || c.stage === STAGE.done || c.stage === STAGE.syncCancelSleeps) return true;
  if (c.stage === STAGE.waiting) return traitsOf(m, c.ring).deferTaskrun;
  return c.stage === STAGE.user;
}

function applyAction(m: Machine, a: Action): void {
  const who = whoOf(a);
  const choice = choiceOf(a);
  switch (kindOf(a)) {
    case KIND.context:
      stepContext(m, who, choice);
      break;
    case KIND.interrupt:
      interruptContext(m, who);
      break;
    case KIND.worker:
      stepWorker(m, who, choice, (req) => runPoll(m, -1, req));
      break;
    case KIND.expire:
      expire(m, who, choice);
      break;
    case KIND.environment:
      answerBlocked(m, who, choice);
      break;
    case KIND.clock:
      advanceClock(m);
      break;
    case KIND.preempt:
      flushEarly(m, who);
      break;
  }
}

function stepContext(m: Machine, context: number, choice: number): void {
  const c = m.s.contexts[context] as Context;
  if (c.issuing > 0) {
    const req = c.issuing - 1;
    c.issuing = 0;
    issueInline(m, context, req, choice);
    return;
  }
  if (isInSyncCancel(c.stage)) {
    waitInSyncCancel(m, context);
    return;
  }
  if (c.stage === STAGE.detaching) {
    endDetaching(m, context);
    return;
  }
  if (c.stage === STAGE.interrupted) {
    stepInterrupted(m, context);
    return;
  }
  if (context < m.plan.threads) {
    if (c.stage === STAGE.user) startStatement(m, context);
    else if (stepEnter(m, context)) endStatement(m, context);
  } else if (context === m.plan.contexts - 1) {
    if (c.stage === STAGE.user) sweep(m, context);
    else if (stepEnter(m, context)) endSweep(m, context);
  } else stepSqThread(m, context);
}

function isInSyncCancel(stage: number): boolean {
  return stage === STAGE.syncCancelFirst || stage === STAGE.syncCancel || stage === STAGE.syncCancelRuns;
}

function interruptContext(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  c.resume = c.stage;
  c.stage = STAGE.interrupted;
  stepInterrupted(m, context);
}

/** Task work that found the thread asleep, done, or between statements; then it goes on there. */
function stepInterrupted(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  if (!stepTaskWork(m, context, "all")) return;
  // What the signal was for has woken a sync_cancel.
  c.stage = c.resume === STAGE.syncCancelSleeps ? STAGE.syncCancel : c.resume;
  c.resume = 0;
}

/** IORING_SQPOLL_CAP_ENTRIES_VALUE. */
const SHARED_ENTRIES_MAX = 8;

/** __io_sq_thread: submits all that it sees as one batch, then runs task work, one snapshot of it since 6.10 (FORM-12, PREP-09, SQP-01). */
function stepSqThread(m: Machine, context: number): void {
  const c = m.s.contexts[context] as Context;
  const ring = m.s.rings[c.ring] as Ring;
  if (c.stage === STAGE.user && ring.sq.length > 0 && c.flush === 0 && c.batch.length === 0) {
    const sees = traitsOf(m, c.ring).sharesSqThread
      ? Math.min(ring.sq.length, SHARED_ENTRIES_MAX)
      : ring.sq.length;
    if (sees < ring.sq.length) m.emit(R["FORM-12"]);
    m.emit(R["SQP-01"]);
    c.left = sees;
    c.want = sees;
    ring.lock = context + 1;
    c.stage = STAGE.submit;
  } else if (c.stage === STAGE.submit || c.stage === STAGE.submitEnd) {
    if (c.stage === STAGE.submitEnd && c.left > 0) m.emit(R["PREP-09"]);
    stepEnter(m, context);
  } else if (stepTaskWork(m, context, m.profile.sqThreadRuns)) {
    c.stage = STAGE.user;
    c.submitted = 0;
    c.want = 0;
  } else c.stage = STAGE.exit;
}

function expire(m: Machine, timer: number, choice: number): void {
  if (timer < TIMER_CONTEXT) {
    if (isLinkTimeout(m, timer)) fireLinkTimeout(m, timer, choice);
    else fireTimeout(m, timer);
    return;
  }
  const context = timer - TIMER_CONTEXT;
  const c = m.s.contexts[context] as Context;
  disarmTimer(m, timer);
  if (c.stage === STAGE.sleeping) c.stage = STAGE.exit;
  else if (c.stage === STAGE.interrupted && c.resume === STAGE.sleeping) c.resume = STAGE.exit;
  else c.timedOut = true;
}

function nameOf(m: Machine, context: number): string {
  const thread = m.scenario.threads[context];
  if (thread !== undefined) return thread.name;
  if (context === m.plan.contexts - 1) return "sweep";
  return `sq:${m.scenario.rings[m.plan.contextRing[context] as number]?.name ?? ""}`;
}

function labelOf(m: Machine, req: number): string {
  return sqeOf(m, req).label;
}

const STAGE_TEXT: Readonly<Record<number, string>> = {
  [STAGE.submitEnd]: "ends the submission",
  [STAGE.localWork]: "runs local work",
  [STAGE.waitStart]: "starts to wait",
  [STAGE.waiting]: "wakes up",
  [STAGE.woken]: "goes on",
  [STAGE.exit]: "returns to user mode",
  [STAGE.interrupted]: "runs task work",
  [STAGE.syncCancelFirst]: "ends the search of sync_cancel",
  [STAGE.syncCancel]: "searches again in sync_cancel",
  [STAGE.syncCancelRuns]: "runs local work in sync_cancel, or sleeps",
  [STAGE.loopStart]: "takes the lock, and runs its step",
  [STAGE.loopStep]: "runs its step",
  [STAGE.loopAsleep]: "wakes up in the loop",
  [STAGE.loopTaskWork]: "runs task work between two steps",
  [STAGE.loopLocalWork]: "runs local work between two steps",
  [STAGE.detaching]: "finds the last request gone",
};

function describeAction(m: Machine, a: Action): string {
  const who = whoOf(a);
  const choice = choiceOf(a);
  switch (kindOf(a)) {
    case KIND.context:
      return `${nameOf(m, who)}: ${describeContext(m, who, choice)}`;
    case KIND.interrupt:
      return `${nameOf(m, who)}: a signal runs task work`;
    case KIND.preempt:
      return `${nameOf(m, who)}: is preempted, and flushes`;
    case KIND.worker: {
      const more = workerChoices(m, who) > 1 ? ` (answer ${choice})` : "";
      return `io-wq: ${describeWorker(m, who)} ${labelOf(m, who)}${more}`;
    }
    case KIND.expire:
      return who >= TIMER_CONTEXT
        ? `clock: ${nameOf(m, who - TIMER_CONTEXT)}'s time is over`
        : `clock: ${labelOf(m, who)} expires${choice > 0 ? " (too late)" : ""}`;
    case KIND.environment:
      return `environment: answers ${labelOf(m, who)} (${choice})`;
    default:
      return "clock: moves on";
  }
}

function describeContext(m: Machine, context: number, choice: number): string {
  const c = m.s.contexts[context] as Context;
  if (c.issuing > 0) return `issues ${labelOf(m, c.issuing - 1)} (answer ${choice})`;
  if (c.stage === STAGE.user) {
    if (context < m.plan.threads) return instructionOf(m, context)?.text ?? "ends";
    return context === m.plan.contexts - 1 ? "sweeps" : "looks at the ring";
  }
  if (c.stage === STAGE.submit) {
    const req = (m.s.rings[c.ring] as Ring).sq[0];
    if (req === undefined || req >= m.scenario.sqes.length) return "submits an SQE that its program wrote";
    return `submits ${labelOf(m, req)}: ${opcodeName(sqeOf(m, req).operation)}`;
  }
  return STAGE_TEXT[c.stage] ?? "goes on";
}
