/** Does a TIMEOUT that expires sever? */
import type { Property } from "../property.js";
import { judgeSuccession } from "../succession.js";
import { viewOf } from "../view.js";

export const timeoutSevers: Property = {
  name: "timeoutSevers",
  title: "An expired TIMEOUT severs, unless it bears ETIME_SUCCESS.",
  source: "timeout.c: io_timeout_fn; liburing test/timeout.c; axboe/liburing#36, #1204",
  rules: ["FAIL-07", "TMO-05"],
  check(run, profile) {
    return judgeSuccession(
      viewOf(run, profile),
      timeoutSevers,
      ({ isHard, severing }) => !isHard && severing.rule === "FAIL-07",
      ({ severing }) => severing.how,
    );
  },
};
