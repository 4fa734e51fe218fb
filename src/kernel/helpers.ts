/** Helper processes that are used for scenario after scenario: where starting one takes longer than the runs. */
import { type ChildProcess, fork } from "node:child_process";

/** After so many scenarios a helper is replaced: each leaves a block of memory mapped. */
const SCENARIOS_MAX = 50;

/** A fresh helper. Its own node does nothing with io_uring. */
export function startHelper(file: string): ChildProcess {
  return fork(file, [], {
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { ...process.env, UV_USE_IO_URING: "0" },
  });
}

/** Keeps the helper that has finished its scenario for the next one. One call of `runOnKernel` at a time may use it. */
export class Helpers {
  private idle: ChildProcess | null = null;
  private scenarios = 0;

  /** The idle helper, or a fresh one. */
  take(file: string): ChildProcess {
    const kept = this.idle;
    this.idle = null;
    if (kept !== null && kept.connected && kept.exitCode === null) return kept;
    this.scenarios = 0;
    return startHelper(file);
  }

  /** Takes back a helper that has said `done`, without listeners; false: it is to be killed. */
  give(helper: ChildProcess): boolean {
    this.scenarios += 1;
    if (this.scenarios >= SCENARIOS_MAX) return false;
    helper.removeAllListeners();
    helper.stderr?.removeAllListeners("data");
    this.idle = helper;
    return true;
  }

  dispose(): void {
    this.idle?.kill("SIGKILL");
    this.idle = null;
  }
}
