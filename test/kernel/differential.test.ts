/** A fixed differential run against this machine's kernel, and the pool of helpers that makes such runs fast. */
import { afterAll, describe, expect, it } from "vitest";
import { type DifferentialOptions, runScenario, runScenarios } from "../../src/conformance/differential.js";
import { addResult, emptyTally, verdictOf } from "../../src/conformance/differentialTally.js";
import { pooledKernel } from "../../src/conformance/kernelPool.js";
import { KernelPool } from "../../src/kernel/index.js";
import { buildWorker } from "./build.js";
import { testKernel } from "./kernel.js";
import * as s from "./scenarios.js";

const kernel = await testKernel("differential");
const pool = new KernelPool({ helpers: 2, workerFile: buildWorker("differentialPool") });
afterAll(() => pool.close());

describe.skipIf(kernel.whyNot !== null)("the pool", () => {
  const nop = s.scenario([s.nop()], [s.submit(0, 1, 1)]);
  const hanging = s.scenario([s.readPipe(1)], [s.submit(0, 1, 1)], {
    pipes: [{ name: "p", nonblock: false }],
  });

  it("runs more scenarios than it has helpers, each with its own outcome", async () => {
    const results = [0, -5, 7, -11, 3].map((res) =>
      pool.run(s.scenario([s.nopRes(res)], [s.submit(0, 1, 1)]), { runs: 3 }),
    );
    const seen = (await Promise.all(results)).map((report) =>
      report.kind === "ran" ? [report.runs, report.observed[0]?.outcome.cq] : report.reason,
    );
    expect(seen).toEqual([0, -5, 7, -11, 3].map((res) => [3, [[[0, res, 0]]]]));
  });

  it("goes on after a scenario that hangs, and after one whose helper is killed", async () => {
    const hung = await pool.run(hanging, { runs: 1 });
    expect(hung.kind === "ran" && hung.observed[0]?.outcome.hang).toBe(true);
    const killed = await pool.run(hanging, { runs: 1, hangMs: 60_000, timeoutMs: 300 });
    expect(killed).toMatchObject({ kind: "ran", observed: [] });
    expect(await pool.run(nop, { runs: 2 })).toMatchObject({ kind: "ran", runs: 2 });
  });

  it("plays several threads, again and again", async () => {
    const two = s.scenario([s.nop(), s.nop()], [s.submit(0, 1, 1), s.submit(1, 1, 1)]);
    for (let again = 0; again < 3; again++) {
      expect(await pool.run(two, { runs: 2 })).toMatchObject({ kind: "ran", runs: 2, hung: 0 });
    }
  });

  it("ends what is under way where it is closed", async () => {
    const other = new KernelPool({ helpers: 1, workerFile: buildWorker("differentialClosed") });
    const running = [other.run(hanging, { runs: 1, hangMs: 60_000 }), other.run(nop, { runs: 1 })];
    await new Promise((resolve) => setTimeout(resolve, 100));
    other.close();
    for (const report of await Promise.all(running)) expect(report).toMatchObject({ observed: [] });
  });
});

describe.skipIf(kernel.whyNot !== null)("150 scenarios of seed 1", () => {
  const OPTIONS: DifferentialOptions = {
    seed: 1,
    profile: "linux-6.18",
    generate: {
      sqesMax: 6,
      profile: "linux-6.18",
      kernelRunnable: true,
      // SQ threads and second threads, which need waits, are the long run's business.
      features: [
        ...(["links", "hardlinks", "skip", "drain", "inject", "linkTimeouts", "timeouts", "poll"] as const),
        ...(["pipes", "files", "buffers", "prep", "overflow", "submitAll", "submits"] as const),
        ...(["async", "cancel", "sockets", "slots", "coopTaskrun", "deferTaskrun"] as const),
      ],
    },
    runs: 2,
    confirmRuns: 30,
    statesMax: 5000,
  };

  it("agree with the model, and those of the deterministic class have one outcome", async () => {
    const implementation = pooledKernel(pool, "this kernel");
    const tally = emptyTally();
    const run = (index: number) => runScenario(implementation, OPTIONS, index);
    for await (const result of runScenarios(run, 0, 150, 4)) addResult(tally, result);
    expect(tally.disagree).toEqual([]);
    expect(tally.deterministic.loose).toEqual([]);
    expect(tally.deterministic.scenarios).toBeGreaterThanOrEqual(6);
    expect(tally.agree).toBeGreaterThan(100);
    expect(verdictOf(tally)).toBe("ok");
  });
});
