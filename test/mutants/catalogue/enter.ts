/** Wrong rules: io_uring_enter(2) and SQ threads. */
import { type Mutant, mutant } from "../mutant.js";

export const ENTER_MUTANTS: readonly Mutant[] = [
  mutant(
    "a short submission waits all the same",
    "ENT-02",
    "enter.ts",
    'm.emit(R["ENT-02"]);\n    m.emit(R["PREP-07"]);\n    c.stage = STAGE.exit;\n    return;',
    'm.emit(R["ENT-02"]);',
  ),
  mutant(
    "min_complete is not cut to the ring",
    "ENT-04 OVF-05",
    "enter.ts",
    "Math.min(call.wait, traits.cqEntries) + 1",
    "call.wait + 1",
  ),
  mutant(
    "a disabled ring takes calls",
    "ENT-01",
    "enter.ts",
    "if (traits.disabled) {",
    "if (traits.disabled && ring < 0) {",
  ),
  mutant(
    "a wait that ends by its time says -ETIME over CQEs",
    "ENT-03",
    "enter.ts",
    "timedOut && eventsInRing(m, c.ring) === 0 ? ETIME : 0",
    "timedOut ? ETIME : 0",
  ),
  mutant(
    "a wait ends one CQE early",
    "ENT-03",
    "enter.ts",
    "if (eventsInRing(m, c.ring) >= min) {",
    "if (eventsInRing(m, c.ring) >= min - 1) {",
  ),
  mutant(
    "min_complete 0 is no wait at all",
    "ENT-07",
    "enter.ts",
    "c.wait = call.wait === null ? 0 :",
    "c.wait = call.wait === null || (call.wait === 0 && context < m.plan.threads) ? 0 :",
  ),
  mutant(
    "any task may call a SINGLE_ISSUER ring",
    "ENT-08",
    "enter.ts",
    "traits.owner === context) return 0;",
    "traits.owner >= 0) return 0;",
  ),
  mutant(
    "on SQPOLL enter returns what the SQ held",
    "ENT-09",
    "enter.ts",
    "c.submitted = call.submit;",
    "c.submitted = Math.min(call.submit, ring.sq.length);",
  ),
  mutant(
    "the SQ thread runs no task work",
    "SQP-01",
    "model.ts",
    "return c.taskWork.length > 0 && canRunTaskWork(m, context);",
    "return false;",
  ),
  mutant(
    "the SQ thread waits for a chain's tail",
    "SQP-02",
    "model.ts",
    "if (ring.sq.length > 0) return ring.lock === 0;",
    "if (ring.sq.length > 0) return ring.lock === 0 && (sqeOf(m, ring.sq[ring.sq.length - 1]).flags & 12) === 0;",
  ),
];
