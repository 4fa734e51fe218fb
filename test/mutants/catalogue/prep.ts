/** Wrong rules: What a failing prep does to its chain and to the submission. */
import { type Mutant, mutant } from "../mutant.js";

export const PREP_MUTANTS: readonly Mutant[] = [
  mutant(
    "a failed prep spares the head",
    "PREP-03",
    "submit.ts",
    "if (head >= 0 && !(requestOf(m, head).marks & MARK.fail)) {",
    "if (head >= 99) {",
  ),
  mutant(
    "hard links survive a failed prep",
    "PREP-05",
    "submit.ts",
    "r.marks = (r.marks & ~MARK.hardlink) | MARK.link;",
    "r.marks |= MARK.link;",
  ),
  mutant(
    "SUBMIT_ALL stops like any ring",
    "PREP-06",
    "submit.ts",
    "const stops = !traitsOf(m, c.ring).submitAll;",
    "const stops = true;",
  ),
  mutant(
    "no failed prep stops the submission",
    "PREP-06 PREP-07",
    "submit.ts",
    "const stops = !traitsOf(m, c.ring).submitAll;",
    "const stops = false;",
  ),
  mutant(
    "a failed prep in mid-chain stops the submission",
    "PREP-06",
    "submit.ts",
    "ring.linkLast = req + 1;\n    return false;\n  }\n  ring.linkHead = 0;",
    "ring.linkLast = req + 1;\n    return true;\n  }\n  ring.linkHead = 0;",
  ),
  mutant(
    "a failed prep waits behind a drain",
    "PREP-10",
    "submit.ts",
    'if (r.marks & MARK.fail) {\n    if (r.marks & MARK.hardlink) m.emit(R["PREP-05"]);',
    'if (r.marks & MARK.fail && !drainActive) {\n    if (r.marks & MARK.hardlink) m.emit(R["PREP-05"]);',
  ),
  mutant(
    "a severed member forgets its own prep error",
    "PREP-03",
    "links.ts",
    'if (member.marks & MARK.fail) m.emit(R["PREP-03"]);',
    'if (member.marks === -1) m.emit(R["PREP-03"]);',
  ),
  mutant(
    "a failed batch of an SQ thread ends the thread",
    "PREP-09",
    "model.ts",
    'if (c.stage === STAGE.submitEnd && c.left > 0) m.emit(R["PREP-09"]);',
    "if (c.stage === STAGE.submitEnd && c.left > 0) ring.sq = [];",
  ),
  mutant("every prep error is -EINVAL", "PREP-01", "submit.ts", "return sqe.prepError;", "return EINVAL;"),
  mutant(
    "BUFFER_SELECT is taken by every opcode",
    "PREP-01",
    "submit.ts",
    "if (sqe.flags & IOSQE.BUFFER_SELECT &&",
    "if (sqe.flags === -1 &&",
  ),
  mutant(
    "a bad descriptor fails prep",
    "PREP-02",
    "submit.ts",
    'if (isForcedAsync(op) && m.profile.neverInline === "at prep") r.marks |= MARK.forceAsync;',
    `if (isForcedAsync(op) && m.profile.neverInline === "at prep") r.marks |= MARK.forceAsync;
  const looked = op.opcode === "READ" || op.opcode === "WRITE";
  if (looked && lookUpFd(m, ring, op.fd) < 0) return -9;`,
  ),
  mutant(
    "a chain that failed prep is posted whole with the submission",
    "PREP-04",
    "submit.ts",
    "deferFailed(m, head, r.res);",
    `let rest = r.next - 1;
    r.next = 0;
    deferFailed(m, head, r.res);
    while (rest >= 0) {
      const member = requestOf(m, rest);
      const link = rest;
      rest = member.next - 1;
      member.next = 0;
      deferFailed(m, link, member.marks & MARK.fail ? member.res : ECANCELED);
    }`,
  ),
  mutant(
    "SKIP hides a lone prep failure",
    "PREP-08",
    "submit.ts",
    "const stops = !traitsOf(m, c.ring).submitAll;",
    `const stops = !traitsOf(m, c.ring).submitAll;
  if (head < 0) r.marks |= sqeOf(m, req).flags & IOSQE.SKIP ? MARK.skip : 0;`,
  ),
  mutant(
    "a link timeout takes over the error of a failed prep",
    "PREP-11",
    "linkTimeout.ts",
    "requestOf(m, timeout).res = ECANCELED;",
    "requestOf(m, timeout).res = r.marks & MARK.fail && !(r.marks & MARK.issued) ? r.res : ECANCELED;",
  ),
  mutant(
    "an IOPOLL ring takes every opcode",
    "IOP-01",
    "submit.ts",
    "if (traitsOf(m, ring).iopoll && !takesIopoll(sqe.operation)) {",
    "if (sqe.flags === -1) {",
  ),
  mutant("6.1 injects a NOP's result", "K-44", "profile.ts", "nopInject: false,", "nopInject: true,"),
  mutant(
    "a registered buffer is never looked up at prep",
    "RES-05",
    "submit.ts",
    'if (m.profile.fixedBuffers === "at prep" && hasBadBufferIndex(m, req)) {',
    'if (m.profile.fixedBuffers === "at prep" && req < 0) {',
  ),
];
