/** The names that may stand where an opcode stands, and the keys that an SQE of each may have. */
import { OPCODES } from "../model/bytes/opcodeNumbers.js";

export { OPCODES };

/** Names that the language adds: an opcode that does not exist, an abstract operation, and the posted IORING_OP_BPF. */
export const LANGUAGE_OPCODES = ["INVALID", "OP", "BPF"] as const;

/** Everything that may stand where an opcode stands. */
export const OPCODE_NAMES: readonly string[] = [...OPCODES, ...LANGUAGE_OPCODES];

/** Keys that every SQE may have. */
export const COMMON_KEYS = ["prep", "intr", "ud"] as const;

/** Keys of the opcodes that the model knows; every other opcode of the kernel takes SQE_FIELDS. */
export const OPCODE_KEYS: Readonly<Record<string, readonly string[]>> = {
  NOP: ["res", "tw"],
  READ: ["fd", "len", "off", "buf"],
  WRITE: ["fd", "len", "off", "data", "buf"],
  SEND: ["fd", "len", "data", "buf", "msg"],
  RECV: ["fd", "len", "buf", "msg"],
  OPENAT: ["file", "slot", "open_flags"],
  CLOSE: ["fd", "slot"],
  FSYNC: ["fd"],
  POLL_ADD: ["fd", "events"],
  POLL_REMOVE: ["target"],
  TIMEOUT: ["ts", "count", "flags"],
  TIMEOUT_REMOVE: ["target", "ts", "flags"],
  LINK_TIMEOUT: ["ts", "flags"],
  ASYNC_CANCEL: ["target", "fd", "op", "flags"],
  MSG_RING: ["ring", "res", "label"],
  BPF: ["op", "src", "dst", "flags"],
  INVALID: [],
  OP: [],
};

/** Fields of struct io_uring_sqe, and the short names that the language gives some of them. */
export const SQE_FIELDS: readonly string[] = [
  "fd",
  "len",
  "off",
  "addr",
  "addr2",
  "addr3",
  "flags",
  "data",
  "buf",
  "msg",
  "ts",
  "count",
  "events",
  "target",
  "file",
  "slot",
  "op",
  "src",
  "dst",
  "path",
  "mode",
  "how",
  "val",
  "mask",
  "ioprio",
  "cmd_op",
  "splice_off_in",
  "splice_fd_in",
  "level",
  "optname",
  "optlen",
  "optval",
  "rw_flags",
  "fsync_flags",
  "poll_events",
  "poll32_events",
  "sync_range_flags",
  "msg_flags",
  "timeout_flags",
  "accept_flags",
  "cancel_flags",
  "open_flags",
  "statx_flags",
  "fadvise_advice",
  "splice_flags",
  "rename_flags",
  "unlink_flags",
  "hardlink_flags",
  "xattr_flags",
  "msg_ring_flags",
  "uring_cmd_flags",
  "waitid_flags",
  "futex_flags",
  "install_fd_flags",
  "nop_flags",
  "pipe_flags",
  "buf_index",
  "buf_group",
  "personality",
  "file_index",
  "zcrx_ifq_idx",
  "addr_len",
  "write_stream",
  "write_hint",
  "attr_ptr",
  "attr_type_mask",
  "cmd",
];

/** Opcodes on which `multishot` means something (IORING_RECV_MULTISHOT, IORING_POLL_ADD_MULTI and their like). */
export const MULTISHOT_OPCODES: ReadonlySet<string> = new Set([
  "POLL_ADD",
  "TIMEOUT",
  "RECV",
  "RECVMSG",
  "ACCEPT",
  "READ_MULTISHOT",
  "RECV_ZC",
  "URING_CMD",
  "URING_CMD128",
  "OP",
]);
