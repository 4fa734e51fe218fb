/**
 * What a property of io_uring is: a named claim with its source, decided on one complete run of any implementation,
 * the model, a kernel or a reimplementation.
 */

import type { Callback } from "../model/condition.js";
import type { Event } from "../model/event.js";
import type { Outcome } from "../model/outcome.js";
import type { HookId, LabelId, OperationId, ReqId, RingId, Scenario, ThreadId } from "../model/scenario.js";

/** What an implementation may be able to tell beyond the CQEs, in the order in which it happened. */
export type Observed =
  | {
      readonly kind: "issued";
      readonly req: ReqId;
      /** Whether an io-wq worker did it (`worker`); left out: it does not tell. */
      readonly by?: "submitter" | "task work" | "worker";
    }
  | {
      readonly kind: "cqe";
      readonly ring: RingId;
      readonly label: LabelId;
      readonly res: number;
      readonly flags: number;
    }
  | { readonly kind: "entered"; readonly thread: ThreadId; readonly ring: RingId; readonly result: number }
  | { readonly kind: "freed"; readonly req: ReqId }
  /** On a ring that may have a hook: a CQE left the ring, to user space or (`hooked`) past a hook. In the order of the CQ. */
  | {
      readonly kind: "taken";
      readonly ring: RingId;
      readonly label: LabelId;
      readonly res: number;
      readonly flags: number;
      readonly hooked: boolean;
    }
  /** A loop hook's program ran once. */
  | { readonly kind: "step"; readonly hook: HookId }
  /** A callback of a custom operation ran. */
  | {
      readonly kind: "call";
      readonly operation: OperationId;
      readonly callback: Callback;
      readonly req: ReqId;
    };

/** One complete run: all threads done or blocked for ever, the rings swept. */
export interface Run {
  readonly scenario: Scenario;
  readonly outcome: Outcome;
  /** null: the implementation tells its CQEs and no more. */
  readonly trace: readonly Observed[] | null;
}

export interface Violation {
  /** The property's name. */
  readonly property: string;
  /** One sentence with the labels and results that contradict the property. */
  readonly message: string;
  /** The requests that it is about, the one to look at first in front. */
  readonly reqs: readonly ReqId[];
}

/**
 * `null`: the run satisfies the property, as far as it has anything to say about it. `"undecided"`: the run has
 * something that the property is about and cannot tell (no trace; submissions that the scenario does not determine).
 */
export type Verdict = Violation | null | "undecided";

export interface Property {
  readonly name: string;
  /** The claim as one sentence. */
  readonly title: string;
  /** Manual page, kernel function, liburing test or executed run. */
  readonly source: string;
  /** Rule ids of docs/SEMANTICS.md. */
  readonly rules: readonly string[];
  /** Whether the property is claimed of that semantics profile; left out: of all. */
  appliesTo?(profile: string): boolean;
  /** Total: any run that the types allow gets a verdict. `profile` names a semantics profile. */
  check(run: Run, profile: string): Verdict;
}

/** The part of the model's events that any implementation might tell. */
export function observedOf(events: readonly Event[]): Observed[] {
  return events.filter((event) => isObserved(event));
}

const OBSERVED: ReadonlySet<Event["kind"]> = new Set<Observed["kind"]>([
  "issued",
  "cqe",
  "entered",
  "freed",
  "taken",
  "step",
  "call",
]);

function isObserved(event: Event): event is Event & Observed {
  return OBSERVED.has(event.kind);
}
