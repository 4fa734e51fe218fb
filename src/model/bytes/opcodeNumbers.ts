/** The opcodes of Linux 7.1 by name and number (include/uapi/linux/io_uring.h, enum io_uring_op), and three that no kernel has. */

/** IORING_OP_ names without the prefix, in the order of their numbers. */
export const OPCODES = [
  "NOP",
  "READV",
  "WRITEV",
  "FSYNC",
  "READ_FIXED",
  "WRITE_FIXED",
  "POLL_ADD",
  "POLL_REMOVE",
  "SYNC_FILE_RANGE",
  "SENDMSG",
  "RECVMSG",
  "TIMEOUT",
  "TIMEOUT_REMOVE",
  "ACCEPT",
  "ASYNC_CANCEL",
  "LINK_TIMEOUT",
  "CONNECT",
  "FALLOCATE",
  "OPENAT",
  "CLOSE",
  "FILES_UPDATE",
  "STATX",
  "READ",
  "WRITE",
  "FADVISE",
  "MADVISE",
  "SEND",
  "RECV",
  "OPENAT2",
  "EPOLL_CTL",
  "SPLICE",
  "PROVIDE_BUFFERS",
  "REMOVE_BUFFERS",
  "TEE",
  "SHUTDOWN",
  "RENAMEAT",
  "UNLINKAT",
  "MKDIRAT",
  "SYMLINKAT",
  "LINKAT",
  "MSG_RING",
  "FSETXATTR",
  "SETXATTR",
  "FGETXATTR",
  "GETXATTR",
  "SOCKET",
  "URING_CMD",
  "SEND_ZC",
  "SENDMSG_ZC",
  "READ_MULTISHOT",
  "WAITID",
  "FUTEX_WAIT",
  "FUTEX_WAKE",
  "FUTEX_WAITV",
  "FIXED_FD_INSTALL",
  "FTRUNCATE",
  "BIND",
  "LISTEN",
  "RECV_ZC",
  "EPOLL_WAIT",
  "READV_FIXED",
  "WRITEV_FIXED",
  "PIPE",
  "NOP128",
  "URING_CMD128",
] as const;

export type OpcodeName = (typeof OPCODES)[number];

const OPCODE_NUMBERS = new Map<string, number>(OPCODES.map((name, number) => [name, number]));

/** The number of an opcode's name; undefined where this program does not know the name. */
export function opcodeNumber(name: string): number | undefined {
  return OPCODE_NUMBERS.get(name);
}

/** IORING_OP_BPF in all of the posted series: the number behind the last one of 7.1. */
export const OPCODE_BPF = 65;

/** The abstract operation `OP`, which only the model has. */
export const OPCODE_OP = 254;

/** An opcode that no kernel has: `io_init_req` fails it with -EINVAL before anything else of the SQE is looked at. */
export const OPCODE_INVALID = 255;
