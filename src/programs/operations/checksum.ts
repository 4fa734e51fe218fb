import { ITER_SOURCE, type OperationProgram } from "../../model/programs/index.js";
import { keepDescriptors } from "./descriptors.js";

/**
 * Completes with the sum of the bytes of its one buffer (v3), modulo 2^31 so that it is no error. Errors of prep: see
 * keepDescriptors; `issue` returns the error with which the iterator could not be opened.
 */
export const checksum: OperationProgram = {
  kind: "operation",
  doc: "completes with the sum of the source's bytes; v3",
  memoryBytes: 0,
  prep: (data, sqe) => keepDescriptors(data, sqe, 1),
  issue(data) {
    const source = data.openBuffer(data.pdu, 0, ITER_SOURCE);
    let sum = 0;
    for (let size = source.next(); size !== null; size = source.next()) {
      const chunk = source.read();
      for (let i = 0; chunk !== null && i < size; i++) sum = (sum + chunk.u8(i)) & 0x7fff_ffff;
    }
    source.destroy();
    if (source.error !== 0) return source.error;
    data.setResult(sum);
    return 0;
  },
};
