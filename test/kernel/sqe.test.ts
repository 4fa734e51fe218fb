import { describe, expect, it } from "vitest";
import { encodeSqe } from "../../src/kernel/sqe.js";
import { Unsupported } from "../../src/kernel/unsupported.js";
import { SQE_BYTES, type SqeContext } from "../../src/model/bytes/sqeFields.js";
import { userDataOf } from "../../src/model/bytes/userData.js";
import type { Scenario } from "../../src/model/scenario.js";
import * as s from "./scenarios.js";

const SALT = 0x1234_5678;
const ADDRESS = 0x7f12_3456_7000;

function contextOf(scenario: Scenario): SqeContext {
  return {
    scenario,
    salt: SALT,
    operations: null,
    fd: (ref) => (ref.kind === "bad" ? ref.fd : 9),
    ringFd: (ring) => 20 + ring,
    dataAddress: (req) => ADDRESS + 64 * req,
    timespecAddress: () => ADDRESS + 0x800,
    pathAddress: () => ADDRESS + 0x900,
    fixedBuffer: (buffer) => (scenario.buffers[buffer]?.fixed ? buffer : null),
  };
}

/** Its words that are not zero, `offset:bytes`; without user_data, which all have alike. */
function encode(spec: s.SqeSpec, more: Partial<Scenario> = {}): string {
  const scenario = s.scenario([spec, s.nop()], [], more);
  const bytes = new Uint8Array(SQE_BYTES).fill(0xee);
  const sqe = scenario.sqes[0];
  if (sqe === undefined) throw new Error("no SQE");
  encodeSqe(sqe, contextOf(scenario), { view: new DataView(bytes.buffer), offset: 0 });
  const words: string[] = [];
  for (let at = 0; at < SQE_BYTES; at += 4) {
    const hex = [...bytes.subarray(at, at + 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hex !== "00000000") words.push(`${at}:${hex}`);
  }
  return words.filter((word) => word !== "32:01000000" && word !== "36:78563412").join(" ");
}

const PIPE_READ = { kind: "pipe", pipe: 0, end: "r" } as const;
const FILE = { kind: "file", file: 0 } as const;
const SLOT = { kind: "slot", slot: 3 } as const;

describe("an SQE's bytes", () => {
  it.each<[string, s.SqeSpec, string]>([
    ["NOP with a flag", s.nop("LINK"), "0:00040000"],
    ["NOP that injects -5", s.nopRes(-5), "24:fbffffff 28:01000000"],
    ["NOP through task work", { op: { opcode: "NOP", res: null, taskWork: true } }, "28:10000000"],
    ["an opcode that is none", { op: { opcode: "INVALID" } }, "0:ff000000"],
    [
      "READ at the file position",
      s.readPipe(5, "LINK", "ASYNC"),
      "0:16140000 4:09000000 8:ffffffff 12:ffffffff 16:00705634 20:127f0000 24:05000000",
    ],
    [
      "READ at an offset through a slot",
      { op: { opcode: "READ", fd: SLOT, len: 5, offset: 7, buffer: null } },
      "0:16010000 4:03000000 8:07000000 16:00705634 20:127f0000 24:05000000",
    ],
    [
      "READ multishot",
      { ...s.readPipe(5), multishot: true },
      "0:31000000 4:09000000 8:ffffffff 12:ffffffff 16:00705634 20:127f0000 24:05000000",
    ],
    [
      "WRITE of literal text",
      s.writePipe("abc"),
      "0:17000000 4:09000000 8:ffffffff 12:ffffffff 16:00705634 20:127f0000 24:03000000",
    ],
    [
      "RECV with flags",
      { op: { opcode: "RECV", fd: PIPE_READ, len: 4, buffer: null, msg: ["WAITALL", "DONTWAIT"] } },
      "0:1b000000 4:09000000 16:00705634 20:127f0000 24:04000000 28:40010000",
    ],
    [
      "SEND",
      { op: { opcode: "SEND", fd: PIPE_READ, len: 4, source: { kind: "zeros" }, msg: [] } },
      "0:1a000000 4:09000000 16:00705634 20:127f0000 24:04000000",
    ],
    [
      "OPENAT into a slot",
      { op: { opcode: "OPENAT", file: 0, slot: 3, openFlags: ["CREAT"] } },
      "0:12000000 4:9cffffff 16:00795634 20:127f0000 24:80010000 28:42000000 44:04000000",
    ],
    [
      "CLOSE of a slot",
      { op: { opcode: "CLOSE", fd: SLOT }, flags: ["FIXED_FILE"] },
      "0:13000000 44:04000000",
    ],
    ["FSYNC", { op: { opcode: "FSYNC", fd: FILE } }, "0:03000000 4:09000000"],
    [
      "POLL_ADD multishot",
      { op: { opcode: "POLL_ADD", fd: PIPE_READ, events: 0x2001 }, multishot: true },
      "0:06000000 4:09000000 24:01000000 28:01200000",
    ],
    [
      "POLL_REMOVE",
      { op: { opcode: "POLL_REMOVE", target: 1 } },
      "0:07000000 4:ffffffff 16:02000000 20:78563412",
    ],
    [
      "TIMEOUT with a count",
      {
        op: { opcode: "TIMEOUT", ts: 10, count: 2, etimeSuccess: true, multishot: false, abs: true },
      },
      "0:0b000000 4:ffffffff 8:02000000 16:00785634 20:127f0000 24:01000000 28:21000000",
    ],
    ["LINK_TIMEOUT", s.linkTimeout(10, "LINK"), "0:0f040000 4:ffffffff 16:00785634 20:127f0000 24:01000000"],
    [
      "TIMEOUT_REMOVE that updates a LINK_TIMEOUT",
      { op: { opcode: "TIMEOUT_REMOVE", target: 1, update: { ts: 1, abs: false, link: true } } },
      "0:0c000000 4:ffffffff 8:00785634 12:127f0000 16:02000000 20:78563412 28:12000000",
    ],
    ["ASYNC_CANCEL by user_data", s.cancel(1), "0:0e000000 4:ffffffff 16:02000000 20:78563412"],
    [
      "ASYNC_CANCEL of nobody, ALL",
      { op: { opcode: "ASYNC_CANCEL", target: "none", fd: null, op: null, flags: ["ALL"] } },
      "0:0e000000 4:ffffffff 16:ffffffff 20:78563412 28:01000000",
    ],
    [
      "ASYNC_CANCEL by opcode and slot",
      { op: { opcode: "ASYNC_CANCEL", target: null, fd: SLOT, op: "READ", flags: [] } },
      "0:0e000000 4:03000000 24:16000000 28:2a000000",
    ],
    [
      "MSG_RING",
      { op: { opcode: "MSG_RING", target: 0, res: 7, label: 1 } },
      "0:28000000 4:14000000 8:01000100 12:78563412 24:07000000",
    ],
    [
      "SPLICE",
      {
        op: {
          opcode: "OTHER",
          name: "SPLICE",
          fd: { kind: "pipe", pipe: 0, end: "w" },
          fields: { splice_fd_in: "p.r", len: "10" },
        },
      },
      "0:1e000000 4:09000000 8:ffffffff 12:ffffffff 16:ffffffff 20:ffffffff 24:0a000000 44:09000000",
    ],
    [
      "UNLINKAT",
      { op: { opcode: "OTHER", name: "UNLINKAT", fd: null, fields: {} } },
      "0:24000000 4:9cffffff 16:00795634 20:127f0000",
    ],
    [
      "FUTEX_WAIT on a word of its own",
      { op: { opcode: "OTHER", name: "FUTEX_WAIT", fd: null, fields: { val: "1" } } },
      "0:33000000 4:82000000 8:01000000 16:00705634 20:127f0000 48:ffffffff",
    ],
  ])("%s", (_, spec, expected) => {
    expect(encode(spec, { pipes: [{ name: "p", nonblock: false }] })).toBe(expected);
  });

  it("reads into a registered buffer with READ_FIXED", () => {
    const buffers = [
      { name: "a", size: 8, fixed: false },
      { name: "b", size: 8, fixed: true },
    ];
    const read = (buffer: number): s.SqeSpec => ({
      op: { opcode: "READ", fd: PIPE_READ, len: 8, offset: 0, buffer },
    });
    expect(encode(read(0), { buffers }).split(" ")[0]).toBe("0:16000000");
    expect(encode(read(1), { buffers })).toBe(
      "0:04000000 4:09000000 16:00705634 20:127f0000 24:08000000 40:01000000",
    );
  });
});

describe("a prep that fails", () => {
  const failing = (spec: s.SqeSpec, prepError: number): string => encode({ ...spec, prepError });

  it.each<[string, s.SqeSpec, number, string]>([
    ["-EINVAL: a personality that is not registered", s.nop(), -22, "40:0000ffff"],
    [
      "-EFAULT: a timespec in the kernel's half",
      s.timeout(10),
      -14,
      "0:0b000000 4:ffffffff 20:0080ffff 24:01000000",
    ],
    ["-EOPNOTSUPP: a buffer group for what takes none", s.nop("LINK"), -95, "0:00240000"],
  ])("%s", (_, spec, errno, expected) => {
    expect(failing(spec, errno)).toBe(expected);
  });

  it("is refused where no SQE fails so", () => {
    expect(() => failing(s.nop(), -14)).toThrow(Unsupported);
    expect(() => failing(s.readPipe(1), -95)).toThrow(Unsupported);
    expect(() => failing(s.nop(), -12)).toThrow("fail with -ENOMEM");
  });
});

describe("what no kernel has", () => {
  it.each<[string, s.SqeSpec]>([
    ["an abstract operation", { op: { opcode: "OP" } }],
    ["IORING_OP_BPF", { op: { opcode: "BPF", op: 1, src: null, dst: null, flags: 0 } }],
    [
      "an opcode with operands that cannot be made",
      { op: { opcode: "OTHER", name: "WAITID", fd: null, fields: {} } },
    ],
    ["a name that is no opcode", { op: { opcode: "OTHER", name: "FROBNICATE", fd: null, fields: {} } }],
  ])("refuses %s", (_, spec) => {
    expect(() => encode(spec)).toThrow(Unsupported);
  });
});

it("gives no SQE the user_data 0, so that an entry nobody wrote is noticed", () => {
  expect(userDataOf(0)).toBe(1);
});
