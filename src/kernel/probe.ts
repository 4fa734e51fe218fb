/** What the running kernel has: features, and whether it knows each opcode that a scenario uses. */
import { opcodeNumber } from "../model/bytes/opcodeNumbers.js";
import { formatRes } from "../model/errno.js";
import type { Scenario, Sqe } from "../model/scenario.js";
import type { Layout } from "./layout.js";
import type { Memory } from "./memory.js";
import { whyNoKernel } from "./programs.js";
import type { Syscalls } from "./syscalls.js";
import { IORING_FEATURES, IORING_REGISTER_PROBE } from "./uapi.js";
import { Unsupported } from "./unsupported.js";

const PROBE_OPS = 256;
/** A task's first ring says how many bounded io-wq workers it may have: its SQ entries, at most four for each processor. */
const PROBE_SQ_ENTRIES = 64;
const IO_URING_OP_SUPPORTED = 1;

/** Opcodes by name that the SQE is encoded with; none for what exists on no kernel. */
function opcodesOf(sqe: Sqe): readonly string[] {
  const op = sqe.operation;
  switch (op.opcode) {
    case "INVALID":
    case "OP":
    case "BPF":
      return [];
    case "OTHER":
      return [op.name];
    case "READ":
      return [sqe.multishot ? "READ_MULTISHOT" : "READ"];
    default:
      return [op.opcode];
  }
}

/** @throws {Unsupported} where the kernel lacks io_uring, IORING_FEAT_EXT_ARG, an opcode, or what runs programs. */
export function probe(sys: Syscalls, memory: Memory, layout: Layout, scenario: Scenario): readonly string[] {
  const lack = whyNoKernel(scenario);
  if (lack !== null) throw new Unsupported(lack.reason);
  const at = layout.scratch;
  memory.u32.fill(0, at >> 2, (at >> 2) + 32);
  const fd = sys.ioUringSetup(PROBE_SQ_ENTRIES, memory.address(at));
  if (fd < 0) throw new Unsupported(`io_uring_setup: ${formatRes(fd)}`);
  const bits = memory.u32[(at >> 2) + 5] ?? 0;
  const features = IORING_FEATURES.filter((_, bit) => (bits & (1 << bit)) !== 0);
  if (!features.includes("EXT_ARG")) {
    sys.close(fd);
    throw new Unsupported("this kernel's io_uring_enter takes no timeout (IORING_FEAT_EXT_ARG, Linux 5.11)");
  }
  // struct io_uring_probe: last_op, ops_len, resv, resv2[3], then struct io_uring_probe_op: op, resv, flags, resv2.
  memory.u32.fill(0, at >> 2, (at >> 2) + 4 + 2 * PROBE_OPS);
  const probed = sys.ioUringRegister(fd, IORING_REGISTER_PROBE, memory.address(at), PROBE_OPS);
  sys.close(fd);
  if (probed < 0) throw new Unsupported(`io_uring_register of a probe: ${formatRes(probed)}`);
  for (const sqe of scenario.sqes) {
    for (const name of opcodesOf(sqe)) {
      const number = opcodeNumber(name);
      if (number === undefined) continue;
      const flags = memory.data.getUint16(at + 16 + 8 * number + 2, true);
      if ((flags & IO_URING_OP_SUPPORTED) === 0)
        throw new Unsupported(`this kernel has no IORING_OP_${name}`);
    }
  }
  return features;
}
