/** Does a hard link hold when its request fails? */
import type { Property } from "../property.js";
import { judgeSuccession } from "../succession.js";
import { viewOf } from "../view.js";

export const hardLinkContinues: Property = {
  name: "hardLinkContinues",
  title: "Whatever a hardlinked member returns, the next one runs.",
  source:
    "io_uring_enter(2): IOSQE_IO_HARDLINK; timeout.c: io_disarm_next; liburing test/link.c, test/skip-cqe.c",
  rules: ["FAIL-14", "FORM-07", "FORM-08", "LT-03"],
  check(run, profile) {
    return judgeSuccession(
      viewOf(run, profile),
      hardLinkContinues,
      ({ isHard, severing }) => isHard && severing.how !== "continues",
      () => "continues",
    );
  },
};
