/**
 * The order of a log. On one CPU the log's own order counts, whatever the times say: a ring buffer is written in
 * order. Between CPUs the times count: trace_pipe writes what it finds of one CPU before it looks at the next.
 */
import type { TraceEvent } from "./event.js";

export interface Ordered {
  readonly events: readonly TraceEvent[];
  /** How many stood elsewhere in the log. */
  readonly movedCount: number;
}

/** Stable: where nothing contradicts the log's order, it is the order. */
export function inTimeOrder(events: readonly TraceEvent[]): Ordered {
  const latest = new Map<number, number>();
  let latestOfAll = Number.NEGATIVE_INFINITY;
  let movedCount = 0;
  const timed = events.map((event) => {
    // A time that goes back on one CPU does not move its event before that CPU's earlier ones.
    const time = Math.max(event.time, latest.get(event.cpu) ?? Number.NEGATIVE_INFINITY);
    latest.set(event.cpu, time);
    if (time < latestOfAll) movedCount++;
    else latestOfAll = time;
    return { event, time };
  });
  if (movedCount === 0) return { events, movedCount };
  timed.sort((a, b) => a.time - b.time || a.event.line - b.event.line);
  return { events: timed.map(({ event }) => event), movedCount };
}
