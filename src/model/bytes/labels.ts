/** user_data and labels: whose a CQE is, and which requests a cancelation means. */
import type { HookDecl, HookId, LabelId, ReqId, RingId, Scenario } from "../scenario.js";
import { MESSAGE_BASE, reqOfUserData, userDataOf } from "./userData.js";

const U64_MAX = 2n ** 64n - 1n;
/** Beyond every LabelId, where a number means a user_data without a label of its own. */
const UNLABELLED_MIN = 128;

/** Whether a thread ever attaches a hook to a ring. */
function isAttached(hook: HookId, ring: RingId, scenario: Scenario): boolean {
  return scenario.threads.some(({ code }) =>
    code.some(
      (statement) =>
        statement.do === "attach" &&
        statement.what.kind === "hook" &&
        statement.what.hook === hook &&
        statement.what.ring === ring,
    ),
  );
}

export class Labels {
  /** By RingId: its hooks: those that are declared on it, then those that a thread attaches to it, then all others. */
  private readonly hooks: readonly (readonly HookDecl[])[];
  private readonly messages: ReadonlySet<LabelId>;
  private readonly numbers = new Map<bigint, number>();
  private readonly unlabelledMin: number;

  constructor(private readonly scenario: Scenario) {
    const { hooks, rings, sqes } = scenario;
    this.hooks = rings.map((_, ring) => {
      const rank = (hook: HookDecl): number =>
        hook.ring === ring ? 0 : isAttached(hooks.indexOf(hook), ring, scenario) ? 1 : 2;
      return hooks.toSorted((a, b) => rank(a) - rank(b));
    });
    this.messages = new Set(
      sqes.flatMap(({ operation }) => (operation.opcode === "MSG_RING" ? [operation.label] : [])),
    );
    this.unlabelledMin = Math.max(UNLABELLED_MIN, scenario.labels.length);
  }

  /** The user_data that a label means. What a hook's program did not name has none of its own: the highest that is free. */
  userDataOf(label: LabelId): bigint {
    const sqe = this.scenario.sqes[label];
    if (sqe !== undefined) return BigInt(userDataOf(sqe.userData));
    for (const { labels } of this.scenario.hooks) {
      const named = labels.find((entry) => entry.label === label);
      if (named !== undefined) return named.userData ?? this.highestFree();
    }
    return BigInt(MESSAGE_BASE + label);
  }

  private highestFree(): bigint {
    let free = U64_MAX;
    const isNamed = (): boolean =>
      this.scenario.hooks.some(({ labels }) => labels.some(({ userData }) => userData === free));
    while (isNamed()) free -= 1n;
    return free;
  }

  /** The SQE whose own user_data this is; null: it is no SQE's. */
  ownerOf(userData: bigint): ReqId | null {
    return userData > 0xffff_ffffn ? null : reqOfUserData(Number(userData), this.scenario);
  }

  /** The label that a user_data was given on a ring; null: nobody did. */
  named(ring: RingId, userData: bigint): LabelId | null {
    const owner = this.ownerOf(userData);
    if (owner !== null) return owner;
    const message = userData - BigInt(MESSAGE_BASE);
    if (message >= 0n && message < this.scenario.labels.length && this.messages.has(Number(message)))
      return Number(message);
    for (const { labels } of this.hooks[ring] ?? []) {
      const entry = labels.find((candidate) => candidate.userData === userData);
      if (entry !== undefined) return entry.label;
    }
    return null;
  }

  /** The same, or the last label of the ring's hook; null: there is no hook either. */
  find(ring: RingId, userData: bigint): LabelId | null {
    return this.named(ring, userData) ?? this.hooks[ring]?.[0]?.labels.at(-1)?.label ?? null;
  }

  /** A number for comparing user_data on one ring: the label, or one beyond all labels, the same for the same user_data. */
  number(ring: RingId, userData: bigint): number {
    const label = this.named(ring, userData);
    if (label !== null) return label;
    let number = this.numbers.get(userData);
    if (number === undefined) {
      number = this.unlabelledMin + this.numbers.size;
      this.numbers.set(userData, number);
    }
    return number;
  }
}
