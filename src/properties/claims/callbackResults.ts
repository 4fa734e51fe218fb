/** Is the result of a custom operation what its callbacks made of it, and of what others left in their map? */
import { readVariable } from "../../model/programMemory.js";
import { textOfBytes } from "../../model/programs/index.js";
import type { MemoryId, ReqId } from "../../model/scenario.js";
import { type Call, type Calls, callsOf, callsTo, hasOperations, resultsOf } from "../calls.js";
import { programsOf } from "../profile.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { finalCqe, labelOf, sqeOf, type View, viewOf } from "../view.js";

const ECANCELED = -125;
const EAGAIN = -11;
const EINVAL = -22;
const EIOCBQUEUED = -529;

export const callbackResults: Property = {
  name: "callbackResults",
  title:
    "An operation completes with what its callbacks set last, or with the error that they returned, each having seen what the ones before it, of its own request and of others, wrote to their map.",
  source: "uring_bpf_set_result, io_uring_bpf_issue, posted as v3; the cover letters of v1 and v3",
  rules: ["BOP-05", "BOP-07", "BOP-10", "BOP-11", "BOP-13", "BOP-18", "BOP-19"],
  check(run, profile) {
    const view = viewOf(run, profile);
    if (!hasOperations(view)) return null;
    const calls = callsOf(view);
    if (calls === null) return "undecided";
    const results = firstViolation(run.scenario.sqes, ({ id }) => judge(view, id, calls.of[id] ?? []));
    return (
      results ?? firstViolation(run.scenario.operations, ({ memory }) => judgeMemory(view, memory, calls))
    );
  },
};

/** What the implementation tells of a map at the end is what the calls have left there. */
function judgeMemory(view: View, memory: MemoryId, { memories }: Calls): Verdict {
  const { scenario, outcome } = view.run;
  const told = outcome.programs?.variables[memory];
  const decl = scenario.memories[memory];
  if (told === undefined || decl === undefined || outcome.hang) return null;
  const bytes = memories[memory] ?? null;
  if (bytes === null) return "undecided";
  const text = textOfBytes(bytes);
  const wrong = Object.entries(decl.variables).find(([name, at]) => told[name] !== readVariable(text, at));
  if (wrong === undefined) return null;
  const [name, at] = wrong;
  const message = `${decl.name}.${name} is ${told[name]}, and the callbacks have left ${readVariable(text, at)}`;
  return violates(callbackResults, message, []);
}

function judge(view: View, req: ReqId, calls: readonly Call[]): Verdict {
  const final = finalCqe(view, req);
  const sqe = sqeOf(view, req);
  if (final === null || calls.length === 0 || sqe.userData !== req || isShared(view, req)) return null;
  const expected = expectedOf(view, calls);
  if (expected === null) return null;
  if (expected === "unknown") return "undecided";
  if (final.res === expected) return null;
  return violates(callbackResults, `${labelOf(view, req)}=${final.res}, and its callbacks say ${expected}`, [
    req,
  ]);
}

function isShared(view: View, id: ReqId): boolean {
  return view.run.scenario.sqes.some((sqe) => sqe.id !== id && sqe.userData === id);
}

/** null: they do not say; `unknown`: one did what cannot be done again here. */
function expectedOf(view: View, calls: readonly Call[]): number | null | "unknown" {
  if (calls.some(({ code }) => code === null)) return "unknown";
  const fails = callsTo(calls, "fail");
  const overridden = resultsOf(fails).at(-1);
  if (overridden !== undefined) return overridden;
  const prepCode = callsTo(calls, "prep")[0]?.code ?? 0;
  if (prepCode !== 0) return prepCode;
  const issues = callsTo(calls, "issue");
  const last = issues.at(-1);
  const set = resultsOf(calls.filter(({ callback }) => callback === "prep" || callback === "issue")).at(-1);
  // BOP-15: a prep that set an error; else what canceled it gives the result.
  if (last === undefined) return null;
  if (last.code === 0) return set ?? null;
  if (last.code === EAGAIN && issues.length === 1) return null;
  if (last.code === EIOCBQUEUED && programsOf(view.profile)?.operations === "v3") return EINVAL;
  return last.code === ECANCELED ? ECANCELED : last.code;
}
