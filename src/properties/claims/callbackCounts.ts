/** Does each callback of a custom operation run as often as it may? */
import type { ReqId } from "../../model/scenario.js";
import { type Call, callsOf, callsTo, hasOperations } from "../calls.js";
import { programsOf } from "../profile.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { labelOf, type View, viewOf } from "../view.js";

const EAGAIN = -11;

export const callbackCounts: Property = {
  name: "callbackCounts",
  title:
    "prep runs once; issue at most twice, again only after -EAGAIN and never where prep failed; fail at most once; cleanup once, when the request is freed, exactly where prep returned 0 (v1: never).",
  source:
    "io_uring_bpf_prep, _issue, _fail and _cleanup, posted as v1 and v3; io_clean_op (io_uring.c, 6.19)",
  rules: ["BOP-04", "BOP-05", "BOP-09", "BOP-14", "BOP-16", "BOP-27"],
  check(run, profile) {
    const view = viewOf(run, profile);
    if (!hasOperations(view)) return null;
    const calls = callsOf(view);
    if (calls === null) return "undecided";
    return firstViolation(run.scenario.sqes, ({ id }) => judge(view, id, calls.of[id] ?? []));
  },
};

function judge(view: View, req: ReqId, calls: readonly Call[]): Verdict {
  if (calls.length === 0) return null;
  const [preps, issues, fails, cleanups] = (["prep", "issue", "fail", "cleanup"] as const).map((callback) =>
    callsTo(calls, callback),
  ) as [Call[], Call[], Call[], Call[]];
  const says = (message: string): Verdict =>
    violates(callbackCounts, `${labelOf(view, req)}: ${message}`, [req]);
  if (preps.length !== 1) return says(`prep ran ${preps.length} times`);
  if (issues.length > 2) return says(`issue ran ${issues.length} times`);
  if (fails.length > 1) return says(`fail ran ${fails.length} times`);
  if (cleanups.length > 1) return says(`cleanup ran ${cleanups.length} times`);
  const code = preps[0]?.code ?? null;
  if (issues.length > 0 && code !== null && code !== 0) return says(`prep returned ${code}, and issue ran`);
  const first = issues[0]?.code ?? null;
  if (issues.length === 2 && first !== null && first !== EAGAIN) {
    return says(`issue returned ${first}, and ran again`);
  }
  return judgeCleanup(view, req, cleanups.length, code, says);
}

function judgeCleanup(
  view: View,
  req: ReqId,
  count: number,
  prepCode: number | null,
  says: (message: string) => Verdict,
): Verdict {
  const { operations, cleanupOnPrepFail } = programsOf(view.profile) ?? {};
  if (operations === "v1") return count === 0 ? null : says("cleanup ran, which v1 never calls");
  if (prepCode === null) return "undecided";
  const isDue = prepCode === 0 || cleanupOnPrepFail === true;
  if (count > 0) return isDue ? null : says(`prep returned ${prepCode}, and cleanup ran`);
  const isFreed = view.trace !== null && view.trace.freedAt[req] !== null;
  return isDue && isFreed ? says("it is freed, and cleanup did not run") : null;
}
