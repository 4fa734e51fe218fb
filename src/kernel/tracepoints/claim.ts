/** What a claim about a log is: a rule of io_uring that one event, after all that came before it, may contradict. */
import type { Rule } from "../../model/event.js";
import type { ProfileName } from "../../model/profile.js";
import type { EventKind, TraceEvent } from "./event.js";
import type { Reconstruction } from "./reconstruction.js";

export interface Finding {
  /** The event that no run explains. */
  readonly event: TraceEvent;
  readonly rules: readonly Rule[];
  /** Why it cannot be, as a sentence. */
  readonly why: string;
  /** The earlier events that exclude it. */
  readonly because: readonly TraceEvent[];
  /**
   * A task: the finding counts only once that task has submitted again. A task that exits ends its requests in ways
   * that a log does not tell from a wrong one.
   */
  readonly ifAlive: string | null;
}

/** null: the claim says nothing about this event, or cannot know. */
export type Verdict = Finding | "holds" | null;

export interface Claim {
  readonly name: string;
  readonly title: string;
  /** Without these tracepoints in the log the claim cannot be judged. */
  readonly needs: readonly EventKind[];
  /** Missing: it is claimed of every kernel. */
  readonly appliesTo?: (profile: ProfileName) => boolean;
  /** `known` is what the log has shown before `event`. */
  judge(event: TraceEvent, known: Reconstruction): Verdict;
}

export function finding(
  event: TraceEvent,
  rules: readonly Rule[],
  why: string,
  ...because: readonly (TraceEvent | null)[]
): Finding {
  return { event, rules, why, because: because.filter((cause) => cause !== null), ifAlive: null };
}
