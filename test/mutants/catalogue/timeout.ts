/** Wrong rules: IORING_OP_TIMEOUT and TIMEOUT_REMOVE. */
import { type Mutant, mutant } from "../mutant.js";

export const TIMEOUT_MUTANTS: readonly Mutant[] = [
  mutant(
    "a fired TIMEOUT wakes nobody early",
    "TMO-04",
    "timeout.ts",
    "context.timeoutFired = true;",
    "context.timeoutFired = false;",
  ),
  mutant(
    "a timeout's own CQE counts",
    "TMO-02",
    "timeout.ts",
    "if (m.plan.counts) (m.s.rings[ring] as Ring).seq--;",
    "",
  ),
  mutant(
    "a counted timeout needs one CQE more",
    "TMO-01 TMO-03",
    "timeout.ts",
    "if (got < distance(flushedSeq, requestOf(m, req).targetSeq)) {",
    "if (got <= distance(flushedSeq, requestOf(m, req).targetSeq)) {",
  ),
  mutant(
    "a sequence that has gone back satisfies no count",
    "TMO-12",
    "timeout.ts",
    "return (to - from) >>> 0;",
    "return Math.max(0, to - from);",
  ),
  mutant(
    "a removed timeout does not sever",
    "TMO-07",
    "timeout.ts",
    "addTaskWork(m, found, ITEM.cancel);",
    "addTaskWork(m, found, ITEM.complete);",
  ),
  mutant(
    "an updated timeout keeps its count",
    "TMO-08",
    "timeout.ts",
    "requestOf(m, found).targetSeq = 0;",
    "",
  ),
  mutant(
    "a multishot TIMEOUT fires once more than its count",
    "TMO-05",
    "timeout.ts",
    "r.progress < operation.count;",
    "r.progress <= operation.count;",
  ),
  mutant(
    "a multishot TIMEOUT whose CQE does not fit loses it",
    "TMO-06",
    "timeout.ts",
    'if (more) m.emit(R["TMO-06"]);',
    "if (more) r.marks |= 2;",
  ),
  mutant(
    "a cancelation finds no TIMEOUT",
    "TMO-09",
    "cancel.ts",
    "const result = cancelTimeout(m, ring, matches);",
    "const result = ENOENT;",
  ),
  mutant(
    "FD with ALL finds a TIMEOUT",
    "TMO-09",
    "cancel.ts",
    "while (!byFd && cancelTimeout(m, ring, matches) === 0) count++;",
    "while (cancelTimeout(m, ring, byFd ? () => true : matches) === 0) count++;",
  ),
];
