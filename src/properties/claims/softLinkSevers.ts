/** Does an error on a soft link reach the rest of the chain? */
import type { Property } from "../property.js";
import { judgeSuccession } from "../succession.js";
import { viewOf } from "../view.js";

export const softLinkSevers: Property = {
  name: "softLinkSevers",
  title: "An error of a soft-linked member cancels every later member: -ECANCELED, never issued.",
  source: "io_uring_enter(2): IOSQE_IO_LINK; io_uring.c: io_fail_links; liburing test/link.c",
  rules: ["FAIL-02", "FAIL-06", "FAIL-08", "FAIL-10", "FORM-10", "PROP-01", "PROP-04"],
  check(run, profile) {
    return judgeSuccession(
      viewOf(run, profile),
      softLinkSevers,
      ({ isHard, res, severing }) => !isHard && res < 0 && severing.rule === "FAIL-02",
      ({ severing }) => severing.how,
    );
  },
};
