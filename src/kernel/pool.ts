/** Many scenarios on the kernel by few helper processes: starting one costs more than most scenarios take. */
import type { Scenario } from "../model/scenario.js";
import { Helper, type HelperEnd } from "./helper.js";
import { type KernelOptions, type KernelReport, type RunJob, runWith, workerFile } from "./runner.js";

export interface PoolOptions {
  /** Helpers that work at the same time. */
  readonly helpers: number;
  /** The helper's compiled entry, where it is not the one that was built. */
  readonly workerFile?: string;
}

/** A job leaves the memory of its rings behind, so that a helper is replaced after so many. */
const JOBS_MAX = 200;

interface Member {
  readonly helper: Helper;
  jobs: number;
}

/** Runs scenarios as `runOnKernel` does. `close()` ends its helpers; one that is not closed ends with this process. */
export class KernelPool {
  private readonly idle: Member[] = [];
  private readonly waiting: ((member: Member | null) => void)[] = [];
  private readonly working = new Set<Member>();
  private free: number;
  private isClosed = false;

  constructor(private readonly options: PoolOptions) {
    this.free = options.helpers;
  }

  /** Waits for a free helper. @throws where the helper is not built or fails by a fault of its own. */
  run(scenario: Scenario, options: Omit<KernelOptions, "workerFile">): Promise<KernelReport> {
    return runWith(scenario, options, this.runJob);
  }

  private readonly runJob: RunJob = async (job, untilMs, listen): Promise<HelperEnd> => {
    const member = await this.take();
    if (member === null) return { kind: "outOfTime" };
    this.working.add(member);
    try {
      member.jobs += 1;
      return await member.helper.run(job, untilMs, listen);
    } finally {
      this.working.delete(member);
      this.giveBack(member);
    }
  };

  private async take(): Promise<Member | null> {
    if (this.isClosed) return null;
    if (this.free === 0) return new Promise((resolve) => this.waiting.push(resolve));
    this.free -= 1;
    return this.idle.pop() ?? this.start();
  }

  private start(): Member {
    return { helper: new Helper(workerFile(this.options.workerFile)), jobs: 0 };
  }

  private giveBack(member: Member): void {
    const isGood = member.helper.isAlive && member.jobs < JOBS_MAX && !this.isClosed;
    if (!isGood) member.helper.kill();
    const next = this.waiting.shift();
    if (next !== undefined) next(this.isClosed ? null : isGood ? member : this.start());
    else {
      this.free += 1;
      if (isGood) this.idle.push(member);
    }
  }

  /** Ends all helpers; runs that are under way, or wait for one, end with what was seen until now. */
  close(): void {
    this.isClosed = true;
    for (const { helper } of [...this.idle, ...this.working]) helper.kill();
    for (const next of this.waiting.splice(0)) next(null);
  }
}
