/** Wrong rules: What severs a chain, and what becomes of the rest. */
import { type Mutant, mutant } from "../mutant.js";

export const SEVERING_MUTANTS: readonly Mutant[] = [
  mutant(
    "a soft link never severs",
    "FAIL-01 PROP-01",
    "links.ts",
    "else severChain(m, req);",
    'else m.emit(R["FAIL-01"]);',
  ),
  mutant(
    "a hard link severs like a soft one",
    "FAIL-14",
    "links.ts",
    "if (r.marks & MARK.hardlink) m.emit(r.marks",
    "if (r.marks === -1) m.emit(r.marks",
  ),
  mutant(
    "a short read does not sever",
    "FAIL-03",
    "opcodes.ts",
    'const EXACT_LENGTH = new Set([\n  "READ",\n',
    "const EXACT_LENGTH = new Set([\n",
  ),
  mutant(
    "a short recv severs",
    "FAIL-04",
    "opcodes.ts",
    'operation.msg.includes("WAITALL")',
    "operation.msg.length >= 0",
  ),
  mutant(
    "a failed fsync severs",
    "FAIL-09",
    "opcodes.ts",
    "return everyErrorSevers || !ERROR_DOES_NOT_SEVER.has(name) || isReturned(name, res);",
    "return true;",
  ),
  mutant(
    "ETIME_SUCCESS severs",
    "FAIL-07",
    "timeout.ts",
    "operation.etimeSuccess)) setFail",
    "operation.etimeSuccess && false)) setFail",
  ),
  mutant(
    "a disarmed link timeout is told after the severed rest",
    "PROP-05 LT-04",
    "links.ts",
    "if (r.marks & (MARK.armLinkTimeout | MARK.linkTimeout)) disarmLinkTimeout(m, req);\n  if (r.marks & MARK.fail) {",
    "const late = r.marks & (MARK.armLinkTimeout | MARK.linkTimeout);\n  if (late && !(r.marks & MARK.fail)) disarmLinkTimeout(m, req);\n  if (r.marks & MARK.fail) {",
  ),
  mutant(
    "partial bytes are forgotten on a cancelation",
    "PROP-07",
    "complete.ts",
    "r.res = r.progress;",
    "r.res = res;",
  ),
  mutant(
    "an error that the handler returns does not sever",
    "FAIL-02",
    "issue.ts",
    "deferFailed(m, req, issued === ISSUED.failed ? requestOf(m, req).res : issued);",
    "requestOf(m, req).res = issued;\n    completeDefer(m, req);",
  ),
  mutant(
    "a bad descriptor does not sever",
    "FAIL-02",
    "issue.ts",
    "deferFailed(m, req, EBADF);",
    "requestOf(m, req).res = EBADF;\n    completeDefer(m, req);",
  ),
  mutant("a short splice does not sever", "FAIL-05", "opcodes.ts", '"SPLICE",\n  "TEE",\n]);', "]);"),
  mutant(
    "POLLHUP severs",
    "FAIL-06",
    "poll.ts",
    '} else m.emit(R["FAIL-06"]);',
    "} else if (r.res & (EPOLL.HUP | EPOLL.ERR)) setFail(m, req);",
  ),
  mutant(
    "POLLHUP that is there severs",
    "FAIL-06",
    "poll.ts",
    'm.emit(R["FAIL-06"]);\n    r.res = mask;',
    "if (mask & (EPOLL.HUP | EPOLL.ERR)) setFail(m, req);\n    r.res = mask;",
  ),
  mutant(
    "a canceled poll does not sever",
    "FAIL-06 CAN-03",
    "poll.ts",
    'if (operation.opcode === "POLL_ADD") {\n      setFail(m, req);',
    'if (operation.opcode === "POLL_ADD") {',
  ),
  mutant(
    "a cancelation that finds nothing does not sever",
    "FAIL-08",
    "opcodes.ts",
    "const ERROR_DOES_NOT_SEVER = new Set([",
    'const ERROR_DOES_NOT_SEVER = new Set([\n  "ASYNC_CANCEL",\n  "TIMEOUT_REMOVE",',
  ),
  mutant(
    "ALL that finds nothing says -ENOENT",
    "FAIL-08 CAN-05",
    "cancel.ts",
    "r.progress = 0;\n  return count;",
    "r.progress = 0;\n  return count || ENOENT;",
  ),
  mutant(
    "only reads and writes sever on an error",
    "FAIL-10",
    "opcodes.ts",
    "!ERROR_DOES_NOT_SEVER.has(name)",
    "EXACT_LENGTH.has(name)",
  ),
  mutant(
    "SKIP shows an error that does not sever",
    "FAIL-11",
    "environment.ts",
    'if (r.marks & MARK.skip) m.emit(R["FAIL-11"]);',
    "r.marks &= ~MARK.skip;",
  ),
  mutant(
    "a member that waits lets the next one go",
    "FAIL-15",
    "poll.ts",
    "r.phase = PHASE.pollArmed;",
    `r.phase = PHASE.pollArmed;
  if (r.next > 0 && !(r.marks & MARK.linkTimeout)) {
    addTaskWork(m, r.next - 1, ITEM.issue);
    r.next = 0;
  }`,
  ),
  mutant(
    "an interrupted operation says -ECANCELED",
    "FAIL-16",
    "cancel.ts",
    "m.profile.openInterrupted : EINTR",
    "m.profile.openInterrupted : ECANCELED",
  ),
  mutant(
    "the severed rest goes in front of other task work",
    "PROP-02",
    "links.ts",
    "addTaskWork(m, first, ITEM.failLinks);",
    `addTaskWork(m, first, ITEM.failLinks);
  const { taskWork } = m.s.contexts[requestOf(m, first).task];
  if (taskWork.length > 1) taskWork.unshift(taskWork.pop());`,
  ),
  mutant(
    "a signal fails the severed rest on a DEFER_TASKRUN ring",
    "PROP-03",
    "links.ts",
    "addTaskWork(m, first, ITEM.failLinks);",
    `addTaskWork(m, first, ITEM.failLinks);
  const { taskWork } = m.s.rings[sqeOf(m, first).ring];
  if (taskWork.length > 0) m.s.contexts[requestOf(m, first).task].taskWork.push(taskWork.pop());`,
  ),
  mutant(
    "a severed link timeout says -ETIME",
    "PROP-04",
    "links.ts",
    'if (opcode === "BPF") m.emit(R["BOP-12"]);\n      member.res = ECANCELED;',
    'member.res = opcode === "LINK_TIMEOUT" ? -62 : ECANCELED;',
  ),
  mutant(
    "an interrupted open says -EINTR on 6.18 too",
    "FAIL-16 K-31",
    "profile.ts",
    "openInterrupted: -512,",
    "openInterrupted: -4,",
  ),
  mutant(
    "MSG_DONTWAIT waits in a worker",
    "FAIL-02",
    "ioWq.ts",
    "issued === EAGAIN ? !mayNotWait(sqe.operation) : ",
    "issued === EAGAIN || ",
  ),
  mutant(
    "SOCK_NONEMPTY is never told",
    "FAIL-04",
    "complete.ts",
    "return marks & MARK.socketNonempty ? CQE_F_SOCK_NONEMPTY : 0;",
    "return marks & MARK.socketNonempty ? 0 : 0;",
  ),
];
