/**
 * Archives in the "newc" format of cpio, which the kernel unpacks as its first file system
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Several archives one after the other are unpacked one
 * after the other.
 */

export type ArchiveEntry =
  | { readonly kind: "folder"; readonly path: string }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly data: Uint8Array;
      readonly isExecutable: boolean;
    };

const MAGIC = "070701";
const HEADER_BYTES = 110;
const TRAILER = "TRAILER!!!";
/** The kernel looks for the next archive at a multiple of four; whole blocks are the custom. */
const BLOCK_BYTES = 512;
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

/** The archive, in pieces to be written in order. Folders have to come before what is in them. Times are 0. */
export function* newcArchive(entries: readonly ArchiveEntry[]): Generator<Uint8Array> {
  let bytes = 0;
  // Inode 0 would do for all but files with several names; each has its own, so that none is taken for another's link.
  let inode = 1;
  for (const entry of entries) {
    const data = entry.kind === "file" ? entry.data : new Uint8Array();
    const mode = entry.kind === "folder" ? S_IFDIR | 0o755 : S_IFREG | (entry.isExecutable ? 0o755 : 0o644);
    for (const piece of record(entry.path, mode, data, inode++)) {
      bytes += piece.length;
      yield piece;
    }
  }
  for (const piece of record(TRAILER, 0, new Uint8Array(), 0)) {
    bytes += piece.length;
    yield piece;
  }
  yield new Uint8Array(-bytes & (BLOCK_BYTES - 1));
}

function* record(path: string, mode: number, data: Uint8Array, inode: number): Generator<Uint8Array> {
  if (path.startsWith("/") || path.includes("\0")) throw new Error(`no path inside an archive: ${path}`);
  const name = new TextEncoder().encode(`${path}\0`);
  // ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check.
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0];
  const header = MAGIC + fields.map((field) => field.toString(16).padStart(8, "0")).join("");
  const head = new Uint8Array(align4(HEADER_BYTES + name.length));
  head.set(new TextEncoder().encode(header));
  head.set(name, HEADER_BYTES);
  yield head;
  yield data;
  yield new Uint8Array(align4(data.length) - data.length);
}

function align4(bytes: number): number {
  return (bytes + 3) & ~3;
}
