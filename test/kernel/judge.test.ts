import { expect, it } from "vitest";
import { judge } from "../../src/kernel/judge.js";
import type { Outcome } from "../../src/model/outcome.js";

const outcome = (res: number): Outcome => ({ cq: [[[0, res, 0]]], values: [], files: [], hang: false });
const isZero = ({ cq }: Outcome): boolean => cq[0]?.[0]?.[1] === 0;

it("is ok where all that was seen is allowed, however little that is", () => {
  expect(judge([{ outcome: outcome(0), runs: 5 }], isZero, 3)).toEqual({
    verdict: "ok",
    forbidden: [],
    coverage: { seen: 1, allowed: 3 },
  });
  expect(judge([], isZero, 3)).toEqual({ verdict: "ok", forbidden: [], coverage: { seen: 0, allowed: 3 } });
});

it("fails for one run of what is not allowed", () => {
  const seen = [
    { outcome: outcome(0), runs: 99_999 },
    { outcome: outcome(-5), runs: 1 },
  ];
  expect(judge(seen, isZero, null)).toEqual({
    verdict: "forbidden",
    forbidden: [{ outcome: outcome(-5), runs: 1 }],
    coverage: { seen: 1, allowed: null },
  });
});
