/**
 * How one run is made to differ from the next, so that races show: user_data, small delays, which processor a thread
 * runs on, and now and then other threads that keep the processors busy. All choices come from one seed.
 */
import { Worker } from "node:worker_threads";
import type { Syscalls } from "./syscalls.js";
import type { Pause } from "./thread.js";
import type { Traits } from "./traits.js";

/** Splitmix32: small, seeded, and good enough to choose delays. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/** Busy waiting, in microseconds. */
function spin(us: number): void {
  const until = performance.now() + us / 1000;
  while (performance.now() < until);
}

/** Runs of one kind in a row. */
const BLOCK_RUNS = 8;
/** Every so many blocks one has load, and the one before it one processor for the thread. */
const LOAD_EVERY = 8;
const DELAY_MAX_US = 400;

export class Variation {
  /** null: nothing about the scenario can race. */
  readonly pause: Pause | null;
  private readonly next: () => number;
  private readonly delayLimitUs: number;
  private delayMaxUs = 0;
  private runs = 0;
  private isPinned = false;

  /** `load`: what keeps the processors busy, where this thread is the one that says when. */
  constructor(
    private readonly sys: Syscalls,
    private readonly traits: Traits,
    seed: number,
    private readonly load: Load | null,
  ) {
    this.next = numbers(seed);
    // Beside declared times a delay stays small, or it would decide what the times should.
    this.delayLimitUs = traits.gapMs === null ? DELAY_MAX_US : Math.min(DELAY_MAX_US, traits.gapMs * 20);
    this.pause = traits.isInline
      ? null
      : () => {
          if (this.delayMaxUs > 0) spin(this.next() % this.delayMaxUs);
        };
  }

  /** High word of a run's user_data. */
  salt(): number {
    return this.next() & 0x7fff_ffff;
  }

  /** Chooses how the next run is varied. */
  begin(): void {
    if (this.traits.isInline) return;
    if (this.runs % BLOCK_RUNS === 0) this.beginBlock(this.runs / BLOCK_RUNS);
    this.runs += 1;
    const kind = this.next() % 8;
    this.delayMaxUs = kind < 4 ? 0 : kind < 6 ? 5 : kind < 7 ? 50 : this.delayLimitUs;
  }

  private beginBlock(block: number): void {
    const phase = block % LOAD_EVERY;
    // A loaded machine runs threads milliseconds late: only where no declared time means anything.
    if (this.traits.gapMs === null) this.load?.set(phase === LOAD_EVERY - 1);
    this.pin(phase === LOAD_EVERY - 2 || phase === 1 ? this.next() : null);
  }

  /** Binds this thread to one of the processors that it may use; null: to all. */
  private pin(choice: number | null): void {
    if (choice === null && !this.isPinned) return;
    this.isPinned = choice !== null;
    this.sys.pinThread(choice);
  }

  dispose(): void {
    this.pin(null);
    this.load?.dispose();
  }
}

/** Two threads that compute while they are told to. */
export class Load {
  private readonly control = new Int32Array(new SharedArrayBuffer(4));
  private workers: Worker[] = [];

  constructor(private readonly entry: URL) {}

  set(isOn: boolean): void {
    if (isOn && this.workers.length === 0) {
      const workerData: LoadJob = { role: "load", control: this.control.buffer as SharedArrayBuffer };
      this.workers = [0, 1].map(() => new Worker(this.entry, { workerData, execArgv: [] }));
    }
    Atomics.store(this.control, 0, isOn ? 1 : 0);
    Atomics.notify(this.control, 0);
  }

  dispose(): void {
    Atomics.store(this.control, 0, 2);
    Atomics.notify(this.control, 0);
  }
}

export interface LoadJob {
  readonly role: "load";
  readonly control: SharedArrayBuffer;
}

/** The whole life of a thread that makes load. */
export function makeLoad(job: LoadJob): void {
  const control = new Int32Array(job.control);
  for (;;) {
    switch (Atomics.load(control, 0)) {
      case 0:
        Atomics.wait(control, 0, 0);
        break;
      case 1:
        spin(100);
        break;
      default:
        return;
    }
  }
}
