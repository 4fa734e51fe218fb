/** What one line of a tracepoint log says: the io_uring tracepoints that the reconstruction uses, each with its fields. */

/** A kernel address as it stands in the log, often hashed: equal texts are equal addresses. */
export type Address = string;

interface Head {
  /** From 1. */
  readonly line: number;
  /** The line's text, without white space around it. */
  readonly text: string;
  readonly cpu: number;
  /** Seconds, of whatever clock the log was recorded with. */
  readonly time: number;
  /** Command and process id, as the log writes them. */
  readonly task: string;
  readonly ring: Address;
}

export interface Create extends Head {
  readonly kind: "create";
  readonly isIopoll: boolean;
}

/** io_uring_submit_req: an SQE was taken, and passed prep. Up to 6.2 the tracepoint is called io_uring_submit_sqe. */
export interface Submit extends Head {
  readonly kind: "submit";
  readonly req: Address;
  readonly userData: string;
  readonly opcode: string;
  /** The low byte: the SQE's flags, IOSQE_…. */
  readonly flags: number;
  readonly error: null;
}

/** io_uring_req_failed: an SQE was taken, and failed prep. */
export interface PrepFailed extends Omit<Submit, "kind" | "error"> {
  readonly kind: "prepFailed";
  readonly error: number;
}

export interface Link extends Head {
  readonly kind: "link";
  readonly req: Address;
  readonly after: Address;
}

/** An attempt at the operation: its file was looked up, its poll armed, or it went to io-wq. */
export interface Start extends Head {
  readonly kind: "start";
  readonly req: Address;
}

export interface Defer extends Head {
  readonly kind: "defer";
  readonly req: Address;
}

/** `req` failed, so `member`, which is behind it in its chain, is canceled. */
export interface FailLink extends Head {
  readonly kind: "failLink";
  readonly req: Address;
  readonly member: Address;
}

export interface Complete extends Head {
  readonly kind: "complete";
  /** null: a CQE of no request's end: of a multishot that goes on, or a message from another ring. */
  readonly req: Address | null;
  readonly userData: string;
  readonly res: number;
  /** IORING_CQE_F_…. */
  readonly cflags: number;
}

/** A CQE that found the CQ full. The tracepoint does not name the request; since 6.3 nothing else tells of that CQE. */
export interface Overflow extends Head {
  readonly kind: "overflow";
  readonly userData: string;
  readonly res: number;
  readonly cflags: number;
}

/** Only IORING_REGISTER_SYNC_CANCEL matters. */
export interface SyncCancel extends Head {
  readonly kind: "syncCancel";
}

export type TraceEvent =
  | Create
  | Submit
  | PrepFailed
  | Link
  | Start
  | Defer
  | FailLink
  | Complete
  | Overflow
  | SyncCancel;

export type EventKind = TraceEvent["kind"];

/** IOSQE_… as they stand in `flags`. */
export const SQE_FLAG = { drain: 0x02, link: 0x04, hardlink: 0x08, skip: 0x40 } as const;
/** IORING_CQE_F_… as they stand in `cflags`. */
export const CQE_FLAG = { notification: 0x08 } as const;
