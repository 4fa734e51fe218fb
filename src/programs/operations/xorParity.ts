import {
  BUF_DESC,
  BUF_REG_VEC,
  BUF_VEC,
  ITER_DEST,
  ITER_SOURCE,
  type OperationData,
  type OperationProgram,
} from "../../model/programs/index.js";
import { errorOf } from "../globals.js";
import { keepDescriptors, type OnPiece, walkPair } from "./descriptors.js";

const SOURCE = 0;
const DESTINATION = BUF_DESC.bytes;

/**
 * Parity of a RAID 5 row (v3): the source holds stripes of the destination's length, one after the other, usually two;
 * the destination gets the exclusive or of all. Completes with its length. Errors of prep: see keepDescriptors; -EINVAL
 * for vectors, whose `len` does not count bytes, and where the source is not made of whole stripes.
 */
export const xorParity: OperationProgram = {
  kind: "operation",
  doc: "writes the parity of the source's stripes, each as long as the destination, to the destination; v3",
  memoryBytes: 0,
  prep(data, sqe) {
    const error = keepDescriptors(data, sqe, 2);
    return error !== 0 ? error : checkStripes(data);
  },
  issue(data) {
    const { pdu } = data;
    const stripe = pdu.u32(DESTINATION + BUF_DESC.len);
    const stripes = pdu.u32(SOURCE + BUF_DESC.len) / stripe;
    // The source's descriptor becomes that of each of its stripes in turn.
    const first = pdu.u64(SOURCE + BUF_DESC.addr);
    pdu.setU32(SOURCE + BUF_DESC.len, stripe);
    for (let i = 0; i < stripes; i++) {
      pdu.setU64(SOURCE + BUF_DESC.addr, first + BigInt(i * stripe));
      const walked = walkPair(
        data.openBuffer(pdu, SOURCE, ITER_SOURCE),
        data.openBuffer(pdu, DESTINATION, ITER_DEST),
        i === 0 ? copyPiece : xorPiece,
      );
      if (walked !== stripe) return walked < 0 ? walked : errorOf("EFAULT");
    }
    data.setResult(stripe);
    return 0;
  },
};

function checkStripes({ pdu }: OperationData): number {
  const stripe = pdu.u32(DESTINATION + BUF_DESC.len);
  const len = pdu.u32(SOURCE + BUF_DESC.len);
  const vectors = [SOURCE, DESTINATION].some((at) =>
    [BUF_VEC, BUF_REG_VEC].includes(pdu.u8(at + BUF_DESC.type)),
  );
  return vectors || stripe === 0 || len === 0 || len % stripe !== 0 ? errorOf("EINVAL") : 0;
}

const copyPiece: OnPiece = (to, toAt, from, fromAt, size) => to.copy(toAt, from, fromAt, size);

const xorPiece: OnPiece = (to, toAt, from, fromAt, size) => {
  for (let i = 0; i < size; i++) to.setU8(toAt + i, to.u8(toAt + i) ^ from.u8(fromAt + i));
};
