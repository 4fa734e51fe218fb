/** Does fail run where a request failed by itself, and nowhere else? */
import { IOSQE, type ReqId } from "../../model/scenario.js";
import { type Call, type Calls, callsOf, callsTo, hasOperations, resultsOf } from "../calls.js";
import { programsOf } from "../profile.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { severing } from "../severs.js";
import { finalCqe, labelOf, sqeOf, type View, viewOf } from "../view.js";

export const failConditions: Property = {
  name: "failConditions",
  title:
    "fail runs for an issue that returned an error and for a head whose chain failed prep; not for a result below 0 of an issue that returned 0, and not for what an earlier member's failure canceled.",
  source:
    "io_req_defer_failed (io_uring.c, 6.19); io_req_tw_fail_links (timeout.c, 6.19); io_uring_bpf_fail, posted as v3",
  rules: ["BOP-05", "BOP-06", "BOP-07", "BOP-11", "BOP-12"],
  check(run, profile) {
    const view = viewOf(run, profile);
    if (!hasOperations(view)) return null;
    const calls = callsOf(view);
    if (calls === null) return "undecided";
    const alone = firstViolation(run.scenario.sqes, ({ id }) => judgeIssue(view, id, calls.of[id] ?? []));
    return (
      alone ?? firstViolation(view.plan.chains.flat(), ({ members }) => judgeChain(view, members, calls))
    );
  },
};

function judgeIssue(view: View, req: ReqId, calls: readonly Call[]): Verdict {
  const last = callsTo(calls, "issue").at(-1);
  if (last === undefined) return null;
  if (last.code === null) return "undecided";
  const hasFailed = callsTo(calls, "fail").length > 0;
  if (last.code === 0 && hasFailed)
    return violates(failConditions, `${labelOf(view, req)}: issue returned 0, and fail ran`, [req]);
  // Of v1 another may stand under the id by then, or none: BOP-22.
  const isFreed = view.trace !== null && view.trace.freedAt[req] !== null;
  if (last.code !== 0 && !hasFailed && isFreed && !looksUpAgain(view)) {
    const message = `${labelOf(view, req)}: issue returned ${last.code}, and fail did not run`;
    return violates(failConditions, message, [req]);
  }
  return null;
}

function looksUpAgain(view: View): boolean {
  const isTaken = view.run.scenario.threads.some(({ code }) => code.some((step) => step.do === "detach"));
  return programsOf(view.profile)?.operations === "v1" && isTaken;
}

function judgeChain(view: View, members: readonly ReqId[], calls: Calls): Verdict {
  const failedPrep = members.find((req) => isFailedPrep(calls.of[req] ?? []));
  if (failedPrep !== undefined) return judgeFailedPrep(view, members, failedPrep, calls);
  let culprit: ReqId | null = null;
  for (const req of members) {
    if (culprit !== null && hasFailCall(calls, req)) {
      const message = `${labelOf(view, req)} was canceled by ${labelOf(view, culprit)}, and its fail ran`;
      return violates(failConditions, message, [req, culprit]);
    }
    if (culprit === null && severs(view, req, calls)) culprit = req;
  }
  return null;
}

function isFailedPrep(calls: readonly Call[]): boolean {
  const code = callsTo(calls, "prep")[0]?.code ?? 0;
  return code !== null && code !== 0;
}

function hasFailCall(calls: Calls, req: ReqId): boolean {
  return callsTo(calls.of[req] ?? [], "fail").length > 0;
}

/** BOP-06: of a chain that failed prep the head's fail runs, whoever it was. */
function judgeFailedPrep(view: View, members: readonly ReqId[], culprit: ReqId, calls: Calls): Verdict {
  const [head, ...others] = members;
  const wrong = others.find((req) => hasFailCall(calls, req));
  if (wrong !== undefined) {
    const message = `${labelOf(view, culprit)} failed prep, and the fail of ${labelOf(view, wrong)}, which is no head, ran`;
    return violates(failConditions, message, [wrong, culprit]);
  }
  if (head === undefined || (calls.of[head] ?? []).length === 0 || looksUpAgain(view)) return null;
  if (hasFailCall(calls, head) || (view.trace?.freedAt[head] ?? null) === null) return null;
  const message = `${labelOf(view, culprit)} failed prep, and the fail of the head ${labelOf(view, head)} did not run`;
  return violates(failConditions, message, [head, culprit]);
}

/** Whether a member that was started has surely failed, on a soft link. */
function severs(view: View, req: ReqId, calls: Calls): boolean {
  const sqe = sqeOf(view, req);
  if ((sqe.flags & IOSQE.HARDLINK) !== 0) return false;
  if (sqe.operation.opcode === "BPF") {
    const own = calls.of[req] ?? [];
    const last = callsTo(own, "issue").at(-1);
    if (last === undefined || last.code === null) return false;
    return (
      last.code !== 0 ||
      resultsOf(own.filter(({ callback }) => callback !== "cleanup")).some((res) => res < 0)
    );
  }
  const final = finalCqe(view, req);
  const wasIssued = view.trace !== null && view.trace.issuedAt[req] !== null;
  return final !== null && wasIssued && severing(sqe, final.res, view.kernel).how === "severs";
}
