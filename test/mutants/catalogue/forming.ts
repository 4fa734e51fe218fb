/** Wrong rules: How a chain is formed, and where a NOP ends up in one. */
import { type Mutant, mutant } from "../mutant.js";

export const FORMING_MUTANTS: readonly Mutant[] = [
  mutant(
    "LINK and HARDLINK together are soft",
    "FORM-07",
    "submit.ts",
    "if (sqe.flags & IOSQE.HARDLINK) {",
    "if (sqe.flags & IOSQE.HARDLINK && !(sqe.flags & IOSQE.LINK)) {",
  ),
  mutant(
    "a chain goes on in the next submission",
    "FORM-03",
    "submit.ts",
    "if (r.linkHead > 0) {\n    const head",
    "if (r.linkHead > 99) {\n    const head",
  ),
  mutant(
    "a dangling chain is issued inline",
    "FORM-04",
    "submit.ts",
    "else queueIoWq(m, head);",
    "else queueSqe(m, m.s.reqs[head]?.task ?? 0, head);",
  ),
  mutant(
    "no request is tried inline",
    "CORE-06",
    "submit.ts",
    "if (marks & (MARK.fail | MARK.forceAsync)) queueFallback",
    "if (marks >= 0) queueFallback",
  ),
  mutant(
    "the SQE without a link flag is no tail",
    "FORM-01",
    "submit.ts",
    "if (ring.linkHead > 0) {",
    "if (ring.linkHead > 0 && links) {",
  ),
  mutant(
    "a head is issued when its second member is seen",
    "FORM-02",
    "submit.ts",
    "if (links) return;",
    `const first = ring.linkHead - 1;
    const waits = requestOf(m, first).phase === PHASE.chained;
    if (links && waits) queueSqe(m, context, first);
    if (links) return;
    if (!waits) {
      ring.linkHead = 0;
      ring.linkLast = 0;
      return;
    }`,
  ),
  mutant(
    "the head of a dangling chain waits by poll",
    "FORM-05",
    "submit.ts",
    'if (requestOf(m, head).marks & MARK.armLinkTimeout) m.emit(R["FORM-05"]);',
    "requestOf(m, head).marks |= MARK.forceAsync;",
  ),
  mutant(
    "a chain that to_submit cuts stays open",
    "FORM-06",
    "submit.ts",
    "if (r.linkHead > 0) {",
    "if (r.linkHead > 0 && r.sq.length === 0) {",
  ),
  mutant(
    "a link flag with nothing behind it cancels its request",
    "FORM-09",
    "submit.ts",
    'if (!(requestOf(m, head).marks & MARK.fail)) m.emit(R["FORM-04"]);',
    "if (requestOf(m, head).next === 0 && !(requestOf(m, head).marks & MARK.fail)) failNode(m, head, ECANCELED);",
  ),
  mutant(
    "a hard link takes a severed chain up again",
    "FORM-10",
    "links.ts",
    "    link = next;",
    `    if (member.marks & MARK.hardlink && next >= 0) {
      addTaskWork(m, next, ITEM.issue);
      return;
    }
    link = next;`,
  ),
  mutant(
    "a member inherits the descriptor",
    "FORM-11",
    "submit.ts",
    'm.emit(R["FORM-11"]);',
    `const before = sqeOf(m, ring.linkLast - 1).operation;
    if ("fd" in before && before.fd !== null) r.desc = lookUpFd(m, c.ring, before.fd) + 1;`,
  ),
  mutant(
    "a member inherits SKIP",
    "FORM-11",
    "submit.ts",
    'm.emit(R["FORM-11"]);',
    "r.marks |= requestOf(m, ring.linkLast - 1).marks & MARK.skip;",
  ),
  mutant(
    "a shared SQ thread takes all that it sees",
    "FORM-12",
    "model.ts",
    "const SHARED_ENTRIES_MAX = 8;",
    "const SHARED_ENTRIES_MAX = 800;",
  ),
  mutant(
    "an SQ thread takes one SQE at a time",
    "FORM-12",
    "model.ts",
    "      : ring.sq.length;",
    "      : 1;",
  ),
  mutant("a NOP injects nothing", "FORM-13", "issue.ts", "op.res ?? 0", "0"),
  mutant(
    "NOP_TW completes inline",
    "FORM-13",
    "issue.ts",
    "op.taskWork ? ISSUED.completeLater : ISSUED.complete",
    "ISSUED.complete",
  ),
];
