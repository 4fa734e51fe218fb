/** Raw system calls through koffi: every function returns what the system call does, or a negative errno. */
import { createRequire } from "node:module";
import { SYS_IO_URING_ENTER, SYS_IO_URING_REGISTER, SYS_IO_URING_SETUP } from "./uapi.js";

/** Words of a cpu_set_t: 1024 processors. */
const AFFINITY_WORDS = 32;

type Native = (...args: (number | bigint)[]) => number;

/** Memory addresses are numbers: user space ends below 2^53. */
export interface Syscalls {
  ioUringSetup(entries: number, params: number): number;
  ioUringEnter(
    fd: number,
    toSubmit: number,
    minComplete: number,
    flags: number,
    arg: number,
    argBytes: number,
  ): number;
  ioUringRegister(fd: number, opcode: number, arg: number, count: number): number;
  mmap(address: number, bytes: number, prot: number, flags: number, fd: number, offset: number): number;
  munmap(address: number, bytes: number): number;
  madvise(address: number, bytes: number, advice: number): number;
  open(path: number, flags: number, mode: number): number;
  pread(fd: number, address: number, bytes: number, offset: number): number;
  pwrite(fd: number, address: number, bytes: number, offset: number): number;
  read(fd: number, address: number, bytes: number): number;
  write(fd: number, address: number, bytes: number): number;
  /** preadv2(2) and pwritev2(2) at the file position, of one iovec. */
  readv2(fd: number, iovec: number, flags: number): number;
  writev2(fd: number, iovec: number, flags: number): number;
  fdatasync(fd: number): number;
  /** posix_fadvise(2), which returns an errno that is not negative. */
  fadvise(fd: number, offset: number, bytes: number, advice: number): number;
  ftruncate(fd: number, bytes: number): number;
  unlink(path: number): number;
  rmdir(path: number): number;
  close(fd: number): number;
  pipe2(fds: number, flags: number): number;
  socketpair(domain: number, type: number, protocol: number, fds: number): number;
  poll(pollfds: number, count: number, timeoutMs: number): number;
  nanosleep(timespec: number): number;
  fcntl(fd: number, command: number, argument: number): number;
  alarm(seconds: number): number;
  prctl(option: number, value: number): number;
  /** Binds the calling thread to one of the processors that the process may use, or to all of them. */
  pinThread(choice: number | null): void;
  /** The memory at `address` as a buffer of this isolate; it is not freed with it. */
  view(address: number, bytes: number): ArrayBuffer;
}

/** Loads koffi and binds the functions. @throws where koffi, or one of them, is missing. */
export function loadSyscalls(): Syscalls {
  const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi").default;
  const libc = koffi.load(null);
  const bind = (name: string, result: string, args: readonly string[]): Native => {
    const native = libc.func(name, result, [...args]) as unknown as Native;
    return (...values) => {
      const value = native(...values);
      return value === -1 ? -koffi.errno() : value;
    };
  };
  const word = "int64_t";
  // syscall(2) and fcntl(2) take variable arguments; of integers they are passed as fixed ones are.
  const syscallNative = libc.func("syscall", word, Array(7).fill(word)) as unknown as Native;
  const syscall = (
    number: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
  ): number => {
    const value = syscallNative(number, a, b, c, d, e, f);
    return value === -1 ? -koffi.errno() : value;
  };
  const poll = bind("poll", "int", [word, "uint64_t", "int"]);
  const nanosleep = bind("nanosleep", "int", [word, word]);
  const preadv2 = bind("preadv2", word, ["int", word, "int", word, "int"]);
  const pwritev2 = bind("pwritev2", word, ["int", word, "int", word, "int"]);
  const setAffinity = libc.func("sched_setaffinity", "int", ["int", "uint64_t", "void *"]) as unknown as (
    pid: number,
    bytes: number,
    mask: Uint32Array,
  ) => number;
  const getAffinity = libc.func("sched_getaffinity", "int", [
    "int",
    "uint64_t",
    "_Inout_ uint32_t *",
  ]) as unknown as typeof setAffinity;
  const allowed = new Uint32Array(AFFINITY_WORDS);
  getAffinity(0, allowed.byteLength, allowed);
  return {
    ioUringSetup: (entries, params) => syscall(SYS_IO_URING_SETUP, entries, params, 0, 0, 0, 0),
    ioUringEnter: (fd, toSubmit, minComplete, flags, arg, argBytes) =>
      syscall(SYS_IO_URING_ENTER, fd, toSubmit, minComplete, flags, arg, argBytes),
    ioUringRegister: (fd, opcode, arg, count) => syscall(SYS_IO_URING_REGISTER, fd, opcode, arg, count, 0, 0),
    mmap: bind("mmap", word, [word, word, "int", "int", "int", word]),
    munmap: bind("munmap", "int", [word, word]),
    madvise: bind("madvise", "int", [word, word, "int"]),
    open: bind("open", "int", [word, "int", "int"]),
    pread: bind("pread", word, ["int", word, word, word]),
    pwrite: bind("pwrite", word, ["int", word, word, word]),
    read: bind("read", word, ["int", word, word]),
    write: bind("write", word, ["int", word, word]),
    readv2: (fd, iovec, flags) => preadv2(fd, iovec, 1, -1, flags),
    writev2: (fd, iovec, flags) => pwritev2(fd, iovec, 1, -1, flags),
    fdatasync: bind("fdatasync", "int", ["int"]),
    fadvise: bind("posix_fadvise", "int", ["int", word, word, "int"]),
    ftruncate: bind("ftruncate", "int", ["int", word]),
    unlink: bind("unlink", "int", [word]),
    rmdir: bind("rmdir", "int", [word]),
    close: bind("close", "int", ["int"]),
    pipe2: bind("pipe2", "int", [word, "int"]),
    socketpair: bind("socketpair", "int", ["int", "int", "int", word]),
    poll: (pollfds, count, timeoutMs) => poll(pollfds, count, timeoutMs),
    nanosleep: (timespec) => nanosleep(timespec, 0),
    fcntl: bind("fcntl", "int", ["int", "int", word]),
    alarm: bind("alarm", "uint", ["uint"]),
    prctl: bind("prctl", "int", ["int", word]),
    pinThread(choice) {
      const chosen = new Uint32Array(allowed.length);
      const processors: number[] = [];
      for (let i = 0; i < 32 * allowed.length; i++) {
        if (((allowed[i >> 5] ?? 0) & (1 << (i & 31))) !== 0) processors.push(i);
      }
      const one = choice === null ? undefined : processors[choice % processors.length];
      if (one === undefined) chosen.set(allowed);
      else chosen[one >> 5] = 1 << (one & 31);
      setAffinity(0, chosen.byteLength, chosen);
    },
    view: (address, bytes) => koffi.view(BigInt(address), bytes),
  };
}
