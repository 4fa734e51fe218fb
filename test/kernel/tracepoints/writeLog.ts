/** Logs for tests, in a few words an event, written as tracefs writes them. */

/** io_uring_… with its fields, by the word that stands for it; requests are named by letters, user_data is the letter. */
const EVENTS: Readonly<Record<string, (ring: string, ...words: readonly string[]) => string>> = {
  create: (ring, flags = "0") =>
    `io_uring_create: ring ${ring}, fd 3 sq size 8, cq size 16, flags 0x${flags}`,
  submit: (ring, req, opcode, flags = "0", userData = req) =>
    `io_uring_submit_req: ring ${ring}, req ${at(req!)}, ${ud(userData!)}, opcode ${opcode}, flags 0x${flags}, sq_thread 0`,
  bad: (ring, req, opcode, flags, error) =>
    `io_uring_req_failed: ring ${ring}, req ${at(req!)}, ${ud(req!)}, opcode ${opcode}, flags 0x${flags}, prio=0, ` +
    `off=0, addr=0, len=0, rw_flags=0x0, buf_index=0, personality=0, file_index=0, pad=0x0, addr3=0, error=${error}`,
  link: (ring, req, after) => `io_uring_link: ring ${ring}, request ${at(req!)} linked after ${at(after!)}`,
  start: (ring, req) => `io_uring_file_get: ring ${ring}, req ${at(req!)}, ${ud(req!)}, fd 5`,
  punt: (ring, req) =>
    `io_uring_queue_async_work: ring ${ring}, request ${at(req!)}, ${ud(req!)}, opcode NOP, flags 0x10, normal queue, work ${at("w")}`,
  defer: (ring, req) => `io_uring_defer: ring ${ring}, request ${at(req!)}, ${ud(req!)}, opcode NOP`,
  fail: (ring, req, member) =>
    `io_uring_fail_link: ring ${ring}, request ${at(req!)}, ${ud(req!)}, opcode NOP, link ${at(member!)}`,
  done: (ring, req, res, userData = req, cflags = "0") =>
    `io_uring_complete: ring ${ring}, req ${at(req!)}, ${ud(userData!)}, result ${res}, cflags 0x${cflags} extra1 0 extra2 0 `,
  more: (ring, req, res) =>
    `io_uring_complete: ring ${ring}, req ${"0".repeat(16)}, ${ud(req!)}, result ${res}, cflags 0x2 extra1 0 extra2 0 `,
  overflow: (ring, userData, res) =>
    `io_uring_cqe_overflow: ring ${ring}, ${ud(userData!)}, res ${res}, cflags 0x0, overflow_cqe ${at("z")}`,
  register: (ring, opcode) =>
    `io_uring_register: ring ${ring}, opcode ${opcode}, nr_user_files 0, nr_user_bufs 0, ret 0`,
};

const at = (name: string): string => `00000000aa0000${name.charCodeAt(0).toString(16)}`;
const ud = (name: string): string => `user_data 0x${name.charCodeAt(0).toString(16)}`;

/**
 * One event a text: `WORD ARGUMENT…`, with `@C` for CPU C, `ring:N` for ring N and `by:TASK` for a task, where it is
 * not CPU 0, ring 1 and app-7. `lost C` says that CPU C lost events, and `time T` sets the clock, in microseconds.
 */
export function writeLog(...events: readonly string[]): string {
  let micros = 1_000_000;
  const lines = events.flatMap((event) => {
    let cpu = "0";
    let ring = "1";
    let task = "app-7";
    const words = event.split(" ").filter((word) => {
      if (word.startsWith("@")) cpu = word.slice(1);
      else if (word.startsWith("ring:")) ring = word.slice(5);
      else if (word.startsWith("by:")) task = word.slice(3);
      else return true;
      return false;
    });
    const [what, ...rest] = words as [string, ...string[]];
    if (what === "lost") return [`CPU:${rest[0]} [LOST 5 EVENTS]`];
    if (what === "time") {
      micros = Number(rest[0]);
      return [];
    }
    const text = EVENTS[what]!(`00000000bb00000${ring}`, ...rest);
    micros++;
    return [`  ${task.padStart(16)}   [00${cpu}] ..... ${(micros / 1e6).toFixed(6)}: ${text}`];
  });
  return `${["# tracer: nop", "#", ...lines].join("\n")}\n`;
}
