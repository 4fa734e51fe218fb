/**
 * What the callbacks of custom operations did in a run: their programs are run again, in the order in which the trace
 * tells of them, each map kept from one to the next. An oracle beside the implementation: it knows no ring.
 */
import { type UserSpace, userSpaceOf } from "../model/bytes/userSpace.js";
import type { Callback } from "../model/condition.js";
import {
  BPF_OP_SHIFT,
  bytesOfText,
  type Guard,
  type OperationData,
  type ProgramArguments,
  Region,
} from "../model/programs/index.js";
import type { OperationDecl, ReqId, Sqe } from "../model/scenario.js";
import { programsOf } from "./profile.js";
import { sqeOf, type View } from "./view.js";

export interface Call {
  readonly callback: Callback;
  /** Position in the trace. */
  readonly at: number;
  /** What it returned, 0 where it returns nothing; null: it did what cannot be done again here. */
  readonly code: number | null;
  /** What it set as result, in order. */
  readonly results: readonly number[];
}

export interface Calls {
  /** By ReqId, in order; empty: none ran. */
  readonly of: readonly (readonly Call[])[];
  /** By MemoryId: its bytes at the end of the run; null: not sure. */
  readonly memories: readonly (Uint8Array | null)[];
}

const known = new WeakMap<View, Calls | null>();

/** The calls of a run; null: its trace does not tell of them. */
export function callsOf(view: View): Calls | null {
  let calls = known.get(view);
  if (calls === undefined) {
    calls = view.run.trace?.some(({ kind }) => kind === "call") ? new Replay(view).calls() : null;
    known.set(view, calls);
  }
  return calls;
}

/** Whether a custom operation is submitted at all: else the properties of callbacks have nothing to say. */
export function hasOperations({ run, profile }: View): boolean {
  return (programsOf(profile)?.operations ?? "none") !== "none" && run.scenario.sqes.some(isBpf);
}

function isBpf({ operation }: Sqe): boolean {
  return operation.opcode === "BPF";
}

/** The calls of one callback. */
export function callsTo(calls: readonly Call[], callback: Callback): readonly Call[] {
  return calls.filter((call) => call.callback === callback);
}

/** All that was set as result, in order. */
export function resultsOf(calls: readonly Call[]): readonly number[] {
  return calls.flatMap(({ results }) => results);
}

/** A program did what is answered by something that is not replayed: a buffer, user memory, bytes of nobody. */
class Unsure extends Error {}
/** The verifier would not have loaded it. */
class Refusal extends Error {}

/** Accesses of one callback; more is not replayed. */
const SPEND_MAX = 100_000;
const EINVAL = -22;

class Replay {
  private readonly userSpace: UserSpace;
  private readonly memories: Uint8Array[];
  /** By MemoryId. */
  private readonly isLost: boolean[];
  private readonly of: Call[][];
  /** By ReqId: its pdu, and which bytes of it were written. */
  private readonly pdus: { bytes: Uint8Array; written: boolean[] }[];
  private readonly workers = new Set<ReqId>();

  constructor(private readonly view: View) {
    const { scenario } = view.run;
    const version = programsOf(view.profile)?.operations ?? "v3";
    this.userSpace = userSpaceOf(scenario, version);
    this.memories = scenario.memories.map(({ size }) => new Uint8Array(size));
    this.isLost = scenario.memories.map(() => false);
    this.of = scenario.sqes.map(() => []);
    const pduBytes = version === "v1" ? 24 : 36;
    this.pdus = scenario.sqes.map(() => ({
      bytes: new Uint8Array(pduBytes),
      written: new Array<boolean>(pduBytes).fill(false),
    }));
    for (const decl of scenario.operations) this.fill(decl);
  }

  calls(): Calls {
    for (const [at, event] of (this.view.run.trace ?? []).entries()) {
      if (event.kind === "issued" && event.by === "worker") this.workers.add(event.req);
      if (event.kind !== "call") continue;
      const decl = this.view.run.scenario.operations[event.operation];
      const calls = this.of[event.req];
      if (decl === undefined || calls === undefined) continue;
      calls.push(this.call(decl, event.callback, event.req, at));
    }
    return { of: this.of, memories: this.memories.map((memory, id) => (this.isLost[id] ? null : memory)) };
  }

  private fill({ program, memory, args }: OperationDecl): void {
    const bytes = this.memories[memory] ?? new Uint8Array();
    const numbers: ProgramArguments = Object.fromEntries(
      Object.entries(args).map(([key, ref]) => [key, this.userSpace.argument(ref)]),
    );
    const guard = guardOf();
    program.init?.(new Region(bytes, { name: "its memory", writable: [0, bytes.length] }, guard), numbers);
  }

  private call({ program, memory }: OperationDecl, callback: Callback, req: ReqId, at: number): Call {
    const results: number[] = [];
    const told = { callback, at, results };
    if (this.isLost[memory]) return { ...told, code: null };
    const before = this.memories[memory]?.slice() ?? new Uint8Array();
    const guard = guardOf();
    try {
      const data = this.dataOf(memory, callback, req, guard, results);
      const code =
        callback === "prep"
          ? program.prep?.(data, this.sqeRegion(req, guard))
          : callback === "issue"
            ? program.issue?.(data)
            : program[callback]?.(data);
      return { ...told, code: code ?? 0 };
    } catch (error) {
      this.memories[memory] = before;
      if (error instanceof Refusal) return { ...told, code: EINVAL };
      if (!(error instanceof Unsure)) throw error;
      this.isLost[memory] = true;
      return { ...told, code: null };
    }
  }

  private sqeRegion(req: ReqId, guard: Guard): Region {
    return new Region(bytesOfText(this.userSpace.sqeBytes(req)), { name: "the SQE", writable: null }, guard);
  }

  private dataOf(
    memory: number,
    callback: Callback,
    req: ReqId,
    guard: Guard,
    results: number[],
  ): OperationData {
    const { operation } = sqeOf(this.view, req);
    const { bytes, written } = this.pdus[req]!;
    const memoryBytes = this.memories[memory] ?? new Uint8Array();
    const isAgain = callback === "issue" && callsTo(this.of[req] ?? [], "issue").length > 0;
    const unsure = (): never => {
      throw new Unsure();
    };
    return {
      pdu: new Region(
        bytes,
        {
          name: "the pdu",
          writable: [0, bytes.length],
          onRead: (from, size) => {
            if (!written.slice(from, from + size).every((byte) => byte)) unsure();
          },
          onWrite: (from, size) => written.fill(true, from, from + size),
        },
        guard,
      ),
      memory: new Region(memoryBytes, { name: "its memory", writable: [0, memoryBytes.length] }, guard),
      opFlags: operation.opcode === "BPF" ? (operation.op * 2 ** BPF_OP_SHIFT + operation.flags) >>> 0 : 0,
      isInIoWq: callback === "issue" && (isAgain || this.workers.has(req)),
      userData: this.userSpace.userDataOf(req),
      setResult: (res) => {
        results.push(res | 0);
      },
      memcpy: unsure,
      openBuffer: unsure,
      readUser: unsure,
    };
  }
}

function guardOf(): Guard {
  let spent = 0;
  return {
    spend: () => {
      if (++spent > SPEND_MAX) throw new Unsure();
    },
    refuse: (text) => {
      throw new Refusal(text);
    },
    tell: () => {},
  };
}
