import { describe, expect, it } from "vitest";
import { Attribution, assign } from "../../src/kernel/attribute.js";
import { MESSAGE_BASE } from "../../src/model/bytes/userData.js";
import * as s from "./scenarios.js";

const F_MORE = 2;

/** Labels of CQEs `[user_data's SQE, res, flags]` in this order. */
function labels(
  specs: readonly s.SqeSpec[],
  cqes: readonly (readonly [number, number, number?])[],
): number[] {
  const scenario = s.scenario(specs, []);
  const attribution = new Attribution(scenario);
  const queued = specs.map((_, id) => id);
  return cqes.map(([req, res, flags = 0]) => attribution.next(req + 1, res, flags, queued));
}

describe("whose CQE it is", () => {
  it("is the SQE's that bears the user_data", () => {
    expect(
      labels(
        [s.nop(), s.nop()],
        [
          [1, 0],
          [0, 0],
        ],
      ),
    ).toEqual([1, 0]);
  });

  it("is the first one's, of several that share it, that had none and can have this result", () => {
    const shared = [s.readPipe(4), { ...s.nop(), userData: 0 }, { ...s.nopRes(7), userData: 0 }];
    expect(
      labels(shared, [
        [0, 7],
        [0, 0],
        [0, 4],
      ]),
    ).toEqual([2, 0, 1]);
    expect(
      labels(
        [s.nop(), { ...s.nopRes(-5), userData: 0 }],
        [
          [0, -5],
          [0, 0],
        ],
      ),
    ).toEqual([1, 0]);
  });

  it("stays the multishot's until its CQE says no more come", () => {
    const poll: s.SqeSpec = {
      op: { opcode: "POLL_ADD", fd: { kind: "pipe", pipe: 0, end: "r" }, events: 1 },
      multishot: true,
    };
    expect(
      labels(
        [poll, { ...poll, userData: 0 }],
        [
          [0, 1, F_MORE],
          [0, 1, F_MORE],
          [0, -125],
          [0, 1],
        ],
      ),
    ).toEqual([0, 0, 0, 1]);
  });

  it("is a message's where its user_data is one", () => {
    const scenario = s.scenario([s.nop()], []);
    expect(new Attribution(scenario).next(MESSAGE_BASE + 5, 1, 0, [])).toBe(5);
  });

  it("is nobody's where no SQE bears it: an error of ours or the kernel's", () => {
    const scenario = s.scenario([s.nop()], []);
    expect(() => new Attribution(scenario).next(9, 0, 0, [])).toThrow("user_data 9");
  });
});

describe("whose CQEs they were, when the run is over", () => {
  const reads = s.scenario([s.readPipe(1), { ...s.readPipe(1), userData: 0 }], []).sqes;
  const canceled = { res: -125, flags: 0 };
  const read = { res: 1, flags: 0 };

  it("follows the bytes: the read that moved some is the one that says so", () => {
    expect(assign([canceled, read], reads, [null, null], (sqe) => sqe.id === 0)).toEqual([1, 0]);
    expect(assign([canceled, read], reads, [null, null], (sqe) => sqe.id === 1)).toEqual([0, 1]);
  });

  it("follows the order of submission where nothing tells them apart", () => {
    expect(assign([canceled, canceled], reads, [null, null], () => null)).toEqual([0, 1]);
  });

  it("follows the chain: a member is not before the one that it waits for", () => {
    const chain = s.scenario([s.nop("LINK"), { ...s.nop(), userData: 0 }], []).sqes;
    const head = chain[0] ?? null;
    expect(
      assign(
        [
          { res: 0, flags: 0 },
          { res: 0, flags: 0 },
        ],
        chain,
        [null, head],
        () => null,
      ),
    ).toEqual([0, 1]);
    expect(assign([canceled], chain.slice(1), [head], () => null)).toEqual([1]);
  });

  it("is not known where no way fits", () => {
    expect(assign([{ res: 9, flags: 0 }], reads, [null, null], () => null)).toBeNull();
  });
});
