/**
 * What a litmus file declares, resolved: names are indices, times are milliseconds, programs are flat.
 * A scenario never changes while it runs; what changes is the state (state.ts).
 */
import type { Condition } from "./condition.js";
import type { HookProgram, OperationProgram, Variable } from "./programs/index.js";

declare const brand: unique symbol;
type Index<Name extends string> = number & { readonly [brand]?: Name };

/** Index of an SQE in `Scenario.sqes`, and of the request that it becomes: each SQE is submitted at most once. */
export type ReqId = Index<"req">;
export type RingId = Index<"ring">;
export type ThreadId = Index<"thread">;
export type FileId = Index<"file">;
export type PipeId = Index<"pipe">;
export type SocketsId = Index<"sockets">;
export type BufferId = Index<"buffer">;
/** Index of a program's memory: globals and maps. */
export type MemoryId = Index<"memory">;
export type HookId = Index<"hook">;
export type OperationId = Index<"operation">;
/** Index of a name that `as` binds. */
export type ValueId = Index<"value">;
/** Who a CQE says it is: index in `Scenario.labels`. The first ones are the SQEs' own, so a ReqId is a LabelId. */
export type LabelId = Index<"label" | "req">;
/** Milliseconds of virtual time; `null` is `never`. */
export type Time = number | null;

export interface Scenario {
  readonly name: string;
  /** The file's own choice; null: the profile's default. */
  readonly time: "free" | "ordered" | null;
  readonly rings: readonly RingDecl[];
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly pipes: readonly { readonly name: string; readonly nonblock: boolean }[];
  readonly sockets: readonly { readonly name: string }[];
  readonly buffers: readonly { readonly name: string; readonly size: number; readonly fixed: boolean }[];
  /** Entries of the sparse registered-file table of each ring; 0: none is registered. */
  readonly slotCount: number;
  readonly threads: readonly { readonly name: string; readonly code: readonly Instruction[] }[];
  /** In textual order. */
  readonly sqes: readonly Sqe[];
  /** The SQEs' labels by ReqId, then the ones that MSG_RING posts on other rings, then those of requests that hooks make. */
  readonly labels: readonly string[];
  readonly values: readonly string[];
  readonly memories: readonly MemoryDecl[];
  readonly hooks: readonly HookDecl[];
  readonly operations: readonly OperationDecl[];
}

/** Memory of a program, or of several that share a map. */
export interface MemoryDecl {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly variables: Readonly<Record<string, Variable>>;
}

/** An argument of a program's declaration (ProgramArguments says what number it becomes). */
export type ArgumentRef =
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "fd"; readonly fd: FdRef }
  | { readonly kind: "buffer"; readonly buffer: BufferId }
  | { readonly kind: "userData"; readonly req: ReqId }
  | { readonly kind: "time"; readonly time: Time };

interface ProgramDecl {
  readonly ring: RingId;
  readonly memory: MemoryId;
  readonly args: Readonly<Record<string, ArgumentRef>>;
  /** Before the threads start: true unless some thread attaches it. */
  readonly attached: boolean;
}

/** `hook NAME on RING = PROGRAM`. */
export interface HookDecl extends ProgramDecl {
  readonly name: string;
  readonly program: HookProgram;
  /** What the requests that it makes bear, where that is no label of an SQE: `NAME-…`. The last one is for all that the program did not name. */
  readonly labels: readonly { readonly userData: bigint | null; readonly label: LabelId }[];
  /** SQEs that user space leaves in the program's memory, 64 bytes each behind what the program asks for. No thread queues them. */
  readonly sqes: readonly ReqId[];
}

/** `bpfop ID on RING = PROGRAM`. */
export interface OperationDecl extends ProgramDecl {
  /** Of sqe->bpf_op_flags, 0 to 255. */
  readonly id: number;
  readonly program: OperationProgram;
}

/** Sizes are powers of two, already rounded up as the kernel does. */
export interface RingDecl {
  readonly name: string;
  readonly sqEntries: number;
  readonly cqEntries: number;
  readonly setup: readonly SetupFlag[];
  /** The buffer that is registered as its parameter region (IORING_REGISTER_MEM_REGION), where one is. */
  readonly mem?: BufferId;
}

/** IORING_SETUP_ names without the prefix. */
export const SETUP_FLAGS = [
  "IOPOLL",
  "SQPOLL",
  "SQ_AFF",
  "CQSIZE",
  "CLAMP",
  "ATTACH_WQ",
  "R_DISABLED",
  "SUBMIT_ALL",
  "COOP_TASKRUN",
  "TASKRUN_FLAG",
  "SQE128",
  "CQE32",
  "SINGLE_ISSUER",
  "DEFER_TASKRUN",
  "NO_MMAP",
  "REGISTERED_FD_ONLY",
  "NO_SQARRAY",
  "HYBRID_IOPOLL",
  /** 7.0. */
  "SQ_REWIND",
  /** IORING_OP_BPF as posted: v1, and v3. */
  "BPF",
  "BPF_EXT",
] as const;
export type SetupFlag = (typeof SETUP_FLAGS)[number];

/** What an `fd=` names. A file descriptor is declared open at the start; a slot is looked up when it is used. */
export type FdRef =
  | { readonly kind: "file"; readonly file: FileId }
  | { readonly kind: "pipe"; readonly pipe: PipeId; readonly end: "r" | "w" }
  | { readonly kind: "socket"; readonly sockets: SocketsId; readonly end: 0 | 1 }
  | { readonly kind: "slot"; readonly slot: number }
  /** A number that is no open descriptor, such as -1. */
  | { readonly kind: "bad"; readonly fd: number };

/** sqe->flags, by the kernel's bit values (IOSQE_*). */
export const IOSQE = {
  FIXED_FILE: 1,
  DRAIN: 2,
  LINK: 4,
  HARDLINK: 8,
  ASYNC: 16,
  BUFFER_SELECT: 32,
  SKIP: 64,
} as const;
export type SqeFlag = keyof typeof IOSQE;

export interface Sqe {
  readonly id: ReqId;
  readonly label: string;
  readonly ring: RingId;
  /** Whose user_data it bears: its own id, or another's (`ud=`). Cancelation matches by this. */
  readonly userData: ReqId;
  /** IOSQE bits, or'ed. */
  readonly flags: number;
  readonly operation: Operation;
  /** A negative errno with which its prep fails; null: it does not. */
  readonly prepError: number | null;
  /** What the environment may answer; null: it follows from the operands. `never`: may stay blocked for ever. */
  readonly may: readonly (number | "never")[] | null;
  /** Result where a cancelation interrupts the io-wq worker that runs it; null: -EINTR. */
  readonly intr: number | null;
  readonly multishot: boolean;
  /** 1-based line of the litmus file, for reports. */
  readonly line: number;
}

/** Bytes to send: literal text, or the first bytes of a buffer, or that many zero bytes. */
export type Source =
  | { readonly kind: "data"; readonly data: string }
  | { readonly kind: "buffer"; readonly buffer: BufferId }
  | { readonly kind: "zeros" };

/**
 * An operation with its operands, named as the kernel names opcodes. `len` is in bytes; `offset` null: the file
 * position counts; `target` is a user_data, `none` one that no SQE bears.
 */
export type Operation =
  | { readonly opcode: "NOP"; readonly res: number | null; readonly taskWork: boolean }
  | {
      readonly opcode: "READ";
      readonly fd: FdRef;
      readonly len: number;
      readonly offset: number | null;
      readonly buffer: BufferId | null;
    }
  | {
      readonly opcode: "WRITE";
      readonly fd: FdRef;
      readonly len: number;
      readonly offset: number | null;
      readonly source: Source;
    }
  | {
      readonly opcode: "SEND";
      readonly fd: FdRef;
      readonly len: number;
      readonly source: Source;
      readonly msg: readonly string[];
    }
  | {
      readonly opcode: "RECV";
      readonly fd: FdRef;
      readonly len: number;
      readonly buffer: BufferId | null;
      readonly msg: readonly string[];
    }
  /** Opens by path with O_RDWR and `openFlags` (O_ names without the prefix); with `slot`, as a direct descriptor. */
  | {
      readonly opcode: "OPENAT";
      readonly file: FileId | null;
      readonly slot: number | null;
      readonly openFlags: readonly string[];
    }
  | { readonly opcode: "CLOSE"; readonly fd: FdRef }
  | { readonly opcode: "FSYNC"; readonly fd: FdRef }
  /** `events`: poll(2) bits, IN 1, PRI 2, OUT 4, ERR 8, HUP 16, RDHUP 0x2000. */
  | { readonly opcode: "POLL_ADD"; readonly fd: FdRef; readonly events: number }
  | { readonly opcode: "POLL_REMOVE"; readonly target: ReqId | "none" }
  | {
      readonly opcode: "TIMEOUT";
      readonly ts: Time;
      readonly count: number;
      readonly etimeSuccess: boolean;
      readonly multishot: boolean;
      readonly abs: boolean;
    }
  /** `update` null: removes; else sets a new time, of a TIMEOUT or (`link`) of a LINK_TIMEOUT. */
  | {
      readonly opcode: "TIMEOUT_REMOVE";
      readonly target: ReqId | "none";
      readonly update: { readonly ts: Time; readonly abs: boolean; readonly link: boolean } | null;
    }
  | {
      readonly opcode: "LINK_TIMEOUT";
      readonly ts: Time;
      readonly etimeSuccess: boolean;
      readonly abs: boolean;
    }
  | {
      readonly opcode: "ASYNC_CANCEL";
      readonly target: ReqId | "none" | null;
      readonly fd: FdRef | null;
      readonly op: string | null;
      readonly flags: readonly CancelFlag[];
    }
  | { readonly opcode: "MSG_RING"; readonly target: RingId; readonly res: number; readonly label: LabelId }
  /** IORING_OP_BPF: buffers 1 and 2 of v1, or the descriptors that v3's programs are handed; `flags`: the lower 24 bits of bpf_op_flags. */
  | {
      readonly opcode: "BPF";
      readonly op: number;
      readonly src: BufferId | null;
      readonly dst: BufferId | null;
      readonly flags: number;
    }
  /** No opcode of the kernel's: an abstract operation; `may` says what it returns. */
  | { readonly opcode: "OP" }
  | { readonly opcode: "INVALID" }
  /** Any other opcode of the kernel, by its IORING_OP_ name without the prefix; `fields` as written. */
  | {
      readonly opcode: "OTHER";
      readonly name: string;
      readonly fd: FdRef | null;
      readonly fields: Readonly<Record<string, string>>;
    };

export const CANCEL_FLAGS = ["ALL", "ANY", "FD", "OP", "USERDATA"] as const;
export type CancelFlag = (typeof CANCEL_FLAGS)[number];

/** What comes and goes while rings live; `ring`: where it is attached, which need not be where it was declared. */
export type ProgramRef =
  | { readonly kind: "hook"; readonly hook: HookId; readonly ring: RingId }
  | { readonly kind: "operation"; readonly operation: OperationId; readonly ring: RingId };

/** A thread's program: statements in order, `if` flattened to forward jumps. `text` is the statement as written. */
export type Instruction = { readonly text: string; readonly line: number } & (
  | { readonly do: "queue"; readonly ring: RingId; readonly sqes: readonly ReqId[] }
  | {
      readonly do: "enter";
      readonly ring: RingId;
      readonly submit: number;
      readonly wait: number | null;
      readonly timeout: Time;
      readonly bind: ValueId | null;
    }
  | { readonly do: "reap"; readonly ring: RingId; readonly max: number | null; readonly bind: ValueId | null }
  | { readonly do: "peek"; readonly ring: RingId; readonly bind: ValueId | null }
  | { readonly do: "sqflags"; readonly ring: RingId; readonly bind: ValueId }
  | { readonly do: "await"; readonly ring: RingId; readonly req: ReqId }
  | { readonly do: "write"; readonly fd: FdRef; readonly data: string }
  | { readonly do: "read"; readonly fd: FdRef; readonly len: number }
  | { readonly do: "close"; readonly fd: FdRef }
  /** On every ring; `fd` null clears the slot. */
  | { readonly do: "slot"; readonly slot: number; readonly fd: FdRef | null }
  | {
      readonly do: "sync_cancel";
      readonly ring: RingId;
      readonly target: ReqId | "none";
      readonly bind: ValueId | null;
    }
  | { readonly do: "attach" | "detach"; readonly what: ProgramRef; readonly bind: ValueId | null }
  | { readonly do: "signal"; readonly thread: ThreadId }
  /** The thread runs the program of a hook itself, from user mode, until it stops. */
  | { readonly do: "drive"; readonly hook: HookId }
  | { readonly do: "sleep"; readonly time: Time }
  /** Falls through where the condition holds for what this thread has seen, else jumps to `otherwise`. */
  | { readonly do: "branch"; readonly condition: Condition; readonly otherwise: number }
  | { readonly do: "jump"; readonly to: number }
);
