import { describe, expect, it } from "vitest";
import { type ArchiveEntry, newcArchive } from "../../src/kernel/guest/newc.js";

function file(path: string, data: string, isExecutable = false): ArchiveEntry {
  return { kind: "file", path, data: Buffer.from(data, "latin1"), isExecutable };
}

function archive(entries: readonly ArchiveEntry[]): Buffer {
  return Buffer.concat([...newcArchive(entries)]);
}

interface Unpacked {
  readonly path: string;
  readonly mode: string;
  readonly inode: number;
  readonly data: string;
}

/** As the kernel reads it (init/initramfs.c): a header of 110 characters, name and data each up to a multiple of four. */
function unpack(bytes: Buffer): { readonly entries: readonly Unpacked[]; readonly end: number } {
  const entries: Unpacked[] = [];
  let at = 0;
  for (;;) {
    expect(bytes.toString("latin1", at, at + 6)).toBe("070701");
    const field = (index: number): number =>
      Number.parseInt(bytes.toString("latin1", at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const [inode, mode, size, nameSize] = [field(0), field(1), field(6), field(11)];
    const name = bytes.toString("latin1", at + 110, at + 110 + nameSize);
    expect(name.endsWith("\0")).toBe(true);
    const start = Math.ceil((at + 110 + nameSize) / 4) * 4;
    at = Math.ceil((start + size) / 4) * 4;
    const path = name.slice(0, -1);
    if (path === "TRAILER!!!") return { entries, end: at };
    entries.push({
      path,
      mode: mode.toString(8),
      inode,
      data: bytes.toString("latin1", start, start + size),
    });
  }
}

describe("newcArchive", () => {
  it("holds folders and files with their modes and data", () => {
    const { entries } = unpack(
      archive([{ kind: "folder", path: "a" }, file("a/x", "hello"), file("init", "#!", true)]),
    );
    expect(entries.map(({ path, mode, data }) => [path, mode, data])).toEqual([
      ["a", "40755", ""],
      ["a/x", "100644", "hello"],
      ["init", "100755", "#!"],
    ]);
  });

  it.each([0, 1, 2, 3, 4, 5])("pads data of %i bytes so that the next header is found", (length) => {
    const data = "\u00ff".repeat(length);
    const { entries } = unpack(archive([file("x".repeat(length + 1), data), file("next", "n")]));
    expect(entries.map((entry) => entry.data)).toEqual([data, "n"]);
  });

  it("gives each entry an inode of its own: equal ones would be taken for links", () => {
    const { entries } = unpack(archive([file("a", "1"), file("b", "2"), file("c", "3")]));
    expect(new Set(entries.map(({ inode }) => inode)).size).toBe(3);
  });

  it("ends at a whole block, so that another archive can follow", () => {
    const first = archive([file("a", "12345")]);
    expect(first.length % 512).toBe(0);
    const { end } = unpack(first);
    expect(first.subarray(end).every((byte) => byte === 0)).toBe(true);
    expect(unpack(archive([file("b", "z")])).entries[0]?.data).toBe("z");
  });

  it("refuses paths from the root, which the kernel would unpack elsewhere", () => {
    expect(() => archive([file("/init", "")])).toThrow("no path inside an archive: /init");
  });
});
