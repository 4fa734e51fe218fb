/**
 * A log of io_uring tracepoints as text, line by line. Three programs write such: tracefs (`trace`, `trace_pipe`),
 * `trace-cmd report` and `perf script`. Their heads differ; the event itself is printed by one format of the kernel's.
 */
import type { TraceEvent } from "./event.js";
import { inTimeOrder } from "./order.js";
import { parsePayload } from "./payload.js";

/** Bytes of a log that is read. */
export const LOG_BYTES_MAX = 64 * 1024 * 1024;
/** Characters of one line: a longer one is no event. */
export const LINE_CHARS_MAX = 4096;

/** Events that a recorder lost: what stands between the two lines cannot be judged. */
export interface Loss {
  /** null: the log does not say on which. */
  readonly cpu: number | null;
  /** null: the log does not say how many. */
  readonly count: number | null;
  /** The last line of that CPU before the loss; 0: the log's start. */
  readonly after: number;
  /** The line that tells of it, or the first one that is whole again. */
  readonly before: number;
}

export interface TraceLog {
  readonly format: "tracefs" | "trace-cmd" | "perf script";
  readonly lines: number;
  /** io_uring events, those included that say nothing about requests. */
  readonly eventsRead: number;
  /** What the reconstruction uses, in time order. */
  readonly events: readonly TraceEvent[];
  readonly losses: readonly Loss[];
  /** Events of different CPUs that stood out of time order, as trace_pipe writes them, and were put into it. */
  readonly movedCount: number;
}

/** What is wrong with the text: the reader's, not the kernel's fault. */
export interface LogProblem {
  readonly code: "empty-log" | "no-io-uring-events" | "truncated-event" | "cut-off";
  /** From 1; 0: the log as a whole. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
}

export type ReadLog =
  | { readonly ok: true; readonly log: TraceLog }
  | { readonly ok: false; readonly problem: LogProblem };

/** `[CPU]`, flags in some formats, a time, and the event; what stands before is the task. */
const HEAD = /\[(\d{1,4})\](?:\s+[^\s[\]:]{2,10})?\s+(\d{1,18}(?:\.\d{1,9})?):\s+/;
const EVENT = /\b(?:io_uring:)?(io_uring_[a-z_]{1,40}):\s*/y;
const CUT_NAME = /^(?:io_uring:)?io_uring_[a-z_]{0,40}$/;
const LOST = /\[(?:LOST (\d+) EVENTS|LOST EVENTS|(\d+) EVENTS DROPPED|EVENTS DROPPED)\]/;
const LOST_CPU = /\bCPU:(\d{1,4})\b/;
const PERF_LOST = /\bPERF_RECORD_LOST(?:_SAMPLES)?\b.*?\blost (\d+)/;
const OVERWRITTEN = /^# entries-in-buffer\/entries-written: (\d+)\/(\d+)/;

const HOW_TO_RECORD = "docs/TRACE-CHECK.md says how to record a log";

/** Total: whatever the text is, the answer is a log or the first thing that is wrong with it. */
export function readLog(text: string): ReadLog {
  if (text.trim() === "") return wrong("empty-log", 0, 0, "the log is empty", HOW_TO_RECORD);
  const events: TraceEvent[] = [];
  const losses: Loss[] = [];
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  let format: TraceLog["format"] = "tracefs";
  let isOverwritten = false;
  let eventsRead = 0;
  let line = 0;
  for (let start = 0; start < text.length; line++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const number = line + 1;
    if (end - start <= LINE_CHARS_MAX) {
      const content = text.slice(start, end).trim();
      const head = HEAD.exec(content);
      const loss = lossOf(content, number, head, last);
      if (loss !== null) losses.push(loss);
      else if (head !== null) {
        const cpu = Number(head[1]);
        if (!first.has(cpu)) first.set(cpu, number);
        last.set(cpu, number);
        const nameAt = head.index + head[0].length;
        EVENT.lastIndex = nameAt;
        const event = EVENT.exec(content);
        if (event !== null) {
          eventsRead++;
          const payload = parsePayload(event[1]!, content.slice(EVENT.lastIndex));
          if (payload === null) return truncated(number, content);
          if (event[0].startsWith("io_uring:")) format = "perf script";
          if (payload !== "unused") {
            const task = content.slice(0, head.index).trim();
            const at = { line: number, text: content, cpu, time: Number(head[2]), task };
            events.push({ ...at, ...payload } as TraceEvent);
          }
        } else if (CUT_NAME.test(content.slice(nameAt))) return truncated(number, content);
      } else if (/^cpus=\d+$/.test(content)) format = "trace-cmd";
      else {
        const overwritten = OVERWRITTEN.exec(content);
        if (overwritten !== null) isOverwritten = overwritten[1] !== overwritten[2];
      }
    }
    // A number at the end of a line without end may have lost digits.
    if (newline < 0 && end > start) return cutOff(number, end - start);
    start = end + 1;
  }
  if (eventsRead === 0) {
    const hint = `the events are io_uring:*, with their CPU and time; ${HOW_TO_RECORD}`;
    return wrong("no-io-uring-events", 0, 0, "the log has no event of an io_uring tracepoint", hint);
  }
  // An overwritten buffer begins at another moment on each CPU: only when all have begun is nothing missing.
  if (isOverwritten) losses.push({ cpu: null, count: null, after: 0, before: Math.max(...first.values()) });
  const ordered = inTimeOrder(events);
  return { ok: true, log: { format, lines: line, eventsRead, losses, ...ordered } };
}

function lossOf(
  content: string,
  line: number,
  head: RegExpExecArray | null,
  last: ReadonlyMap<number, number>,
): Loss | null {
  const lost = LOST.exec(content);
  if (lost !== null) {
    const cpu = LOST_CPU.exec(content);
    return lossAt(cpu === null ? null : Number(cpu[1]), lost[1] ?? lost[2], line, last);
  }
  const perf = PERF_LOST.exec(content);
  return perf === null ? null : lossAt(head === null ? null : Number(head[1]), perf[1], line, last);
}

function lossAt(
  cpu: number | null,
  count: string | undefined,
  line: number,
  last: ReadonlyMap<number, number>,
): Loss {
  const after = cpu === null ? 0 : (last.get(cpu) ?? 0);
  return { cpu, count: count === undefined ? null : Number(count), after, before: line };
}

function truncated(line: number, content: string): ReadLog {
  const message = `an io_uring event that is cut off, or not as the kernel prints it: ${quote(content)}`;
  return wrong("truncated-event", line, content.length, message, HOW_TO_RECORD);
}

function cutOff(line: number, column: number): ReadLog {
  const message = "the log's last line has no end: a number in it may have lost digits";
  return wrong("cut-off", line, column, message, "record again, or leave that line out");
}

function wrong(
  code: LogProblem["code"],
  line: number,
  column: number,
  message: string,
  hint: string,
): ReadLog {
  return { ok: false, problem: { code, line, column, message, hint } };
}

/** Characters of a line that a message repeats. */
const QUOTED_MAX = 120;

function quote(content: string): string {
  return content.length > QUOTED_MAX ? `${content.slice(0, QUOTED_MAX)}…` : content;
}
