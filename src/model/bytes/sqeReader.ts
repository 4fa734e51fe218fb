/** The fields of an SQE's 64 bytes, read: the counterpart of SqeWriter. */
import { bytesOfText } from "./byteText.js";
import { SQE_BYTES } from "./sqeFields.js";

export class SqeReader {
  private readonly view: DataView;

  /** @param bytes a char a byte; throws where they are not 64 */
  constructor(readonly bytes: string) {
    if (bytes.length !== SQE_BYTES) throw new Error(`an SQE has ${SQE_BYTES} bytes, not ${bytes.length}`);
    this.view = new DataView(bytesOfText(bytes).buffer);
  }
  u8(field: number): number {
    return this.view.getUint8(field);
  }
  u16(field: number): number {
    return this.view.getUint16(field, true);
  }
  i32(field: number): number {
    return this.view.getInt32(field, true);
  }
  u32(field: number): number {
    return this.view.getUint32(field, true);
  }
  u64(field: number): bigint {
    return this.view.getBigUint64(field, true);
  }
}
