/** Is a short transfer a failure? */
import type { Property } from "../property.js";
import { judgeSuccession } from "../succession.js";
import { viewOf } from "../view.js";

export const shortTransferSevers: Property = {
  name: "shortTransferSevers",
  title:
    "A transfer of other than the requested length severs: always for reads, writes, splice and tee, with MSG_WAITALL for send and recv.",
  source: "rw.c: __io_complete_rw_common; net.c; splice.c; io_uring_enter(2); axboe/liburing#78, #1337",
  rules: ["FAIL-03", "FAIL-04", "FAIL-05", "PROP-07"],
  check(run, profile) {
    return judgeSuccession(
      viewOf(run, profile),
      shortTransferSevers,
      ({ isHard, res, severing }) =>
        !isHard && res >= 0 && ["FAIL-03", "FAIL-04", "FAIL-05"].includes(severing.rule),
      ({ severing }) => severing.how,
    );
  },
};
