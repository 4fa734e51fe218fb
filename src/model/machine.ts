/** What every rule is given: the scenario, the profile's answers, the state that it changes, and where it tells what it did. */
import type { Event } from "./event.js";
import type { Profile } from "./profile.js";
import type { Scenario, Sqe } from "./scenario.js";
import type { Plan, Request, Ring, State } from "./state.js";

/** One for each model; `s` and `emit` are set anew for each step. */
export interface Machine {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly profile: Profile;
  /** Virtual time moves only when nothing else can. */
  readonly ordered: boolean;
  /** profile.execution is `promised`. */
  readonly promised: boolean;
  /** Whether anything in the scenario cancels, so that io-wq's "picked up" must be told from "issued". */
  readonly cancels: boolean;
  readonly rings: readonly RingTraits[];
  /** By request: what the environment may answer, without `never`; empty where the operands decide. */
  readonly results: readonly (readonly number[])[];
  s: State;
  emit: (event: Event) => void;
}

/** A ring's setup, as the rules ask for it. */
export interface RingTraits {
  readonly deferTaskrun: boolean;
  readonly taskrunFlag: boolean;
  readonly submitAll: boolean;
  readonly sqpoll: boolean;
  readonly iopoll: boolean;
  /** R_DISABLED: nothing in the language enables it. */
  readonly disabled: boolean;
  /** Its SQ thread serves other rings too (ATTACH_WQ). */
  readonly sharesSqThread: boolean;
  readonly singleIssuer: boolean;
  /** The thread that owns a SINGLE_ISSUER ring: the first that enters it, in textual order. */
  readonly owner: number;
  readonly sqEntries: number;
  readonly cqEntries: number;
}

export function machineOf(scenario: Scenario, plan: Plan, profile: Profile, s: State): Machine {
  return {
    scenario,
    plan,
    profile,
    ordered: (scenario.time ?? profile.time) === "ordered",
    promised: profile.execution === "promised",
    cancels:
      scenario.sqes.some(
        ({ operation: { opcode } }) => opcode === "ASYNC_CANCEL" || opcode === "LINK_TIMEOUT",
      ) ||
      scenario.threads.some((thread) => thread.code.some((instruction) => instruction.do === "sync_cancel")),
    results: scenario.sqes.map(({ may, operation: { opcode } }) =>
      may !== null ? may.filter((res) => res !== "never") : opcode === "OTHER" || opcode === "OP" ? [0] : [],
    ),
    rings: scenario.rings.map((ring, index) => ({
      deferTaskrun: ring.setup.includes("DEFER_TASKRUN"),
      taskrunFlag: ring.setup.includes("TASKRUN_FLAG"),
      submitAll: ring.setup.includes("SUBMIT_ALL"),
      sqpoll: ring.setup.includes("SQPOLL"),
      iopoll: ring.setup.includes("IOPOLL"),
      disabled: ring.setup.includes("R_DISABLED"),
      sharesSqThread:
        ring.setup.includes("SQPOLL") && scenario.rings.some((other) => other.setup.includes("ATTACH_WQ")),
      singleIssuer: ring.setup.includes("SINGLE_ISSUER") || ring.setup.includes("DEFER_TASKRUN"),
      owner: Math.max(
        0,
        scenario.threads.findIndex((thread) =>
          thread.code.some(
            (i) => (i.do === "enter" || i.do === "await" || i.do === "sync_cancel") && i.ring === index,
          ),
        ),
      ),
      sqEntries: ring.sqEntries,
      cqEntries: ring.cqEntries,
    })),
    s,
    emit: () => {},
  };
}

export function requestOf(m: Machine, req: number): Request {
  return m.s.reqs[req] as Request;
}

export function sqeOf(m: Machine, req: number): Sqe {
  return m.scenario.sqes[req] as Sqe;
}

/** The ring that a request belongs to. */
export function ringOf(m: Machine, req: number): Ring {
  return m.s.rings[sqeOf(m, req).ring] as Ring;
}

export function traitsOf(m: Machine, ring: number): RingTraits {
  return m.rings[ring] as RingTraits;
}

/** Removes the first `value` of `list`; whether it was there. */
export function remove(list: number[], value: number): boolean {
  const at = list.indexOf(value);
  if (at < 0) return false;
  // Not splice: it makes an array of what it takes out, at every step of a search.
  for (let i = at + 1; i < list.length; i++) list[i - 1] = list[i] as number;
  list.pop();
  return true;
}
