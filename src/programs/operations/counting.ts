import type { OperationData, OperationProgram } from "../../model/programs/index.js";
import { errorOf, globals } from "../globals.js";

/** How often each callback ran. */
const { at, memory } = globals({ prep: "u32", issue: "u32", fail: "u32", cleanup: "u32" });

/** What prep leaves in the pdu for issue to find. */
const MARK = 0xdead_beef;

/** All operations that are this program share the counters, as the self test's two do. */
export const counting: OperationProgram = {
  kind: "operation",
  doc: "counts its callbacks; issue completes with 42, or fails with -EINVAL where prep's mark is not in the pdu",
  map: "counting",
  ...memory,
  prep(data) {
    count(data, at.prep);
    data.pdu.setU32(0, MARK);
    return 0;
  },
  issue(data) {
    count(data, at.issue);
    if (data.pdu.u32(0) !== MARK) return errorOf("EINVAL");
    data.setResult(42);
    return 0;
  },
  fail: (data) => count(data, at.fail),
  cleanup: (data) => count(data, at.cleanup),
};

function count({ memory }: OperationData, place: number): void {
  memory.setU32(place, memory.u32(place) + 1);
}
