/** A helper process that runs scenarios: it may hang or crash, and is killed where it does. */
import { type ChildProcess, fork } from "node:child_process";
import { runLimitMs } from "./session.js";
import type { Job, Report } from "./worker.js";

export type HelperEnd =
  | { readonly kind: "done" | "hung" | "outOfTime" | "late" }
  | { readonly kind: "unsupported"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

const START_LIMIT_MS = 20_000;
/** Characters of its standard error that are kept for a report. */
const STDERR_MAX = 10_000;

/** One process; one job at a time. What ends otherwise than `done` or `unsupported` ends the process, too. */
export class Helper {
  /** It takes another job. */
  isAlive = true;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private stderr = "";
  private hasWorked = false;
  private listener: ((report: Report) => void) | null = null;
  private onExit: ((end: HelperEnd) => void) | null = null;

  /** @param file the helper's compiled entry */
  constructor(file: string) {
    this.child = fork(file, [], {
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, UV_USE_IO_URING: "0" },
    });
    this.ended = new Promise((resolve) => {
      this.child.once("exit", () => resolve());
      this.child.once("error", () => resolve());
    });
    this.child.stderr?.on("data", (text: Buffer) => {
      if (this.stderr.length < STDERR_MAX) this.stderr += text.toString();
    });
    this.child.on("message", (report: Report) => this.listener?.(report));
    this.child.on("error", (error) => this.exited({ kind: "failed", reason: error.message }));
    this.child.on("exit", (code, signal) => {
      if (code !== null && code !== 0)
        this.exited({ kind: "failed", reason: this.stderr || `exit code ${code}` });
      else this.exited(signal === null ? { kind: "failed", reason: "it ended early" } : { kind: "hung" });
    });
  }

  /**
   * Has the helper do a job; it is killed where it says nothing for longer than a run may take, at `untilMs` of
   * performance.now(), and where `listen` says with what the job ends. Never rejects.
   */
  async run(job: Job, untilMs: number, listen: (report: Report) => HelperEnd | null): Promise<HelperEnd> {
    if (!this.isAlive) return { kind: "failed", reason: "it ended before its job" };
    const limitMs = (job.runLimitMs ?? runLimitMs(job.scenario, job.hangMs)) + job.graceMs;
    let watchdog: NodeJS.Timeout | undefined;
    let total: NodeJS.Timeout | undefined;
    try {
      return await new Promise<HelperEnd>((resolve) => {
        let end: HelperEnd | null = null;
        const killAs = (why: HelperEnd): void => {
          end ??= why;
          this.kill();
        };
        let heard = 0;
        const watch = (ms: number): void => {
          clearTimeout(watchdog);
          const before = ++heard;
          // Where this process itself was busy for long, what the helper said lies there unread: it is read first.
          watchdog = setTimeout(() => {
            setImmediate(() => setImmediate(() => heard === before && killAs({ kind: "hung" })));
          }, ms);
        };
        watch(this.hasWorked ? limitMs : START_LIMIT_MS + job.graceMs);
        this.hasWorked = true;
        if (Number.isFinite(untilMs)) {
          total = setTimeout(() => killAs({ kind: "outOfTime" }), Math.max(0, untilMs - performance.now()));
        }
        this.onExit = (why) => resolve(end ?? why);
        this.listener = (report) => {
          watch(limitMs);
          if (report.kind === "unsupported" || report.kind === "failed") end ??= report;
          const why = listen(report);
          if (why !== null) killAs(why);
          if (report.kind !== "done") return;
          if (!this.isAlive || end?.kind === "failed") this.kill();
          else resolve(end ?? { kind: "done" });
        };
        this.child.send(job, (error) => {
          if (error !== null) killAs({ kind: "failed", reason: error.message });
        });
      });
    } finally {
      clearTimeout(watchdog);
      clearTimeout(total);
      this.listener = null;
      this.onExit = null;
    }
  }

  /** Ends the process at once; `ended` tells when it is gone. */
  kill(): void {
    this.isAlive = false;
    this.child.kill("SIGKILL");
  }

  private exited(end: HelperEnd): void {
    this.isAlive = false;
    this.onExit?.(end);
  }
}
