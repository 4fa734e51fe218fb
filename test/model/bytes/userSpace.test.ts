import { describe, expect, it } from "vitest";
import { bytesOfText, textOfBytes } from "../../../src/model/bytes/byteText.js";
import { SQE } from "../../../src/model/bytes/sqeFields.js";
import { userSpaceOf } from "../../../src/model/bytes/userSpace.js";
import type { ArgumentRef, HookDecl, Instruction, Operation, Scenario } from "../../../src/model/scenario.js";
import * as s from "../../kernel/scenarios.js";
import { BUFFERS, NAMED, scenarioOf } from "./scenario.js";

const fileRead: Operation = {
  opcode: "READ",
  fd: { kind: "file", file: 0 },
  len: 4,
  offset: 0,
  buffer: null,
};
const message: Operation = { opcode: "MSG_RING", target: 1, res: 7, label: 4 };
const scenario = scenarioOf([
  { ...s.nop(), may: [0] },
  { ...s.readPipe(4), userData: 0, may: [-5], intr: -4 },
  { op: message },
  { op: { opcode: "OP" }, may: [3], multishot: true },
]);
const userSpace = userSpaceOf(scenario, "v3");
const BLANK = BUFFERS.map(({ size }) => "\0".repeat(size));

/** The bytes of SQE `req` with the fields changed: `[offset, value]`, 64 bits each, or a byte where it is at 0 or 1. */
function changed(req: number, ...changes: readonly (readonly [number, bigint])[]): string {
  const bytes = bytesOfText(userSpace.sqeBytes(req));
  const view = new DataView(bytes.buffer);
  for (const [at, value] of changes) {
    if (at < 2) bytes[at] = Number(value);
    else view.setBigUint64(at, value, true);
  }
  return textOfBytes(bytes);
}
const NOBODY = 0xdead_beefn;
const decoded = (bytes: string, ring = 0) => {
  const result = userSpace.decode(bytes, ring, 50);
  if (result.kind === "unknown") throw new Error(result.why);
  return { ...result.sqe, cqe: scenario.labels[result.label] };
};

describe("a user_data's label", () => {
  const label = (ring: number, userData: bigint) => scenario.labels[userSpace.labelOf(ring, userData)];

  it.each<[string, number, bigint, string]>([
    ["an SQE's", 0, 1n, "a"],
    ["the last SQE's", 1, 4n, "d"],
    ["a message's", 1, 0x10004n, "msg"],
    ["the hook's by name", 0, NAMED.first, "H-x"],
    ["the hook's by its other name", 0, NAMED.second, "H-y"],
    ["the other ring's hook's", 1, NAMED.first, "G-x"],
    ["0, which no SQE bears", 0, 0n, "H-other"],
    ["one behind the last SQE's", 0, 5n, "H-other"],
    ["an SQE's with a high word", 0, 0x1_0000_0001n, "H-other"],
    ["a message's number that no MSG_RING bears", 1, 0x10005n, "G-other"],
  ])("is %s", (_, ring, userData, expected) => {
    expect(label(ring, userData)).toBe(expected);
  });

  it("is found again by its own user_data", () => {
    const rings = { "G-x": 1, "G-other": 1 } as Record<string, number>;
    scenario.labels.forEach((name, id) => {
      // b shares a's.
      const expected = name === "b" ? "a" : name;
      expect([name, label(rings[name] ?? 0, userSpace.userDataOf(id))]).toEqual([name, expected]);
    });
  });

  it("is that of the hook which the ring declares, else of the one that a thread attaches to it", () => {
    const n = scenario.labels.length;
    const hook = (name: string, ring: number, label: number) => ({
      ...(scenario.hooks[0] as HookDecl),
      name,
      ring,
      labels: [{ userData: null, label }],
    });
    const attach = (ring: number): Instruction => ({
      text: "",
      line: 1,
      do: "attach",
      what: { kind: "hook", hook: 1, ring },
      bind: null,
    });
    const moved: Scenario = {
      ...scenario,
      rings: [...scenario.rings, { ...s.RING, name: "t" }],
      hooks: [hook("X", 1, n), hook("Y", 2, n + 1), hook("Z", 2, n + 2), hook("W", 0, n + 3)],
      labels: [...scenario.labels, "X-other", "Y-other", "Z-other", "W-other"],
      threads: [{ name: "T", code: [attach(0), attach(1)] }],
    };
    const other = (of: Scenario, ring: number) => of.labels[userSpaceOf(of, "none").labelOf(ring, 77n)];
    expect([0, 1, 2].map((ring) => other(moved, ring))).toEqual(["W-other", "X-other", "Y-other"]);
    const without = { ...moved, hooks: moved.hooks.slice(0, 3) };
    expect(other(without, 0)).toBe("Y-other");
  });

  it("is nobody's where no hook could have made it up", () => {
    const plain = userSpaceOf(s.scenario([s.nop()], []), "none");
    expect(() => plain.labelOf(0, 9n)).toThrow("no hook");
    expect(plain.labelOf(0, 1n)).toBe(0);
  });
});

describe("an SQE that is made from another", () => {
  it("stays the declared one with other flags", () => {
    expect(decoded(changed(0, [SQE.flags, 4n]))).toMatchObject({ cqe: "a", flags: 4, may: [0], userData: 0 });
  });

  it("of a shared user_data is the one whose operands it has", () => {
    expect(decoded(userSpace.sqeBytes(1))).toMatchObject({ cqe: "b", may: [-5], intr: -4, userData: 0 });
  });

  it("keeps what the environment does where only its operands are others", () => {
    const copy = decoded(changed(1, [SQE.off, 5n]));
    expect(copy).toMatchObject({ cqe: "b", may: [-5], intr: -4, operation: { opcode: "READ", offset: 5 } });
  });

  it("loses it with the opcode, and keeps the label", () => {
    expect(decoded(changed(2, [SQE.userData, 1n]))).toMatchObject({ cqe: "a", may: null, line: 0 });
  });

  it("loses it with the user_data", () => {
    expect(decoded(changed(0, [SQE.userData, NOBODY]))).toMatchObject({
      cqe: "H-other",
      may: null,
      label: "H-other",
    });
    expect(userSpace.decode(changed(3, [SQE.userData, NOBODY]), 0, 50).kind).toBe("unknown");
  });

  it("is the abstract operation whatever its other bytes are", () => {
    expect(decoded(changed(3, [SQE.addr, 99n]))).toMatchObject({ cqe: "d", may: [3], multishot: true });
  });

  it("has a number for its user_data, the same for a cancelation's target", () => {
    const cancel = (target: bigint) =>
      decoded(changed(0, [SQE.opcode, 14n], [SQE.addr, target], [SQE.userData, NOBODY])).operation;
    const number = decoded(changed(0, [SQE.userData, NOBODY])).userData;
    expect(number).toBeGreaterThanOrEqual(128);
    expect(cancel(NOBODY)).toMatchObject({ target: number });
    expect(cancel(NOBODY + 1n)).not.toMatchObject({ target: number });
    expect(cancel(1n)).toMatchObject({ target: 0 });
    expect(decoded(changed(0, [SQE.userData, NOBODY + 1n])).userData).not.toBe(number);
  });
});

describe("what prep refuses", () => {
  const nobody = [SQE.userData, NOBODY] as const;
  it.each<[string, string, number]>([
    ["a personality", changed(0, [SQE.bufIndex, 1n << 16n], nobody), -22],
    ["a NOP flag that is none", changed(0, [SQE.len, 1n << (32n + 9n)], nobody), -22],
    ["CLOSE with IOSQE_FIXED_FILE", changed(0, [SQE.opcode, 19n], [SQE.flags, 1n], nobody), -9],
    ["CLOSE with a length", changed(0, [SQE.opcode, 19n], [SQE.len, 1n], nobody), -22],
    [
      "POLL_REMOVE with a new user_data that it does not take",
      changed(0, [SQE.opcode, 7n], [SQE.off, 1n], nobody),
      -22,
    ],
    [
      "a cancelation of an opcode that is none",
      changed(0, [SQE.opcode, 14n], [SQE.len, 200n | (32n << 32n)], nobody),
      -22,
    ],
    ["an opcode that is none", changed(0, [SQE.opcode, 70n], nobody), 0],
    ["a flag that is none", changed(0, [SQE.flags, 0x84n], nobody), 0],
  ])("%s", (_, bytes, error) => {
    const sqe = decoded(bytes);
    if (error === 0) expect(sqe).toMatchObject({ operation: { opcode: "INVALID" }, prepError: null });
    else expect(sqe.prepError).toBe(error);
  });

  it("IORING_OP_BPF where the profile has none", () => {
    const bytes = changed(0, [SQE.opcode, 65n], nobody);
    const opcode = (operations: "none" | "v3") => {
      const result = userSpaceOf(scenario, operations).decode(bytes, 0, 50);
      return result.kind === "sqe" ? result.sqe.operation.opcode : result.why;
    };
    expect([opcode("none"), opcode("v3")]).toEqual(["INVALID", "BPF"]);
  });
});

describe("what the model cannot perform is said", () => {
  const buffer = (offset: bigint) => userSpace.argument({ kind: "buffer", buffer: 1 }) + offset;
  const read = (address: bigint, len: bigint) =>
    changed(1, [SQE.addr, address], [SQE.len, len], [SQE.userData, NOBODY]);

  it.each<[string, string, string]>([
    ["a read into the middle of a buffer", read(buffer(1n), 4n), "byte 1 of buffer b"],
    ["a read beyond a buffer", read(buffer(4996n), 5n), "not all of the 5 bytes"],
    ["a read to an address that is not mapped", read(0n, 4n), "0x0 are mapped"],
    ["a read with rw_flags", read(buffer(0n), 4n | (1n << 32n)), "rw_flags bits 0x1"],
    [
      "a timeout from memory that stands for no time",
      changed(0, [SQE.opcode, 11n], [SQE.addr, buffer(0n)], [SQE.len, 1n], [SQE.userData, NOBODY]),
      "stands for a time",
    ],
    [
      "a read from a ring",
      changed(1, [SQE.opcode, 22n], [SQE.fd, 9n | ((2n ** 32n - 1n) << 32n)], [SQE.userData, NOBODY]),
      "descriptor 9 is a ring's",
    ],
    ["an OPENAT without O_RDWR", changed(0, [SQE.opcode, 18n], [SQE.userData, NOBODY]), "without O_RDWR"],
    ["a message to no ring", changed(2, [SQE.fd, 3n], [SQE.userData, NOBODY]), "descriptor 3 is no ring's"],
    [
      "a message without a name",
      changed(2, [SQE.off, NOBODY], [SQE.userData, NOBODY]),
      "user_data 3735928559",
    ],
    [
      "an opcode that only its declaration says",
      changed(0, [SQE.opcode, 13n], [SQE.userData, NOBODY]),
      "IORING_OP_ACCEPT",
    ],
  ])("%s", (_, bytes, why) => {
    const result = userSpace.decode(bytes, 0, 50);
    expect(result.kind === "unknown" ? result.why : result).toContain(why);
  });
});

describe("an argument of a program", () => {
  it.each<[string, ArgumentRef, bigint]>([
    ["an integer is itself", { kind: "integer", value: 12n }, 12n],
    ["a negative one is 64 bits", { kind: "integer", value: -1n }, 2n ** 64n - 1n],
    ["the first file is 3", { kind: "fd", fd: { kind: "file", file: 0 } }, 3n],
    ["a pipe's write end", { kind: "fd", fd: { kind: "pipe", pipe: 0, end: "w" } }, 6n],
    ["a socket", { kind: "fd", fd: { kind: "socket", sockets: 0, end: 1 } }, 8n],
    ["a slot is its index", { kind: "fd", fd: { kind: "slot", slot: 2 } }, 2n],
    ["an SQE's user_data", { kind: "userData", req: 3 }, 4n],
    ["a shared user_data", { kind: "userData", req: 1 }, 1n],
  ])("%s", (_, ref, expected) => {
    expect(userSpace.argument(ref)).toBe(expected);
  });

  it.each<[string, number | null, bigint, bigint]>([
    ["0", 0, 0n, 0n],
    ["1234 ms", 1234, 1n, 234_000_000n],
    ["never", null, 1_000_000_000n, 0n],
  ])("a time is the address of a timespec: %s", (_, time, seconds, nanoseconds) => {
    const address = userSpace.argument({ kind: "time", time });
    const bytes = userSpace.read(BLANK, address, 16);
    const view = new DataView((bytes as Uint8Array).buffer);
    expect([view.getBigInt64(0, true), view.getBigInt64(8, true)]).toEqual([seconds, nanoseconds]);
    expect(userSpace.read(BLANK, address, 17)).toBeNull();
  });
});

describe("user memory", () => {
  const address = (buffer: number) => userSpace.argument({ kind: "buffer", buffer });

  it("has the buffers as the state has them", () => {
    const buffers = ["abcdefgh", ...BLANK.slice(1)];
    expect(userSpace.read(buffers, address(0) + 2n, 3)).toEqual(new Uint8Array([99, 100, 101]));
    expect(userSpace.bufferAt(address(0) + 2n, 6)).toEqual({ buffer: 0, offset: 2 });
    expect(userSpace.bufferAt(address(1), 5000)).toEqual({ buffer: 1, offset: 0 });
  });

  it("ends where a buffer ends", () => {
    expect(userSpace.read(BLANK, address(0) + 2n, 7)).toBeNull();
    expect(userSpace.bufferAt(address(0) + 2n, 7)).toBeNull();
    expect(userSpace.read(BLANK, address(0) - 1n, 2)).toBeNull();
    expect(userSpace.read(BLANK, 2n ** 64n - 1n, 1)).toBeNull();
    expect(userSpace.read(BLANK, 0n, 0)).toEqual(new Uint8Array(0));
  });

  it("has what a WRITE says, and a path", () => {
    const made = userSpaceOf(
      scenarioOf([s.writePipe("hello"), { op: { opcode: "OPENAT", file: 1, slot: null, openFlags: [] } }]),
      "v1",
    );
    const at = (req: number) =>
      new DataView(bytesOfText(made.sqeBytes(req)).buffer).getBigUint64(SQE.addr, true);
    const text = (req: number, size: number) => textOfBytes(made.read(BLANK, at(req), size) as Uint8Array);
    expect(text(0, 5)).toBe("hello");
    expect(text(1, 4)).toBe("/g\0\0");
  });

  it("has the descriptors of a v3 operation's buffers", () => {
    const op: Operation = { opcode: "BPF", op: 2, src: 0, dst: 2, flags: 5 };
    const made = userSpaceOf(scenarioOf([{ op }]), "v3");
    const view = new DataView(bytesOfText(made.sqeBytes(0)).buffer);
    expect([view.getUint8(SQE.opcode), view.getUint32(SQE.opFlags, true)]).toEqual([65, 0x0200_0005]);
    expect([view.getInt32(SQE.fd, true), view.getUint32(SQE.len, true)]).toEqual([-1, 2]);
    const bytes = made.read(BLANK, view.getBigUint64(SQE.addr, true), 32) as Uint8Array;
    const descriptors = new DataView(bytes.buffer);
    const described = [0, 16].map((at) => [
      descriptors.getUint8(at),
      descriptors.getUint16(at + 2, true),
      descriptors.getUint32(at + 4, true),
      made.bufferAt(descriptors.getBigUint64(at + 8, true), 1)?.buffer,
    ]);
    // A plain buffer, then the second registered one.
    expect(described).toEqual([
      [0, 0, 8, 0],
      [1, 1, 16, 2],
    ]);
  });

  it("is named by a v1 operation itself", () => {
    const op: Operation = { opcode: "BPF", op: 2, src: 2, dst: 0, flags: 0 };
    const made = userSpaceOf(scenarioOf([{ op }]), "v1");
    const view = new DataView(bytesOfText(made.sqeBytes(0)).buffer);
    // Type 2 and buf_index 1 for buffer 1, type 1 for buffer 2.
    expect(view.getUint32(SQE.opFlags, true)).toBe((2 << 24) | (2 << 21) | (1 << 18));
    expect(view.getUint16(SQE.bufIndex, true)).toBe(1);
    expect([view.getUint32(SQE.len, true), view.getUint32(SQE.fileIndex, true)]).toEqual([16, 8]);
    expect(made.bufferAt(view.getBigUint64(SQE.addr, true), 16)).toEqual({ buffer: 2, offset: 0 });
    expect(made.bufferAt(view.getBigUint64(SQE.addr3, true), 8)).toEqual({ buffer: 0, offset: 0 });
  });
});

it("decodes a READ of a file by its number", () => {
  const made = userSpaceOf(scenarioOf([{ op: fileRead }]), "none");
  const view = new DataView(bytesOfText(made.sqeBytes(0)).buffer);
  expect(view.getInt32(SQE.fd, true)).toBe(3);
});
