/** Logs of the kernel's io_uring tracepoints, held against the rules. */
export { CLAIMS, type ClaimReport, checkLog, type TraceReport, type Violation } from "./check.js";
export type { TraceEvent } from "./event.js";
export {
  LINE_CHARS_MAX,
  LOG_BYTES_MAX,
  type LogProblem,
  type Loss,
  type ReadLog,
  readLog,
  type TraceLog,
} from "./readLog.js";
