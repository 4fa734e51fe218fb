/** Do a LINK_TIMEOUT and the request that it guards agree, in their results and in their order? */
import { formatRes } from "../../../model/errno.js";
import type { ProfileName } from "../../../model/profile.js";
import { R } from "../../../model/rules.js";
import { type Claim, type Finding, finding, type Verdict } from "../claim.js";
import type { Complete } from "../event.js";
import { liveAt } from "../reconstruction.js";
import { guardedBy, isLinkTimeout, mayBeOver, memberBehind, type Request } from "../request.js";
import { name } from "../say.js";
import { transfers } from "../severing.js";

const ETIME = -62;
const ECANCELED = -125;
const ENOENT = -2;
const EALREADY = -114;
const RESULTS: ReadonlySet<number> = new Set([ETIME, ECANCELED, ENOENT, EALREADY]);
/** Their cancelation counts what it removed, and the count is the timeout's result (LT-06). */
const COUNTED: ReadonlySet<string> = new Set(["FUTEX_WAIT", "FUTEX_WAITV", "WAITID"]);

export const linkTimeoutAgrees: Claim = {
  name: "linkTimeoutAgrees",
  title:
    "A LINK_TIMEOUT and the request that it guards agree: which was first, and what became of the other.",
  needs: ["submit", "complete", "link", "failLink"],
  // On 6.1 the guarded request posts before the timeout that canceled it, and the rest of the chain may too.
  appliesTo: (profile: ProfileName) => profile !== "linux-6.1",
  judge(event, known) {
    if (event.kind !== "complete" || event.req === null) return null;
    const request = liveAt(known, event.ring, event.req);
    if (request === undefined || request.severed !== null || request.chain.failedPrep !== null) return null;
    if (isLinkTimeout(request)) {
      const target = guardedBy(request);
      return target === null ? null : judgeTimeout(event, request, target);
    }
    return judgeTarget(event, request);
  },
};

function judgeTimeout(event: Complete, timeout: Request, target: Request): Verdict {
  if (!RESULTS.has(event.res) && !(event.res > 0 && COUNTED.has(target.opcode))) {
    const why = `a LINK_TIMEOUT does not end with ${formatRes(event.res)}`;
    return finding(event, [R["LT-06"]], why, timeout.submitted, target.submitted);
  }
  if (event.res === ECANCELED) return judgeDisarmed(event, timeout, target);
  if (event.res === ETIME && target.over?.res === ECANCELED && !target.isDoubtful) {
    return judgeFiredLate(event, timeout, target);
  }
  return target.over === null ? null : "holds";
}

function judgeDisarmed(event: Complete, timeout: Request, target: Request): Verdict {
  if (!mayBeOver(target)) {
    const why = `-ECANCELED of a LINK_TIMEOUT means that its request was first, and ${name(target)} has not completed`;
    return ifAlive(finding(event, [R["LT-04"]], why, target.submitted, timeout.submitted), target);
  }
  const behind = memberBehind(timeout);
  // A kernel thread runs what a dead task left behind in no certain order.
  if (behind?.severer !== target || behind.over === null || event.task.startsWith("kworker")) return "holds";
  const why = `the LINK_TIMEOUT of ${name(target)} completes before the members that its failure cancels`;
  return finding(event, [R["PROP-05"]], why, target.over, behind.over);
}

/** The request canceled, then its timeout as if it had fired: then somebody else canceled the request. */
function judgeFiredLate(event: Complete, timeout: Request, target: Request): Verdict {
  const { lastCanceler } = target.ring;
  if (lastCanceler !== null && lastCanceler.line > target.submitted.line) return null;
  if (isNamedTwice(target) || target.severed !== null) return null;
  const why = `${name(target)} was canceled before its LINK_TIMEOUT fired, and nothing else was there to cancel it`;
  return ifAlive(finding(event, [R["ORD-02"]], why, target.over, timeout.submitted), target);
}

/** The request completes after its timeout. */
function judgeTarget(event: Complete, target: Request): Verdict {
  const timeout = memberBehind(target);
  if (timeout === null || !isLinkTimeout(timeout) || timeout.severed !== null) return null;
  const { over } = timeout;
  if (over === null || timeout.isDoubtful) return null;
  if (over.res === ECANCELED) {
    const why = `-ECANCELED of a LINK_TIMEOUT means that its request was first, and ${name(target)} completes only now`;
    return ifAlive(finding(event, [R["LT-04"]], why, over, target.submitted), target);
  }
  if (over.res !== ETIME || isNamedTwice(target)) return null;
  if (event.res === ECANCELED || (event.res > 0 && transfers(target.opcode))) return "holds";
  const why = `the LINK_TIMEOUT of ${name(target)} fired and canceled it: its result is -ECANCELED`;
  return finding(event, [R["LT-05"]], why, over, target.submitted);
}

/** A fired timer cancels by user_data: with a second request of that name it may be the other (LT-10). */
function isNamedTwice({ ring, submitted }: Request): boolean {
  const live = ring.byUserData.get(submitted.userData);
  return live !== undefined && live.size > 1;
}

function ifAlive(found: Finding, request: Request): Finding {
  return { ...found, ifAlive: request.submitted.task };
}
