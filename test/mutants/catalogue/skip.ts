/** Wrong rules: IOSQE_CQE_SKIP_SUCCESS. */
import { type Mutant, mutant } from "../mutant.js";

export const SKIP_MUTANTS: readonly Mutant[] = [
  mutant(
    "SKIP hides nothing",
    "SKIP-01",
    "complete.ts",
    "if (marks & MARK.skip) m.emit(ringHasRoom",
    "if (marks === -1) m.emit(ringHasRoom",
  ),
  mutant(
    "a failed SKIP member leaves the rest visible",
    "SKIP-02",
    "complete.ts",
    "r.marks = (r.marks & ~MARK.skip) | MARK.skipLinks;",
    "r.marks = r.marks & ~MARK.skip;",
  ),
  mutant(
    "a failed SKIP member is silent itself",
    "SKIP-02",
    "complete.ts",
    "r.marks = (r.marks & ~MARK.skip) | MARK.skipLinks;",
    "r.marks |= MARK.skipLinks;",
  ),
  mutant(
    "a canceled SKIP member stays silent",
    "SKIP-03",
    "links.ts",
    "member.marks &= ~MARK.skip;",
    "member.marks |= 0;",
  ),
  mutant(
    "DRAIN works after SKIP",
    "SKIP-09",
    "submit.ts",
    "state.drainDisabled = true;",
    "state.drainDisabled = false;",
  ),
  mutant(
    "multishot poll takes SKIP",
    "SKIP-11",
    "submit.ts",
    "if (sqe.multishot && sqe.flags & IOSQE.SKIP) {",
    "if (sqe.multishot && sqe.flags === -1) {",
  ),
  mutant(
    "where prep fails the bad member's SKIP decides",
    "SKIP-04",
    "submit.ts",
    'if (requestOf(m, head).marks & MARK.skip) m.emit(R["SKIP-04"]);',
    `const first = requestOf(m, head);
    first.marks &= ~MARK.skip;
    if (sqeOf(m, req).flags & IOSQE.SKIP) first.marks |= MARK.skip;`,
  ),
  mutant(
    "behind a failed hard link with SKIP the next one is silent",
    "SKIP-05",
    "links.ts",
    'if (r.marks & MARK.hardlink) m.emit(r.marks & MARK.skipLinks ? R["SKIP-05"] : R["FAIL-14"]);',
    `if (r.marks & MARK.hardlink) {
      if (r.marks & MARK.skipLinks && r.next > 0) requestOf(m, r.next - 1).marks |= MARK.skip;
    }`,
  ),
  mutant(
    "a link timeout is as silent as its request",
    "SKIP-06",
    "linkTimeout.ts",
    'm.emit(R["SKIP-06"]);',
    "if (r.marks & (MARK.skip | MARK.skipLinks)) requestOf(m, timeout).marks |= MARK.skip;",
  ),
  mutant(
    "a severed link timeout keeps its own SKIP",
    "SKIP-07",
    "links.ts",
    'if (sqeOf(m, link).operation.opcode === "LINK_TIMEOUT") m.emit(R["SKIP-07"]);',
    'if (sqeOf(m, link).operation.opcode === "LINK_TIMEOUT") continue;',
  ),
  mutant(
    "a skipped success needs room",
    "SKIP-12",
    "complete.ts",
    "if (marks & MARK.skip) m.emit(ringHasRoom",
    "if (marks & MARK.skip && ringHasRoom(m, ring)) m.emit(ringHasRoom",
  ),
  mutant(
    "a failed hard link with SKIP is silent itself",
    "SKIP-05",
    "complete.ts",
    "r.marks = (r.marks & ~MARK.skip) | MARK.skipLinks;",
    "if (!(r.marks & MARK.hardlink)) r.marks = (r.marks & ~MARK.skip) | MARK.skipLinks;",
  ),
];
