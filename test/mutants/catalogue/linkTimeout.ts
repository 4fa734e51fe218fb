/** Wrong rules: IORING_OP_LINK_TIMEOUT. */
import { type Mutant, mutant } from "../mutant.js";

export const LINK_TIMEOUT_MUTANTS: readonly Mutant[] = [
  mutant(
    "a link timeout guards what io-wq runs",
    "LT-14",
    "ioWq.ts",
    "if (m.promised && timeout >= 0) armLinkTimeout(m, timeout);",
    "if (timeout >= 0) armLinkTimeout(m, timeout);",
  ),
  mutant(
    "an ASYNC request waits by poll before its timer can fire",
    "LT-20",
    "ioWq.ts",
    "if (hasGuardDue(m, req)) {",
    "if (m.promised) {",
  ),
  mutant(
    "what a cancelation interrupts in io-wq is told before its timer can fire",
    "LT-20",
    "ioWq.ts",
    "issued === ISSUED.completeLater && hasGuardDue(m, req)",
    "issued === ISSUED.completeLater && m.promised",
  ),
  mutant(
    "a late link timeout says -ETIME",
    "LT-07",
    "linkTimeout.ts",
    "r.res = result === 0 ? ETIME : result;",
    "r.res = result === 0 || result === ENOENT ? ETIME : result;",
  ),
  mutant(
    "a link timeout that expires too late was disarmed",
    "LT-09",
    "linkTimeout.ts",
    'm.emit(R["LT-09"]);\n    r.res = ETIME;',
    'm.emit(R["LT-09"]);\n    r.res = ECANCELED;',
  ),
  mutant(
    "a link timeout may stand alone",
    "LT-01",
    "linkTimeout.ts",
    "if (linkHead === 0 ||",
    "if (linkHead === 0) return 0;\n  if (",
  ),
  mutant(
    "two link timeouts in a row",
    "LT-01",
    "linkTimeout.ts",
    'sqeOf(m, linkLast - 1).operation.opcode === "LINK_TIMEOUT"',
    "linkLast < 0",
  ),
  mutant(
    "the link timeout's own flag decides what follows",
    "LT-03",
    "linkTimeout.ts",
    "r.next = requestOf(m, timeout).next;",
    "r.next = requestOf(m, timeout).next;\n  if (requestOf(m, timeout).marks & MARK.hardlink) r.marks |= MARK.hardlink;",
  ),
  mutant(
    "the update of a link timeout finds nothing",
    "LT-15",
    "linkTimeout.ts",
    "|| !matches(req)) continue;",
    "|| !matches(req) || ring >= 0) continue;",
  ),
  mutant(
    "a link timeout guards the head",
    "LT-02",
    "linkTimeout.ts",
    "requestOf(m, linkLast - 1).marks |= MARK.armLinkTimeout;",
    "requestOf(m, linkHead - 1).marks |= MARK.armLinkTimeout;",
  ),
  mutant(
    "a link timeout that canceled says 0",
    "LT-05",
    "linkTimeout.ts",
    "r.res = result === 0 ? ETIME : result;",
    "r.res = result;",
  ),
  mutant(
    "a canceled WAITID counts nothing",
    "LT-06",
    "cancel.ts",
    'm.emit(R["LT-06"]);\n  return 1;',
    "return 0;",
  ),
  mutant(
    "a search ends at a running work",
    "LT-08",
    "cancel.ts",
    'if (inWorker === EALREADY) m.emit(R["LT-08"]);',
    "if (inWorker === EALREADY) return EALREADY;",
  ),
  mutant(
    "a link timeout that fires ends a wait",
    "LT-11",
    "linkTimeout.ts",
    'm.emit(R["LT-11"]);',
    "for (const context of m.s.contexts) if (context.wait > 0 && context.ring === sqe.ring) context.timeoutFired = true;",
  ),
  mutant(
    "the timer of a later member starts with the head",
    "LT-12",
    "issue.ts",
    "const timeout = takeLinkTimeout(m, req);\n  const issued =",
    `const timeout = takeLinkTimeout(m, req);
  for (let link = requestOf(m, req).next - 1; link >= 0; link = requestOf(m, link).next - 1) {
    const later = takeLinkTimeout(m, link);
    if (later >= 0) armLinkTimeout(m, later);
  }
  const issued =`,
  ),
  mutant(
    "no timer starts where the request completed inline",
    "LT-13",
    "issue.ts",
    "if (timeout >= 0) {",
    "if (timeout >= 0 && issued !== ISSUED.complete) {",
  ),
  mutant(
    "a bad link timeout leaves its request alone",
    "LT-17",
    "submit.ts",
    "if (head >= 0 && !(requestOf(m, head).marks & MARK.fail)) {",
    'if (head >= 0 && sqeOf(m, req).operation.opcode !== "LINK_TIMEOUT" && !(requestOf(m, head).marks & MARK.fail)) {',
  ),
  mutant(
    "ETIME_SUCCESS keeps the chain of a link timeout whole",
    "LT-18",
    "linkTimeout.ts",
    'operation.etimeSuccess) m.emit(R["LT-18"]);',
    "operation.etimeSuccess) target.marks |= MARK.hardlink;",
  ),
  mutant(
    "a canceled read has taken the bytes",
    "LT-19",
    "poll.ts",
    'm.emit(R["LT-19"]);',
    `const pipe = r.desc - 1 - m.scenario.files.length;
    if (operation.opcode === "READ" && pipe >= 0 && pipe < 2 * m.scenario.pipes.length)
      m.s.pipes[pipe >> 1] = m.s.pipes[pipe >> 1].slice(operation.len);`,
  ),
];
