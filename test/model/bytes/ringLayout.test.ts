import { describe, expect, it } from "vitest";
import { layOut } from "../../../src/kernel/layout.js";
import { Memory } from "../../../src/kernel/memory.js";
import { setupRing } from "../../../src/kernel/ring.js";
import { loadSyscalls, type Syscalls } from "../../../src/kernel/syscalls.js";
import {
  cqeBytes,
  cqRegion,
  cqRegionSize,
  ringConstants,
  sqArrayOffset,
  sqRegionSize,
} from "../../../src/model/bytes/ringLayout.js";
import type { RingDecl, SetupFlag } from "../../../src/model/scenario.js";
import * as s from "../../kernel/scenarios.js";

const ringOf = (sqEntries: number, cqEntries: number, ...setup: SetupFlag[]): RingDecl => ({
  name: "r",
  sqEntries,
  cqEntries,
  setup,
});
const QUIET = {
  sqHead: 0,
  sqTail: 0,
  sqFlags: 0,
  sqDropped: 0,
  cqHead: 0,
  cqTail: 0,
  cqFlags: 0,
  cqOverflow: 0,
};

/** As io_uring_setup(2) of Linux 6.18 told them: the ring, sq_off.array, and the sizes of the regions. */
const RECORDED: readonly (readonly [RingDecl, number | null, number, number])[] = [
  [ringOf(1, 2), 128, 4096, 4096],
  [ringOf(8, 16), 320, 4096, 4096],
  [ringOf(64, 256), 4160, 8192, 4096],
  [ringOf(128, 256), 4160, 8192, 8192],
  [ringOf(8, 256, "NO_SQARRAY"), null, 8192, 4096],
  [ringOf(8, 16, "CQE32"), 640, 4096, 4096],
  [ringOf(64, 64, "SQE128"), 1088, 4096, 8192],
];

describe("a ring's regions", () => {
  it.each(RECORDED)("%j: the index array and the sizes", (ring, array, cqSize, sqSize) => {
    expect([sqArrayOffset(ring), cqRegionSize(ring), sqRegionSize(ring)]).toEqual([array, cqSize, sqSize]);
  });

  it("say what SQ_REWIND says", () => {
    expect(ringConstants(ringOf(8, 16)).sqRewind).toBe(false);
    expect(ringConstants(ringOf(8, 16, "SQ_REWIND"))).toMatchObject({
      sqRewind: true,
      sqEntries: 8,
      cqEntries: 16,
    });
  });
});

describe("the CQ region", () => {
  const ring = ringOf(4, 4);
  const slots = (bytes: Uint8Array) =>
    [0, 1, 2, 3].map((slot) => new DataView(bytes.buffer).getBigUint64(64 + 16 * slot, true));

  it("has the oldest CQE at the head, and goes round", () => {
    const bytes = cqRegion(ring, { ...QUIET, cqHead: 3, cqTail: 5 }, cqeBytes(7n, 1, 0) + cqeBytes(8n, 2, 0));
    expect(slots(bytes)).toEqual([8n, 0n, 0n, 7n]);
  });

  it("goes round where the counters wrap", () => {
    const bytes = cqRegion(
      ring,
      { ...QUIET, cqHead: 2 ** 32 - 1, cqTail: 2 ** 32 + 1 },
      cqeBytes(7n, 1, 0) + cqeBytes(8n, 2, 0),
    );
    expect(slots(bytes)).toEqual([8n, 0n, 0n, 7n]);
    expect(new DataView(bytes.buffer).getUint32(12, true)).toBe(1);
  });

  it("has CQEs of 32 bytes where the ring has them", () => {
    const big = cqRegion(ringOf(4, 4, "CQE32"), { ...QUIET, cqHead: 1, cqTail: 2 }, cqeBytes(7n, -1, 2));
    expect(new DataView(big.buffer).getBigUint64(64 + 32, true)).toBe(7n);
  });

  it("holds no more CQEs than the ring does", () => {
    expect(() => cqRegion(ring, QUIET, cqeBytes(1n, 0, 0).repeat(5))).toThrow("a ring of 4");
    expect(() => cqRegion(ring, QUIET, "x")).toThrow();
  });
});

it("writes a CQE as struct io_uring_cqe", () => {
  const hex = [...cqeBytes(0xfedc_ba98_7654_3210n, -125, 2)].map((c) =>
    c.charCodeAt(0).toString(16).padStart(2, "0"),
  );
  expect(hex.join("")).toBe("1032547698badcfe83ffffff02000000");
});

/** A loaded koffi, on a kernel that gives us a ring; else why not. */
function kernelHere(): { readonly sys: Syscalls } | string {
  try {
    const sys = loadSyscalls();
    const layout = layOut(s.scenario([s.nop()], []));
    const memory = Memory.map(sys, layout.bytes);
    const fd = setupRing(sys, memory, layout.rings[0]!, s.RING, 0, -1, 0, false);
    if (fd < 0) return `io_uring_setup: ${fd}`;
    sys.close(fd);
    return { sys };
  } catch (error) {
    return String(error);
  }
}
const here = kernelHere();
if (typeof here === "string") console.warn(`skipped, no io_uring here: ${here}`);

describe.skipIf(typeof here === "string")("this machine's kernel", () => {
  it.each(RECORDED)("lays %j out so", (ring) => {
    const { sys } = here as { sys: Syscalls };
    const scenario = { ...s.scenario([s.nop()], []), rings: [ring] };
    const layout = layOut(scenario);
    const memory = Memory.map(sys, layout.bytes);
    const area = layout.rings[0]!;
    const fd = setupRing(sys, memory, area, ring, 0, -1, 0, false);
    expect(fd).toBeGreaterThan(2);
    try {
      const word = (index: number) => memory.u32[(area.params >> 2) + index];
      // struct io_sqring_offsets: head, tail, ring_mask, ring_entries, flags, dropped, array.
      const sqOff = [10, 11, 12, 13, 14, 15].map(word);
      // struct io_cqring_offsets: head, tail, ring_mask, ring_entries, overflow, cqes, flags.
      const cqOff = [20, 21, 22, 23, 24, 25, 26].map(word);
      const constants = ringConstants(ring);
      expect([word(0), word(1)]).toEqual([constants.sqEntries, constants.cqEntries]);
      const { sqOff: sq, cqOff: cq } = constants;
      expect(sqOff).toEqual([sq.head, sq.tail, 16, 24, sq.flags, sq.dropped]);
      expect(cqOff).toEqual([cq.head, cq.tail, 20, 28, cq.overflow, cq.cqes, cq.flags]);
      if (sqArrayOffset(ring) !== null) expect(word(16)).toBe(sqArrayOffset(ring));
      const bytes = cqRegionSize(ring);
      const at = sys.mmap(0, bytes, 3, 0x8001, fd, 0);
      expect(at).toBeGreaterThan(0);
      const mapped = new Uint8Array(sys.view(at, bytes)).slice();
      const array = sqArrayOffset(ring);
      const expected = cqRegion(ring, QUIET, "");
      // The index array is user space's to fill.
      if (array !== null) expected.fill(0, array, array + 4 * ring.sqEntries);
      expect(mapped).toEqual(expected);
      sys.munmap(at, bytes);
    } finally {
      sys.close(fd);
      sys.munmap(memory.base, memory.bytes);
    }
  });
});
