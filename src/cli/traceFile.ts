/** A trace file that the user names: read, and its litmus text compiled. */
import { readTrace, TRACE_BYTES_MAX, type Trace } from "../trace/index.js";
import { readText } from "./files.js";
import { compileText, type LoadedLitmus } from "./litmusFile.js";
import { problem, UserError } from "./problem.js";
import { type Programs, SHELF_ONLY } from "./programs.js";

export interface LoadedTrace {
  readonly path: string;
  readonly trace: Trace;
  /** Of the text in the trace. */
  readonly litmus: LoadedLitmus;
}

/** Throws a UserError with the place inside the trace. */
export function loadTrace(path: string, programs: Programs = SHELF_ONLY): LoadedTrace {
  const read = readTrace(readText(path, TRACE_BYTES_MAX, "a trace"));
  if (read.kind === "problem") throw new UserError([{ file: path, ...read.problem }]);
  const { trace } = read;
  const missing = trace.programs.filter((name) => !programs.brought.has(name));
  if (missing.length > 0) {
    const hint = "--programs FILE brings the module that the run was made with";
    throw new UserError(
      missing.map((name) => problem(path, "missing-program", `the run needs the program \`${name}\``, hint)),
    );
  }
  return { path, trace, litmus: compileText(trace.litmus.text, `${path}(litmus.text)`, programs) };
}
