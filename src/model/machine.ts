/** What every rule is given: the scenario, the profile's answers, the state that it changes, and where it tells what it did. */
import { SQE } from "./bytes/sqeFields.js";
import { type Decoded, type UserSpace, userSpaceOf } from "./bytes/userSpace.js";
import type { Event } from "./event.js";
import type { Profile } from "./profile.js";
import type { HookDecl, LabelId, RingDecl, Scenario, Sqe } from "./scenario.js";
import type { LoopContext, Plan, Request, Ring, RingMemory, State } from "./state.js";

/** One for each model; `s` and `emit` are set anew for each step. */
export interface Machine {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly profile: Profile;
  /** Virtual time moves only when nothing else can. */
  readonly ordered: boolean;
  /** profile.execution is `promised`. */
  readonly promised: boolean;
  /** Whether anything in the scenario cancels, or a hook may, so that io-wq's "picked up" must be told from "issued". */
  readonly cancels: boolean;
  readonly rings: readonly RingTraits[];
  /** By declared request: what the environment may answer (answersOf); empty where the operands decide. */
  readonly results: readonly (readonly number[])[];
  /** Addresses, descriptor numbers and user_data, where a program can see them; else null. */
  readonly userSpace: UserSpace | null;
  /** What the bytes of made requests say, by request: a memo. */
  readonly decoded: Map<string, (Decoded & { readonly kind: "sqe" }) | null>[];
  /** Whether a CQE that a program does not look back to is told as `settled`, and its content forgotten (cqMemory.ts). */
  readonly settles: boolean;
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
  /** What a consumed SQE has left is forgotten: no program reads it (HookProgram.readsNoSqes). */
  readonly forgetsSqes: boolean;
  /** A submission starts over at SQE 0, whatever head and tail say (SQ_REWIND, 7.0). */
  readonly sqRewind: boolean;
  /** Set up for custom operations, as the profile has them (BPF, BPF_EXT). */
  readonly operations: boolean;
}

export function machineOf(
  scenario: Scenario,
  plan: Plan,
  profile: Profile,
  s: State,
  settles: boolean,
): Machine {
  return {
    scenario,
    plan,
    profile,
    ordered: (scenario.time ?? profile.time) === "ordered",
    promised: profile.execution === "promised",
    cancels:
      scenario.hooks.some(({ program }) => program.cancels !== false) ||
      scenario.sqes.some(isCancelation) ||
      scenario.threads.some((thread) => thread.code.some((instruction) => instruction.do === "sync_cancel")),
    results: scenario.sqes.map(answersOf),
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
            (i) =>
              ((i.do === "enter" || i.do === "await" || i.do === "sync_cancel") && i.ring === index) ||
              (i.do === "drive" && scenario.hooks[i.hook]?.ring === index),
          ),
        ),
      ),
      sqEntries: ring.sqEntries,
      cqEntries: ring.cqEntries,
      forgetsSqes: settles && scenario.hooks.every((hook) => hook.ring !== index || forgetsSqes(hook, ring)),
      sqRewind: ring.setup.includes("SQ_REWIND"),
      operations:
        (profile.operations === "v1" && ring.setup.includes("BPF")) ||
        (profile.operations === "v3" && ring.setup.includes("BPF_EXT")),
    })),
    userSpace: plan.hasMapped ? userSpaceOf(scenario, profile.operations) : null,
    decoded: [],
    settles: settles && plan.watchedCount === 0,
    s,
    emit: () => {},
  };
}

/** With SQ_REWIND an SQE stays where it is, and may be submitted again. */
export function forgetsSqes({ program }: HookDecl, { setup }: RingDecl): boolean {
  return program.readsNoSqes === true && !setup.includes("SQ_REWIND");
}

/** Whether an SQE may cancel another: io-wq then keeps what it has picked up apart from what it has issued. */
export function isCancelation({ operation: { opcode } }: Sqe): boolean {
  return opcode === "ASYNC_CANCEL" || opcode === "LINK_TIMEOUT";
}

/** The results that the environment may give to an SQE, without `never`. */
export function answersOf({ may, operation: { opcode } }: Sqe): readonly number[] {
  if (may !== null) return may.filter((res) => res !== "never");
  return opcode === "OTHER" || opcode === "OP" ? [0] : [];
}

export function requestOf(m: Machine, req: number): Request {
  return m.s.reqs[req] as Request;
}

/** The SQE of a request: as declared, or as a hook wrote it. Of a request that a hook made: only while it lives. */
export function sqeOf(m: Machine, req: number): Sqe {
  return m.scenario.sqes[req] ?? decodedOf(m, req)?.sqe ?? NO_SQE;
}

/** A made request is kept as its ring, one character, and its 64 bytes. What they say is worked out once. */
function decodedOf(m: Machine, req: number): (Decoded & { readonly kind: "sqe" }) | null {
  const made = m.s.made[req - m.scenario.sqes.length] ?? "";
  if (made === "") return null;
  const memo = m.decoded[req] ?? new Map();
  m.decoded[req] = memo;
  const known = memo.get(made);
  if (known !== undefined) return known;
  const decoded = userSpace(m).decode(made.slice(1), made.charCodeAt(0), req);
  const sqe = decoded.kind === "sqe" ? decoded : null;
  memo.set(made, sqe);
  return sqe;
}

/** Of a place for a request that no hook has made now. */
const NO_SQE: Sqe = {
  id: -1,
  label: "",
  ring: -1,
  userData: -1,
  flags: 0,
  operation: { opcode: "INVALID" },
  prepError: null,
  may: null,
  intr: null,
  multishot: false,
  line: 0,
};

/** Who the CQE of a request says it is. */
export function labelOf(m: Machine, req: number): LabelId {
  return req < m.scenario.sqes.length ? req : (decodedOf(m, req)?.label ?? 0);
}

/** The user_data of a request, as its CQE has it. */
export function userDataOf(m: Machine, req: number): bigint {
  const made = m.s.made[req - m.scenario.sqes.length];
  if (made === undefined) return userSpace(m).userDataOf(req);
  let value = 0n;
  for (let byte = 7; byte >= 0; byte--)
    value = value * 256n + BigInt(made.charCodeAt(1 + SQE.userData + byte));
  return value;
}

export function userSpace(m: Machine): UserSpace {
  if (m.userSpace === null) throw new Error("nothing in this scenario looks at memory");
  return m.userSpace;
}

/** The memory of a ring that has one (Plan.mapped); else undefined. */
export function memoryOf(m: Machine, ring: number): RingMemory | undefined {
  return m.plan.mapped[ring] === true ? m.s.rings[ring]?.memory[0] : undefined;
}

export function loopOf(m: Machine, context: number): LoopContext {
  const loop = m.s.contexts[context]?.loop[0];
  if (loop === undefined) throw new Error("no ring of this scenario has a loop hook");
  return loop;
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
