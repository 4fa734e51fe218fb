/** Wrong rules: IOSQE_IO_DRAIN. */
import { type Mutant, mutant } from "../mutant.js";

export const DRAIN_MUTANTS: readonly Mutant[] = [
  mutant(
    "a later request overtakes a drain",
    "DRN-03",
    "drain.ts",
    'if (r.drainActive) {\n    m.emit(R["DRN-03"]);',
    'if (r.drainActive && marks.marks & MARK.drain) {\n    m.emit(R["DRN-03"]);',
  ),
  mutant(
    "a drain in mid-chain leaves the head alone",
    "DRN-07",
    "drain.ts",
    "requestOf(m, r.linkHead - 1).marks |= MARK.drain | MARK.forceAsync;",
    "",
  ),
  mutant(
    "what follows a drained chain does not drain",
    "DRN-08",
    "drain.ts",
    "r.drainNext = true;",
    "r.drainNext = false;",
  ),
  mutant(
    "a drain does not wait for armed polls",
    "DRN-02",
    "drain.ts",
    "phase !== PHASE.done) live++;",
    "phase !== PHASE.done && phase !== PHASE.pollArmed) live++;",
  ),
  mutant(
    "the first request after a drain runs inline",
    "DRN-12",
    "drain.ts",
    "letGo(m, head);\n    first = false;",
    "letGo(m, head);\n    if (r.deferList.length === 0) r.drainActive = false;\n    first = false;",
  ),
  mutant(
    "DRAIN holds nothing",
    "DRN-01",
    "drain.ts",
    'm.emit(R["DRN-01"]);\n  r.drainActive = true;',
    "r.drainActive = false;",
  ),
  mutant(
    "what a drain lets go runs one by one",
    "DRN-04",
    "drain.ts",
    "letGo(m, head);\n    first = false;",
    "letGo(m, head);\n    return;",
  ),
  mutant(
    "a worker of 6.1 lets go all at once",
    "DRN-16",
    "ioWq.ts",
    "if (releaseByCount(m, sqeOf(m, req).ring)) {",
    "while (releaseByCount(m, sqeOf(m, req).ring));\n  if (m.promised) {",
  ),
  mutant(
    "a drain of 6.12 counts requests",
    "DRN-16",
    "profile.ts",
    'drainCounts: "completions",\n    nopTaskWork',
    'drainCounts: "requests",\n    nopTaskWork',
  ),
];
