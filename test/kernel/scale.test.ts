import { expect, it } from "vitest";
import { scaleTimes } from "../../src/kernel/scale.js";
import { traitsOf } from "../../src/kernel/traits.js";
import * as s from "./scenarios.js";

const timed = s.scenario(
  [s.readPipe(1, "LINK"), s.linkTimeout(10), s.timeout(null), s.timeout(0)],
  [[...s.submit(0, 4, null), s.sleep(25)]],
  { pipes: [{ name: "p", nonblock: false }] },
);

it("multiplies finite times, and leaves 0 and never", () => {
  const scaled = scaleTimes(timed, 4);
  expect(scaled.sqes.map(({ operation }) => ("ts" in operation ? operation.ts : ""))).toEqual([
    "",
    40,
    null,
    0,
  ]);
  expect(traitsOf(timed)).toMatchObject({ timesMs: [10, 25], horizonMs: 35, gapMs: 10 });
  expect(traitsOf(scaled)).toMatchObject({ timesMs: [40, 100], horizonMs: 140, gapMs: 40 });
});

it("changes nothing with 1", () => {
  expect(scaleTimes(timed, 1)).toBe(timed);
});
