import { BUF_DESC, ITER_DEST, ITER_SOURCE, type OperationProgram } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { keepDescriptors } from "./descriptors.js";

const { at, memory } = globals({ type: "i32", index: "i32", direction: "i32" });
/** An argument that is not named: the descriptor stays as user space wrote it. */
const AS_IS = -1;

/** It asks for every chunk to write to. Errors of prep: see keepDescriptors; `issue` returns the iterator's error, and -EPERM where its chunks are a source's. */
export const opens: OperationProgram = {
  kind: "operation",
  doc: "goes through its one buffer, its descriptor's type= and index= as named, direction= (0); completes with its bytes; v3",
  parameters: { optional: ["type", "index", "direction"] },
  memoryBytes: memory.memoryBytes,
  init(memory, args) {
    memory.setI32(at.type, intArgument(args, "type", AS_IS));
    memory.setI32(at.index, intArgument(args, "index", AS_IS));
    memory.setI32(at.direction, intArgument(args, "direction", ITER_DEST));
  },
  prep(data, sqe) {
    const error = keepDescriptors(data, sqe, 1);
    if (error !== 0) return error;
    const type = data.memory.i32(at.type);
    const index = data.memory.i32(at.index);
    if (type !== AS_IS) data.pdu.setU8(BUF_DESC.type, type);
    if (index !== AS_IS) data.pdu.setU16(BUF_DESC.bufIndex, index);
    return 0;
  },
  issue(data) {
    const direction = data.memory.i32(at.direction);
    const iterator = data.openBuffer(data.pdu, 0, direction);
    let bytes = 0;
    let error = iterator.error;
    for (let size = iterator.next(); size !== null && error === 0; size = iterator.next()) {
      const chunk = iterator.write();
      if (chunk === null) error = errorOf(direction === ITER_SOURCE ? "EPERM" : "EIO");
      bytes += size;
    }
    iterator.destroy();
    if (error !== 0) return error;
    data.setResult(bytes);
    return 0;
  },
};
