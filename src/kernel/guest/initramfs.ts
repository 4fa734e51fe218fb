/**
 * The guest's file system: an archive with node, its libraries, koffi and the init, which is kept, and behind it one
 * with our modules and the job, which is made anew for every boot.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { guestsFolder } from "./cache.js";
import { koffiModules, ownModules } from "./modules.js";
import { type ArchiveEntry, newcArchive } from "./newc.js";
import { type GuestJob, JOB_FILE, LIMIT_FILE } from "./protocol.js";

/** The init's source is not compiled by the build: it stays where it is. */
const INIT_SOURCE = fileURLToPath(new URL("../../../src/kernel/guest/init.c", import.meta.url));
const MOUNT_POINTS = ["proc", "sys", "dev", "tmp"];

/** Writes the whole file system of one boot to `file`. @throws where the init cannot be built. */
export function writeInitramfs(file: string, gcc: string, job: GuestJob, limitSeconds: number): void {
  copyFileSync(baseArchive(gcc), file, constants.COPYFILE_FICLONE);
  appendArchive(file, [
    ...ownModules(),
    text(JOB_FILE, JSON.stringify(job)),
    text(LIMIT_FILE, String(Math.ceil(limitSeconds))),
  ]);
}

/** The path of the kept archive, which is made where there is none that fits. */
function baseArchive(gcc: string): string {
  const folder = guestsFolder();
  const koffi = koffiModules();
  const hash = createHash("sha256").update(readFileSync(INIT_SOURCE));
  const node = statSync(process.execPath);
  hash.update(JSON.stringify([process.execPath, process.version, node.size, node.mtimeMs]));
  for (const entry of koffi) {
    hash.update(entry.path);
    if (entry.kind === "file") hash.update(entry.data);
  }
  const name = `base-${hash.digest("hex").slice(0, 16)}.cpio`;
  const path = join(folder, name);
  if (existsSync(path)) return path;

  mkdirSync(folder, { recursive: true });
  // Made in a folder beside it, so that it is there whole or not at all, whoever else makes it at the same time.
  const temporary = mkdtempSync(join(folder, "making-"));
  try {
    const making = join(temporary, name);
    const entries = [...MOUNT_POINTS.map(folderEntry), ...programs(gcc, temporary), ...koffi];
    appendArchive(making, entries);
    renameSync(making, path);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  for (const other of readdirSync(folder)) {
    if (/^base-.*\.cpio$/.test(other) && other !== name) rmSync(join(folder, other), { force: true });
  }
  return path;
}

/** The init, node, and every library that node is linked with, at its own path. */
function programs(gcc: string, temporary: string): ArchiveEntry[] {
  const init = join(temporary, "init");
  execFileSync(gcc, ["-static", "-O2", "-o", init, INIT_SOURCE], { stdio: ["ignore", "ignore", "pipe"] });
  const libraries = execFileSync("ldd", [process.execPath], { encoding: "utf8" });
  const paths = [...libraries.matchAll(/(?:=> |^\s*)(\/\S+) \(/gm)].map(([, path = ""]) => path);
  return [
    executable("init", readFileSync(init)),
    executable("bin/node", readFileSync(process.execPath)),
    ...paths.map((path) => executable(path.slice(1), readFileSync(path))),
  ];
}

function executable(path: string, data: Uint8Array): ArchiveEntry {
  return { kind: "file", path, data, isExecutable: true };
}

function text(path: string, content: string): ArchiveEntry {
  return { kind: "file", path, data: Buffer.from(content), isExecutable: false };
}

function folderEntry(path: string): ArchiveEntry {
  return { kind: "folder", path };
}

/** Appends an archive of the entries and of the folders that they are in. */
function appendArchive(file: string, entries: readonly ArchiveEntry[]): void {
  const folders = new Set<string>();
  for (const { path } of entries) {
    for (let above = posix.dirname(path); above !== "."; above = posix.dirname(above)) folders.add(above);
  }
  const fd = openSync(file, "a");
  try {
    for (const piece of newcArchive([...[...folders].sort().map(folderEntry), ...entries])) {
      for (let at = 0; at < piece.length; ) at += writeSync(fd, piece, at);
    }
  } finally {
    closeSync(fd);
  }
}
