/**
 * Wrong specifications: one rule broken in each, as a patch of the model's text. The file named as its killer must
 * notice; a rule whose mutant lives is not pinned.
 */

export interface Mutant {
  /** The wrong rule in words. */
  readonly name: string;
  readonly rules: readonly string[];
  /** Under src/model. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

const mutant = (name: string, rules: string, file: string, find: string, replace: string): Mutant => ({
  name,
  rules: rules.split(" "),
  file,
  find,
  replace,
});

export const MUTANTS: readonly Mutant[] = [
  mutant("a soft link never severs", "FAIL-01 PROP-01", "links.ts", "else severChain(m, req);", "else m.emit(R[\"FAIL-01\"]);"),
  mutant("a hard link severs like a soft one", "FAIL-14", "links.ts", "if (r.marks & MARK.hardlink) m.emit(R[\"FAIL-14\"]);", "if (r.marks === -1) m.emit(R[\"FAIL-14\"]);"),
  mutant("LINK and HARDLINK together are soft", "FORM-07", "submit.ts", "if (sqe.flags & IOSQE.HARDLINK) {", "if (sqe.flags & IOSQE.HARDLINK && !(sqe.flags & IOSQE.LINK)) {"),
  mutant("a chain goes on in the next submission", "FORM-03", "submit.ts", "if (r.linkHead > 0) {\n    const head", "if (r.linkHead > 99) {\n    const head"),
  mutant("a dangling chain is issued inline", "FORM-04", "submit.ts", "else queueIoWq(m, head);", "else queueSqe(m, m.s.reqs[head]?.task ?? 0, head);"),
  mutant("a failed prep spares the head", "PREP-03", "submit.ts", "if (head >= 0 && !(requestOf(m, head).marks & MARK.fail)) {", "if (head >= 99) {"),
  mutant("hard links survive a failed prep", "PREP-05", "submit.ts", "r.marks = (r.marks & ~MARK.hardlink) | MARK.link;", "r.marks |= MARK.link;"),
  mutant("SUBMIT_ALL stops like any ring", "PREP-06", "submit.ts", "const stops = !traitsOf(m, c.ring).submitAll;", "const stops = true;"),
  mutant("no failed prep stops the submission", "PREP-06 PREP-07", "submit.ts", "const stops = !traitsOf(m, c.ring).submitAll;", "const stops = false;"),
  mutant("a failed prep in mid-chain stops the submission", "PREP-06", "submit.ts", "ring.linkLast = req + 1;\n    return false;\n  }\n  ring.linkHead = 0;", "ring.linkLast = req + 1;\n    return true;\n  }\n  ring.linkHead = 0;"),
  mutant("a failed prep waits behind a drain", "PREP-10", "submit.ts", "if (r.marks & MARK.fail) {\n    if (r.marks & MARK.hardlink) m.emit(R[\"PREP-05\"]);", "if (r.marks & MARK.fail && !drainActive) {\n    if (r.marks & MARK.hardlink) m.emit(R[\"PREP-05\"]);"),
  mutant("a severed member forgets its own prep error", "PREP-03", "links.ts", "if (member.marks & MARK.fail) m.emit(R[\"PREP-03\"]);", "if (member.marks === -1) m.emit(R[\"PREP-03\"]);"),
  mutant("SKIP hides nothing", "SKIP-01", "complete.ts", "if (marks & MARK.skip) m.emit(R[\"SKIP-01\"]);", "if (marks === -1) m.emit(R[\"SKIP-01\"]);"),
  mutant("a failed SKIP member leaves the rest visible", "SKIP-02", "complete.ts", "r.marks = (r.marks & ~MARK.skip) | MARK.skipLinks;", "r.marks = r.marks & ~MARK.skip;"),
  mutant("a failed SKIP member is silent itself", "SKIP-02", "complete.ts", "r.marks = (r.marks & ~MARK.skip) | MARK.skipLinks;", "r.marks |= MARK.skipLinks;"),
  mutant("a canceled SKIP member stays silent", "SKIP-03", "links.ts", "member.marks &= ~MARK.skip;", "member.marks |= 0;"),
  mutant("DRAIN works after SKIP", "SKIP-09", "submit.ts", "state.drainDisabled = true;", "state.drainDisabled = false;"),
  mutant("multishot poll takes SKIP", "SKIP-11", "submit.ts", "if (sqe.multishot && sqe.flags & IOSQE.SKIP) {", "if (sqe.multishot && sqe.flags === -1) {"),
  mutant("a short read does not sever", "FAIL-03", "opcodes.ts", "const EXACT_LENGTH = new Set([\"READ\", ", "const EXACT_LENGTH = new Set(["),
  mutant("a short recv severs", "FAIL-04", "opcodes.ts", "operation.msg.includes(\"WAITALL\")", "operation.msg.length >= 0"),
  mutant("a failed fsync severs", "FAIL-09", "opcodes.ts", "return everyErrorSevers || !ERROR_DOES_NOT_SEVER.has(name);", "return true;"),
  mutant("ETIME_SUCCESS severs", "FAIL-07", "timeout.ts", "operation.etimeSuccess)) setFail", "operation.etimeSuccess && false)) setFail"),
  mutant("task work runs last in, first out", "CORE-03", "taskWork.ts", "c.batch = c.taskWork.slice();", "c.batch = c.taskWork.slice().reverse();"),
  mutant("a successor runs before the rest of its round", "CORE-03", "taskWork.ts", "else (m.s.contexts[task] as Context).taskWork.push(work);", "else (m.s.contexts[task] as Context).batch.unshift(work);"),
  mutant("inline completions are posted one by one", "CORE-01 ORD-04", "submit.ts", "m.emit(R[\"ORD-04\"]);\n    queueSqe(m, context, head);", "queueSqe(m, context, head);\n    flushCompletions(m, c.ring);\n    void context;"),
  mutant("what follows an io-wq member goes to the submitter", "ORD-09", "ioWq.ts", "m.emit(R[\"ORD-09\"]);\n  startInWorker(m, next);", "addTaskWork(m, next, ITEM.issue);"),
  mutant("a link timeout guards what io-wq runs", "LT-14", "ioWq.ts", "if (m.promised && timeout >= 0) armLinkTimeout(m, timeout);", "if (timeout >= 0) armLinkTimeout(m, timeout);"),
  mutant("a late link timeout says -ETIME", "LT-07", "linkTimeout.ts", "r.res = result === 0 ? ETIME : result;", "r.res = result === 0 || result === ENOENT ? ETIME : result;"),
  mutant("a link timeout may stand alone", "LT-01", "linkTimeout.ts", "if (linkHead === 0 ||", "if (linkHead < 0 ||"),
  mutant("two link timeouts in a row", "LT-01", "linkTimeout.ts", "sqeOf(m, linkLast - 1).operation.opcode === \"LINK_TIMEOUT\"", "linkLast < 0"),
  mutant("the link timeout's own flag decides what follows", "LT-03", "linkTimeout.ts", "r.next = requestOf(m, timeout).next;", "r.next = requestOf(m, timeout).next;\n  if (requestOf(m, timeout).marks & MARK.hardlink) r.marks |= MARK.hardlink;"),
  mutant("a disarmed link timeout is told after the severed rest", "PROP-05 LT-04", "links.ts", "if (r.marks & (MARK.armLinkTimeout | MARK.linkTimeout)) disarmLinkTimeout(m, req);\n  if (r.marks & MARK.fail) {", "const late = r.marks & (MARK.armLinkTimeout | MARK.linkTimeout);\n  if (late && !(r.marks & MARK.fail)) disarmLinkTimeout(m, req);\n  if (r.marks & MARK.fail) {"),
  mutant("a cancelation finds what waits in its chain", "CAN-02", "cancel.ts", "const result = cancelTimeout(m, ring, matches);\n  if (result", "const chained = m.s.reqs.findIndex((r, req) => r.phase === PHASE.chained && matches(req));\n  const result = chained >= 0 ? 0 : cancelTimeout(m, ring, matches);\n  if (result"),
  mutant("ALL counts nothing", "CAN-05", "cancel.ts", "const count = r.progress - 1;", "const count = 0;"),
  mutant("a cancelation by user_data takes the oldest", "CAN-11", "cancel.ts", "const poll = waiting.find(", "const poll = waiting.slice().reverse().find("),
  mutant("a running work is canceled for sure", "CAN-04", "cancel.ts", "if (!all) return EALREADY;\n    result = EALREADY;\n  }\n  return result;", "if (!all) return 0;\n    result = 0;\n  }\n  return result;"),
  mutant("data that came first beats a cancelation", "ORD-14", "poll.ts", "if (r.marks & MARK.canceled) {\n    r.marks &= ~MARK.canceled;", "if (r.marks & MARK.canceled && r.res === 0) {\n    r.marks &= ~MARK.canceled;"),
  mutant("the first waiter is woken first", "ORD-06", "poll.ts", "for (const req of m.s.polls.slice()) {", "for (const req of m.s.polls.slice().reverse()) {"),
  mutant("a later request overtakes a drain", "DRN-03", "drain.ts", "if (r.drainActive) {\n    m.emit(R[\"DRN-03\"]);", "if (r.drainActive && marks.marks & MARK.drain) {\n    m.emit(R[\"DRN-03\"]);"),
  mutant("a drain in mid-chain leaves the head alone", "DRN-07", "drain.ts", "requestOf(m, r.linkHead - 1).marks |= MARK.drain | MARK.forceAsync;", ""),
  mutant("what follows a drained chain does not drain", "DRN-08", "drain.ts", "r.drainNext = true;", "r.drainNext = false;"),
  mutant("a drain does not wait for armed polls", "DRN-02", "drain.ts", "phase !== PHASE.done) live++;", "phase !== PHASE.done && phase !== PHASE.pollArmed) live++;"),
  mutant("the first request after a drain runs inline", "DRN-12", "drain.ts", "if (r.drainActive) {\n    m.emit(R[\"DRN-03\"]);", "if (r.drainActive && hasUndeferred(m, ring)) {\n    m.emit(R[\"DRN-03\"]);"),
  mutant("an overflowed CQE is overtaken", "OVF-03", "complete.ts", "return r.overflow.length === 0 && r.cq.length", "return r.cq.length"),
  mutant("a full ring drops", "OVF-01", "complete.ts", "(m.s.rings[ring] as Ring).overflow.push(code);", "return;"),
  mutant("a wait does not flush the overflow", "OVF-04", "enter.ts", "flushOverflow(m, c.ring);\n  m.emit(min === 0", "m.emit(min === 0"),
  mutant("a multishot goes on through an overflow", "OVF-06", "complete.ts", "m.emit(R[\"OVF-06\"]);\n    return false;", "m.emit(R[\"OVF-06\"]);\n    (m.s.rings[ring] as Ring).overflow.push(cqCode(m, id, res, 2));\n    m.emit({ kind: \"cqe\", ring, label: id, res, flags: 2, overflow: true });\n    return true;"),
  mutant("a short submission waits all the same", "ENT-02", "enter.ts", "m.emit(R[\"ENT-02\"]);\n    m.emit(R[\"PREP-07\"]);\n    c.stage = STAGE.exit;\n    return;", "m.emit(R[\"ENT-02\"]);"),
  mutant("min_complete is not cut to the ring", "ENT-04", "enter.ts", "Math.min(call.wait, traits.cqEntries) + 1", "call.wait + 1"),
  mutant("a fired TIMEOUT wakes nobody early", "TMO-04", "timeout.ts", "context.timeoutFired = true;", "context.timeoutFired = false;"),
  mutant("a timeout's own CQE counts", "TMO-02", "timeout.ts", "if (m.plan.counts) (m.s.rings[ring] as Ring).seq--;", ""),
  mutant("a counted timeout is posted in front of what satisfied it", "TMO-03", "complete.ts", "else postCqe(m, ring, req, res, 0);\n    }\n    commit(m, ring);", "else {\n        commit(m, ring);\n        postCqe(m, ring, req, res, 0);\n      }\n    }\n    commit(m, ring);"),
  mutant("DEFER_TASKRUN runs everything in one pass", "ORD-11", "taskWork.ts", "if (hasLocalWork(m, ring) && c.ran < c.ranMin) {\n    m.emit", "if (hasLocalWork(m, ring)) {\n    m.emit"),
  mutant("DEFER_TASKRUN has no cap", "ORD-12", "enter.ts", "return Math.max(20, min);", "return Math.max(2000, min);"),
  mutant("DEFER_TASKRUN makes progress without GETEVENTS", "ORD-10", "enter.ts", "if (c.wait === 0) {", "if (c.wait === 0 && traitsOf(m, c.ring).deferTaskrun && hasLocalWork(m, c.ring)) {\n    c.wait = 1;\n    c.stage = STAGE.waitStart;\n    return;\n  }\n  if (c.wait === 0) {"),
  mutant("files are found at submission", "RES-01 RES-02", "profile.ts", "followerFiles: \"at issue\",\n  everyErrorSevers: false", "followerFiles: \"at submission\",\n  everyErrorSevers: false"),
  mutant("closing a descriptor takes the file from running requests", "RES-04 K-08", "world.ts", "for (const req of m.s.reqs) if (req.desc === desc + 1 && req.phase !== PHASE.done) return;", "for (const req of m.s.reqs) if (req.desc === desc + 1) req.desc = 0;"),
  mutant("ASYNC on a follower is ignored", "ORD-08", "profile.ts", "asyncOnFollower: \"honoured\",\n  drainCounts: \"requests\"", "asyncOnFollower: \"ignored\",\n  drainCounts: \"requests\""),
  mutant("a message to a full ring fails", "OVF-08", "msgRing.ts", "requestOf(m, req).res = 0;", "requestOf(m, req).res = (m.s.rings[operation.target]?.cq.length ?? 0) >= (m.rings[operation.target]?.cqEntries ?? 0) ? -75 : 0;"),
  mutant("partial bytes are forgotten on a cancelation", "PROP-07", "complete.ts", "r.res = r.progress;", "r.res = res;"),
  mutant("a removed timeout does not sever", "TMO-07", "timeout.ts", "addTaskWork(m, found, ITEM.cancel);", "addTaskWork(m, found, ITEM.complete);"),
  mutant("an updated timeout keeps its count", "TMO-08", "timeout.ts", "requestOf(m, found).targetSeq = 0;", ""),
  mutant("the update of a link timeout finds nothing", "LT-15", "linkTimeout.ts", "|| !matches(req)) continue;", "|| !matches(req) || ring >= 0) continue;"),
  mutant("a failed batch of an SQ thread ends the thread", "PREP-09", "model.ts", "c.left = ring.sq.length;", "c.left = c.submitted > 0 ? 0 : ring.sq.length;"),
];
