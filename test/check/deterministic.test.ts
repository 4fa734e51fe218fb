import { expect, it } from "vitest";
import { checkTest } from "../../src/check/check.js";
import type { LitmusTest } from "../../src/litmus/index.js";
import { catalogue } from "./catalogue.js";

/** Rules that only io-wq, timers, several contexts or the environment bring into play. */
const BRANCHING = new Set(["CORE-05", "ORD-07", "K-42", "K-43", "SQP-01"]);

function isDeterministicClass(test: LitmusTest): boolean {
  const { scenario } = test;
  return (
    scenario.threads.length === 1 &&
    scenario.sqes.every(
      ({ operation, may }) =>
        may === null &&
        operation.opcode !== "TIMEOUT" &&
        operation.opcode !== "LINK_TIMEOUT" &&
        operation.opcode !== "OP",
    )
  );
}

it("linux-6.18 has exactly one outcome where there is no timer, no io-wq, no second context and no answer to choose", () => {
  const wide: string[] = [];
  let files = 0;
  for (const [file, test] of catalogue()) {
    if (!isDeterministicClass(test)) continue;
    const { result } = checkTest(test, "linux-6.18", { limits: { statesMax: 100_000 } });
    if (result.rules.some(({ id }) => BRANCHING.has(id))) continue;
    files++;
    if (result.outcomes.total !== 1) wide.push(`${file}: ${result.outcomes.total}`);
  }
  expect(wide).toEqual([]);
  expect(files).toBeGreaterThan(150);
});
