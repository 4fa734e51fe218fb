import { expect, it } from "vitest";
import { checkTest } from "../../src/check/check.js";
import { isDeterministicClass, mayBeDeterministic } from "../../src/check/deterministicClass.js";
import { lackOf } from "../../src/litmus/index.js";
import { catalogue } from "./catalogue.js";

it("linux-6.18 has exactly one outcome where there is no timer, no io-wq, no second context and no answer to choose", () => {
  const wide: string[] = [];
  let files = 0;
  for (const [file, test] of catalogue()) {
    if (!mayBeDeterministic(test) || lackOf("linux-6.18", test.scenario) !== null) continue;
    const { result } = checkTest(test, "linux-6.18", { limits: { statesMax: 100_000 } });
    if (!isDeterministicClass(test, result.rules)) continue;
    files++;
    if (result.outcomes.total !== 1) wide.push(`${file}: ${result.outcomes.total}`);
  }
  expect(wide).toEqual([]);
  expect(files).toBeGreaterThan(150);
});
