/**
 * How long threads of a run waited for a processor, as /proc/…/schedstat tells it: the thread that plays, io-wq workers and SQ
 * threads. Where one waited as long as the scenario's times are apart, they decided nothing. A kernel without
 * CONFIG_SCHED_INFO tells nothing: no wait is seen then.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const TASKS = "/proc/self/task";
const KERNEL_THREAD = /^iou-/;

function contentOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    // A task that has ended meanwhile, or no such file on this kernel.
    return "";
  }
}

/** Milliseconds that a task has waited so far, runnable and not running. */
function waitedMs(task: string): number {
  const [, ns] = contentOf(`${TASKS}/${task}/schedstat`).split(" ");
  return Number(ns ?? 0) / 1e6;
}

export class Delays {
  /** By task: whether it is one of those that are looked at. */
  private readonly counts = new Map<string, boolean>();
  private readonly before = new Map<string, number>();
  /** The longest wait between two looks since `begin`, in milliseconds. */
  worstMs = 0;

  constructor() {
    const own = readlinkSync("/proc/thread-self").split("/").at(-1);
    if (own !== undefined) this.counts.set(own, true);
  }

  /** A run begins: what was waited until now is no matter. */
  begin(): void {
    this.look();
    this.worstMs = 0;
  }

  /** Takes account of what was waited since the last look; a task that is new has waited for this run alone. */
  look(): void {
    for (const task of readdirSync(TASKS)) {
      let counts = this.counts.get(task);
      if (counts === undefined) {
        counts = KERNEL_THREAD.test(contentOf(`${TASKS}/${task}/comm`));
        this.counts.set(task, counts);
      }
      if (!counts) continue;
      const now = waitedMs(task);
      this.worstMs = Math.max(this.worstMs, now - (this.before.get(task) ?? 0));
      this.before.set(task, now);
    }
  }
}
