#!/usr/bin/env node
// Rates on the real semantics, as ratios within one run: npm run bench. Nothing here is asserted; the machine decides.
import { readFileSync } from "node:fs";
import { checkTest, codecOf, compileLitmus, ringModel, runOnKernel, search, step } from "ringspec";

const seconds = (work) => {
  const start = process.hrtime.bigint();
  const result = work();
  return { result, seconds: Number(process.hrtime.bigint() - start) / 1e9 };
};
const millions = (count, time) => `${(count / time / 1e6).toFixed(2)} million a second`;

function scenarioOf(name) {
  const file = new URL(`${name}.litmus`, import.meta.url);
  const compiled = compileLitmus(readFileSync(file, "utf8"), `${name}.litmus`);
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  return compiled.test;
}

const RUNS = 3;

/** The search, over the first million states, without outcomes: warmed up once, then the median and the best of three. */
function searchRate(test, profile) {
  const model = ringModel(test.scenario, profile);
  const codec = codecOf(model.layout);
  search({ model, codec }, { statesMax: 100_000 });
  const runs = Array.from({ length: RUNS }, () =>
    seconds(() => search({ model, codec }, { statesMax: 1_000_000 })),
  ).sort((a, b) => a.seconds - b.seconds);
  const { result, seconds: best } = runs[0];
  const time = runs[1].seconds;
  console.log(
    `search     ${test.name}, ${profile}: ${result.states} states, ${result.transitions} transitions, ` +
      `${codec.words} words a state, ${time.toFixed(2)} s: ${millions(result.transitions, time)}, best ${(result.transitions / best / 1e6).toFixed(2)}`,
  );
  return result.transitions / time;
}

/** The immutable executor over the same rules, along runs of the same model. */
function stepRate(test, profile) {
  const model = ringModel(test.scenario, profile);
  let steps = 0;
  const { seconds: time } = seconds(() => {
    for (let run = 0; run < 200; run++) {
      let state = model.initial();
      for (let actions = model.enabled(state); actions.length > 0; actions = model.enabled(state)) {
        state = step(model, state, actions[(run * 7 + steps) % actions.length]).state;
        steps++;
      }
    }
  });
  console.log(
    `immer      ${test.name}, ${profile}: ${steps} steps, ${time.toFixed(2)} s: ${millions(steps, time)}`,
  );
  return steps / time;
}

searchRate(scenarioOf("four-open-answers"), "documented");
const wide = scenarioOf("ten-async-nops");
const fast = searchRate(wide, "linux-6.18");
const slow = stepRate(wide, "linux-6.18");
console.log(`ratio      the search makes ${(fast / slow).toFixed(0)} transitions for each of immer's`);

const three = scenarioOf("three-nops");
const checks = seconds(() => {
  for (let i = 0; i < 200; i++) checkTest(three, "linux-6.18");
});
console.log(`check      a chain of three: ${(200 / checks.seconds).toFixed(0)} whole checks a second`);

for (const reuse of [false, true]) {
  // So many that the start of the helper counts for little.
  const runs = reuse ? 500_000 : 50_000;
  const start = process.hrtime.bigint();
  const report = await runOnKernel(three.scenario, { runs, reuse });
  const time = Number(process.hrtime.bigint() - start) / 1e9;
  const how = reuse ? "one ring used again" : "a fresh ring each";
  if (report.kind === "ran")
    console.log(`kernel     a chain of three, ${how}: ${(runs / time).toFixed(0)} runs a second`);
  else console.log(`kernel     skipped: ${report.reason}`);
}
