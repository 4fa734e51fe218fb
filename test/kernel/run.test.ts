import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Instruction, Scenario } from "../../src/model/scenario.js";
import { testKernel } from "./kernel.js";
import * as s from "./scenarios.js";

const kernel = await testKernel("run");
const PIPE: Partial<Scenario> = { pipes: [{ name: "p", nonblock: false }] };
const DEFER: Partial<Scenario> = { rings: [s.ringOf("SINGLE_ISSUER", "DEFER_TASKRUN")] };

describe.skipIf(kernel.whyNot !== null)("one thread", () => {
  const chains = [s.nop("LINK"), s.nop("LINK"), s.nop(), s.nop("LINK"), s.nop(), s.nop()];

  it("sees chains advance level by level (CORE-03)", async () => {
    const all = s.scenario(chains, [[...s.submit(0, 6, 6), s.reap]]);
    expect(await kernel.outcomes(all, 300)).toEqual(["a=0 d=0 f=0 b=0 e=0 c=0"]);
  });

  it("sees the same where one ring is used again", async () => {
    const all = s.scenario(chains, [[...s.submit(0, 6, 6), s.reap]]);
    expect(await kernel.outcomes(all, 3000, { reuse: true })).toEqual(["a=0 d=0 f=0 b=0 e=0 c=0"]);
  });

  it("severs a soft chain at the failed member, in chain order after it (PROP-02)", async () => {
    const severed = s.scenario(
      [s.nopRes(-5, "LINK"), s.nop("LINK"), s.nop(), s.nop()],
      [[...s.submit(0, 4, 4, 0)]],
      { values: ["n"] },
    );
    expect(await kernel.outcomes(severed, 300)).toEqual(["a=-5 d=0 b=-125 c=-125; n=4"]);
  });

  it("stops a batch at a bad lone SQE, and the next enter submits the rest (PREP-07)", async () => {
    const enter: Instruction = {
      text: "",
      line: 1,
      do: "enter",
      ring: 0,
      submit: 1,
      wait: 0,
      timeout: null,
      bind: 1,
    };
    const stopped = s.scenario(
      [s.nop(), { op: { opcode: "INVALID" } }, s.nop()],
      [[...s.submit(0, 3, 0, 0), enter]],
      { values: ["n", "m"] },
    );
    expect(await kernel.outcomes(stopped, 100)).toEqual(["a=0 b=-22 c=0; n=2; m=1"]);
  });

  it("leaves in the SQ what nobody submits", async () => {
    const stopped = s.scenario([{ op: { opcode: "INVALID" } }, s.nop()], [s.submit(0, 2, null, 0)], {
      values: ["n"],
    });
    expect(await kernel.outcomes(stopped, 100)).toEqual(["a=-22; n=1"]);
  });

  it("loses the CQEs that a skipped success has none of (SKIP-02)", async () => {
    const skipped = s.scenario(
      [s.nop("LINK", "SKIP"), s.nopRes(-5, "LINK", "SKIP"), s.nop("LINK"), s.nop()],
      [s.submit(0, 4, null)],
      DEFER,
    );
    expect(await kernel.outcomes(skipped, 100)).toEqual(["b=-5"]);
  });

  it("lets a read on an empty pipe wait, and ends the run without it", async () => {
    const blocked = s.scenario([s.readPipe(4, "LINK"), s.nop(), s.nop()], [s.submit(0, 3, null)], PIPE);
    expect(await kernel.outcomes(blocked, 20)).toEqual(["c=0"]);
  });

  it("fires a link timeout before the read that it cancels (LT-05)", async () => {
    const fired = s.scenario(
      [s.readPipe(4, "LINK"), s.linkTimeout(4, "LINK"), s.nop()],
      [s.submit(0, 3, 3)],
      PIPE,
    );
    expect(await kernel.outcomes(fired, 20)).toEqual(["b=-62 a=-125 c=-125"]);
  });

  it("writes files, and gives their contents at the end", async () => {
    const file = { kind: "file", file: 0 } as const;
    const copied = s.scenario(
      [
        { op: { opcode: "READ", fd: file, len: 4, offset: 0, buffer: 0 }, flags: ["LINK"] },
        {
          op: {
            opcode: "WRITE",
            fd: file,
            len: 4,
            offset: 6,
            source: { kind: "buffer", buffer: 0 },
          },
        },
      ],
      [s.submit(0, 2, 2)],
      { files: [{ name: "f", content: "abcdefgh" }], buffers: [{ name: "b", size: 4, fixed: false }] },
    );
    expect(await kernel.outcomes(copied, 50)).toEqual(['a=4 b=4; f="abcdefabcd"']);
  });

  it("opens into a slot, reads through it and closes it", async () => {
    const slot = { kind: "slot", slot: 1 } as const;
    const direct = s.scenario(
      [
        { op: { opcode: "OPENAT", file: 0, slot: 1, openFlags: [] }, flags: ["LINK"] },
        { op: { opcode: "READ", fd: slot, len: 3, offset: null, buffer: null }, flags: ["LINK"] },
        { op: { opcode: "CLOSE", fd: slot }, flags: ["FIXED_FILE", "LINK"] },
        { op: { opcode: "READ", fd: slot, len: 3, offset: null, buffer: null } },
      ],
      [s.submit(0, 4, 4)],
      { files: [{ name: "f", content: "abc" }], slotCount: 4 },
    );
    expect(await kernel.outcomes(direct, 50)).toEqual(['a=0 b=3 c=0 d=-9; f="abc"']);
  });

  it("waits on an SQ thread's ring", async () => {
    const polled = s.scenario([s.nop("LINK"), s.nopRes(-5), s.nop()], [[...s.submit(0, 3, 3), s.reap]], {
      rings: [s.ringOf("SQPOLL")],
    });
    for (const outcome of await kernel.outcomes(polled, 30))
      expect(outcome.split(" ").sort()).toEqual(["a=0", "b=-5", "c=0"]);
  });

  it("tells the requests that share a user_data apart by their results", async () => {
    const shared = s.scenario(
      [s.nopRes(3, "LINK"), { ...s.nopRes(-4, "LINK"), userData: 0 }, { ...s.nop(), userData: 0 }],
      [s.submit(0, 3, 3)],
    );
    expect(await kernel.outcomes(shared, 100)).toEqual(["a=3 b=-4 c=-125"]);
  });

  it("shows a race: a dangling chain is overtaken now and then (FORM-04)", async () => {
    const dangling = s.scenario(
      [s.nop("LINK"), s.nop("LINK"), s.nop()],
      [[...s.submit(0, 2, null), ...s.submit(2, 3, null)]],
    );
    expect((await kernel.outcomes(dangling, 1000)).toSorted()).toEqual(
      expect.arrayContaining(["a=0 b=0 c=0", "c=0 a=0 b=0"]),
    );
  });
});

describe.skipIf(kernel.whyNot !== null)("several threads", () => {
  const twoThreads: readonly (readonly Instruction[])[] = [
    [...s.submit(0, 2, 2), s.reap],
    [s.writeStatement("abcd")],
  ];

  it.each([
    ["a default ring", PIPE],
    ["a ring of one issuer", { ...PIPE, ...DEFER }],
  ])("wake each other, on %s", async (_, more) => {
    const woken = s.scenario([s.readPipe(4, "LINK"), s.nop()], twoThreads, more);
    expect(await kernel.outcomes(woken, 200)).toEqual(["a=4 b=0"]);
  });

  it("submit to one ring, and only its owner may where the ring says so (ENT-08)", async () => {
    const both = s.scenario([s.nop(), s.nop()], [s.submit(0, 1, 1), s.submit(1, 2, null, 0)], {
      ...DEFER,
      values: ["n"],
    });
    for (const outcome of await kernel.outcomes(both, 50)) expect(outcome).toContain("n=-17");
  });
});

describe.skipIf(kernel.whyNot !== null)("a hang", () => {
  const helpers = (): number[] =>
    readFileSync(`/proc/self/task/${process.pid}/children`, "latin1")
      .trim()
      .split(" ")
      .filter(Boolean)
      .map(Number);
  const tempDir = mkdtempSync(join(tmpdir(), "kernel-test-"));
  afterAll(() => rmSync(tempDir, { recursive: true }));

  it("is seen in a wait, in a plain read and in another thread, within its limit", async () => {
    const wait = s.scenario([s.readPipe(4), s.nop()], [s.submit(0, 2, 2)], PIPE);
    const read = s.scenario([s.nop()], [[...s.submit(0, 1, 1), s.readStatement(4)]], PIPE);
    const other = s.scenario([s.nop()], [s.submit(0, 1, 1), [s.readStatement(4)]], PIPE);
    const started = performance.now();
    expect(await kernel.outcomes(wait, 3, { tempDir })).toEqual(["b=0; hang"]);
    expect(await kernel.outcomes(read, 3, { tempDir })).toEqual(["a=0; hang"]);
    expect(await kernel.outcomes(other, 3, { tempDir })).toEqual(["a=0; hang"]);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(readdirSync(tempDir)).toEqual([]);
  });

  it("of the helper itself ends with its being killed, and nothing is left of it", async () => {
    const stuck = s.scenario([s.nop()], [[...s.submit(0, 1, 1), s.sleep(60_000)]]);
    const before = helpers();
    const started = performance.now();
    const report = await kernel.run(stuck, { runs: 1, timeoutMs: 700, tempDir });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(report).toMatchObject({ kind: "ran", observed: [], runs: 0 });
    expect(helpers()).toEqual(before);
    expect(readdirSync(tempDir)).toEqual([]);
  });
});

describe.skipIf(kernel.whyNot !== null)("what cannot be run", () => {
  it.each<[string, Scenario, string]>([
    ["an abstract operation", s.scenario([{ op: { opcode: "OP" } }], [s.submit(0, 1, null)]), "abstract"],
    [
      "flags that the kernel refuses",
      s.scenario([s.nop()], [s.submit(0, 1, null)], { rings: [s.ringOf("DEFER_TASKRUN")] }),
      "DEFER_TASKRUN",
    ],
    [
      "a result that the kernel does not give",
      s.scenario([{ ...s.nop(), may: [-5] }], [s.submit(0, 1, null)]),
      "a had the result 0 in every run",
    ],
    [
      "more SQEs than the SQ has room for",
      s.scenario(Array(9).fill(s.nop()), [s.submit(0, 9, null)]),
      "no room",
    ],
  ])("is said with its reason: %s", async (_, scenario, reason) => {
    const report = await kernel.run(scenario, { runs: 3 });
    expect(report.kind).toBe("unsupported");
    if (report.kind === "unsupported") expect(report.reason).toContain(reason);
  });

  it("leaves out the runs whose results `may` does not list", async () => {
    const listed = s.scenario([{ ...s.nopRes(-5), may: [-5, 0] }], [s.submit(0, 1, null)]);
    expect(await kernel.run(listed, { runs: 10 })).toMatchObject({ kind: "ran", runs: 10, unlisted: 0 });
  });
});
