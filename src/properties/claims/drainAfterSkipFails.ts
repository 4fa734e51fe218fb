/** Can a ring that has seen SKIP still drain? */
import type { Property } from "../property.js";
import { firstViolation, say, violates } from "../say.js";
import { finalCqe, hasFlag, viewOf } from "../view.js";

const EOPNOTSUPP = -95;

export const drainAfterSkipFails: Property = {
  name: "drainAfterSkipFails",
  title:
    "After the first SQE with SKIP every DRAIN on that ring fails prep with -EOPNOTSUPP; before it none does.",
  source: "io_uring_enter(2): IOSQE_CQE_SKIP_SUCCESS; io_uring.c: io_init_req; liburing test/skip-cqe.c",
  rules: ["SKIP-09", "PREP-01"],
  check(run, profile) {
    const view = viewOf(run, profile);
    return firstViolation(run.scenario.sqes, ({ id, operation, label }) => {
      // An opcode that does not exist, or that takes no provided buffer, is refused for that, before DRAIN is looked at.
      if (!hasFlag(view, id, "DRAIN") || operation.opcode === "INVALID") return null;
      if (hasFlag(view, id, "BUFFER_SELECT")) return null;
      const chain = view.plan.chainOf[id];
      if (chain === null || chain === undefined) return view.plan.neverSubmitted[id] ? null : "undecided";
      const final = finalCqe(view, id);
      const error = chain.prepErrors[chain.members.indexOf(id)];
      if (final === null || error === "unknown") return null;
      if (error === EOPNOTSUPP && final.res !== EOPNOTSUPP) {
        return violates(drainAfterSkipFails, `${say(view, id)}: its ring has seen SKIP, so it cannot drain`, [
          id,
        ]);
      }
      if (error !== EOPNOTSUPP && final.res === EOPNOTSUPP) {
        return violates(drainAfterSkipFails, `${label}=-EOPNOTSUPP, and its ring has not seen SKIP`, [id]);
      }
      return null;
    });
  },
};
