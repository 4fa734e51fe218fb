import type { OperationProgram } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";

const { at, memory } = globals({ times: "u32" });
/** In the pdu: attempts so far, a u32. */
const ATTEMPTS = 0;

/** The second attempt is made in io-wq, with the same pdu; -EAGAIN from there is final. */
export const again: OperationProgram = {
  kind: "operation",
  doc: "issue returns -EAGAIN times= times (1 where it is not named), then completes with the number of attempts before",
  parameters: { optional: ["times"] },
  ...memory,
  init: (memory, args) => memory.setU32(at.times, intArgument(args, "times", 1)),
  prep(data) {
    data.pdu.setU32(ATTEMPTS, 0);
    return 0;
  },
  issue(data) {
    const attempts = data.pdu.u32(ATTEMPTS);
    if (attempts < data.memory.u32(at.times)) {
      data.pdu.setU32(ATTEMPTS, attempts + 1);
      return errorOf("EAGAIN");
    }
    data.setResult(attempts);
    return 0;
  },
};
