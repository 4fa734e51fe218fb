/** Conditions of claims and of `if`: their form, and how one is decided against facts that somebody knows. */
import type { Variable } from "./programs/index.js";
import type {
  BufferId,
  FileId,
  HookId,
  LabelId,
  MemoryId,
  OperationId,
  PipeId,
  ReqId,
  ValueId,
} from "./scenario.js";

export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=";

export type Condition =
  | { readonly kind: "true" }
  | { readonly kind: "and" | "or" | "implies"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly of: Condition }
  /** Of the label's last CQE; false where it has none. */
  | { readonly kind: "res"; readonly label: LabelId; readonly cmp: Comparison; readonly value: number }
  /** `bit`: an IORING_CQE_F_ value, such as MORE = 2. */
  | { readonly kind: "flags"; readonly label: LabelId; readonly bit: number }
  | { readonly kind: "posted" | "silent"; readonly label: LabelId }
  | { readonly kind: "count"; readonly label: LabelId; readonly cmp: Comparison; readonly value: number }
  /** Both have a CQE on the same ring, and the first of `first` comes before the first of `second`. */
  | { readonly kind: "before"; readonly first: LabelId; readonly second: LabelId }
  | { readonly kind: "issued"; readonly req: ReqId }
  | { readonly kind: "value"; readonly value: ValueId; readonly cmp: Comparison; readonly than: number }
  | { readonly kind: "file"; readonly file: FileId; readonly equal: boolean; readonly text: string }
  | { readonly kind: "pipe"; readonly pipe: PipeId; readonly equal: boolean; readonly text: string }
  /** A buffer equals a text where it starts with it and all that follows is zero. */
  | { readonly kind: "buffer"; readonly buffer: BufferId; readonly equal: boolean; readonly text: string }
  | { readonly kind: "hang" }
  /** How often a hook's step ran. */
  | { readonly kind: "steps"; readonly hook: HookId; readonly cmp: Comparison; readonly value: number }
  /** How often a callback of a custom operation ran. */
  | {
      readonly kind: "calls";
      readonly operation: OperationId;
      readonly callback: Callback;
      readonly cmp: Comparison;
      readonly value: number;
    }
  /** A named place in a program's memory. */
  | {
      readonly kind: "variable";
      readonly memory: MemoryId;
      readonly variable: Variable;
      readonly cmp: Comparison;
      readonly value: number;
    }
  | { readonly kind: "cost"; readonly of: CostName; readonly cmp: Comparison; readonly value: number };

export const CALLBACKS = ["prep", "issue", "fail", "cleanup"] as const;
export type Callback = (typeof CALLBACKS)[number];

export const COST_NAMES = ["enters", "crossings", "cqes", "steps", "calls"] as const;
export type CostName = (typeof COST_NAMES)[number];

/** What can be known of a run, or of a run so far. */
export interface Facts {
  /** How many CQEs of `label` there were. */
  count(label: LabelId): number;
  /** Result of its last CQE; only asked where `count` is not 0. */
  res(label: LabelId): number;
  flags(label: LabelId): number;
  before(first: LabelId, second: LabelId): boolean;
  issued(req: ReqId): boolean;
  /** null: never bound. */
  value(value: ValueId): number | null;
  file(file: FileId): string;
  pipe(pipe: PipeId): string;
  buffer(buffer: BufferId): string;
  hang(): boolean;
  steps(hook: HookId): number;
  calls(operation: OperationId, callback: Callback): number;
  variable(memory: MemoryId, variable: Variable): number;
  cost(of: CostName): number;
}

function compare(left: number, cmp: Comparison, right: number): boolean {
  switch (cmp) {
    case "=":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

/** Whether `condition` holds of `facts`. Total: what never happened makes its atom false. */
export function holds(condition: Condition, facts: Facts): boolean {
  switch (condition.kind) {
    case "true":
      return true;
    case "and":
      return holds(condition.left, facts) && holds(condition.right, facts);
    case "or":
      return holds(condition.left, facts) || holds(condition.right, facts);
    case "implies":
      return !holds(condition.left, facts) || holds(condition.right, facts);
    case "not":
      return !holds(condition.of, facts);
    case "res":
      return (
        facts.count(condition.label) > 0 &&
        compare(facts.res(condition.label), condition.cmp, condition.value)
      );
    case "flags":
      return facts.count(condition.label) > 0 && (facts.flags(condition.label) & condition.bit) !== 0;
    case "posted":
      return facts.count(condition.label) > 0;
    case "silent":
      return facts.count(condition.label) === 0;
    case "count":
      return compare(facts.count(condition.label), condition.cmp, condition.value);
    case "before":
      return facts.before(condition.first, condition.second);
    case "issued":
      return facts.issued(condition.req);
    case "value": {
      const bound = facts.value(condition.value);
      return bound !== null && compare(bound, condition.cmp, condition.than);
    }
    case "file":
      return (facts.file(condition.file) === condition.text) === condition.equal;
    case "pipe":
      return (facts.pipe(condition.pipe) === condition.text) === condition.equal;
    case "buffer": {
      const bytes = facts.buffer(condition.buffer);
      const same = bytes.startsWith(condition.text) && /^\0*$/.test(bytes.slice(condition.text.length));
      return same === condition.equal;
    }
    case "hang":
      return facts.hang();
    case "cost":
      return compare(facts.cost(condition.of), condition.cmp, condition.value);
    case "steps":
      return compare(facts.steps(condition.hook), condition.cmp, condition.value);
    case "calls":
      return compare(facts.calls(condition.operation, condition.callback), condition.cmp, condition.value);
    case "variable":
      return compare(facts.variable(condition.memory, condition.variable), condition.cmp, condition.value);
  }
}
