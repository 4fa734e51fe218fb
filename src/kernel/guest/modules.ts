/** The JavaScript that the guest runs: our built files, found by following imports, and koffi. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { ArchiveEntry } from "./newc.js";

/** Where the build's `dist` is, from this file in it or in `src`. */
const DIST = fileURLToPath(new URL("../../../dist/", import.meta.url));
/** The guest's entry, and the helper that the runner forks, which nothing imports. */
const ENTRIES = ["kernel/guest/main.js", "kernel/worker.js"];
/** The compiler writes every import so. */
const IMPORT = /^(?:import|export) (?:[^"';=]*? from )?"([^"]+)";$/gm;

/** Files of `dist` below `app`. @throws where there is no build, or where a package is imported that the guest lacks. */
export function ownModules(): ArchiveEntry[] {
  const found = new Map<string, Uint8Array>();
  const waiting = [...ENTRIES];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    const bytes = readFileSync(join(DIST, next));
    found.set(next, bytes);
    for (const [, specifier = ""] of bytes.toString("utf8").matchAll(IMPORT)) {
      if (specifier.startsWith("node:")) continue;
      if (!specifier.startsWith("."))
        throw new Error(`${next} imports ${specifier}, which no guest has: only koffi is taken along`);
      waiting.push(posix.join(posix.dirname(next), specifier));
    }
  }
  const files = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    file("app/package.json", Buffer.from('{"type":"module"}\n')),
    ...files.map(([path, data]) => file(`app/${path}`, data)),
  ];
}

const KEPT = /\.(cjs|js|json|node)$/;

/** koffi and its binary for this machine, below `node_modules`. */
export function koffiModules(): ArchiveEntry[] {
  const entry = createRequire(import.meta.url).resolve("koffi");
  const koffi = dirname(entry);
  const folders = [koffi, join(dirname(koffi), "@koromix", `koffi-linux-${process.arch}`)];
  return folders.flatMap((folder) =>
    filesBelow(folder)
      .filter((path) => KEPT.test(path) && !/[/\\](musl_[^/\\]*|vendor|doc)[/\\]/.test(path))
      .map((path) => {
        const inside = relative(dirname(koffi), path).split(sep).join("/");
        return file(`node_modules/${inside}`, readFileSync(path));
      }),
  );
}

/** All regular files, sorted. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name))
    .sort();
}

function file(path: string, data: Uint8Array): ArchiveEntry {
  return { kind: "file", path, data, isExecutable: false };
}
