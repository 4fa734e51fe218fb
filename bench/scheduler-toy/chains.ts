/** A toy of the shape and size of a ring: chains of requests, a submitter, workers, a completion ring. For measurements. */
import type { Layout, Model } from "../../src/scheduler/model.js";

interface Request {
  phase: number;
  marks: number;
  next: number;
  task: number;
  res: number;
  progress: number;
  desc: number;
  timer: number;
  targetSeq: number;
}
interface Ring {
  sq: number[];
  cq: number[];
  overflow: number[];
  completionBatch: number[];
  taskWork: number[];
  retry: number[];
  linkHead: number;
  linkLast: number;
  deferList: number[];
  drainActive: boolean;
  drainNext: boolean;
  timeouts: number[];
  seq: number;
  lock: number;
  taskRun: boolean;
}
interface Context {
  pc: number;
  stage: number;
  left: number;
  submitted: number;
  want: number;
  issuing: number;
  batch: number[];
  flush: number;
  timer: number;
  taskWork: number[];
}
export interface State {
  reqs: Request[];
  rings: Ring[];
  contexts: Context[];
  files: string[];
  values: number[];
  wq: number[];
}
export interface Action {
  readonly kind: "start" | "ok" | "fail" | "post" | "reap";
  readonly req: number;
}
export type Event =
  | { readonly kind: "cqe"; readonly req: number; readonly res: number }
  | { readonly kind: "rule"; readonly id: string };

const WAITING = 0;
const QUEUED = 1;
const RUNNING = 2;
const DONE = 3;
const POSTED = 4;
const RULE: Event = { kind: "rule", id: "CORE-01" };
const ZEROS = (length: number): number[] => new Array<number>(length).fill(0);

export function chainsModel(chains: number, length: number, reaped: boolean): Model<State, Action, Event> {
  const count = chains * length;
  const kinds = ["start", "ok", "fail", "post", "reap"] as const;
  const table = kinds.map((kind) => ZEROS(count).map((_, req): Action => ({ kind, req })));
  const reap: Action = { kind: "reap", req: 0 };
  return {
    initial: () => ({
      reqs: ZEROS(count).map((_, req) => ({
        phase: req % length === 0 ? QUEUED : WAITING,
        marks: 8,
        next: req % length === length - 1 ? 0 : req + 2,
        task: 0,
        res: 0,
        progress: 0,
        desc: 0,
        timer: 0,
        targetSeq: 0,
      })),
      rings: [
        {
          sq: [],
          cq: [],
          overflow: [],
          completionBatch: [],
          taskWork: [],
          retry: [],
          linkHead: 0,
          linkLast: 0,
          deferList: [],
          drainActive: false,
          drainNext: false,
          timeouts: [],
          seq: 0,
          lock: 0,
          taskRun: false,
        },
      ],
      contexts: [0, 1, 2].map(() => ({
        pc: 0,
        stage: 0,
        left: 0,
        submitted: 0,
        want: 0,
        issuing: 0,
        batch: [],
        flush: 0,
        timer: 0,
        taskWork: [],
      })),
      files: ["hello", ""],
      values: [-1, -1],
      wq: [],
    }),
    enabled(state) {
      const actions: Action[] = [];
      for (let req = 0; req < count; req++) {
        const { phase } = state.reqs[req]!;
        if (phase === QUEUED) actions.push(table[0]![req]!);
        else if (phase === RUNNING) actions.push(table[1]![req]!, table[2]![req]!);
        else if (phase === DONE) actions.push(table[3]![req]!);
      }
      if (reaped && state.rings[0]!.cq.length > 0) actions.push(reap);
      return actions;
    },
    apply(draft, action, emit) {
      const ring = draft.rings[0]!;
      if (action.kind === "reap") {
        ring.cq.shift();
        draft.contexts[0]!.pc++;
        return;
      }
      const request = draft.reqs[action.req]!;
      switch (action.kind) {
        case "start":
          request.phase = RUNNING;
          draft.wq.push(action.req);
          emit(RULE);
          return;
        case "ok":
        case "fail":
          request.phase = DONE;
          request.res = action.kind === "ok" ? 5 : -125;
          draft.wq.splice(draft.wq.indexOf(action.req), 1);
          emit(RULE);
          return;
        case "post": {
          request.phase = POSTED;
          emit({ kind: "cqe", req: action.req, res: request.res });
          if (reaped) ring.cq.push(action.req);
          const severed = request.res < 0;
          for (let next = request.next; next !== 0; ) {
            const member = draft.reqs[next - 1]!;
            if (!severed) {
              member.phase = QUEUED;
              return;
            }
            member.phase = POSTED;
            member.res = -125;
            emit({ kind: "cqe", req: next - 1, res: -125 });
            if (reaped) ring.cq.push(next - 1);
            next = member.next;
          }
        }
      }
    },
    describe: (action) => `${action.kind} ${action.req}`,
  };
}

export function chainsLayout(chains: number, length: number): Layout {
  const count = chains * length;
  const int = (min: number, max: number): Layout => ({ kind: "int", min, max });
  const bool: Layout = { kind: "bool" };
  const list = (lengthMax: number, max: number): Layout => ({ kind: "list", lengthMax, max });
  const array = (n: number, of: Layout): Layout => ({ kind: "array", length: n, of });
  const struct = (fields: Readonly<Record<string, Layout>>): Layout => ({ kind: "struct", fields });
  const req = count - 1;
  const items = list(2 * count, 511);
  return struct({
    reqs: array(
      count,
      struct({
        phase: int(0, 14),
        marks: int(0, 2 ** 18 - 1),
        next: int(0, count),
        task: int(0, 2),
        res: int(-2147483648, 2147483647),
        progress: int(0, 40),
        desc: int(0, 3),
        timer: int(-1, 1000),
        targetSeq: int(0, 0),
      }),
    ),
    rings: array(
      1,
      struct({
        sq: list(count, req),
        cq: list(count, req),
        overflow: list(count, req),
        completionBatch: list(count, req),
        taskWork: items,
        retry: items,
        linkHead: int(0, count),
        linkLast: int(0, count),
        deferList: list(count, req),
        drainActive: bool,
        drainNext: bool,
        timeouts: list(count, req),
        seq: int(0, 0),
        lock: int(0, 3),
        taskRun: bool,
      }),
    ),
    contexts: array(
      3,
      struct({
        pc: int(0, 40),
        stage: int(0, 11),
        left: int(0, count),
        submitted: int(0, count),
        want: int(0, count),
        issuing: int(0, count),
        batch: items,
        flush: int(0, 1),
        timer: int(-1, 1000),
        taskWork: items,
      }),
    ),
    files: array(2, { kind: "text" }),
    values: array(2, int(-2147483648, 2147483647)),
    wq: list(count, req),
  });
}

/** CQEs as letters, per request and sign of the result. */
export function letterOf(event: Event): number {
  return event.kind === "cqe" ? 1 + 2 * event.req + (event.res < 0 ? 1 : 0) : 0;
}
