/** The shelf's custom operations, callback by callback: results, pdu, maps and buffers. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUF_DESC, BUF_VEC, type OperationProgram } from "../../src/model/programs/index.js";
import { SHELF } from "../../src/programs/index.js";
import { FakeRequest, OperationMemory, type RequestOptions, USER_BASE, userMemory } from "./fakeRequest.js";

const EPERM = -1;
const EIO = -5;
const EAGAIN = -11;
const EFAULT = -14;
const EINVAL = -22;
const ENODATA = -61;

function operation(name: string): OperationProgram {
  const program = SHELF[name];
  if (program?.kind !== "operation") throw new Error(`no operation ${name}`);
  return program;
}

function load(
  name: string,
  args: Record<string, bigint> = {},
): { memory: OperationMemory; request: FakeRequest } {
  const memory = new OperationMemory(operation(name), args);
  return { memory, request: new FakeRequest(operation(name), memory) };
}

describe("operations without buffers", () => {
  it.each([
    { name: "noop", args: {}, prep: 0, issue: 0, res: 0 },
    { name: "result", args: { value: 7n }, prep: 0, issue: 0, res: 7 },
    { name: "result", args: { value: -5n }, prep: 0, issue: 0, res: EIO },
    { name: "issue-fails", args: {}, prep: 0, issue: EIO, res: null },
    { name: "issue-fails", args: { error: -28n }, prep: 0, issue: -28, res: null },
    { name: "fail-overrides", args: {}, prep: 0, issue: EIO, res: null },
    { name: "inject", args: { every: 1n }, prep: 0, issue: EIO, res: null },
    { name: "stale", args: {}, prep: 0, issue: 0, res: null },
    { name: "skip-complete", args: {}, prep: 0, issue: -529, res: null },
    { name: "positive", args: {}, prep: 0, issue: 1, res: null },
    { name: "get", args: {}, prep: 0, issue: ENODATA, res: null },
  ])("$name $args: prep $prep, issue $issue, result $res", ({ name, args, prep, issue, res }) => {
    const { request } = load(name, args);
    expect(request.prep()).toBe(prep);
    expect(request.issue()).toBe(issue);
    expect(request.res).toBe(res);
    expect(request.hasFailed).toBe(res !== null && res < 0);
  });

  it("prep-fails has a prep that fails and no issue", () => {
    expect(load("prep-fails").request.prep()).toBe(EINVAL);
    expect(load("prep-fails", { error: -1n }).request.prep()).toBe(-1);
    expect(operation("prep-fails").issue).toBeUndefined();
  });

  it("fail-overrides sets another result in fail", () => {
    const { request } = load("fail-overrides", { res: 9n });
    request.prep();
    request.issue();
    operation("fail-overrides").fail!(request.data);
    expect(request.res).toBe(9);
  });

  it("pdu-reader reads a byte that nobody wrote", () => {
    const { request } = load("pdu-reader");
    request.data.pdu.setU8(0, 0xa5);
    request.prep();
    request.issue();
    expect(request.res).toBe(0xa5);
  });

  it.each([1, 2, 3])("again asks for another attempt %i times, whatever its pdu held before", (times) => {
    const { request } = load("again", { times: BigInt(times) });
    request.data.pdu.setU32(0, 99);
    request.prep();
    for (let attempt = 0; attempt < times; attempt++) expect(request.issue()).toBe(EAGAIN);
    expect(request.issue()).toBe(0);
    expect(request.res).toBe(times);
  });

  it("inject fails every third of all requests", () => {
    const memory = new OperationMemory(operation("inject"), { every: 3n, error: -28n });
    const issued = Array.from({ length: 7 }, () => new FakeRequest(operation("inject"), memory).issue());
    expect(issued).toEqual([0, 0, -28, 0, 0, -28, 0]);
    expect(memory.variable("count")).toBe(7);
  });

  it("counting counts each callback once a call, and finds its mark", () => {
    const { memory, request } = load("counting");
    expect(request.issue()).toBe(EINVAL);
    request.prep();
    expect(request.issue()).toBe(0);
    expect(request.res).toBe(42);
    operation("counting").fail!(request.data);
    operation("counting").cleanup!(request.data);
    const counts = ["prep", "issue", "fail", "cleanup"].map((name) => memory.variable(name));
    expect(counts).toEqual([1, 2, 1, 1]);
  });

  it("put hands its flags over to the next get, once, and without the operation's id", () => {
    const memory = new OperationMemory(operation("put"));
    const put = new FakeRequest(operation("put"), memory, { opFlags: 0x05ab_cdef });
    const [first, second] = [0, 1].map(() => new FakeRequest(operation("get"), memory));
    expect(put.prep()).toBe(0);
    expect(memory.variable("full")).toBe(0);
    expect(put.issue()).toBe(0);
    expect(first!.issue()).toBe(0);
    expect(first!.res).toBe(0xab_cdef);
    expect(second!.issue()).toBe(ENODATA);
  });

  it("programs of one map agree on what is in it", () => {
    const byMap = new Map<string, OperationProgram>();
    for (const program of Object.values(SHELF)) {
      if (program.kind !== "operation" || program.map === undefined) continue;
      const other = byMap.get(program.map) ?? program;
      byMap.set(program.map, program);
      expect(program.memoryBytes).toBe(other.memoryBytes);
      expect(program.variables).toEqual(other.variables);
    }
    expect([...byMap.keys()].sort()).toEqual(["counting", "hand-over", "order", "progress", "straight"]);
  });
});

describe("operations that tell about their callbacks", () => {
  it("script returns 0 and sets nothing where nothing is named", () => {
    const { request } = load("script");
    expect([request.prep(), request.issue()]).toEqual([0, 0]);
    operation("script").fail!(request.data);
    operation("script").cleanup!(request.data);
    expect(request.res).toBeNull();
  });

  it("script sets what is named for a callback, 0 too, and returns what it is told", () => {
    const { request } = load("script", {
      prep: -1n,
      issue: 3n,
      "prep-sets": 7n,
      sets: -5n,
      "then-sets": 0n,
      "fail-sets": 8n,
      "cleanup-sets": 9n,
    });
    expect([request.prep(), request.res]).toEqual([-1, 7]);
    expect([request.issue(), request.res]).toEqual([3, 0]);
    operation("script").fail!(request.data);
    expect(request.res).toBe(8);
    operation("script").cleanup!(request.data);
    expect(request.res).toBe(9);
    expect(request.hasFailed).toBe(true);
  });

  it.each(["no-issue", "no-prep"])("%s lacks that callback and has the other", (name) => {
    expect(operation(name).prep === undefined).toBe(name === "no-prep");
    expect(operation(name).issue === undefined).toBe(name === "no-issue");
  });

  it.each([true, false])("where tells whether io-wq runs it: %s", (isInIoWq) => {
    const request = new FakeRequest(operation("where"), new OperationMemory(operation("where")), {
      isInIoWq,
    });
    request.prep();
    request.issue();
    expect(request.res).toBe(isInIoWq ? 1 : 0);
  });

  it("progress counts the preps and cleanups of all requests so far", () => {
    const memory = new OperationMemory(operation("progress"));
    const [first, second] = [0, 1].map(() => new FakeRequest(operation("progress"), memory));
    first!.prep();
    second!.prep();
    first!.issue();
    operation("progress").cleanup!(first!.data);
    second!.issue();
    expect([first!.res, second!.res]).toEqual([20, 21]);
  });

  it("order writes down the callbacks of all its requests", () => {
    const memory = new OperationMemory(operation("order"), { error: -5n });
    const request = new FakeRequest(operation("order"), memory);
    request.prep();
    expect(request.issue()).toBe(EIO);
    operation("order").fail!(request.data);
    operation("order").cleanup!(request.data);
    expect(memory.variable("seen")).toBe(1234);
  });

  it.each([
    { userData: 0xffff_0000_0000_0001n, res: 0 },
    { userData: 1n, res: EIO },
  ])("user-data compares all 64 bits: $userData gives $res", ({ userData, res }) => {
    const { request } = load("user-data", { of: 0xffff_0000_0000_0001n });
    request.prep(0n, 0, userData);
    request.issue();
    expect(request.res).toBe(res);
  });

  it("pdu-fills finds what it wrote, and tells where another request wrote there", () => {
    const { request } = load("pdu-fills", { bytes: 36n });
    request.prep();
    request.issue();
    expect(request.res).toBe(36);
    request.data.pdu.setU8(35, 1);
    request.issue();
    expect(request.res).toBe(EIO);
  });
});

describe("copy-v1", () => {
  it("copies the other way where it is told so", () => {
    const buffers = [new Uint8Array(3), Uint8Array.from([1, 2, 3])] as const;
    const memory = new OperationMemory(operation("copy-v1"), { len: 3n, from: 2n, to: 1n });
    const request = new FakeRequest(operation("copy-v1"), memory, { pduBytes: 24, buffers });
    request.prep();
    expect([request.issue(), request.res]).toEqual([0, 3]);
    expect([...buffers[0]]).toEqual([1, 2, 3]);
  });

  const copy = (len: number, args: Record<string, bigint>, options: RequestOptions = {}) => {
    const source = Uint8Array.from({ length: len }, (_, i) => i * 7);
    const target = new Uint8Array(len);
    const memory = new OperationMemory(operation("copy-v1"), { len: BigInt(len), ...args });
    const request = new FakeRequest(operation("copy-v1"), memory, {
      ...options,
      pduBytes: 24,
      buffers: [source, target],
    });
    request.prep();
    return { issued: request.issue(), res: request.res, source, target };
  };

  it.each([0, 1, 512, 513, 2048])("copies %i bytes", (len) => {
    const { issued, res, source, target } = copy(len, {});
    expect([issued, res]).toEqual([0, len]);
    expect(target).toEqual(source);
  });

  it("completes with what was copied where the first call is short", () => {
    const { res, source, target } = copy(100, { first: 60n }, { memcpyMax: 50 });
    expect(res).toBe(50);
    expect(target.subarray(0, 50)).toEqual(source.subarray(0, 50));
    expect(target.subarray(50).every((byte) => byte === 0)).toBe(true);
  });

  it("fails with -EINVAL where a buffer is too small", () => {
    const memory = new OperationMemory(operation("copy-v1"), { len: 600n });
    const request = new FakeRequest(operation("copy-v1"), memory, {
      pduBytes: 24,
      buffers: [new Uint8Array(600), new Uint8Array(599)],
    });
    expect(request.issue()).toBe(EINVAL);
    expect(request.res).toBeNull();
  });
});

/** An operation of v3 over buffers in user memory. */
function onBuffers(name: string, buffers: readonly Uint8Array[], chunk: number) {
  const user = userMemory(...buffers);
  const request = new FakeRequest(operation(name), new OperationMemory(operation(name)), { user, chunk });
  const prepared = request.prep(BigInt(USER_BASE), buffers.length);
  const issued = prepared === 0 ? request.issue() : null;
  let at = buffers.length * BUF_DESC.bytes;
  const after = buffers.map(({ length }) => {
    at += length;
    return [...user.subarray(at - length, at)];
  });
  return { prepared, issued, res: request.res, after, open: request.open };
}

describe("operations over buffers that come in chunks", () => {
  const chunk = fc.integer({ min: 1, max: 40 });
  const run = { seed: 1, numRuns: 200 };

  it("copy-v3 copies as many bytes as the shorter buffer has", () => {
    const buffer = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(buffer, buffer, chunk, (source, target, chunk) => {
        const size = Math.min(source.length, target.length);
        const { issued, res, after, open } = onBuffers("copy-v3", [source, target], chunk);
        expect([issued, res, open]).toEqual([0, size, 0]);
        expect(after).toEqual([[...source], [...source.subarray(0, size), ...target.subarray(size)]]);
      }),
      run,
    );
  });

  it("xor-parity equals the exclusive or of the stripes", () => {
    const rows = fc
      .tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 4 }))
      .chain(([stripe, count]) =>
        fc.array(fc.uint8Array({ minLength: stripe, maxLength: stripe }), {
          minLength: count,
          maxLength: count,
        }),
      );
    fc.assert(
      fc.property(rows, chunk, (stripes, chunk) => {
        const stripe = stripes[0]!.length;
        const source = Uint8Array.from(stripes.flatMap((bytes) => [...bytes]));
        const parity = Array.from({ length: stripe }, (_, i) =>
          stripes.reduce((sum, bytes) => sum ^ bytes[i]!, 0),
        );
        const target = new Uint8Array(stripe).fill(0xee);
        const { issued, res, after, open } = onBuffers("xor-parity", [source, target], chunk);
        expect([issued, res, open]).toEqual([0, stripe, 0]);
        expect(after).toEqual([[...source], parity]);
      }),
      run,
    );
  });

  it.each([
    { args: {}, issued: 0, res: 50 },
    { args: { direction: 1n }, issued: EPERM, res: null },
    { args: { direction: 2n }, issued: EINVAL, res: null },
  ])("opens $args: $issued, $res", ({ args, issued, res }) => {
    const user = userMemory(new Uint8Array(50));
    const memory = new OperationMemory(operation("opens"), args);
    const request = new FakeRequest(operation("opens"), memory, { user, chunk: 16 });
    expect(request.prep(BigInt(USER_BASE), 1)).toBe(0);
    expect([request.issue(), request.res, request.open]).toEqual([issued, res, 0]);
  });

  it("opens changes the type and the index that user space wrote", () => {
    const user = userMemory(new Uint8Array(4));
    const memory = new OperationMemory(operation("opens"), { type: 5n, index: 258n });
    const request = new FakeRequest(operation("opens"), memory, { user });
    request.prep(BigInt(USER_BASE), 1);
    expect(request.data.pdu.u8(BUF_DESC.type)).toBe(5);
    expect(request.data.pdu.u16(BUF_DESC.bufIndex)).toBe(258);
  });

  it("checksum equals the sum of the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), chunk, (source, chunk) => {
        const { issued, res, open } = onBuffers("checksum", [source], chunk);
        expect([issued, res, open]).toEqual([0, source.reduce((sum, byte) => sum + byte, 0), 0]);
      }),
      run,
    );
  });

  it.each([
    { name: "copy-v3", lengths: [4] },
    { name: "checksum", lengths: [4, 4] },
    { name: "xor-parity", lengths: [5, 2] },
    { name: "xor-parity", lengths: [4, 0] },
    { name: "xor-parity", lengths: [0, 4] },
  ])("$name refuses buffers of $lengths bytes", ({ name, lengths }) => {
    const { prepared } = onBuffers(
      name,
      lengths.map((length) => new Uint8Array(length)),
      16,
    );
    expect(prepared).toBe(EINVAL);
  });

  it("xor-parity refuses vectors", () => {
    const user = userMemory(new Uint8Array(4), new Uint8Array(2));
    user[BUF_DESC.type] = BUF_VEC;
    const name = operation("xor-parity");
    expect(new FakeRequest(name, new OperationMemory(name), { user }).prep(BigInt(USER_BASE), 2)).toBe(
      EINVAL,
    );
  });

  it.each([
    "copy-v3",
    "xor-parity",
    "checksum",
  ])("%s: -EFAULT in prep where the descriptors cannot be read", (name) => {
    const { request } = load(name);
    expect(request.prep(0n, name === "checksum" ? 1 : 2)).toBe(EFAULT);
  });

  it.each([
    { name: "copy-v3", bad: 0 },
    { name: "copy-v3", bad: 1 },
    { name: "xor-parity", bad: 0 },
    { name: "xor-parity", bad: 1 },
    { name: "checksum", bad: 0 },
  ])("$name: issue returns the error of buffer $bad, and leaves no iterator open", ({ name, bad }) => {
    const count = name === "checksum" ? 1 : 2;
    const user = userMemory(...Array.from({ length: count }, () => new Uint8Array(4)));
    new DataView(user.buffer).setBigUint64(bad * BUF_DESC.bytes + BUF_DESC.addr, 0n, true);
    const request = new FakeRequest(operation(name), new OperationMemory(operation(name)), { user });
    expect(request.prep(BigInt(USER_BASE), count)).toBe(0);
    expect(request.issue()).toBe(EFAULT);
    expect(request.res).toBeNull();
    expect(request.open).toBe(0);
  });
});
