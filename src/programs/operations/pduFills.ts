import type { OperationProgram } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";

const { at, memory } = globals({ bytes: "u32" });

/** More bytes than a pdu has (24 in v1, 36 in v3) no verifier lets a program write. Requests with other flags write other bytes. */
export const pduFills: OperationProgram = {
  kind: "operation",
  doc: "prep fills the first bytes= of the pdu with its flags; issue completes with how many still hold them, or -EIO",
  parameters: { required: ["bytes"] },
  memoryBytes: memory.memoryBytes,
  init: (memory, args) => memory.setU32(at.bytes, intArgument(args, "bytes", 0)),
  prep(data) {
    data.pdu.fill(0, data.memory.u32(at.bytes), data.opFlags & 0xff);
    return 0;
  },
  issue(data) {
    const bytes = data.memory.u32(at.bytes);
    let kept = 0;
    for (let i = 0; i < bytes; i++) if (data.pdu.u8(i) === (data.opFlags & 0xff)) kept++;
    data.setResult(kept === bytes ? kept : errorOf("EIO"));
    return 0;
  },
};
