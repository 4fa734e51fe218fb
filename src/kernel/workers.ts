/** The io-wq workers of this process, as /proc shows them: whether something of a run may still be on its way. */
import { readdirSync, readFileSync } from "node:fs";

/**
 * Whether one of them is running, waits for a processor or is in the middle of disk I/O. A worker that sleeps has
 * nothing to do, or waits inside an operation for something that is up to others. SQ threads do not count: they
 * always run while they look for SQEs.
 */
export function workersAreBusy(): boolean {
  return readdirSync("/proc/self/task").some((task) => {
    const match = /^\d+ \(iou-wrk-.*\) ([A-Z])/.exec(statOf(task));
    return match !== null && (match[1] === "R" || match[1] === "D");
  });
}

/** A task's line of /proc/…/stat; empty where it has ended: others end while the tasks are looked at. */
function statOf(task: string): string {
  try {
    return readFileSync(`/proc/self/task/${task}/stat`, "latin1");
  } catch {
    return "";
  }
}
