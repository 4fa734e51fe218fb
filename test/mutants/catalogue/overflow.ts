/** Wrong rules: CQ overflow. */
import { type Mutant, mutant } from "../mutant.js";

export const OVERFLOW_MUTANTS: readonly Mutant[] = [
  mutant(
    "an overflowed CQE is overtaken",
    "OVF-03",
    "complete.ts",
    "return r.overflow.length === 0 && r.cq.length",
    "return r.cq.length",
  ),
  mutant("a full ring drops", "OVF-01", "complete.ts", "putAside(m, ring, posted);", "return;"),
  mutant(
    "a wait does not flush the overflow",
    "OVF-04",
    "complete.ts",
    "while (r.overflow.length > 0 && r.cq",
    "while (r.overflow.length > 99 && r.cq",
  ),
  mutant(
    "a multishot goes on through an overflow",
    "OVF-06",
    "complete.ts",
    'm.emit(R["OVF-06"]);\n    return false;',
    'm.emit(R["OVF-06"]);\n    putAside(m, ring, postedOf(m, ring, label, () => 0n, res, 2));\n    m.emit({ kind: "cqe", ring, label, res, flags: 2, overflow: true });\n    return true;',
  ),
  mutant(
    "a message to a full ring fails",
    "OVF-08",
    "msgRing.ts",
    "requestOf(m, req).res = 0;",
    "requestOf(m, req).res = (m.s.rings[operation.target]?.cq.length ?? 0) >= (m.rings[operation.target]?.cqEntries ?? 0) ? -75 : 0;",
  ),
  mutant(
    "overflow holds up submission",
    "OVF-02",
    "enter.ts",
    'if (ring.overflow.length > 0) m.emit(R["OVF-02"]);',
    "if (ring.overflow.length > 0) {\n      c.stage = STAGE.exit;\n      return;\n    }",
  ),
];
