/**
 * Whose CQE is it? user_data says so, except where several SQEs share one (`ud=`).
 *
 * While a run goes on, a CQE belongs to the first SQE, in the order of submission, that bears its user_data, has had no
 * final CQE (one without IORING_CQE_F_MORE) yet and can have such a result. When it is over, all CQEs of a user_data
 * are given to its SQEs at once, in the first way, by that same order, in which each SQE can have its result, a member
 * of a chain follows the one before it, and a read that has moved bytes into its own memory is the one that says so.
 * What two ways are left for then, two polls of one user_data for example, is not told apart.
 */
import { MESSAGE_BASE, reqOfUserData } from "../model/bytes/userData.js";
import type { LabelId, ReqId, Scenario, Sqe } from "../model/scenario.js";
import { IORING_CQE_F_MORE } from "./uapi.js";

const ECANCELED = 125;
const ETIME = 62;
const ENOENT = 2;
const EALREADY = 114;
const EINVAL = 22;

/** Whether an SQE can have a CQE with this result, as far as its opcode says. */
export function isPlausible(sqe: Sqe, res: number): boolean {
  if (res === -ECANCELED) return true;
  if (sqe.prepError !== null) return res === sqe.prepError;
  const op = sqe.operation;
  switch (op.opcode) {
    case "NOP":
      return res === (op.res ?? 0);
    case "INVALID":
      return res === -EINVAL;
    case "TIMEOUT":
      return res === -ETIME || res === -EINVAL || (res === 0 && op.count > 0);
    case "LINK_TIMEOUT":
      return res === -ETIME || res === -ENOENT || res === -EALREADY || res === -EINVAL || res === 1;
    case "TIMEOUT_REMOVE":
    case "POLL_REMOVE":
    case "ASYNC_CANCEL":
      return res >= 0 || [-ENOENT, -EALREADY, -EINVAL, -9, -95].includes(res);
    case "READ":
    case "RECV":
    case "WRITE":
    case "SEND":
      return res <= op.len;
    case "CLOSE":
    case "FSYNC":
    case "MSG_RING":
      return res <= 0;
    case "POLL_ADD":
    case "OPENAT":
    case "BPF":
    case "OP":
    case "OTHER":
      return true;
  }
}

/** A CQE's result and IORING_CQE_F_ flags. */
export interface CqeResult {
  readonly res: number;
  readonly flags: number;
}

function isFinalCqe(cqe: CqeResult): boolean {
  return (cqe.flags & IORING_CQE_F_MORE) === 0;
}

/**
 * Gives the CQEs of one user_data, in the order in which they were posted, to the SQEs that bear it, in the order of
 * submission. `before[i]`: the SQE that `sqes[i]` follows in its chain. `hasMoved`: whether a read moved bytes; null
 * where that cannot be told. Returns null where no way fits.
 */
export function assign(
  cqes: readonly CqeResult[],
  sqes: readonly Sqe[],
  before: readonly (Sqe | null)[],
  hasMoved: (sqe: Sqe) => boolean | null,
): readonly ReqId[] | null {
  const chosen: ReqId[] = [];
  const isOver = new Set<ReqId>();
  const fits = (sqe: Sqe, at: number, cqe: CqeResult): boolean => {
    if (isOver.has(sqe.id) || !isPlausible(sqe, cqe.res)) return false;
    const previous = before[at];
    if (previous && sqes.includes(previous) && !isOver.has(previous.id)) return false;
    const moved = hasMoved(sqe);
    return moved === null || moved === cqe.res > 0;
  };
  const extend = (): boolean => {
    const cqe = cqes[chosen.length];
    if (cqe === undefined) return true;
    for (let at = 0; at < sqes.length; at++) {
      const sqe = sqes[at];
      if (sqe === undefined || !fits(sqe, at, cqe)) continue;
      chosen.push(sqe.id);
      if (isFinalCqe(cqe)) isOver.add(sqe.id);
      if (extend()) return true;
      chosen.pop();
      isOver.delete(sqe.id);
    }
    return false;
  };
  return extend() ? chosen : null;
}

/** Follows the CQEs of one ring in the order in which they were posted. */
export class Attribution {
  /** By ReqId: CQEs so far, and whether the last was final. */
  private readonly isFinal: boolean[];
  private readonly sharers: (readonly ReqId[])[];

  constructor(private readonly scenario: Scenario) {
    this.isFinal = scenario.sqes.map(() => false);
    const byUserData = scenario.sqes.map((sqe) =>
      scenario.sqes.filter((other) => other.userData === sqe.userData).map((other) => other.id),
    );
    this.sharers = scenario.sqes.map((sqe) => byUserData[sqe.userData] ?? [sqe.id]);
  }

  reset(): void {
    this.isFinal.fill(false);
  }

  hasFinal(req: ReqId): boolean {
    return this.isFinal[req] ?? false;
  }

  /** The label of the next CQE; `queued` are the SQEs of its ring in the order of submission. */
  next(userDataLow: number, res: number, flags: number, queued: readonly ReqId[]): LabelId {
    if (userDataLow >= MESSAGE_BASE) return userDataLow - MESSAGE_BASE;
    const named = reqOfUserData(userDataLow, this.scenario);
    if (named === null) throw new Error(`a CQE with user_data ${userDataLow}, which no SQE bears`);
    const sharers = this.sharers[named] ?? [];
    const req = sharers.length > 1 ? this.choose(sharers, res, queued) : named;
    if (isFinalCqe({ res, flags })) this.isFinal[req] = true;
    // The SQEs' labels come first: Scenario.labels.
    return req as number;
  }

  private choose(sharers: readonly ReqId[], res: number, queued: readonly ReqId[]): ReqId {
    const open = queued.filter((req) => sharers.includes(req) && !this.isFinal[req]);
    const plausible = open.find((req) => {
      const sqe = this.scenario.sqes[req];
      return sqe !== undefined && isPlausible(sqe, res);
    });
    const req = plausible ?? open[0] ?? sharers[0];
    if (req === undefined) throw new Error("a CQE that belongs to no SQE");
    return req;
  }
}
