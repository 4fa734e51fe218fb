/** A trace file that the user names: read, and its litmus text compiled. */
import { readTrace, TRACE_BYTES_MAX, type Trace } from "../trace/index.js";
import { readText } from "./files.js";
import { compileText, type LoadedLitmus } from "./litmusFile.js";
import { UserError } from "./problem.js";

export interface LoadedTrace {
  readonly path: string;
  readonly trace: Trace;
  /** Of the text in the trace. */
  readonly litmus: LoadedLitmus;
}

/** Throws a UserError with the place inside the trace. */
export function loadTrace(path: string): LoadedTrace {
  const read = readTrace(readText(path, TRACE_BYTES_MAX, "a trace"));
  if (read.kind === "problem") throw new UserError([{ file: path, ...read.problem }]);
  const { trace } = read;
  return { path, trace, litmus: compileText(trace.litmus.text, `${path}(litmus.text)`) };
}
