/** The shelf's loop hooks, each in a ring of bytes: what they submit, what they leave, and after how many steps they stop. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HookProgram, IOU_REGION_CQ } from "../../src/model/programs/index.js";
import { SHELF } from "../../src/programs/index.js";
import { FakeRing, type PostedCqe, performNop, type RingOptions, type Taken } from "./fakeRing.js";
import { Refused } from "./memory.js";

const NOP = 0;
const READ = 22;
const WRITE = 23;
const TIMEOUT = 11;
const DRAIN = 2;
const ECANCELED = -125;
const ETIME = -62;

function hook(name: string): HookProgram {
  const program = SHELF[name];
  if (program?.kind !== "hook") throw new Error(`no hook ${name}`);
  return program;
}

function load(name: string, args: Record<string, bigint> = {}, options: RingOptions = {}): FakeRing {
  return new FakeRing(hook(name), args, options);
}

/** Whatever is in flight longest completes. */
function oldest(res: number): (ring: FakeRing) => void {
  return (ring) => ring.complete(ring.inFlight[0]!, res);
}

const results = (cqes: readonly PostedCqe[]): number[] => cqes.map(({ res }) => res);
const tokens = (cqes: readonly { readonly userData: bigint }[]): number[] =>
  cqes.map(({ userData }) => Number(userData));

describe("nops", () => {
  it.each([
    { reqs: 1000, sqEntries: 8, steps: 125 },
    { reqs: 1, sqEntries: 8, steps: 1 },
    { reqs: 9, sqEntries: 8, steps: 2 },
    { reqs: 10, sqEntries: 1, steps: 10 },
  ])("completes $reqs requests on an SQ of $sqEntries in $steps steps, with and without SQ_REWIND", (row) => {
    for (const sqRewind of [false, true]) {
      const ring = load("nops", { reqs: BigInt(row.reqs) }, { sqEntries: row.sqEntries, sqRewind });
      expect(ring.enter()).toEqual({ result: 0, steps: row.steps });
      expect(ring.taken).toHaveLength(row.reqs);
      expect(ring.taken.every(({ opcode }) => opcode === NOP)).toBe(true);
      expect(ring.variable("remaining")).toBe(0);
      expect(ring.variable("inflight")).toBe(0);
      expect(ring.variable("error")).toBe(0);
      expect(ring.reap()).toEqual([]);
    }
  });

  it("sleeps for all that are in flight, and refills as they come", () => {
    const ring = load("nops", { reqs: 20n }, { perform: () => null });
    ring.enter(oldest(0));
    expect(ring.taken).toHaveLength(20);
    expect(ring.peak).toBe(8);
    expect(ring.variable("remaining")).toBe(0);
  });

  it("stops with -EINVAL at a CQE that is not its own", () => {
    const ring = load("nops", { reqs: 8n }, { perform: () => null });
    ring.start(7n);
    expect(ring.enter((it) => it.complete(it.inFlight[0]!, 0))).toEqual({ result: 0, steps: 2 });
    expect(ring.variable("error")).toBe(-22);
    expect(ring.variable("remaining")).toBe(8);
  });
});

describe("nops-loop", () => {
  it("completes 1000 requests in 126 steps", () => {
    const ring = load("nops-loop", { reqs: 1000n });
    expect(ring.enter()).toEqual({ result: 0, steps: 126 });
    expect(ring.taken).toHaveLength(1000);
    expect(ring.variable("reaped")).toBe(1000);
    expect(ring.variable("result")).toBe(1);
  });

  it("has no more in flight than the SQ has entries", () => {
    const ring = load("nops-loop", { reqs: 20n }, { perform: () => null });
    ring.enter(oldest(0));
    expect(ring.peak).toBe(8);
    expect(ring.taken).toHaveLength(20);
  });

  it("refuses a ring with SQ_REWIND, whose tail nobody reads", () => {
    const ring = load("nops-loop", { reqs: 8n }, { sqRewind: true });
    expect(ring.enter()).toEqual({ result: 0, steps: 1 });
    expect(ring.variable("result")).toBe(-22);
    expect(ring.taken).toEqual([]);
  });
});

describe("nops-first", () => {
  it("submits one NOP a step, and stops in the step that reaps the last one", () => {
    const ring = load("nops-first", { reqs: 100n }, { firstForm: true });
    expect(ring.enter()).toEqual({ result: 0, steps: 101 });
    expect(ring.taken).toHaveLength(100);
    expect(ring.variable("remaining")).toBe(0);
    expect(ring.variable("error")).toBe(0);
  });

  it("has one in flight at a time, also where they complete later", () => {
    const ring = load("nops-first", { reqs: 5n }, { firstForm: true, perform: () => null });
    expect(ring.enter(oldest(0))).toEqual({ result: 0, steps: 6 });
    expect(ring.peak).toBe(1);
  });
});

describe("overflow", () => {
  it.each([
    { cqEntries: 8, total: null, steps: 19 },
    { cqEntries: 16, total: null, steps: 35 },
    { cqEntries: 8, total: 4, steps: 6 },
    { cqEntries: 8, total: 20, steps: 24 },
  ])("with a CQ of $cqEntries and total $total stops in step $steps", ({ cqEntries, total, steps }) => {
    const ring = load("overflow", total === null ? {} : { total: BigInt(total) }, { cqEntries });
    expect(ring.enter()).toEqual({ result: 0, steps });
    expect(ring.taken).toHaveLength(total ?? 2 * cqEntries);
    expect(ring.variable("reaped")).toBe(total ?? 2 * cqEntries);
    expect(ring.reap()).toEqual([]);
  });
});

describe("unreg", () => {
  it("adds one to the first SQE's user_data each time it is entered, and submits nothing", () => {
    const ring = load("unreg");
    ring.queue({ userData: 41n });
    expect(ring.enter()).toEqual({ result: 0, steps: 1 });
    expect(ring.enter()).toEqual({ result: 0, steps: 1 });
    expect(ring.variable("seen")).toBe(43);
    expect(ring.taken).toEqual([]);
  });
});

describe("xor", () => {
  it("writes the parity of two stripes behind them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 64 }), (bytes) => {
        const stripe = bytes.length >> 1;
        const mem = new Uint8Array(3 * stripe);
        mem.set(bytes.subarray(0, 2 * stripe));
        const ring = load("xor", { stripe: BigInt(stripe) }, { mem });
        expect(ring.enter()).toEqual({ result: 0, steps: 1 });
        for (let i = 0; i < stripe; i++) {
          expect(ring.mem[2 * stripe + i]).toBe(bytes[i]! ^ bytes[stripe + i]!);
        }
        expect([...ring.mem.subarray(0, 2 * stripe)]).toEqual([...bytes.subarray(0, 2 * stripe)]);
        expect(ring.variable("runs")).toBe(1);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("stops with -EFAULT where the region is too small", () => {
    const ring = load("xor", { stripe: 8n }, { mem: new Uint8Array(23) });
    expect(ring.enter()).toEqual({ result: 0, steps: 1 });
    expect(ring.variable("error")).toBe(-14);
  });
});

/** Two files and a buffer between them. */
class Files {
  readonly out: number[] = [];
  private buffer: readonly number[] = [];
  constructor(
    private readonly source: Uint8Array,
    private readonly isShort: (off: number, opcode: number) => boolean,
  ) {}
  readonly perform = (sqe: Taken): number => {
    const whole =
      sqe.opcode === READ ? Math.max(0, Math.min(sqe.len, this.source.length - sqe.off)) : sqe.len;
    const res = whole > 1 && this.isShort(sqe.off, sqe.opcode) ? whole - 1 : whole;
    if (sqe.opcode === READ) this.buffer = [...this.source.subarray(sqe.off, sqe.off + res)];
    else for (let i = 0; i < res; i++) this.out[sqe.off + i] = this.buffer[i]!;
    return res;
  };
}

describe("cp", () => {
  const block = 16;
  const args = { in: 3n, out: 4n, buf: 0x1000n, len: BigInt(block) };

  it.each([0, 1, 2, 5])("makes 2k+1 requests for %i full blocks, and leaves the last CQE", (k) => {
    const files = new Files(
      Uint8Array.from({ length: k * block }, (_, i) => i),
      () => false,
    );
    const ring = load("cp", args, { perform: files.perform });
    expect(ring.enter()).toEqual({ result: 0, steps: 2 * k + 2 });
    expect(ring.taken).toHaveLength(2 * k + 1);
    expect(ring.taken.every(({ fd, opcode }) => fd === (opcode === READ ? 3 : 4))).toBe(true);
    expect(ring.taken.every(({ addr }) => addr === 0x1000n)).toBe(true);
    expect(ring.variable("result")).toBe(0);
    expect(ring.variable("offset")).toBe(k * block);
    expect(results(ring.reap())).toEqual([0]);
  });

  it("copies any file, also where transfers are short and complete later", () => {
    const scenario = fc.record({
      content: fc.uint8Array({ maxLength: 5 * block }),
      shortOffsets: fc.uniqueArray(fc.nat(5 * block)),
      isInline: fc.boolean(),
      sqRewind: fc.boolean(),
    });
    fc.assert(
      fc.property(scenario, ({ content, shortOffsets, isInline, sqRewind }) => {
        const files = new Files(content, (off, opcode) =>
          shortOffsets.includes(off + (opcode === READ ? 0 : 1)),
        );
        const ring = load("cp", args, { sqRewind, perform: isInline ? files.perform : () => null });
        const entered = ring.enter(({ inFlight: [sqe] }) => ring.complete(sqe!, files.perform(sqe!)));
        expect(entered.result).toBe(0);
        expect(ring.variable("result")).toBe(0);
        expect(files.out).toEqual([...content]);
        for (const [i, sqe] of ring.taken.entries()) {
          const before = ring.taken[i - 1];
          if (sqe.opcode === WRITE) expect(sqe.off).toBe(before!.off);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it.each([
    { case: "a READ's error", perform: () => -5, result: -5 },
    { case: "a WRITE's error", perform: (sqe: Taken) => (sqe.opcode === READ ? 16 : -28), result: -28 },
    { case: "a WRITE of nothing", perform: (sqe: Taken) => (sqe.opcode === READ ? 16 : 0), result: -5 },
  ])("stops with $case", ({ perform, result }) => {
    const ring = load("cp", args, { perform });
    expect(ring.enter().result).toBe(0);
    expect(ring.variable("result")).toBe(result);
  });

  it("stops with -EINVAL at a CQE that is not its own, and with -ERANGE at two", () => {
    for (const [count, result] of [
      [1, -22],
      [2, -34],
    ] as const) {
      const ring = load("cp", args, { perform: () => null });
      ring.start(7n);
      const entered = ring.enter((it) => {
        for (let n = 0; n < count; n++) it.complete(it.inFlight[0]!, block);
      });
      expect(entered).toEqual({ result: 0, steps: 2 });
      expect(ring.variable("result")).toBe(result);
      expect(ring.taken).toHaveLength(1);
      expect(ring.reap()).toHaveLength(count);
    }
  });

  it("bears the user_data that it was told to", () => {
    const files = new Files(new Uint8Array(block), () => false);
    const ring = load("cp", { ...args, read: 1n, write: 2n }, { perform: files.perform });
    ring.enter();
    expect(tokens(ring.taken)).toEqual([1, 2, 1]);
  });
});

describe("rate-limiter", () => {
  const perform = (): null => null;
  const wait = (mem: Uint8Array): number => new DataView(mem.buffer).getUint32(0, true);

  it("submits two of eight TIMEOUTs at first, then all, two at a time, and leaves their CQEs", () => {
    const ring = load("rate-limiter", { cap: 2n }, { perform, mem: new Uint8Array(4096) });
    for (let i = 1; i <= 8; i++) ring.queue({ opcode: TIMEOUT, userData: BigInt(i) });
    expect(ring.enter()).toEqual({ result: 0, steps: 1 });
    expect(tokens(ring.taken)).toEqual([1, 2]);
    ring.mem[0] = 8;
    expect(ring.enter(oldest(ETIME)).result).toBe(0);
    expect(wait(ring.mem)).toBe(0);
    expect(ring.peak).toBe(2);
    expect(results(ring.reap())).toEqual(new Array(8).fill(ETIME));
  });

  it("does not count what came before it was attached", () => {
    const ring = load("rate-limiter", { cap: 1n, wait: 3n }, { perform });
    ring.start(7n);
    ring.complete(ring.inFlight[0]!, 0);
    for (let i = 1; i <= 3; i++) ring.queue({ userData: BigInt(i) });
    expect(ring.enter(oldest(0))).toEqual({ result: 0, steps: 4 });
    expect(tokens(ring.reap())).toEqual([7, 1, 2, 3]);
  });

  it("never has more than the cap in flight", () => {
    const scenario = fc.record({
      cap: fc.integer({ min: 1, max: 9 }),
      queued: fc.nat(8),
      wanted: fc.nat(12),
      picks: fc.array(fc.nat(20), { minLength: 1 }),
      inline: fc.nat(8),
    });
    fc.assert(
      fc.property(scenario, ({ cap, queued, wanted, picks, inline }) => {
        const ring = load(
          "rate-limiter",
          { cap: BigInt(cap), wait: BigInt(wanted) },
          { perform: (sqe) => (Number(sqe.userData) === inline ? 0 : null) },
        );
        for (let i = 1; i <= queued; i++) ring.queue({ userData: BigInt(i) });
        let turn = 0;
        ring.enter(({ inFlight }) =>
          ring.complete(inFlight[picks[turn++ % picks.length]! % inFlight.length]!, 0),
        );
        expect(ring.peak).toBeLessThanOrEqual(cap);
        expect(ring.reap().length).toBeGreaterThanOrEqual(Math.min(wanted, queued));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("stops when the CQ is full, and goes on when user space has reaped", () => {
    const ring = load("rate-limiter", { cap: 8n, wait: 20n }, { perform: performNop, cqEntries: 8 });
    const cqes: number[] = [];
    for (let from = 1; from <= 17; from += 8) {
      for (let i = from; i < from + 8; i++) ring.queue({ userData: BigInt(i) });
      expect(ring.enter().result).toBe(0);
      if (from > 1) cqes.push(...tokens(ring.reap()));
    }
    ring.enter();
    cqes.push(...tokens(ring.reap()));
    ring.enter();
    cqes.push(...tokens(ring.reap()));
    expect(cqes).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
  });
});

describe("qd-limit", () => {
  it("never has more than depth in flight, and runs all that is queued, in order", () => {
    const scenario = fc.record({
      depth: fc.integer({ min: 1, max: 9 }),
      queued: fc.nat(8),
      picks: fc.array(fc.nat(20), { minLength: 1 }),
      inline: fc.uniqueArray(fc.nat(8)),
      multishot: fc.boolean(),
    });
    fc.assert(
      fc.property(scenario, ({ depth, queued, picks, inline, multishot }) => {
        const perform = (sqe: Taken): number | null => (inline.includes(Number(sqe.userData)) ? 0 : null);
        const ring = load("qd-limit", { depth: BigInt(depth) }, { perform, cqEntries: 16 });
        for (let i = 1; i <= queued; i++) ring.queue({ userData: BigInt(i) });
        let turn = 0;
        const entered = ring.enter(({ inFlight }) => {
          const sqe = inFlight[picks[turn++ % picks.length]! % inFlight.length]!;
          if (multishot) ring.complete(sqe, 1, true);
          ring.complete(sqe, 0);
        });
        expect(entered.result).toBe(0);
        expect(ring.peak).toBeLessThanOrEqual(depth);
        expect(ring.variable("peak")).toBeLessThanOrEqual(depth);
        expect(tokens(ring.taken)).toEqual(Array.from({ length: queued }, (_, i) => i + 1));
        expect(ring.variable("inflight")).toBe(0);
        expect(ring.reap().filter(({ flags }) => flags === 0)).toHaveLength(queued);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("does not count what came before it was attached", () => {
    const ring = load("qd-limit", { depth: 1n }, { perform: () => null });
    ring.start(7n);
    ring.complete(ring.inFlight[0]!, 0);
    for (let i = 1; i <= 3; i++) ring.queue({ userData: BigInt(i) });
    expect(ring.enter(oldest(0))).toEqual({ result: 0, steps: 4 });
    expect(ring.peak).toBe(1);
  });

  it("reaches its depth", () => {
    const ring = load("qd-limit", { depth: 3n }, { perform: () => null });
    for (let i = 1; i <= 8; i++) ring.queue({ userData: BigInt(i) });
    ring.enter(oldest(0));
    expect(ring.variable("peak")).toBe(3);
    expect(ring.peak).toBe(3);
  });
});

describe("drain", () => {
  it("starts a marked request after all before it, and what follows after the marked one", () => {
    const scenario = fc.record({
      marks: fc.array(fc.boolean(), { maxLength: 8 }),
      picks: fc.array(fc.nat(20), { minLength: 1 }),
      inline: fc.uniqueArray(fc.nat(8)),
    });
    fc.assert(
      fc.property(scenario, ({ marks, picks, inline }) => {
        const isInline = (sqe: Taken): boolean => inline.includes(Number(sqe.userData));
        const ring = load("drain", {}, { perform: (sqe) => (isInline(sqe) ? 0 : null) });
        for (const [i, marked] of marks.entries())
          ring.queue({ userData: BigInt(i), flags: marked ? DRAIN : 0 });
        let turn = 0;
        const entered = ring.enter(({ inFlight }) => {
          // A marked request is alone: nothing before it is in flight, and nothing behind it was submitted.
          const marked = inFlight.find(({ userData }) => marks[Number(userData)]);
          if (marked !== undefined) {
            expect(inFlight).toHaveLength(1);
            expect(ring.taken.at(-1)).toEqual(marked);
          }
          ring.complete(inFlight[picks[turn++ % picks.length]! % inFlight.length]!, 0);
        });
        expect(entered.result).toBe(0);
        expect(ring.taken.map(({ flags }) => flags)).toEqual(marks.map(() => 0));
        expect(tokens(ring.taken)).toEqual(marks.map((_, i) => i));
        expect(ring.variable("drained")).toBe(marks.filter(Boolean).length);
        const order = tokens(ring.reap());
        for (const [i, marked] of marks.entries()) {
          if (marked) expect(order.indexOf(i)).toBe(i);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe("chain", () => {
  /** A row an SQE; `res` is what it would return. */
  const member = (opcode: number, len: number, res: number) => ({ opcode, len, res });
  const cases: readonly {
    case: string;
    sqes: { opcode: number; len: number; res: number }[];
    want: number[];
  }[] = [
    {
      case: "all succeed",
      sqes: [member(WRITE, 4, 4), member(NOP, 0, 0), member(READ, 4, 4)],
      want: [4, 0, 4],
    },
    {
      case: "the head fails",
      sqes: [member(NOP, 0, -5), member(NOP, 0, 0), member(READ, 4, 4)],
      want: [-5, ECANCELED, ECANCELED],
    },
    {
      case: "a READ is short",
      sqes: [member(NOP, 0, 0), member(READ, 4, 3), member(NOP, 0, 0)],
      want: [0, 3, ECANCELED],
    },
    {
      case: "a WRITE is short",
      sqes: [member(WRITE, 4, 0), member(NOP, 0, 0)],
      want: [0, ECANCELED],
    },
    {
      case: "a RECV is short, which is none of a transfer's rules",
      sqes: [member(27, 4, 3), member(NOP, 0, 0)],
      want: [3, 0],
    },
    { case: "the last one fails", sqes: [member(NOP, 0, 0), member(NOP, 0, -5)], want: [0, -5] },
    { case: "nothing is queued", sqes: [], want: [] },
  ];

  it.each(cases)("$case", ({ sqes, want }) => {
    for (const isInline of [true, false]) {
      // What the SQE would return, unless the program has made another one of it.
      const resOf = (sqe: Taken): number => (sqe.opFlags & 1 ? sqe.len : sqes[Number(sqe.userData)]!.res);
      const ring = load("chain", {}, { perform: (sqe) => (isInline || sqe.opFlags & 1 ? resOf(sqe) : null) });
      for (const [i, { opcode, len }] of sqes.entries()) ring.queue({ userData: BigInt(i), opcode, len });
      const entered = ring.enter(({ inFlight }) => {
        expect(inFlight).toHaveLength(1);
        ring.complete(inFlight[0]!, resOf(inFlight[0]!));
      });
      expect(entered.result).toBe(0);
      const cqes = ring.reap();
      expect(tokens(cqes)).toEqual(sqes.map((_, i) => i));
      expect(results(cqes)).toEqual(want);
      expect(ring.variable("canceled")).toBe(want.filter((res) => res === ECANCELED).length);
      expect(ring.variable("running")).toBe(0);
    }
  });

  it("goes on when the member's own last CQE is there, not at another one's or at an earlier one of its own", () => {
    const ring = load("chain", {}, { perform: () => null });
    ring.start(7n);
    for (const userData of [1n, 2n]) ring.queue({ userData });
    const submitted: number[] = [];
    let turn = 0;
    ring.enter(({ inFlight }) => {
      submitted.push(ring.taken.length);
      const [first] = inFlight;
      // The other one's with the head's first, then the head's last, then the second member's.
      if (turn++ === 0) ring.complete(inFlight[1]!, 1, true);
      ring.complete(first!, 0);
    });
    expect(submitted).toEqual([1, 1, 2]);
    expect(tokens(ring.reap())).toEqual([1, 7, 1, 2]);
  });

  it("runs a second chain after one that failed", () => {
    const ring = load("chain", {}, { perform: performNop });
    for (const len of [-5, 0]) ring.queue({ userData: 1n, len, opFlags: 1 });
    ring.enter();
    for (const len of [0, 1]) ring.queue({ userData: 2n, len, opFlags: 1 });
    ring.enter();
    expect(results(ring.reap())).toEqual([-5, ECANCELED, 0, 1]);
    expect(ring.variable("failed")).toBe(1);
    expect(ring.variable("succeeded")).toBe(2);
  });
});

describe("programs that leave CQEs to user space stop when the CQ is full, and go on when it has reaped", () => {
  it.each(["qd-limit", "drain", "chain"])("%s", (name) => {
    const ring = load(name, { depth: 2n });
    for (let i = 1; i <= 8; i++) ring.queue({ userData: BigInt(i) });
    expect(ring.enter()).toEqual({ result: 0, steps: 1 });
    ring.queue({ userData: 9n });
    expect(ring.enter()).toEqual({ result: 0, steps: 1 });
    // It cannot know yet that the ninth has completed: its CQE has no room.
    expect(ring.enter()).toEqual({ result: 0, steps: 1 });
    expect(tokens(ring.reap())).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(ring.enter()).toEqual({ result: 0, steps: 2 });
    expect(tokens(ring.reap())).toEqual([9]);
  });
});

describe("programs that stop with -EINVAL on a ring with SQ_REWIND", () => {
  it.each(["rate-limiter", "qd-limit", "drain", "chain"])("%s", (name) => {
    const ring = load(name, { cap: 1n, depth: 1n }, { sqRewind: true });
    expect(ring.enter()).toEqual({ result: 0, steps: 1 });
    expect(ring.variable("error")).toBe(-22);
  });
});

describe("programs with a mistake", () => {
  it("bad-code returns the code that it was given", () => {
    expect(load("bad-code").enter()).toEqual({ result: -22, steps: 1 });
    expect(load("bad-code", { code: -1n }).enter()).toEqual({ result: -22, steps: 1 });
  });

  it("bad-wait waits for a CQE that cannot come", () => {
    expect(() => load("bad-wait").enter()).toThrow("waits for more CQEs than can come");
  });

  it("bad-spin goes on for ever", () => {
    expect(() => load("bad-spin").enter()).toThrow("goes on for ever");
  });

  it.each(["bad-endless", "bad-region"])("%s is refused", (name) => {
    expect(() => load(name).enter()).toThrow(Refused);
  });

  it("bad-reap leaves a head that is ahead of the tail, and bad-cq-write a tail that the kernel did not write", () => {
    for (const [name, at] of [
      ["bad-reap", 8],
      ["bad-cq-write", 12],
    ] as const) {
      let seen: number | undefined;
      const program: HookProgram = {
        ...hook(name),
        loopStep(view, params) {
          const code = hook(name).loopStep!(view, params);
          seen = view.getRegion(IOU_REGION_CQ, 64)!.u32(at);
          return code;
        },
      };
      new FakeRing(program).enter();
      expect(seen).toBe(1);
    }
  });
});
