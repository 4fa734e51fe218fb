/** The limits of a litmus file, each with its name: no input makes the compiler slow or deep. */

export const FILE_BYTES_MAX = 1024 * 1024;
/** Words, numbers, strings and signs of a file. */
export const TOKENS_MAX = 65536;
export const SQES_MAX = 64;
export const RINGS_MAX = 8;
export const THREADS_MAX = 8;
/** Of files, of pipes, of sockets and of buffers, each. */
export const OBJECTS_MAX = 64;
export const SLOTS_MAX = 64;
export const HOOKS_MAX = 16;
/** sqe->bpf_op_flags has 8 bits for the id of a custom operation, and 24 for its program. */
export const OPERATION_ID_MAX = 255;
export const OPERATION_FLAGS_MAX = 2 ** 24 - 1;
export const VALUES_MAX = 64;
export const CLAIMS_MAX = 256;
export const STATEMENTS_MAX = 1000;
/** Of parentheses, `not` and `if` in each other. */
export const DEPTH_MAX = 64;
/** Atoms of one condition: `and`, `or` and `implies` nest to the side, so this bounds their depth. */
export const ATOMS_MAX = 256;
export const STRING_BYTES_MAX = 65536;
/** Of `len=` and of counts: the kernel's are 32 bits, and signed where it compares them. */
export const INT_MAX = 2 ** 31 - 1;
/** IORING_MAX_ENTRIES and IORING_MAX_CQ_ENTRIES. */
export const SQ_ENTRIES_MAX = 32768;
export const CQ_ENTRIES_MAX = 65536;
/** MAX_ERRNO: no result below -4095 is an error. */
export const ERRNO_MAX = 4095;
