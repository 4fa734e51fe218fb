/** Trace files: a run as data that leaves the program and comes back. */
export { type ReadTrace, readTrace, type TraceProblem } from "./readTrace.js";
export {
  TRACE_BYTES_MAX,
  TRACE_CHOICES_MAX,
  TRACE_SCHEMA,
  type Trace,
  type TraceChoice,
  type TraceViolation,
} from "./trace.js";
export { choiceJson, writeTrace } from "./writeTrace.js";
