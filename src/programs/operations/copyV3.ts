import { BUF_DESC, ITER_DEST, ITER_SOURCE, type OperationProgram } from "../../model/programs/index.js";
import { keepDescriptors, walkPair } from "./descriptors.js";

/**
 * Copies the buffer of the first descriptor to that of the second with bpf_iter_uring_buf (v3), whatever their types.
 * Completes with the bytes copied, as many as the shorter one has. Errors of prep: see keepDescriptors; `issue` returns
 * the error with which an iterator could not be opened.
 */
export const copyV3: OperationProgram = {
  kind: "operation",
  doc: "copies the source's buffer to the destination's, chunk by chunk; v3",
  memoryBytes: 0,
  prep: (data, sqe) => keepDescriptors(data, sqe, 2),
  issue(data) {
    const source = data.openBuffer(data.pdu, 0, ITER_SOURCE);
    const destination = data.openBuffer(data.pdu, BUF_DESC.bytes, ITER_DEST);
    const copied = walkPair(source, destination, (to, toAt, from, fromAt, size) =>
      to.copy(toAt, from, fromAt, size),
    );
    if (copied < 0) return copied;
    data.setResult(copied);
    return 0;
  },
};
