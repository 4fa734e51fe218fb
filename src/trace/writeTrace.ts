/** A trace as text: JSON with one choice a line, the same bytes for the same trace. */
import { TRACE_SCHEMA, type Trace, type TraceChoice } from "./trace.js";

/** Ends with a newline. Keys stand in a fixed order; `readTrace` reads it back to an equal trace. */
export function writeTrace(trace: Trace): string {
  const lines = [
    line("schema", TRACE_SCHEMA),
    line("version", trace.version),
    `  "litmus": {\n  ${line("name", trace.litmus.name)},\n  ${line("hash", trace.litmus.hash)},\n  ${line("text", trace.litmus.text)}\n  }`,
    ...(trace.programs.length === 0 ? [] : [line("programs", trace.programs)]),
    line("semantics", trace.semantics),
    line("time", trace.time),
    line("seed", trace.seed),
    line("violates", trace.violates),
    `  "choices": [${trace.choices.map((choice) => `\n    ${choiceJson(choice)}`).join(",")}${trace.choices.length > 0 ? "\n  " : ""}]`,
  ];
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** A choice as JSON on one line, as the trace file and `check --json` write it. */
export function choiceJson({ index, count, label }: TraceChoice): string {
  return JSON.stringify(count === null ? { index, label } : { index, count, label });
}

function line(key: string, value: unknown): string {
  return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
}
