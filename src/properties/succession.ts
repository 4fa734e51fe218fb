/**
 * Did what follows a finished member run, or was it canceled, and was that right? One step of judgement for all the
 * properties of soft and hard links; they differ in the members that they are about.
 */
import { formatRes } from "../model/errno.js";
import { IOSQE, type ReqId, type Sqe } from "../model/scenario.js";
import { mayBeCanceled } from "./cancelers.js";
import { fatesOf } from "./fate.js";
import { opcodeOf } from "./prep.js";
import type { Property, Verdict } from "./property.js";
import { firstViolation, say, violates } from "./say.js";
import { type Severing, severing } from "./severs.js";
import { cqesOf, finalCqe, hasFlag, sqeOf, type View } from "./view.js";

const ECANCELED = -125;

/** A member that was started and has ended, and what comes after it in its chain. */
export interface Ended {
  readonly sqe: Sqe;
  readonly res: number;
  readonly isHard: boolean;
  readonly severing: Severing;
  /** Members behind it and behind its own link timeout; never empty. */
  readonly rest: readonly ReqId[];
}

/** Judges what follows every member that `isAbout` picks. Undecided where a picked opcode's member may be unknown. */
export function judgeSuccession(
  view: View,
  property: Pick<Property, "name">,
  isAbout: (ended: Ended) => boolean,
  expected: (ended: Ended) => Severing["how"],
): Verdict {
  const verdict = firstViolation(endedMembers(view), (ended) => {
    if (!isAbout(ended)) return null;
    const how = expected(ended);
    if (how === "either") return "undecided";
    return how === "severs" ? judgeSevered(view, property, ended) : judgeContinued(view, property, ended);
  });
  return verdict ?? (someLinkIsUnknown(view) ? "undecided" : null);
}

/** A linked SQE whose place in a chain, or whose turn, cannot be told. */
export function someLinkIsUnknown(view: View): boolean {
  const fates = fatesOf(view);
  return view.run.scenario.sqes.some(
    ({ id, flags }) =>
      (flags & (IOSQE.LINK | IOSQE.HARDLINK)) !== 0 &&
      fates[id]!.kind === "unknown" &&
      !view.plan.neverSubmitted[id],
  );
}

function endedMembers(view: View): Ended[] {
  const fates = fatesOf(view);
  const found: Ended[] = [];
  for (const chain of view.plan.chains.flat()) {
    for (const [position, req] of chain.members.entries()) {
      const final = finalCqe(view, req);
      if (fates[req]!.kind !== "started" || final === null) continue;
      const rest = chain.members.slice((chain.guards[position] ?? position) + 1);
      if (rest.length === 0) continue;
      const sqe = sqeOf(view, req);
      const isHard = hasFlag(view, req, "HARDLINK");
      found.push({ sqe, res: final.res, isHard, severing: severing(sqe, final.res, view.kernel), rest });
    }
  }
  return found;
}

function judgeSevered(view: View, property: Pick<Property, "name">, ended: Ended): Verdict {
  const { sqe, rest } = ended;
  const cause = `${sqe.label} (${opcodeOf(sqe)}) failed with ${formatRes(ended.res)} on a soft link`;
  for (const req of rest) {
    const wrong = cqesOf(view, req).find((cqe) => cqe.res !== ECANCELED);
    if (wrong !== undefined) {
      return violates(property, `${cause}, yet ${say(view, req)}`, [sqe.id, req]);
    }
    if (view.trace !== null && view.trace.issuedAt[req] !== null) {
      return violates(property, `${cause}, yet ${sqeOf(view, req).label} was issued`, [sqe.id, req]);
    }
    const isPlain = !hasFlag(view, sqe.id, "SKIP") && !hasFlag(view, req, "SKIP");
    if (isPlain && !view.run.outcome.hang && finalCqe(view, req) === null) {
      return violates(property, `${cause}, and canceled ${say(view, req)}`, [sqe.id, req]);
    }
  }
  return null;
}

function judgeContinued(view: View, property: Pick<Property, "name">, ended: Ended): Verdict {
  const { sqe, rest } = ended;
  const next = rest[0]!;
  if (mayBeCanceled(view, next)) return null;
  const cause = `${say(view, sqe.id)} (${opcodeOf(sqe)}) does not sever its ${ended.isHard ? "hardlink" : "link"}`;
  if (finalCqe(view, next)?.res === ECANCELED) {
    return violates(property, `${cause}, yet ${say(view, next)}`, [sqe.id, next]);
  }
  const mustTell = view.trace?.tellsIssues === true && !view.run.outcome.hang;
  if (mustTell && view.trace.issuedAt[next] === null) {
    return violates(property, `${cause}, yet ${sqeOf(view, next).label} was never issued`, [sqe.id, next]);
  }
  return null;
}
