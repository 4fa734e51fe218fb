/** A run as the properties read it: CQEs by label, positions in the trace, the plan. Built once a run and profile. */
import { IOSQE, type LabelId, type ReqId, type RingId, type Sqe } from "../model/scenario.js";
import { planOf, type StaticPlan } from "./plan.js";
import { type Kernel, kernelOf } from "./profile.js";
import type { Run } from "./property.js";

/** IORING_CQE_F_MORE: another CQE of the same request follows. */
export const F_MORE = 2;

/** A CQE and its place: `at` counts the CQEs of its ring before it. */
export interface Seen {
  readonly ring: RingId;
  readonly at: number;
  readonly res: number;
  readonly flags: number;
}

/** Positions in the trace by ReqId; null where it does not tell of that. */
export interface TraceIndex {
  readonly issuedAt: readonly (number | null)[];
  readonly freedAt: readonly (number | null)[];
  /** Of the final CQE. */
  readonly finalAt: readonly (number | null)[];
  /** Whether the implementation tells of issues at all. */
  readonly tellsIssues: boolean;
}

export interface View {
  readonly run: Run;
  readonly profile: string;
  readonly kernel: Kernel;
  readonly plan: StaticPlan;
  /** By LabelId, ring by ring. */
  readonly cqes: readonly (readonly Seen[])[];
  /** null: no trace. */
  readonly trace: TraceIndex | null;
}

const views = new WeakMap<Run, View>();

/** The view of a run; the same object while the same profile asks. */
export function viewOf(run: Run, profile: string): View {
  const known = views.get(run);
  if (known !== undefined && known.profile === profile) return known;
  const view: View = {
    run,
    profile,
    kernel: kernelOf(profile),
    plan: planOf(run.scenario, profile),
    cqes: indexCqes(run),
    trace: indexTrace(run),
  };
  views.set(run, view);
  return view;
}

function indexCqes(run: Run): Seen[][] {
  const cqes: Seen[][] = run.scenario.labels.map(() => []);
  for (const [ring, records] of run.outcome.cq.entries()) {
    for (const [at, [label, res, flags]] of records.entries()) cqes[label]?.push({ ring, at, res, flags });
  }
  return cqes;
}

function indexTrace(run: Run): TraceIndex | null {
  if (run.trace === null) return null;
  const none = (): (number | null)[] => run.scenario.sqes.map(() => null);
  const issuedAt = none();
  const freedAt = none();
  const finalAt = none();
  let tellsIssues = false;
  for (const [at, event] of run.trace.entries()) {
    if (event.kind === "issued") {
      issuedAt[event.req] ??= at;
      tellsIssues = true;
    } else if (event.kind === "freed") {
      freedAt[event.req] ??= at;
    } else if (event.kind === "cqe" && event.label < finalAt.length && (event.flags & F_MORE) === 0) {
      finalAt[event.label] ??= at;
    }
  }
  return { issuedAt, freedAt, finalAt, tellsIssues };
}

export function sqeOf(view: View, req: ReqId): Sqe {
  return view.run.scenario.sqes[req]!;
}

export function labelOf(view: View, label: LabelId | ReqId): string {
  return view.run.scenario.labels[label] ?? `label ${label}`;
}

export function cqesOf(view: View, label: LabelId | ReqId): readonly Seen[] {
  return view.cqes[label] ?? [];
}

/** The CQE that ends a request, the one without F_MORE; null: it has none. */
export function finalCqe(view: View, label: LabelId | ReqId): Seen | null {
  return cqesOf(view, label).find((cqe) => (cqe.flags & F_MORE) === 0) ?? null;
}

export function hasFlag(view: View, req: ReqId, flag: keyof typeof IOSQE): boolean {
  return (sqeOf(view, req).flags & IOSQE[flag]) !== 0;
}

/** Whether the trace, where there is one, tells that the request was issued. */
export function wasIssued(view: View, req: ReqId): boolean {
  return view.trace !== null && view.trace.issuedAt[req] !== null;
}

/** A CQE or an issue tells that the SQE was submitted. */
export function hasTrace(view: View, req: ReqId): boolean {
  return cqesOf(view, req).length > 0 || wasIssued(view, req);
}
