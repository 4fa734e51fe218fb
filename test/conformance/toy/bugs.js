// @ts-check
/** Rules that the toy can be told to break, one at a time. */
export const BUGS = /** @type {const} */ ([
  "a soft link never severs",
  "a hard link severs",
  "a short read is success",
  "a canceled member runs",
  "canceled members come before the failing one",
  "depth first",
  "a bad SQE spares what is before it",
  "a bad SQE does not stop the submission",
  "enter does not count the bad SQE",
  "SKIP is ignored",
  "a failure with SKIP leaves the rest visible",
  "an open chain goes on in the next submission",
  "a drain is forgotten",
  "a CQE passes those that overflowed",
  "a link timeout fires and cancels nothing",
  "ETIME_SUCCESS severs",
  "a cancel ends members that wait in a chain",
]);

/** @typedef {typeof BUGS[number]} Bug */
