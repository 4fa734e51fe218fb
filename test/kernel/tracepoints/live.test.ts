/** This machine's own tracepoints, while litmus files and a C program run: no false alarm. Needs root, tracefs and io_uring. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { profileOfKernel } from "../../../src/kernel/profileOfKernel.js";
import { checkLog, readLog, type TraceReport } from "../../../src/kernel/tracepoints/index.js";
import { compileLitmus } from "../../../src/litmus/index.js";
import { testKernel } from "../kernel.js";

const INSTANCES = "/sys/kernel/tracing/instances";
const kernel = await testKernel("live-trace");
const whyNot = kernel.whyNot ?? whyNoTracefs();
if (whyNot !== null) console.warn(`skipped, no tracepoints here: ${whyNot}`);

function whyNoTracefs(): string | null {
  try {
    accessSync(INSTANCES, constants.W_OK);
    accessSync("/sys/kernel/tracing/events/io_uring", constants.R_OK);
    return null;
  } catch {
    return `${INSTANCES} cannot be written: it takes root, and tracefs mounted on /sys/kernel/tracing`;
  }
}

const temporary = mkdtempSync(join(tmpdir(), "ringspec-live-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** The report on what was recorded, in a tracing instance of its own, while `run` ran. */
async function judgeWhile(run: () => Promise<void> | void): Promise<TraceReport> {
  const instance = join(INSTANCES, `ringspec-test-${process.pid}`);
  mkdirSync(instance);
  try {
    const set = (name: string, value: string): void => writeFileSync(join(instance, name), value);
    set("tracing_on", "0");
    set("buffer_size_kb", "16384");
    set("events/io_uring/enable", "1");
    // An idle SQ thread of another process writes it without end.
    set("events/io_uring/io_uring_task_work_run/enable", "0");
    set("tracing_on", "1");
    await run();
    set("tracing_on", "0");
    const read = readLog(readFileSync(join(instance, "trace"), "utf8"));
    if (!read.ok) throw new Error(read.problem.message);
    return checkLog(read.log, profileOfKernel(release()));
  } finally {
    rmdirSync(instance);
  }
}

const held = ({ claims }: TraceReport): Readonly<Record<string, number>> =>
  Object.fromEntries(claims.map(({ claim, heldCount }) => [claim.name, heldCount]));

describe.skipIf(whyNot !== null)("a live log", () => {
  it("of litmus files raises no false alarm", async () => {
    const scenarios = [
      "severing/write-error-severs",
      "severing/hard-link-survives-any-result",
      "link-timeout/firing-link-timeout-posts-before-its-request",
      "drain/drained-chain-fails-like-any-other",
      "prep/second-bad-member-keeps-its-own-error",
      "skip/unskipped-success-overflows-the-cq",
    ].map(load);
    const report = await judgeWhile(async () => {
      for (const scenario of scenarios) await kernel.run(scenario, { runs: 2 });
    });
    expect(report.violation).toBe(null);
    expect(held(report)["canceledTogether"]).toBeGreaterThan(0);
    expect(held(report)["chainOrder"]).toBeGreaterThan(0);
  });

  it.skipIf(spawnSync("cc", ["--version"]).error !== undefined)("of a C program raises none", async () => {
    const program = join(temporary, "linkedRequests");
    const source = fileURLToPath(new URL("../linkedRequests.c", import.meta.url));
    execFileSync("cc", ["-O1", "-Wall", "-Wextra", "-Werror", "-o", program, source]);
    const report = await judgeWhile(() => {
      execFileSync(program, ["20"], { timeout: 20_000 });
    });
    expect(report.violation).toBe(null);
    for (const [claim, count] of Object.entries(held(report)))
      expect([claim, count > 0]).toEqual([claim, true]);
  });
});

function load(name: string) {
  const path = fileURLToPath(new URL(`../../../litmus/${name}.litmus`, import.meta.url));
  const compiled = compileLitmus(readFileSync(path, "utf8"), path);
  if (!compiled.ok) throw new Error(`${name} does not compile`);
  return compiled.test.scenario;
}
