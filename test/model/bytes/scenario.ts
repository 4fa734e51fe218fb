/** A scenario with an object of each kind, and SQEs of every opcode over them, by fast-check. */
import * as fc from "fast-check";
import { MSG_BITS, OPEN_BITS } from "../../../src/model/bytes/operandBits.js";
import type { HookProgram } from "../../../src/model/programs/index.js";
import {
  CANCEL_FLAGS,
  type FdRef,
  type HookDecl,
  type Operation,
  type Scenario,
  type Sqe,
} from "../../../src/model/scenario.js";
import * as s from "../../kernel/scenarios.js";

export const BUFFERS = [
  { name: "a", size: 8, fixed: false },
  { name: "b", size: 5000, fixed: true },
  { name: "c", size: 16, fixed: true },
] as const;
const SLOTS = 3;

const program: HookProgram = { kind: "hook", doc: "makes nothing", memoryBytes: 0 };

/** What the hooks' programs name. */
export const NAMED = { first: 0x1000_0000_0000_0001n, second: 0xffff_ffff_ffff_ffffn } as const;

/** `sqes`, then labels `msg` (of messages), `H-x`, `H-y` and `H-other`, then `G-x` and `G-other` on ring 1. */
export function scenarioOf(sqes: readonly s.SqeSpec[]): Scenario {
  const n = sqes.length;
  const hook = (name: string, ring: number, labels: HookDecl["labels"]): HookDecl => ({
    name,
    ring,
    memory: 0,
    args: {},
    attached: true,
    program,
    labels,
    sqes: [],
  });
  const base = s.scenario(sqes, []);
  return {
    ...base,
    rings: [s.RING, { ...s.RING, name: "q" }],
    files: [
      { name: "f", content: "abc" },
      { name: "g", content: "" },
    ],
    pipes: [{ name: "p", nonblock: false }],
    sockets: [{ name: "k" }],
    buffers: BUFFERS,
    slotCount: SLOTS,
    labels: [...base.labels, "msg", "H-x", "H-y", "H-other", "G-x", "G-other"],
    hooks: [
      hook("H", 0, [
        { userData: NAMED.first, label: n + 1 },
        { userData: NAMED.second, label: n + 2 },
        { userData: null, label: n + 3 },
      ]),
      hook("G", 1, [
        { userData: NAMED.first, label: n + 4 },
        { userData: null, label: n + 5 },
      ]),
    ],
  };
}

const openFd: fc.Arbitrary<FdRef> = fc.constantFrom<FdRef>(
  { kind: "file", file: 0 },
  { kind: "file", file: 1 },
  { kind: "pipe", pipe: 0, end: "r" },
  { kind: "pipe", pipe: 0, end: "w" },
  { kind: "socket", sockets: 0, end: 0 },
  { kind: "socket", sockets: 0, end: 1 },
  { kind: "bad", fd: -1 },
  { kind: "bad", fd: 1024 },
);
const slotFd: fc.Arbitrary<FdRef> = fc.nat(SLOTS - 1).map((slot) => ({ kind: "slot", slot }));
const fd = fc.oneof(openFd, slotFd);
const len = fc.oneof(fc.nat(40), fc.nat(2 ** 31 - 1));
const offset = fc.oneof(fc.constant(null), fc.nat(2 ** 31 - 1));
const time = fc.oneof(fc.constant(null), fc.nat(100), fc.nat(2 ** 31 - 1));
const names = (table: object) =>
  fc.uniqueArray(
    fc.constantFrom(...Object.keys(table).filter((name) => !/^(RDONLY|WRONLY|RDWR)$/.test(name))),
  );

/** All of a buffer, or its first bytes. */
const inBuffer = fc
  .nat(BUFFERS.length - 1)
  .chain((buffer) => fc.record({ buffer: fc.constant(buffer), len: fc.nat(BUFFERS[buffer]?.size ?? 0) }));
const destination = fc.oneof(inBuffer, fc.record({ buffer: fc.constant(null), len }));
const source = fc.oneof(
  inBuffer.map(({ buffer, len }) => ({ len, source: { kind: "buffer", buffer } as const })),
  fc.string().map((data) => ({ len: data.length, source: { kind: "data", data } as const })),
  len.map((len) => ({ len, source: { kind: "zeros" } as const })),
);

/** Operations of each opcode whose bytes say it, by its name; `count` is that of the scenario's SQEs. */
export function operations(count: number): Readonly<Record<string, fc.Arbitrary<Operation>>> {
  const target = fc.oneof(fc.constant("none" as const), fc.nat(count - 1));
  const opcode = <Name extends Operation["opcode"]>(name: Name) => fc.constant(name);
  const or = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
  return {
    NOP: fc.record({ opcode: opcode("NOP"), res: or(fc.integer()), taskWork: fc.boolean() }),
    READ: fc
      .record({ fd, offset, to: destination })
      .map(({ to, ...rest }) => ({ opcode: "READ" as const, ...rest, ...to })),
    WRITE: fc
      .record({ fd, offset, from: source })
      .map(({ from, ...rest }) => ({ opcode: "WRITE" as const, ...rest, ...from })),
    SEND: fc
      .record({ fd, msg: names(MSG_BITS), from: source })
      .map(({ from, ...rest }) => ({ opcode: "SEND" as const, ...rest, ...from })),
    RECV: fc
      .record({ fd, msg: names(MSG_BITS), to: destination })
      .map(({ to, ...rest }) => ({ opcode: "RECV" as const, ...rest, ...to })),
    OPENAT: fc.record({
      opcode: opcode("OPENAT"),
      file: fc.constantFrom(0, 1, null),
      slot: or(fc.nat(SLOTS - 1)),
      openFlags: names(OPEN_BITS).filter((flags) => !flags.includes("DSYNC") || !flags.includes("SYNC")),
    }),
    CLOSE: fc.record({ opcode: opcode("CLOSE"), fd }),
    FSYNC: fc.record({ opcode: opcode("FSYNC"), fd }),
    POLL_ADD: fc.record({
      opcode: opcode("POLL_ADD"),
      fd,
      events: fc.constantFrom(1, 2, 4, 8, 16, 0x2000, 0x201f),
    }),
    POLL_REMOVE: fc.record({ opcode: opcode("POLL_REMOVE"), target }),
    TIMEOUT: fc.record({
      opcode: opcode("TIMEOUT"),
      ts: time,
      count: fc.nat(2 ** 31 - 1),
      etimeSuccess: fc.boolean(),
      multishot: fc.boolean(),
      abs: fc.boolean(),
    }),
    TIMEOUT_REMOVE: fc.record({
      opcode: opcode("TIMEOUT_REMOVE"),
      target,
      update: or(fc.record({ ts: time, abs: fc.boolean(), link: fc.boolean() })),
    }),
    LINK_TIMEOUT: fc.record({
      opcode: opcode("LINK_TIMEOUT"),
      ts: time,
      etimeSuccess: fc.boolean(),
      abs: fc.boolean(),
    }),
    ASYNC_CANCEL: fc
      .record({
        target: or(target),
        fd: or(fd),
        op: or(fc.constantFrom("NOP", "READ", "URING_CMD128")),
        flags: fc.subarray(["ALL", "USERDATA"] as const),
      })
      .map((op) => ({
        opcode: "ASYNC_CANCEL" as const,
        ...op,
        target: op.target ?? (op.fd === null && op.op === null ? "none" : op.target),
        flags: CANCEL_FLAGS.filter(
          (flag) =>
            (flag === "FD" && op.fd !== null) ||
            (flag === "OP" && op.op !== null) ||
            (flag === "USERDATA" && op.target !== null && op.flags.includes(flag)) ||
            (flag === "ALL" && op.flags.includes(flag)),
        ),
      })),
    MSG_RING: fc.record({
      opcode: opcode("MSG_RING"),
      target: fc.nat(1),
      res: fc.integer(),
      // Behind the SQEs' labels: `msg`.
      label: fc.constant(count),
    }),
    BPF: fc.record({
      opcode: opcode("BPF"),
      op: fc.nat(255),
      src: or(fc.nat(BUFFERS.length - 1)),
      dst: or(fc.nat(BUFFERS.length - 1)),
      flags: fc.nat(2 ** 18 - 1),
    }),
    INVALID: fc.constant({ opcode: "INVALID" }),
  };
}

/** What only a declared SQE says: its bytes are not enough. */
export const DECLARED_ONLY: fc.Arbitrary<Operation> = fc.constantFrom<Operation>(
  { opcode: "OP" },
  { opcode: "OTHER", name: "WAITID", fd: null, fields: { id: "1" } },
  { opcode: "OTHER", name: "UNLINKAT", fd: null, fields: {} },
  {
    opcode: "OTHER",
    name: "SPLICE",
    fd: { kind: "pipe", pipe: 0, end: "w" },
    fields: { fd_in: "p.r", len: "1" },
  },
  {
    opcode: "SEND",
    fd: { kind: "socket", sockets: 0, end: 0 },
    len: 1,
    source: { kind: "zeros" },
    msg: ["CONFIRM"],
  },
);

/** Opcodes that have a multishot form which their bytes say. */
export function takesMultishot(op: Operation): boolean {
  if (op.opcode === "READ") return op.buffer === null || BUFFERS[op.buffer]?.fixed !== true;
  return op.opcode === "RECV" || op.opcode === "POLL_ADD";
}

/** An SQE around an operation, with everything else by chance. */
export function sqeAround(op: fc.Arbitrary<Operation>): fc.Arbitrary<s.SqeSpec> {
  return fc
    .record({
      op,
      flags: fc.subarray(["DRAIN", "LINK", "HARDLINK", "ASYNC", "BUFFER_SELECT", "SKIP"] as const),
      prepError: fc.constantFrom(null, -22, -12),
      may: fc.constantFrom<Sqe["may"]>(null, [0, -5], ["never"]),
      intr: fc.constantFrom(null, -4),
      multishot: fc.boolean(),
    })
    .map((spec) => ({
      ...spec,
      multishot: spec.op.opcode === "TIMEOUT" ? spec.op.multishot : spec.multishot && takesMultishot(spec.op),
    }));
}
