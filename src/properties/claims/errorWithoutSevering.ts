/** Which errors leave a soft chain whole? */
import type { Property } from "../property.js";
import { judgeSuccession } from "../succession.js";
import { viewOf } from "../view.js";

export const errorWithoutSevering: Property = {
  name: "errorWithoutSevering",
  title:
    "On kernels since 6.0 the errors of fsync, unlinkat, statx and their like do not sever; the manual pages say they do.",
  source: "executed on 6.18.44; sync.c, fs.c, statx.c, advise.c, xattr.c: no req_set_fail",
  rules: ["FAIL-01", "FAIL-09"],
  check(run, profile) {
    return judgeSuccession(
      viewOf(run, profile),
      errorWithoutSevering,
      ({ isHard, severing }) => !isHard && severing.rule === "FAIL-09",
      ({ severing }) => severing.how,
    );
  },
};
