/** Does a success ever sever a chain? */
import type { Property } from "../property.js";
import { judgeSuccession } from "../succession.js";
import { viewOf } from "../view.js";

export const successContinues: Property = {
  name: "successContinues",
  title: "A member that does not fail lets the next one run.",
  source: "io_uring_enter(2): IOSQE_IO_LINK; io_uring.c: io_queue_next",
  rules: ["FAIL-06", "FAIL-13", "FAIL-15", "FORM-13", "CORE-02"],
  check(run, profile) {
    return judgeSuccession(
      viewOf(run, profile),
      successContinues,
      ({ res, severing }) => severing.how === "continues" && (res >= 0 || severing.rule === "FAIL-02"),
      () => "continues",
    );
  },
};
