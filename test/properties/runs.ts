/** Hand-made scenarios and runs: a line an SQE, a pair a CQE, so that a test reads as the table that it is. */

import {
  type FdRef,
  type Instruction,
  IOSQE,
  type Operation,
  type Scenario,
  type SetupFlag,
  type Sqe,
  type SqeFlag,
} from "../../src/model/scenario.js";
import type { Observed, Run } from "../../src/properties/property.js";

export interface SqeRow {
  readonly label: string;
  readonly operation: Operation;
  readonly flags: readonly SqeFlag[];
  readonly prep?: number;
  readonly may?: readonly (number | "never")[];
  readonly multishot?: boolean;
  /** Index of the SQE whose user_data it takes. */
  readonly userData?: number;
}

export const PIPE: FdRef = { kind: "pipe", pipe: 0, end: "r" };
export const FILE: FdRef = { kind: "file", file: 0 };

export const nop = (res: number | null = null): Operation => ({ opcode: "NOP", res, taskWork: false });
export const invalid: Operation = { opcode: "INVALID" };
export const read = (len: number, fd: FdRef = PIPE): Operation => ({
  opcode: "READ",
  fd,
  len,
  offset: null,
  buffer: null,
});
export const write = (data: string, fd: FdRef = FILE): Operation => ({
  opcode: "WRITE",
  fd,
  len: data.length,
  offset: null,
  source: { kind: "data", data },
});
export const recv = (len: number, ...msg: string[]): Operation => ({
  opcode: "RECV",
  fd: { kind: "socket", sockets: 0, end: 1 },
  len,
  buffer: null,
  msg,
});
export const fsync: Operation = { opcode: "FSYNC", fd: FILE };
export const poll = (events = 1): Operation => ({ opcode: "POLL_ADD", fd: PIPE, events });
export const linkTimeout: Operation = { opcode: "LINK_TIMEOUT", ts: 10, etimeSuccess: false, abs: false };
export const timeout = (count = 0, etimeSuccess = false, multishot = false): Operation => ({
  opcode: "TIMEOUT",
  ts: 10,
  count,
  etimeSuccess,
  multishot,
  abs: false,
});
export const cancel = (target: number | "none", ...flags: ("ALL" | "ANY" | "USERDATA")[]): Operation => ({
  opcode: "ASYNC_CANCEL",
  target,
  fd: null,
  op: null,
  flags,
});
export const other = (name: string, fields: Record<string, string> = {}): Operation => ({
  opcode: "OTHER",
  name,
  fd: null,
  fields,
});
export const msgRing = (res: number, label: number): Operation => ({
  opcode: "MSG_RING",
  target: 1,
  res,
  label,
});

const SYMBOLS: Readonly<Record<string, SqeFlag>> = {
  L: "LINK",
  H: "HARDLINK",
  D: "DRAIN",
  A: "ASYNC",
  S: "SKIP",
  B: "BUFFER_SELECT",
};

/** One SQE: flags as letters, L H D A S B. */
export function sqe(label: string, operation: Operation, flags = "", rest: Partial<SqeRow> = {}): SqeRow {
  return { label, operation, flags: [...flags].map((letter) => SYMBOLS[letter]!), ...rest };
}

export interface ScenarioParts {
  readonly setup?: readonly SetupFlag[];
  /** Instructions of T0 instead of one submission of each block. */
  readonly code?: readonly Instruction[];
  readonly otherThreads?: readonly (readonly Instruction[])[];
  readonly sqEntries?: number;
  readonly extraLabels?: readonly string[];
}

const at = { text: "submit", line: 1 } as const;
export const step = {
  queue: (...sqes: number[]): Instruction => ({ ...at, do: "queue", ring: 0, sqes }),
  enter: (submit: number, bind: number | null = null, wait: number | null = null): Instruction => ({
    ...at,
    do: "enter",
    ring: 0,
    submit,
    wait,
    timeout: null,
    bind,
  }),
  write: (data: string): Instruction => ({ ...at, do: "write", fd: FILE, data }),
  branch: (otherwise: number): Instruction => ({
    ...at,
    do: "branch",
    condition: { kind: "true" },
    otherwise,
  }),
  syncCancel: (target: number): Instruction => ({ ...at, do: "sync_cancel", ring: 0, target, bind: null }),
};

/** One ring `r` (and `t`), one submission of each block, its result bound to value 0, 1, …; one file `f`, `abc`. */
export function scenarioOf(blocks: readonly (readonly SqeRow[])[], parts: ScenarioParts = {}): Scenario {
  const rows = blocks.flat();
  const sqes = rows.map(
    (row, id): Sqe => ({
      id,
      label: row.label,
      ring: 0,
      userData: row.userData ?? id,
      flags: row.flags.reduce((bits, flag) => bits | IOSQE[flag], 0),
      operation: row.operation,
      prepError: row.prep ?? null,
      may: row.may ?? null,
      intr: null,
      multishot: row.multishot ?? false,
      line: id + 1,
    }),
  );
  let next = 0;
  const code = blocks.flatMap((block, index) => {
    const ids = block.map(() => next++);
    return [step.queue(...ids), step.enter(ids.length, index)];
  });
  const programs = [parts.code ?? code, ...(parts.otherThreads ?? [])];
  const size = { sqEntries: parts.sqEntries ?? 32, cqEntries: 64 };
  return {
    name: "hand-made",
    time: null,
    rings: [
      { name: "r", ...size, setup: parts.setup ?? [] },
      { name: "t", ...size, setup: [] },
    ],
    files: [{ name: "f", content: "abc" }],
    pipes: [{ name: "p", nonblock: false }],
    sockets: [{ name: "s" }],
    buffers: [],
    slotCount: 0,
    threads: programs.map((program, index) => ({ name: `T${index}`, code: program })),
    sqes,
    labels: [...rows.map(({ label }) => label), ...(parts.extraLabels ?? [])],
    values: blocks.map((_, index) => `n${index}`),
    memories: [],
    hooks: [],
    operations: [],
  };
}

export type CqeRow = readonly [label: string, res: number, flags?: number];

export interface RunParts {
  readonly values?: readonly (number | null)[];
  readonly files?: readonly string[];
  readonly hang?: boolean;
  readonly trace?: readonly Observed[];
  /** CQEs of the second ring. */
  readonly second?: readonly CqeRow[];
}

export function runOf(scenario: Scenario, cqes: readonly CqeRow[], parts: RunParts = {}): Run {
  const records = (rows: readonly CqeRow[]): [number, number, number][] =>
    rows.map(([label, res, flags = 0]) => [scenario.labels.indexOf(label), res, flags]);
  return {
    scenario,
    outcome: {
      cq: [records(cqes), records(parts.second ?? [])],
      values: parts.values ?? scenario.values.map(() => null),
      files: parts.files ?? ["abc"],
      hang: parts.hang ?? false,
    },
    trace: parts.trace ?? null,
  };
}

/** A trace in short: `issued a`, `cqe a -5`, `freed a`, `entered 2`. */
export function traceOf(scenario: Scenario, ...events: readonly string[]): Observed[] {
  const id = (label: string): number => scenario.labels.indexOf(label);
  return events.map((text): Observed => {
    const [kind, label = "", res = "0", flags = "0"] = text.split(" ");
    if (kind === "issued" || kind === "freed") return { kind, req: id(label) };
    if (kind === "entered") return { kind, thread: 0, ring: 0, result: Number(label) };
    return { kind: "cqe", ring: 0, label: id(label), res: Number(res), flags: Number(flags) };
  });
}
