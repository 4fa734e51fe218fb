// @ts-check
/** What the toy's rings act on: a virtual clock, regular files, pipes, and who waits for them. */

/** Something of a scenario that the toy does not have. */
export class Unsupported extends Error {}

export const EPOLL = { IN: 1, OUT: 4, ERR: 8, HUP: 16 };
const PIPE_BYTES_MAX = 65536;

/**
 * An open file description.
 * @typedef {{ kind: "file" | "r" | "w", at: number, open: boolean, users: number, released: boolean, position: number }} Description
 * @typedef {{ at: number, fire: () => void }} Timer
 */

export class World {
  /** @param {import("../../../src/index.js").Scenario} scenario */
  constructor(scenario) {
    this.now = 0;
    /** @type {Timer[]} In the order in which they were started. */
    this.timers = [];
    this.files = scenario.files.map(({ content }) => content);
    this.pipes = scenario.pipes.map(({ nonblock }) => ({ bytes: "", nonblock }));
    /** @param {Description["kind"]} kind @param {number} at @returns {Description} */
    const open = (kind, at) => ({ kind, at, open: true, users: 0, released: false, position: 0 });
    this.fileDescriptions = this.files.map((_, at) => open("file", at));
    this.pipeDescriptions = this.pipes.map((_, at) => ({ r: open("r", at), w: open("w", at) }));
    /** @type {(description: Description, mask: number) => void} Told when a description changes; mask 0: look at it. */
    this.wake = () => {};
  }

  /** @param {number | null} ms @param {() => void} fire @returns {Timer} */
  startTimer(ms, fire) {
    const timer = { at: ms === null ? Number.POSITIVE_INFINITY : this.now + ms, fire };
    this.timers.push(timer);
    return timer;
  }

  /** @param {Timer | null} timer */
  stopTimer(timer) {
    this.timers = this.timers.filter((other) => other !== timer);
  }

  /** Moves the clock to the next expiry; false: nothing will ever expire. */
  expireNext() {
    const at = Math.min(...this.timers.map((timer) => timer.at));
    if (!Number.isFinite(at)) return false;
    const timer = this.timers.find((other) => other.at === at);
    this.now = Math.max(this.now, at);
    this.stopTimer(timer ?? null);
    timer?.fire();
    return true;
  }

  /** The description that a descriptor names, open or not; null: none. @param {import("../../../src/index.js").FdRef} fd */
  named(fd) {
    if (fd.kind === "file") return this.fileDescriptions[fd.file] ?? null;
    if (fd.kind === "pipe") return this.pipeDescriptions[fd.pipe]?.[fd.end] ?? null;
    if (fd.kind === "bad") return null;
    throw new Unsupported(fd.kind === "slot" ? "registered files" : "sockets");
  }

  /** The open description; null: -EBADF. @param {import("../../../src/index.js").FdRef} fd */
  lookUp(fd) {
    const description = this.named(fd);
    return description?.open ? description : null;
  }

  /** close(2). @param {import("../../../src/index.js").FdRef} fd @returns {number} 0 or an errno. */
  close(fd) {
    const description = this.lookUp(fd);
    if (description === null) return -9;
    description.open = false;
    this.releaseIfUnused(description);
    return 0;
  }

  /** @param {Description} description */
  releaseIfUnused(description) {
    if (description.open || description.released || description.users > 0) return;
    description.released = true;
    const pipe = this.pipeDescriptions[description.at];
    if (description.kind === "r" && pipe) this.wake(pipe.w, 0);
    if (description.kind === "w" && pipe) this.wake(pipe.r, 0);
  }

  /** What poll(2) says now. @param {Description} description */
  readiness(description) {
    if (description.kind === "file") return EPOLL.IN | EPOLL.OUT;
    const { bytes, ends } = this.pipeOf(description);
    if (description.kind === "r") return (bytes > 0 ? EPOLL.IN : 0) | (ends.w.released ? EPOLL.HUP : 0);
    return (PIPE_BYTES_MAX - bytes >= 4096 ? EPOLL.OUT : 0) | (ends.r.released ? EPOLL.ERR : 0);
  }

  /** @param {Description} description */
  pipeOf({ at }) {
    const pipe = this.pipes[at];
    const ends = this.pipeDescriptions[at];
    if (!pipe || !ends) throw new Error(`there is no pipe ${at}`);
    return { pipe, ends, bytes: pipe.bytes.length };
  }

  /**
   * The bytes, an errno, or null where it would have to wait.
   * @param {Description} description @param {number} len @param {number | null} offset @returns {string | number | null}
   */
  read(description, len, offset) {
    if (description.kind === "file") {
      const from = offset ?? description.position;
      const bytes = (this.files[description.at] ?? "").slice(from, from + len);
      if (offset === null) description.position = from + bytes.length;
      return bytes;
    }
    if (description.kind === "w") return -9;
    if (len === 0) return "";
    const { pipe, ends } = this.pipeOf(description);
    if (pipe.bytes === "") return ends.w.released ? "" : null;
    const bytes = pipe.bytes.slice(0, len);
    pipe.bytes = pipe.bytes.slice(len);
    return bytes;
  }

  /**
   * The number of bytes, or an errno.
   * @param {Description} description @param {string} data @param {number | null} offset @returns {number}
   */
  write(description, data, offset) {
    if (description.kind === "file") {
      const content = this.files[description.at] ?? "";
      const at = offset ?? description.position;
      if (data !== "") {
        this.files[description.at] =
          content.slice(0, at).padEnd(at, "\0") + data + content.slice(at + data.length);
      }
      if (offset === null) description.position = at + data.length;
      return data.length;
    }
    if (description.kind === "r") return -9;
    const { pipe, ends } = this.pipeOf(description);
    if (ends.r.released) return -32;
    if (pipe.bytes.length + data.length > PIPE_BYTES_MAX) throw new Unsupported("a full pipe");
    pipe.bytes += data;
    if (data !== "") this.wake(ends.r, EPOLL.IN);
    return data.length;
  }
}
