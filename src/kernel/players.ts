/**
 * Who plays the threads of a scenario. One is played by the helper's own thread; several have a worker thread each,
 * since each is a task of its own to the kernel, with its own task work and io-wq workers.
 */
import { Worker } from "node:worker_threads";
import { formatRes } from "../model/errno.js";
import type { RingId, Scenario, ThreadId } from "../model/scenario.js";
import { Delays } from "./delays.js";
import { ERROR_BYTES, layOut } from "./layout.js";
import { Memory } from "./memory.js";
import { isSingleIssuer } from "./objects.js";
import { nowMs, Run } from "./run.js";
import { sweep } from "./sweep.js";
import type { Syscalls } from "./syscalls.js";
import { ThreadRunner } from "./thread.js";
import { IORING_REGISTER_ENABLE_RINGS } from "./uapi.js";
import { Unsupported } from "./unsupported.js";
import { Variation } from "./variation.js";

export interface Played {
  readonly hung: boolean;
  /** Milliseconds by which the slowest thread was held up. */
  readonly lateMs: number;
}

export interface Players {
  /** Runs all threads to their ends, then sweeps the rings. */
  play(salt: number, lingerMs: number): Played;
  dispose(): void;
}

/** The thread that sweeps a ring, and that alone uses it where only one task may: the first that names it. */
function ownerOf(scenario: Scenario, ring: RingId): ThreadId {
  const owner = scenario.threads.findIndex(({ code }) =>
    code.some((statement) => "ring" in statement && statement.ring === ring),
  );
  return Math.max(owner, 0);
}

/** Null: no time of the scenario's decides anything. */
function delaysOf(run: Run): Delays | null {
  return run.traits.gapMs === null ? null : new Delays();
}

export class OnePlayer implements Players {
  private readonly thread: ThreadRunner;
  private readonly rings: readonly RingId[];
  private readonly delays: Delays | null;

  constructor(
    private readonly run: Run,
    private readonly variation: Variation,
  ) {
    this.thread = new ThreadRunner(run, 0, variation.pause);
    this.rings = run.scenario.rings.map((_, ring) => ring);
    this.delays = delaysOf(run);
  }

  play(salt: number, lingerMs: number): Played {
    const { run, thread, delays } = this;
    this.variation.begin();
    run.begin(salt);
    delays?.begin();
    const hung = thread.execute() === "hung";
    if (hung) for (const ring of this.rings) run.ring(ring).reap(null);
    else {
      const area = run.layout.threads[0];
      if (area !== undefined) sweep(run, area, this.rings, lingerMs, delays);
    }
    return { hung, lateMs: Math.max(thread.lateMs, delays?.worstMs ?? 0) };
  }

  dispose(): void {
    this.variation.dispose();
  }
}

/** Words that the threads and their coordinator wait on. */
const CONTROL = {
  go: 0,
  ready: 1,
  done: 2,
  swept: 3,
  salt: 4,
  lingerUs: 5,
  failed: 6,
  stop: 7,
  start: 8,
} as const;
const CONTROL_WORDS = 9;
const FAILED = 1;
const LATE_MS_MAX = 1e6;
const FAILED_UNSUPPORTED = 2;

/** What a worker thread is told to play. */
export interface ThreadJob {
  readonly scenario: Scenario;
  readonly thread: ThreadId;
  readonly base: number;
  readonly hangMs: number;
  readonly patience: number;
  readonly seed: number;
  readonly control: SharedArrayBuffer;
}

/** What a worker thread that plays is started with: its jobs are messages. */
export interface ThreadRole {
  readonly role: "thread";
}

/** Worker threads that have nothing to play: starting one takes longer than most scenarios. */
const idle: Worker[] = [];

export class ManyPlayers implements Players {
  private readonly workers: Worker[] = [];
  private readonly control: Int32Array;

  constructor(
    private readonly run: Run,
    private readonly variation: Variation,
    seed: number,
    entry: URL,
  ) {
    const buffer = new SharedArrayBuffer(4 * CONTROL_WORDS);
    this.control = new Int32Array(buffer);
    for (let thread = 0; thread < run.scenario.threads.length; thread++) {
      const job: ThreadJob = {
        scenario: run.scenario,
        thread,
        base: run.memory.base,
        hangMs: run.hangMs,
        patience: run.patience,
        seed: seed + 1000 * (thread + 1),
        control: buffer,
      };
      const workerData: ThreadRole = { role: "thread" };
      const worker = idle.pop() ?? new Worker(entry, { workerData, execArgv: [] });
      worker.postMessage(job);
      this.workers.push(worker);
    }
  }

  play(salt: number, lingerMs: number): Played {
    const { control, run } = this;
    const { memory, layout, scenario } = run;
    this.variation.begin();
    run.begin(salt);
    control[CONTROL.ready] = 0;
    control[CONTROL.done] = 0;
    control[CONTROL.swept] = 0;
    control[CONTROL.salt] = salt;
    control[CONTROL.lingerUs] = lingerMs * 1000;
    Atomics.add(control, CONTROL.go, 1);
    Atomics.notify(control, CONTROL.go);
    waitFor(control, CONTROL.swept, scenario.threads.length);
    if (Atomics.load(control, CONTROL.failed) !== 0) {
      const text = memory.readText(layout.error, ERROR_BYTES);
      const reason = text.slice(0, text.indexOf("\0"));
      throw control[CONTROL.failed] === FAILED_UNSUPPORTED ? new Unsupported(reason) : new Error(reason);
    }
    let hung = false;
    let lateUs = 0;
    for (let thread = 0; thread < scenario.threads.length; thread++) {
      if (memory.i32[(layout.hung >> 2) + thread] === 1) hung = true;
      lateUs = Math.max(lateUs, memory.i32[(layout.late >> 2) + thread] ?? 0);
    }
    // What came after a ring's owner had done with it.
    for (let ring = 0; ring < scenario.rings.length; ring++) run.ring(ring).reap(null);
    return { hung, lateMs: lateUs / 1000 };
  }

  dispose(): void {
    this.control[CONTROL.stop] = 1;
    Atomics.add(this.control, CONTROL.go, 1);
    Atomics.notify(this.control, CONTROL.go);
    // Each ends its job, and reads the next one then.
    idle.push(...this.workers.splice(0));
    this.variation.dispose();
  }
}

/** Sleeps until a word has reached `value`. A parked thread still runs its task work: the kernel signals it. */
function waitFor(control: Int32Array, word: number, value: number): void {
  for (;;) {
    const now = Atomics.load(control, word);
    if (now >= value) return;
    Atomics.wait(control, word, now);
  }
}

/** The same for a moment that is near: first spinning, so that threads start together. */
function meet(control: Int32Array, word: number, value: number): void {
  const until = nowMs() + 0.2;
  while (Atomics.load(control, word) < value) {
    if (nowMs() > until) {
      waitFor(control, word, value);
      return;
    }
  }
}

const CLOCK_MASK = 0x7fff_ffff;

/** Microseconds on a clock that all threads share, as performance.now() is not; it wraps around after half an hour. */
function clockUs(): number {
  const [seconds, ns] = process.hrtime();
  return Math.floor((seconds * 1e6 + ns / 1e3) % (CLOCK_MASK + 1));
}

/** A worker thread plays one thread of a scenario, until it is told to stop. */
export function playThread(sys: Syscalls, job: ThreadJob): void {
  const { scenario, thread } = job;
  const control = new Int32Array(job.control);
  const layout = layOut(scenario);
  const memory = new Memory(sys, job.base, layout.bytes);
  const run = new Run(sys, scenario, layout, memory, job.hangMs, job.patience);
  const variation = new Variation(sys, run.traits, job.seed, null);
  const runner = new ThreadRunner(run, thread, variation.pause);
  const delays = delaysOf(run);
  const area = layout.threads[thread];
  if (area === undefined) throw new Error(`there is no thread ${thread}`);
  const owned = scenario.rings.map((_, ring) => ring).filter((ring) => ownerOf(scenario, ring) === thread);
  const count = scenario.threads.length;
  const arrive = (word: number): void => {
    Atomics.add(control, word, 1);
    Atomics.notify(control, word);
  };

  for (let round = 1; ; round++) {
    waitFor(control, CONTROL.go, round);
    if (control[CONTROL.stop] === 1) return;
    try {
      variation.begin();
      run.begin(control[CONTROL.salt] ?? 0);
      delays?.begin();
      for (const ring of owned) enable(run, ring);
      // The last to arrive has the last word: the run starts when all are there.
      Atomics.store(control, CONTROL.start, clockUs());
      arrive(CONTROL.ready);
      meet(control, CONTROL.ready, count);
      const startedLateMs = ((clockUs() - Atomics.load(control, CONTROL.start)) & CLOCK_MASK) / 1000;
      const hung = runner.execute() === "hung";
      memory.i32[(layout.hung >> 2) + thread] = hung ? 1 : 0;
      const saveLate = (): void => {
        const lateMs = Math.max(runner.lateMs + startedLateMs, delays?.worstMs ?? 0);
        memory.i32[(layout.late >> 2) + thread] = Math.round(Math.min(lateMs, LATE_MS_MAX) * 1000);
      };
      saveLate();
      arrive(CONTROL.done);
      waitFor(control, CONTROL.done, count);
      const someHung = scenario.threads.some((_, other) => memory.i32[(layout.hung >> 2) + other] === 1);
      if (!someHung && owned.length > 0) {
        sweep(run, area, owned, (control[CONTROL.lingerUs] ?? 0) / 1000, delays);
        saveLate();
      }
    } catch (error) {
      const isUnsupported = error instanceof Unsupported;
      const text = isUnsupported ? error.message : ((error as Error).stack ?? String(error));
      memory.writeText(layout.error, text.slice(0, ERROR_BYTES - 1));
      Atomics.store(control, CONTROL.failed, isUnsupported ? FAILED_UNSUPPORTED : FAILED);
      // Nobody is left waiting for a thread that has failed.
      for (const word of [CONTROL.ready, CONTROL.done]) arrive(word);
    }
    arrive(CONTROL.swept);
  }
}

/** A ring of one issuer was set up disabled: the task that enables it is the one (io_register_enable_rings). */
function enable(run: Run, ring: RingId): void {
  const decl = run.scenario.rings[ring];
  if (decl === undefined || !isSingleIssuer(decl) || decl.setup.includes("R_DISABLED")) return;
  const result = run.sys.ioUringRegister(run.ringFd(ring), IORING_REGISTER_ENABLE_RINGS, 0, 0);
  if (result < 0) throw new Error(`IORING_REGISTER_ENABLE_RINGS: ${formatRes(result)}`);
}
