/** What a user thread does, statement by statement, with system calls of the thread that runs this. */
import { targetLow } from "../model/bytes/userData.js";
import { type Facts, holds } from "../model/condition.js";
import type { CqeRecord } from "../model/outcome.js";
import type { FdRef, Instruction, RingId, ThreadId, Time } from "../model/scenario.js";
import type { ThreadArea } from "./layout.js";
import { pendingOf } from "./pending.js";
import type { EncodeSqe } from "./ring.js";
import { nowMs, type Run } from "./run.js";
import { encodeSqe } from "./sqe.js";
import {
  IORING_ENTER_EXT_ARG,
  IORING_ENTER_GETEVENTS,
  IORING_ENTER_SQ_WAKEUP,
  IORING_REGISTER_FILES_UPDATE,
  IORING_REGISTER_SYNC_CANCEL,
  IORING_SQ_NEED_WAKEUP,
} from "./uapi.js";
import { Unsupported } from "./unsupported.js";
import { workersAreBusy } from "./workers.js";

const EAGAIN = 11;
const EINTR = 4;
const EOPNOTSUPP = 95;
const RWF_NOWAIT = 8;
const POLLIN = 1;
const POLLOUT = 4;
const GETEVENTS_ARG_BYTES = 24;
/**
 * A thread that seems to hang while something is at work, or has to come, is given this much longer, in steps: on a
 * processor that others have taken, a worker or an SQ thread waits for seconds.
 */
export const STARVED_MS = 5000;
const AGAIN_MS = 10;

/** Called before each statement: where a run is varied by a small delay. */
export type Pause = () => void;

type Entered = { readonly result: number; readonly timedOut: boolean };

/** io_uring_enter(2) as a thread does it. `timeoutMs`: how long it may wait. */
export function enterRing(
  run: Run,
  area: ThreadArea,
  ring: RingId,
  submit: number,
  wait: number | null,
  timeoutMs: number,
): number {
  const map = run.ring(ring);
  let flags = 0;
  if (map.hasSqThread && (map.sqFlags() & IORING_SQ_NEED_WAKEUP) !== 0) flags |= IORING_ENTER_SQ_WAKEUP;
  if (wait === null) return run.sys.ioUringEnter(run.ringFd(ring), submit, 0, flags, 0, 0);
  flags |= IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
  const { memory } = run;
  memory.writeTimespec(area.timespec, Math.round(timeoutMs * 1e6));
  return run.sys.ioUringEnter(
    run.ringFd(ring),
    submit,
    wait,
    flags,
    memory.address(area.eventsArg),
    GETEVENTS_ARG_BYTES,
  );
}

export class ThreadRunner {
  private readonly area: ThreadArea;
  /** By RingId: positions of the CQEs that this thread has reaped. */
  private readonly seen: CqeRecord[][];
  /** Milliseconds that this thread took for what should take none, waits left out. */
  lateMs = 0;
  private waitedMs = 0;
  private readonly code: readonly Instruction[];
  private readonly encode: EncodeSqe;

  constructor(
    private readonly run: Run,
    thread: ThreadId,
    private readonly pause: Pause | null,
  ) {
    const area = run.layout.threads[thread];
    if (area === undefined) throw new Error(`there is no thread ${thread}`);
    this.area = area;
    this.code = run.scenario.threads[thread]?.code ?? [];
    this.seen = run.scenario.rings.map(() => []);
    const { sqes } = run.scenario;
    this.encode = (req, view, offset) => {
      const sqe = sqes[req];
      if (sqe === undefined) throw new Error(`there is no SQE ${req}`);
      encodeSqe(sqe, run, { view, offset });
    };
  }

  /** Runs the thread to its end, or to where nothing unblocks it within the run's limit. */
  execute(): "done" | "hung" {
    for (const records of this.seen) records.length = 0;
    this.waitedMs = 0;
    const began = nowMs();
    const end = this.interpret(this.code);
    this.lateMs = Math.max(0, nowMs() - began - this.waitedMs);
    return end;
  }

  private interpret(code: readonly Instruction[]): "done" | "hung" {
    let pc = 0;
    while (pc < code.length) {
      const statement = code[pc];
      if (statement === undefined) break;
      if (this.pause !== null) this.pause();
      if (statement.do === "branch") {
        pc = holds(statement.condition, this.facts()) ? pc + 1 : statement.otherwise;
        continue;
      }
      if (statement.do === "jump") {
        pc = statement.to;
        continue;
      }
      if (this.step(statement) === "hung") return "hung";
      pc += 1;
    }
    return "done";
  }

  private step(statement: Exclude<Instruction, { do: "branch" | "jump" }>): "done" | "hung" {
    const { run, area } = this;
    const { sys, memory } = run;
    switch (statement.do) {
      case "queue": {
        if (!run.ring(statement.ring).queue(statement.sqes, this.encode))
          throw new Unsupported(
            `line ${statement.line}: the SQ has no room for all SQEs of "${statement.text}"`,
          );
        return "done";
      }
      case "enter": {
        const { result, timedOut } = this.enter(
          statement.ring,
          statement.submit,
          statement.wait,
          statement.timeout,
        );
        if (timedOut) return "hung";
        run.bind(statement.bind, result);
        return "done";
      }
      case "reap":
        run.bind(statement.bind, this.reap(statement.ring, statement.max));
        return "done";
      case "peek":
        run.bind(statement.bind, run.ring(statement.ring).unread());
        return "done";
      case "sqflags":
        // An SQ thread that slept on a busy machine is nothing that the model speaks of (docs/SCOPE.md).
        run.bind(statement.bind, run.ring(statement.ring).sqFlags() & ~IORING_SQ_NEED_WAKEUP);
        return "done";
      case "await": {
        const seen = this.seen[statement.ring];
        const label: number = statement.req;
        while (!seen?.some(([name]) => name === label)) {
          if (this.enter(statement.ring, 0, 1, null).timedOut) return "hung";
          this.reap(statement.ring, null);
        }
        return "done";
      }
      case "write":
        memory.writeText(area.bytes, statement.data);
        return this.transfer(statement.fd, statement.data.length, "write");
      case "read":
        return this.transfer(statement.fd, statement.len, "read");
      case "close":
        sys.close(run.fd(statement.fd));
        return "done";
      case "slot":
        // struct io_uring_rsrc_update: offset, resv, the address of the descriptors.
        memory.u32[area.small >> 2] = statement.slot;
        memory.u32[(area.small >> 2) + 1] = 0;
        memory.writeU64(area.small + 8, memory.address(area.small + 16));
        memory.i32[(area.small + 16) >> 2] = statement.fd === null ? -1 : run.fd(statement.fd);
        for (let ring = 0; ring < run.scenario.rings.length; ring++) {
          sys.ioUringRegister(run.ringFd(ring), IORING_REGISTER_FILES_UPDATE, memory.address(area.small), 1);
        }
        return "done";
      case "attach":
      case "detach":
      case "signal":
      case "drive":
        throw new Unsupported(
          "loop hooks, custom operations and signals are not what this kernel is asked for",
        );
      case "sync_cancel":
        return this.syncCancel(statement);
      case "sleep":
        return this.sleep(statement.time);
    }
  }

  private enter(ring: RingId, submit: number, wait: number | null, timeout: Time): Entered {
    const { run } = this;
    const began = nowMs();
    const limitMs = timeout ?? run.hangMs;
    let result = enterRing(run, this.area, ring, submit, wait, limitMs);
    if (wait === null || wait === 0) return { result, timedOut: false };
    const map = run.ring(ring);
    const lacksEvents = (): boolean => map.unread() < Math.min(wait, map.cqEntries);
    let timedOut = timeout === null && nowMs() - began >= limitMs * 0.99 && lacksEvents();
    // A wait of ours has ended, not one of the scenario: it goes on while something is at work, and once more.
    for (let last = false; timedOut && !last; ) {
      last = !this.isAtWork() || nowMs() - began > limitMs + STARVED_MS;
      const again = enterRing(run, this.area, ring, 0, wait, AGAIN_MS);
      if (result < 0) result = again;
      timedOut = lacksEvents();
    }
    const tookMs = nowMs() - began;
    // What it waited is no lateness.
    if (tookMs > 0.2) this.waitedMs += tookMs;
    return { result, timedOut };
  }

  /** Whether a worker or an SQ thread has yet to do what it could do. */
  private isBehind(): boolean {
    const { run } = this;
    if (run.traits.hasSqThread) {
      for (let ring = 0; ring < run.scenario.rings.length; ring++) {
        if (run.ring(ring).unconsumed() > 0) return true;
      }
    }
    return workersAreBusy();
  }

  /** Whether something of the run has to come, however long this machine takes. */
  private isAtWork(): boolean {
    const { run } = this;
    if (run.traits.isInline) return false;
    let unread = 0;
    for (let ring = 0; ring < run.scenario.rings.length; ring++) unread += run.ring(ring).unread();
    const { mustCome, count } = pendingOf(run);
    return (mustCome && count > unread) || workersAreBusy();
  }

  private reap(ring: RingId, max: number | null): number {
    const { run } = this;
    const map = run.ring(ring);
    const { from, to } = map.reap(max);
    if (to === from) return 0;
    const all = run.cqes(ring);
    const seen = this.seen[ring] ?? [];
    for (let i = from; i < to; i++) {
      const record = all[i];
      if (record !== undefined) seen.push(record);
    }
    return to - from;
  }

  /** A plain read or write: nonblocking first, so that a blocked one can be given up. */
  private transfer(ref: FdRef, bytes: number, direction: "read" | "write"): "done" | "hung" {
    const { run, area } = this;
    const { sys, memory } = run;
    const fd = run.fd(ref);
    const isNonblocking = ref.kind === "pipe" && (run.scenario.pipes[ref.pipe]?.nonblock ?? false);
    const plain = (address: number, count: number): number =>
      direction === "read" ? sys.read(fd, address, count) : sys.write(fd, address, count);
    if (ref.kind === "file" || ref.kind === "bad" || isNonblocking || bytes === 0) {
      plain(memory.address(area.bytes), bytes);
      return "done";
    }
    const until = nowMs() + run.hangMs;
    let at = 0;
    while (at < bytes) {
      memory.writeU64(area.iovec, memory.address(area.bytes + at));
      memory.writeU64(area.iovec + 8, bytes - at);
      const iovec = memory.address(area.iovec);
      let moved =
        direction === "read" ? sys.readv2(fd, iovec, RWF_NOWAIT) : sys.writev2(fd, iovec, RWF_NOWAIT);
      if (moved === -EAGAIN || moved === -EOPNOTSUPP) {
        const leftMs = Math.max(AGAIN_MS, until - nowMs());
        memory.i32[area.pollfd >> 2] = fd;
        memory.i32[(area.pollfd >> 2) + 1] = direction === "read" ? POLLIN : POLLOUT;
        const began = nowMs();
        const ready = sys.poll(memory.address(area.pollfd), 1, Math.ceil(leftMs));
        this.waitedMs += nowMs() - began;
        if (ready === 0) {
          if (!this.isAtWork() || nowMs() > until + STARVED_MS) return "hung";
          continue;
        }
        if (ready > 0 && moved === -EOPNOTSUPP) moved = plain(memory.address(area.bytes + at), bytes - at);
        else continue;
      }
      if (moved === -EINTR) continue;
      if (moved <= 0 || direction === "read") return "done";
      at += moved;
    }
    return "done";
  }

  private syncCancel(statement: Extract<Instruction, { do: "sync_cancel" }>): "done" | "hung" {
    const { run, area } = this;
    const { memory } = run;
    // struct io_uring_sync_cancel_reg: addr, fd, flags, timeout, opcode, pads; 64 bytes.
    const at = area.small;
    memory.u32.fill(0, at >> 2, (at + 64) >> 2);
    memory.u32[at >> 2] = targetLow(statement.target, run.scenario);
    memory.u32[(at + 4) >> 2] = run.salt;
    memory.i32[(at + 8) >> 2] = -1;
    memory.writeTimespec(at + 16, run.hangMs * 1e6);
    const began = nowMs();
    const result = run.sys.ioUringRegister(
      run.ringFd(statement.ring),
      IORING_REGISTER_SYNC_CANCEL,
      memory.address(at),
      1,
    );
    const tookMs = nowMs() - began;
    this.waitedMs += tookMs;
    if (tookMs >= run.hangMs * 0.99) return "hung";
    run.bind(statement.bind, result);
    return "done";
  }

  private sleep(time: Time): "done" | "hung" {
    const { run, area } = this;
    const ms = time ?? run.hangMs;
    run.memory.writeTimespec(area.timespec, ms * 1e6);
    run.sys.nanosleep(run.memory.address(area.timespec));
    this.waitedMs += ms;
    // Where kernel threads have not done by now what takes no time, the run says nothing about times.
    if (ms > 0 && this.isBehind()) this.waitedMs = Number.NEGATIVE_INFINITY;
    return time === null ? "hung" : "done";
  }

  /** What this thread has seen. */
  private facts(): Facts {
    const all = this.seen.flat();
    const of = (label: number): CqeRecord | undefined => all.findLast(([name]) => name === label);
    const unknowable = (): never => {
      throw new Error("a condition of an `if` asks for what no thread can see");
    };
    return {
      count: (label) => all.filter(([name]) => name === label).length,
      res: (label) => of(label)?.[1] ?? 0,
      flags: (label) => of(label)?.[2] ?? 0,
      before: (first, second) =>
        this.seen.some((records) => {
          const at = records.findIndex(([label]) => label === first);
          const other = records.findIndex(([label]) => label === second);
          return at >= 0 && other >= 0 && at < other;
        }),
      value: (value) => this.run.value(value),
      issued: unknowable,
      file: unknowable,
      pipe: unknowable,
      buffer: unknowable,
      hang: unknowable,
      cost: unknowable,
      steps: unknowable,
      calls: unknowable,
      variable: unknowable,
    };
  }
}
