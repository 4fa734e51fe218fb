/** Scenarios built by hand: what the litmus compiler would make of small files. */
import type { Instruction, Operation, RingDecl, Scenario, SetupFlag, Sqe } from "../../src/model/scenario.js";
import { IOSQE } from "../../src/model/scenario.js";

export const RING: RingDecl = { name: "r", sqEntries: 8, cqEntries: 16, setup: [] };

export function ringOf(...setup: SetupFlag[]): RingDecl {
  return { ...RING, setup };
}

type Flags = readonly (keyof typeof IOSQE)[];
export type SqeSpec = Partial<Omit<Sqe, "operation" | "flags">> & { op: Operation; flags?: Flags };

export const nop = (...flags: Flags): SqeSpec => ({
  op: { opcode: "NOP", res: null, taskWork: false },
  flags,
});
export const nopRes = (res: number, ...flags: Flags): SqeSpec => ({
  op: { opcode: "NOP", res, taskWork: false },
  flags,
});
export const readPipe = (len: number, ...flags: Flags): SqeSpec => ({
  op: { opcode: "READ", fd: { kind: "pipe", pipe: 0, end: "r" }, len, offset: null, buffer: null },
  flags,
});
export const writePipe = (data: string, ...flags: Flags): SqeSpec => ({
  op: {
    opcode: "WRITE",
    fd: { kind: "pipe", pipe: 0, end: "w" },
    len: data.length,
    offset: null,
    source: { kind: "data", data },
  },
  flags,
});
export const linkTimeout = (ts: number, ...flags: Flags): SqeSpec => ({
  op: { opcode: "LINK_TIMEOUT", ts, etimeSuccess: false, abs: false },
  flags,
});
export const timeout = (ts: number | null, count = 0, ...flags: Flags): SqeSpec => ({
  op: { opcode: "TIMEOUT", ts, count, etimeSuccess: false, multishot: false, abs: false },
  flags,
});
export const cancel = (target: number): SqeSpec => ({
  op: { opcode: "ASYNC_CANCEL", target, fd: null, op: null, flags: [] },
});

const STATEMENT = { text: "", line: 1 } as const;

/** `queue` and `enter` of all given SQEs; `wait` null: no GETEVENTS. */
export function submit(
  from: number,
  to: number,
  wait: number | null,
  bind: number | null = null,
): Instruction[] {
  const sqes = Array.from({ length: to - from }, (_, i) => from + i);
  return [
    { ...STATEMENT, do: "queue", ring: 0, sqes },
    { ...STATEMENT, do: "enter", ring: 0, submit: sqes.length, wait, timeout: null, bind },
  ];
}

export const reap: Instruction = { ...STATEMENT, do: "reap", ring: 0, max: null, bind: null };
export const sleep = (time: number): Instruction => ({ ...STATEMENT, do: "sleep", time });
export const writeStatement = (data: string): Instruction => ({
  ...STATEMENT,
  do: "write",
  fd: { kind: "pipe", pipe: 0, end: "w" },
  data,
});
export const readStatement = (len: number): Instruction => ({
  ...STATEMENT,
  do: "read",
  fd: { kind: "pipe", pipe: 0, end: "r" },
  len,
});

/** A scenario; labels are a, b, c… in the order of the SQEs. */
export function scenario(
  sqes: readonly SqeSpec[],
  threads: readonly (readonly Instruction[])[],
  more: Partial<Scenario> = {},
): Scenario {
  const built = sqes.map((spec, id): Sqe => {
    const { op, flags = [], ...rest } = spec;
    return {
      id,
      label: String.fromCharCode(97 + id),
      ring: 0,
      userData: id,
      flags: flags.reduce((bits, flag) => bits | IOSQE[flag], 0),
      operation: op,
      prepError: null,
      may: null,
      intr: null,
      multishot: false,
      line: id + 1,
      ...rest,
    };
  });
  return {
    name: "by-hand",
    time: null,
    rings: [RING],
    files: [],
    pipes: [],
    sockets: [],
    buffers: [],
    slotCount: 0,
    threads: threads.map((code, index) => ({ name: `T${index}`, code })),
    sqes: built,
    labels: built.map((sqe) => sqe.label),
    values: [],
    memories: [],
    hooks: [],
    operations: [],
    ...more,
  };
}
