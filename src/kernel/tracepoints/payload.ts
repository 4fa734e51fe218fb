/**
 * The fields of each io_uring tracepoint, from the text that the kernel prints for it: the `print fmt` lines of
 * events/io_uring/NAME/format in tracefs, read on 6.18; those of 6.1 differ in what is noted here.
 */
import type { Address, TraceEvent } from "./event.js";

type Fields<K> = Omit<Extract<TraceEvent, { kind: K }>, "line" | "text" | "cpu" | "time" | "task">;
type Payload = { [K in TraceEvent["kind"]]: Fields<K> }[TraceEvent["kind"]];

const POINTER = "(?:0x)?([0-9a-fA-F]{1,16}|\\((?:null|nil)\\))";
const RING = `^ring ${POINTER},`;
const USER_DATA = "user_data (?:0x)?([0-9a-fA-F]{1,16}),";
const OPCODE = "opcode (\\w+),";

const REQ = new RegExp(`${RING} req(?:uest)? ${POINTER},`);
const CREATE = new RegExp(`${RING} fd -?\\d+,? sq size \\d+, cq size \\d+, flags (?:0x)?([0-9a-fA-F]+)\\s*$`);
const SUBMIT = new RegExp(
  `${RING} req ${POINTER}, ${USER_DATA} ${OPCODE} flags (?:0x)?([0-9a-fA-F]+),(?: non block \\d+,)? sq_thread \\d`,
);
const PREP_FAILED = new RegExp(
  `${RING} req ${POINTER}, ${USER_DATA} ${OPCODE} flags (?:0x)?([0-9a-fA-F]+), .*\\berror=(-?\\d{1,10})\\s*$`,
);
const LINK = new RegExp(`${RING} request ${POINTER} linked after ${POINTER}\\s*$`);
const FAIL_LINK = new RegExp(`${RING} request ${POINTER}, .*\\blink ${POINTER}\\s*$`);
const COMPLETE = new RegExp(
  `${RING} req ${POINTER}, ${USER_DATA} result (-?\\d{1,10}), cflags (?:0x)?([0-9a-fA-F]{1,8})(?:\\s|$)`,
);
const OVERFLOW = new RegExp(
  `${RING} ${USER_DATA} res (-?\\d{1,10}), (?:c)?flags (?:0x)?([0-9a-fA-F]{1,8}), overflow_cqe`,
);
const REGISTER = new RegExp(`${RING} opcode (\\d+),.*\\bret -?\\d+\\s*$`);

const IORING_SETUP_IOPOLL = 1;
const IORING_REGISTER_SYNC_CANCEL = 24;

/** `"unused"`: a tracepoint that says nothing about requests; null: the text is cut off, or not of that tracepoint. */
export function parsePayload(name: string, text: string): Payload | "unused" | null {
  switch (name) {
    case "io_uring_create": {
      const found = CREATE.exec(text);
      if (found === null) return null;
      const isIopoll = (Number.parseInt(found[2]!, 16) & IORING_SETUP_IOPOLL) !== 0;
      return { kind: "create", ring: address(found[1]!), isIopoll };
    }
    case "io_uring_submit_req":
    case "io_uring_submit_sqe": {
      const found = SUBMIT.exec(text);
      return found === null ? null : { kind: "submit", ...taken(found), error: null };
    }
    case "io_uring_req_failed": {
      const found = PREP_FAILED.exec(text);
      return found === null ? null : { kind: "prepFailed", ...taken(found), error: Number(found[6]) };
    }
    case "io_uring_link": {
      const found = LINK.exec(text);
      if (found === null) return null;
      return { kind: "link", ring: address(found[1]!), req: address(found[2]!), after: address(found[3]!) };
    }
    case "io_uring_file_get":
    case "io_uring_poll_arm":
    case "io_uring_queue_async_work": {
      const found = REQ.exec(text);
      return found === null ? null : { kind: "start", ring: address(found[1]!), req: address(found[2]!) };
    }
    case "io_uring_defer": {
      const found = REQ.exec(text);
      return found === null ? null : { kind: "defer", ring: address(found[1]!), req: address(found[2]!) };
    }
    case "io_uring_fail_link": {
      const found = FAIL_LINK.exec(text);
      if (found === null) return null;
      return {
        kind: "failLink",
        ring: address(found[1]!),
        req: address(found[2]!),
        member: address(found[3]!),
      };
    }
    case "io_uring_complete": {
      const found = COMPLETE.exec(text);
      if (found === null) return null;
      const req = address(found[2]!);
      return {
        kind: "complete",
        ring: address(found[1]!),
        req: req === NULL ? null : req,
        userData: hex(found[3]!),
        res: Number(found[4]),
        cflags: Number.parseInt(found[5]!, 16),
      };
    }
    case "io_uring_cqe_overflow": {
      const found = OVERFLOW.exec(text);
      if (found === null) return null;
      return {
        kind: "overflow",
        ring: address(found[1]!),
        userData: hex(found[2]!),
        res: Number(found[3]),
        cflags: Number.parseInt(found[4]!, 16),
      };
    }
    case "io_uring_register": {
      const found = REGISTER.exec(text);
      if (found === null) return null;
      if (Number(found[2]) !== IORING_REGISTER_SYNC_CANCEL) return "unused";
      return { kind: "syncCancel", ring: address(found[1]!) };
    }
    default:
      return "unused";
  }
}

function taken(found: RegExpExecArray) {
  return {
    ring: address(found[1]!),
    req: address(found[2]!),
    userData: hex(found[3]!),
    opcode: found[4]!,
    // Above the SQE's eight flags stand the kernel's own, more than 32 of them.
    flags: Number.parseInt(found[5]!.slice(-2), 16),
  };
}

/** What every spelling of a null pointer becomes. */
const NULL: Address = "0";

function address(text: string): Address {
  return text.startsWith("(") ? NULL : hex(text);
}

/** One spelling for one number, whatever its leading zeros. */
function hex(text: string): string {
  return text.toLowerCase().replace(/^0+(?=.)/, "");
}
