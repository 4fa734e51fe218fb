/**
 * Scenarios that never complete, one after the other: each ends within its limit, is reported as a hang, and leaves
 * nothing behind. A few by default; RINGSPEC_HANGS=1000 says how many.
 */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KernelOptions, KernelReport } from "../../src/kernel/index.js";
import type { Instruction, Scenario } from "../../src/model/scenario.js";
import { format, testKernel } from "./kernel.js";
import * as s from "./scenarios.js";

const HANGS = Number(process.env["RINGSPEC_HANGS"] ?? 16);
/** Milliseconds for each: a helper's start on a busy machine is most of it. */
const HANG_LIMIT_MS = 20_000;

const kernel = await testKernel("hang");
const tempDir = mkdtempSync(join(tmpdir(), "kernel-hang-"));
afterAll(() => rmSync(tempDir, { recursive: true }));

const PIPE: Partial<Scenario> = { pipes: [{ name: "p", nonblock: false }] };
const FILE: Partial<Scenario> = { files: [{ name: "f", content: "abc" }] };
/** Never ends, and no system call of it can be given up: only the helper's end ends it. */
const forEver: Instruction = { text: "", line: 1, do: "jump", to: 0 };

/** One way to hang; `outcome` null: the helper has to be killed, and no outcome is known. */
interface Hang {
  readonly name: string;
  readonly scenario: Scenario;
  readonly outcome: string | null;
}

const hangs: readonly Hang[] = [
  {
    name: "waits for a read on an empty pipe",
    scenario: s.scenario([s.readPipe(4, "LINK"), s.nop(), s.nop()], [s.submit(0, 3, 3)], PIPE),
    outcome: "c=0; hang",
  },
  {
    name: "waits for a read that blocks in io-wq",
    scenario: s.scenario([s.readPipe(4, "ASYNC")], [s.submit(0, 1, 1)], { ...PIPE, ...FILE }),
    outcome: '; f="abc"; hang',
  },
  {
    name: "waits for a request of an SQ thread's ring",
    scenario: s.scenario([s.readPipe(4)], [s.submit(0, 1, 1)], { ...PIPE, rings: [s.ringOf("SQPOLL")] }),
    outcome: "; hang",
  },
  {
    name: "blocks in a plain read of a second thread",
    scenario: s.scenario([s.nop()], [s.submit(0, 1, 1), [s.readStatement(4)]], PIPE),
    outcome: "a=0; hang",
  },
  {
    name: "loops for ever",
    scenario: s.scenario([s.readPipe(4)], [[forEver]], { ...PIPE, ...FILE }),
    outcome: null,
  },
  {
    name: "loops for ever in a second thread, with a read blocked in io-wq",
    scenario: s.scenario([s.readPipe(4, "ASYNC")], [s.submit(0, 1, null), [forEver]], { ...PIPE, ...FILE }),
    outcome: null,
  },
];

/** What a hang could leave behind. */
interface Traces {
  /** This process's children, and every process that runs our helper. */
  readonly processes: readonly string[];
  /** SQ threads and io-wq workers, which belong to a helper. */
  readonly kernelThreads: readonly string[];
  readonly descriptors: number;
  readonly mounts: string;
  readonly folders: readonly string[];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** Processes that have `text` in their command line. */
function processesOf(text: string): readonly string[] {
  return readdirSync("/proc").filter(
    (pid) =>
      /^\d+$/.test(pid) && Number(pid) !== process.pid && textOf(`/proc/${pid}/cmdline`).includes(text),
  );
}

function traces(): Traces {
  const children = textOf(`/proc/self/task/${process.pid}/children`).trim().split(" ").filter(Boolean);
  const ours = [...new Set([...children, ...processesOf(kernel.workerFile)])];
  const owners = [String(process.pid), ...ours];
  return {
    processes: ours,
    kernelThreads: owners.flatMap((pid) =>
      tasksOf(pid).filter((task) => textOf(`/proc/${pid}/task/${task}/comm`).startsWith("iou-")),
    ),
    descriptors: readdirSync("/proc/self/fd").filter((fd) => isOpen(fd)).length,
    mounts: textOf("/proc/self/mounts"),
    folders: readdirSync(tempDir),
  };
}

function tasksOf(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Not the descriptor that lists them, which is gone when it is looked at. */
function isOpen(fd: string): boolean {
  try {
    readlinkSync(`/proc/self/fd/${fd}`);
    return true;
  } catch {
    return false;
  }
}

const options: KernelOptions = { runs: 1, hangMs: 20, tempDir };
/** Milliseconds after which a helper is killed that has to be: none of the others may be so slow. */
const KILL_MS = 300;

describe.skipIf(kernel.whyNot !== null)("a scenario that never completes", () => {
  let before: Traces;
  beforeAll(async () => {
    // The first child opens what this process keeps.
    await kernel.run(s.scenario([s.nop()], [s.submit(0, 1, 1)]), options);
    before = traces();
  });

  it(`is reported as a hang, ends within its limit and leaves nothing behind, ${HANGS} in a row`, {
    timeout: HANGS * HANG_LIMIT_MS,
  }, async () => {
    const began = performance.now();
    let longestMs = 0;
    for (let i = 0; i < HANGS; i++) {
      const hang = hangs[i % hangs.length] as Hang;
      const start = performance.now();
      const limited = hang.outcome === null ? { ...options, runLimitMs: KILL_MS } : options;
      const report = await kernel.run(hang.scenario, limited);
      expect(seen(hang, report), hang.name).toEqual(hang.outcome ?? "killed");
      longestMs = Math.max(longestMs, performance.now() - start);
      expect(readdirSync(tempDir), hang.name).toEqual([]);
    }
    expect(traces()).toEqual(before);
    expect(longestMs).toBeLessThan(HANG_LIMIT_MS);
    const seconds = (performance.now() - began) / 1000;
    console.info(
      `${HANGS} hangs in ${seconds.toFixed(1)} s, the longest ${longestMs.toFixed(0)} ms, nothing is left`,
    );
  });
});

/** The outcome of the only run as text, or `killed` for a run whose helper had to be. */
function seen({ scenario }: Hang, report: KernelReport): string {
  if (report.kind === "unsupported") return report.reason;
  if (report.hung === 1 && report.runs === 0) return "killed";
  return report.observed.map(({ outcome }) => format(scenario, outcome)).join(" | ");
}
