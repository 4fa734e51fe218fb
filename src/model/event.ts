/** What a step tells: the rules that it applied, and what happened that somebody may want to know. */
import type { Callback } from "./condition.js";
import type { HookId, LabelId, OperationId, ReqId, RingId, ThreadId } from "./scenario.js";

/** A rule of the specification. The objects are constants (rules.ts), so that telling one costs nothing. */
export interface Rule {
  readonly kind: "rule";
  /** As in docs/SEMANTICS.md: FORM-03, LT-07, … */
  readonly id: string;
  /** Position in the list of all rules: for bit sets. */
  readonly index: number;
  /** What it says, in a line. */
  readonly title: string;
  /** Where that comes from: a kernel function, a manual page, a run. */
  readonly source: string;
}

export type Event =
  | Rule
  /** A CQE was posted; `overflow`: to the overflow list. The order of these events is the order of the CQ. */
  | {
      readonly kind: "cqe";
      readonly ring: RingId;
      readonly label: LabelId;
      readonly res: number;
      readonly flags: number;
      readonly overflow: boolean;
    }
  /** On a ring that may have a hook: a CQE was taken, by a thread or the sweep, or (`hooked`) by a hook. In the order of the CQ. */
  | {
      readonly kind: "taken";
      readonly ring: RingId;
      readonly label: LabelId;
      readonly res: number;
      readonly flags: number;
      readonly hooked: boolean;
    }
  /** On such a ring, where the model settles CQEs: nothing changes it any more, and a thread will take it. In the order of the CQ. */
  | {
      readonly kind: "settled";
      readonly ring: RingId;
      readonly label: LabelId;
      readonly res: number;
      readonly flags: number;
    }
  /** A hook's program ran once. */
  | { readonly kind: "step"; readonly hook: HookId }
  /** A callback of a custom operation ran. */
  | {
      readonly kind: "call";
      readonly operation: OperationId;
      readonly callback: Callback;
      readonly req: ReqId;
      readonly label: LabelId;
    }
  /** A program did what its author ought to know. `refused`: the verifier would not have let it run. */
  | {
      readonly kind: "diagnosis";
      readonly code: string;
      readonly program: string;
      readonly text: string;
      readonly refused: boolean;
    }
  /** The first issue attempt of a request: from here on it may have had its effect. */
  | {
      readonly kind: "issued";
      readonly req: ReqId;
      readonly label: LabelId;
      readonly by: "submitter" | "task work" | "worker";
    }
  /** A request is over: freed, whether or not it posted a CQE. */
  | { readonly kind: "freed"; readonly req: ReqId }
  /** io_uring_enter returned to a thread. */
  | { readonly kind: "entered"; readonly thread: ThreadId; readonly ring: RingId; readonly result: number }
  /** A thread made a system call, of whatever kind. */
  | { readonly kind: "called"; readonly thread: ThreadId }
  /** A bound of the model was met (docs/SCOPE.md): what comes after is not decided. */
  | { readonly kind: "bound"; readonly name: string };
