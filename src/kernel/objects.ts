/** What a run works on: its rings, files, pipes, sockets and registered tables, made anew for each run. */

import { SECOND_PATH_OFFSET } from "../model/bytes/encodeOther.js";
import { formatRes } from "../model/errno.js";
import type { Outcome } from "../model/outcome.js";
import type { RingDecl, Scenario } from "../model/scenario.js";
import { fdIndex } from "./layout.js";
import { setupRing } from "./ring.js";
import { type Run, UNTOUCHED_BYTE } from "./run.js";
import {
  IORING_REGISTER_BUFFERS,
  IORING_REGISTER_FILES2,
  IORING_RSRC_REGISTER_SPARSE,
  SETUP_BITS,
} from "./uapi.js";
import { Unsupported } from "./unsupported.js";

const O_RDWR_CREAT = 0o102;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const ENOMEM = 12;
const EINVAL = 22;
const EMFILE = 24;
const SQ_THREAD_IDLE_MS = 200;
const F_DUPFD_CLOEXEC = 1030;
const POSIX_FADV_DONTNEED = 4;
/** Numbers of descriptors, in ranges that the runs use one after the other. */
const FD_FIRST = 64;
const FD_RANGE = 32;
const FD_RANGES = 28;

/** A ring that only one task may use: that one has to set it up, or enable it. */
export function isSingleIssuer(decl: RingDecl): boolean {
  return decl.setup.includes("SINGLE_ISSUER") || decl.setup.includes("DEFER_TASKRUN");
}

/** `proc` follows this link in no hurry: an open through it cannot be done inline (LOOKUP_CACHED), and goes to io-wq. */
const SLOW_ROOT = "/proc/self/root";

/** What requests find of the declared files. */
export interface FileState {
  /** Their contents are on their disk alone: a read cannot have them at once. */
  readonly areCold: boolean;
  /** A bit for each FileId: an open of it by path takes a worker. */
  readonly slowPaths: number;
}

export class Objects {
  /** Descriptors of this program's own on the files, by FileId: the content is read through them. */
  private observers: number[] = [];
  /** By FileId, without what makes it slow. */
  private readonly filePaths: string[] = [];
  private ringsAreMapped = false;
  /** Rings whose pages the layout has are set up in these; before Linux 6.5 the kernel knows no IORING_SETUP_NO_MMAP. */
  private areInPages = true;
  /** Something of the last run may still be at work on the files, or has renamed or removed them. */
  filesAreStale = true;
  private runs = 0;

  constructor(
    private readonly run: Run,
    /** Folder of the declared files. */
    private readonly folder: string,
    /** Rings that one task owns are set up disabled, and enabled by their owner. */
    private readonly disableOwned: boolean,
  ) {
    const { memory, layout, scenario } = run;
    scenario.sqes.forEach((sqe, index) => {
      const op = sqe.operation;
      const at = layout.paths[index] ?? 0;
      if (op.opcode === "OPENAT") this.writePath(at, `${folder}/none-${index}`);
      if (op.opcode === "OTHER" && at !== 0) {
        const name = (text: string | undefined, otherwise: string): string =>
          `${folder}/${text !== undefined && /^[\w.-]+$/.test(text) ? text : otherwise}`;
        this.writePath(
          at,
          name(op.fields["file"] ?? op.fields["path"] ?? op.fields["addr"], `none-${index}`),
        );
        this.writePath(at + SECOND_PATH_OFFSET, name(op.fields["to"], `new-${index}`));
      }
    });
    // All of struct io_uring_getevents_arg but the address of its timespec stays 0.
    for (const { eventsArg, timespec } of layout.threads) {
      memory.writeU64(eventsArg + 16, memory.address(timespec));
    }
    let iovec = layout.iovecs;
    scenario.buffers.forEach((buffer, index) => {
      if (!buffer.fixed) return;
      memory.writeU64(iovec, memory.address(layout.buffers[index] ?? 0));
      memory.writeU64(iovec + 8, buffer.size);
      iovec += 16;
    });
  }

  private writePath(offset: number, path: string): void {
    if (path.length >= SECOND_PATH_OFFSET) throw new Unsupported(`the path ${path} is too long for a run`);
    this.run.memory.writeText(offset, path);
  }

  /**
   * @param files what requests find of the declared files
   * @throws {Unsupported} where this kernel has no such ring.
   */
  open(files: FileState): void {
    const { run } = this;
    const { memory, scenario, layout } = run;
    const fds = layout.fds >> 2;
    memory.i32.fill(-1, fds, fds + layout.fdCount);
    memory.i32.fill(0, layout.values >> 2, (layout.values >> 2) + 2 * scenario.values.length);
    memory.i32.fill(0, layout.hung >> 2, (layout.hung >> 2) + scenario.threads.length);
    this.runs += 1;
    this.openFiles();
    this.leadTo(files.slowPaths);
    if (files.areCold) this.coolFiles();
    scenario.pipes.forEach((pipe, index) => {
      const ends = { kind: "pipe", pipe: index, end: "r" } as const;
      const at = layout.fds + 4 * fdIndex(ends, scenario);
      const result = run.sys.pipe2(memory.address(at), O_CLOEXEC | (pipe.nonblock ? O_NONBLOCK : 0));
      if (result < 0) throw new Error(`pipe2: ${formatRes(result)}`);
    });
    scenario.sockets.forEach((_, index) => {
      const ends = { kind: "socket", sockets: index, end: 0 } as const;
      const at = layout.fds + 4 * fdIndex(ends, scenario);
      const result = run.sys.socketpair(AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0, memory.address(at));
      if (result < 0) throw new Error(`socketpair: ${formatRes(result)}`);
    });
    scenario.buffers.forEach((buffer, index) => {
      const at = layout.buffers[index] ?? 0;
      memory.u8.fill(0, at, at + buffer.size);
    });
    scenario.sqes.forEach((sqe, index) => {
      const op = sqe.operation;
      const at = layout.data[index] ?? 0;
      if ((op.opcode === "WRITE" || op.opcode === "SEND") && op.source.kind === "data") {
        memory.writeText(at, op.source.data);
      }
      if ((op.opcode === "READ" || op.opcode === "RECV") && op.buffer === null)
        memory.u8[at] = UNTOUCHED_BYTE;
      if (op.opcode === "OTHER") memory.u8.fill(0, at, at + 8);
    });
    this.placePaths();
    if (!run.traits.isInline) {
      for (let at = scenario.rings.length; at < layout.fdCount; at++) this.moveFd(fds + at);
    }
    for (let ring = 0; ring < scenario.rings.length; ring++) this.openRing(ring);
    this.ringsAreMapped = true;
  }

  /** Where an opcode on a path is to succeed, its path exists, and the new name does not. */
  private placePaths(): void {
    const { sys, memory, scenario, layout } = this.run;
    scenario.sqes.forEach((sqe, index) => {
      const at = layout.paths[index] ?? 0;
      if (sqe.operation.opcode !== "OTHER" || at === 0) return;
      const { name, fields } = sqe.operation;
      if (fields["file"] !== undefined) return;
      const path = memory.address(at);
      sys.unlink(path);
      sys.rmdir(path);
      sys.unlink(memory.address(at + SECOND_PATH_OFFSET));
      if (name !== "MKDIRAT" && sqe.may?.includes(0))
        sys.close(sys.open(path, O_RDWR_CREAT | O_CLOEXEC, 0o600));
    });
  }

  private openFiles(): void {
    const { run } = this;
    const { memory, scenario, layout, sys } = run;
    scenario.files.forEach((file, index) => {
      const at = layout.filePaths[index] ?? 0;
      const path = memory.address(at);
      this.writePath(at, this.filePaths[index] ?? "");
      if (this.filesAreStale) {
        const old = this.observers[index];
        if (old !== undefined) {
          sys.close(old);
          sys.unlink(path);
        }
        // Another path: a request that outlives its ring may still open, rename or truncate the old one.
        this.filePaths[index] = `${this.folder}/${file.name}.${this.runs}`;
        this.writePath(at, this.filePaths[index]);
        this.observers[index] = sys.open(path, O_RDWR_CREAT | O_CLOEXEC, 0o600);
      }
      const observer = this.observers[index] ?? -1;
      const fd = sys.open(path, O_RDWR_CREAT | O_CLOEXEC, 0o600);
      if (observer < 0 || fd < 0)
        throw new Error(`open of a declared file: ${formatRes(Math.min(observer, fd))}`);
      memory.writeText(layout.scratch, file.content);
      if (file.content.length > 0) {
        sys.pwrite(observer, memory.address(layout.scratch), file.content.length, 0);
      }
      sys.ftruncate(observer, file.content.length);
      memory.i32[(layout.fds >> 2) + fdIndex({ kind: "file", file: index }, scenario)] = fd;
    });
    this.filesAreStale = false;
  }

  /** Writes the paths by which requests open the files. */
  private leadTo(slowPaths: number): void {
    const { scenario, layout } = this.run;
    scenario.files.forEach((_, index) => {
      const path = this.filePaths[index] ?? "";
      const isSlow = ((slowPaths >> index) & 1) !== 0;
      this.writePath(layout.filePaths[index] ?? 0, isSlow ? `${SLOW_ROOT}${path}` : path);
    });
  }

  /** Drops the files from the page cache; where they have no disk nothing happens. */
  private coolFiles(): void {
    for (const observer of this.observers) {
      this.run.sys.fdatasync(observer);
      this.run.sys.fadvise(observer, 0, 0, POSIX_FADV_DONTNEED);
    }
  }

  private openRing(ring: number): void {
    const { run } = this;
    const { memory, scenario, layout, sys } = run;
    const decl = scenario.rings[ring];
    const area = layout.rings[ring];
    if (decl === undefined || area === undefined) throw new Error(`there is no ring ${ring}`);
    const disabled = this.disableOwned && isSingleIssuer(decl) ? SETUP_BITS.R_DISABLED : 0;
    // The model's SQ threads never sleep, so that these do not while anything that is declared can happen.
    const sqThreadIdleMs = Math.ceil(run.traits.horizonMs + run.patience * SQ_THREAD_IDLE_MS);
    let fd = -1;
    for (let attempt = 0; ; attempt++) {
      const workQueueFd = ring > 0 ? run.ringFd(0) : -1;
      fd = setupRing(sys, memory, area, decl, disabled, workQueueFd, sqThreadIdleMs, this.areInPages);
      if (fd === -EINVAL && this.areInPages) {
        this.areInPages = false;
        continue;
      }
      // Rings are torn down by a worker of the kernel's, a moment after their close: their memory counts until then.
      if ((fd !== -ENOMEM && fd !== -EMFILE) || attempt === 50) break;
      memory.writeTimespec(layout.scratch, 2e6);
      sys.nanosleep(memory.address(layout.scratch));
    }
    if (fd < 0) {
      throw new Unsupported(
        `io_uring_setup of ring ${decl.name} (${decl.setup.join("|") || "no flags"}): ${formatRes(fd)}`,
      );
    }
    memory.i32[(layout.fds >> 2) + ring] = fd;
    if (!run.traits.isInline) fd = this.moveFd((layout.fds >> 2) + ring);
    const map = run.ring(ring);
    map.map(fd);
    map.begin();
    if (scenario.slotCount > 0) {
      // struct io_uring_rsrc_register: nr, flags, resv2, data, tags.
      const at = layout.scratch >> 2;
      memory.u32.fill(0, at, at + 8);
      memory.u32[at] = scenario.slotCount;
      memory.u32[at + 1] = IORING_RSRC_REGISTER_SPARSE;
      this.register(ring, IORING_REGISTER_FILES2, memory.address(layout.scratch), 32, "a file table");
    }
    const fixed = scenario.buffers.filter((buffer) => buffer.fixed).length;
    if (fixed > 0)
      this.register(ring, IORING_REGISTER_BUFFERS, memory.address(layout.iovecs), fixed, "buffers");
  }

  /**
   * Gives a descriptor a number that no recent run has used. What a ring leaves behind is canceled after its close, in
   * the background, and with the head of a chain or a drain canceled its successors run: they look their descriptors up
   * then, by number, and must not find those of the next run.
   */
  private moveFd(word: number): number {
    const { sys, memory } = this.run;
    const fd = memory.i32[word] ?? -1;
    const moved = sys.fcntl(fd, F_DUPFD_CLOEXEC, FD_FIRST + (this.runs % FD_RANGES) * FD_RANGE);
    // With few descriptors allowed it keeps the number that it has.
    if (moved < 0) return fd;
    sys.close(fd);
    memory.i32[word] = moved;
    return moved;
  }

  private register(ring: number, opcode: number, arg: number, count: number, what: string): void {
    const result = this.run.sys.ioUringRegister(this.run.ringFd(ring), opcode, arg, count);
    if (result < 0) throw new Unsupported(`io_uring_register of ${what}: ${formatRes(result)}`);
  }

  /** Empties the rings' logs and values for a run on the same rings. */
  again(): void {
    const { memory, scenario, layout } = this.run;
    memory.i32.fill(0, layout.values >> 2, (layout.values >> 2) + 2 * scenario.values.length);
    for (let ring = 0; ring < scenario.rings.length; ring++) this.run.ring(ring).begin();
  }

  /** What a finished run shows. */
  outcome(hang: boolean): Outcome {
    const { run } = this;
    const { scenario } = run;
    return {
      cq: scenario.rings.map((_, ring) =>
        run
          .finalCqes(ring)
          .map(([label, res, flags]) => [label, this.canonicalRes(scenario, label, res), flags] as const),
      ),
      values: scenario.values.map((_, value) => run.value(value)),
      files: scenario.files.map((_, file) => this.fileContent(file)),
      hang,
    };
  }

  /** An opened descriptor's number says nothing: the model calls each 0. */
  private canonicalRes(scenario: Scenario, label: number, res: number): number {
    const op = scenario.sqes[label]?.operation;
    return op?.opcode === "OPENAT" && op.slot === null && res > 0 ? 0 : res;
  }

  private fileContent(file: number): string {
    const { sys, memory, layout } = this.run;
    const count = sys.pread(
      this.observers[file] ?? -1,
      memory.address(layout.scratch),
      layout.scratchBytes,
      0,
    );
    if (count < 0) throw new Error(`pread of a declared file: ${formatRes(count)}`);
    return memory.readText(layout.scratch, count);
  }

  /** Closes what the run has open. What was closed already is so once more. */
  close(): void {
    const { run } = this;
    const { memory, scenario, layout, sys } = run;
    const fds = layout.fds >> 2;
    for (let ring = 0; ring < scenario.rings.length && this.ringsAreMapped; ring++) {
      for (const [label, res] of run.cqes(ring)) {
        const op = scenario.sqes[label]?.operation;
        if (op?.opcode === "OPENAT" && op.slot === null && res > 2) sys.close(res);
      }
      run.ring(ring).unmap();
    }
    for (let i = layout.fdCount - 1; i >= 0; i--) {
      const fd = memory.i32[fds + i] ?? -1;
      if (fd > 2) sys.close(fd);
    }
    memory.i32.fill(-1, fds, fds + layout.fdCount);
  }

  /** Closes what lasts from run to run. */
  dispose(): void {
    for (const fd of this.observers) this.run.sys.close(fd);
    this.observers = [];
  }
}
