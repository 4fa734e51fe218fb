/** Bundles the helper process from the sources, so that the tests never run a stale build. */
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** Inside node_modules, so that the bundle finds koffi. */
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/ringspec-kernel/", import.meta.url));

/** Returns the bundle's path. Each test file has its own: they run at the same time. */
export function buildWorker(name: string): string {
  mkdirSync(CACHE, { recursive: true });
  const outfile = `${CACHE}${name}-${process.pid}.mjs`;
  buildSync({
    entryPoints: [fileURLToPath(new URL("../../src/kernel/worker.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["koffi"],
    outfile,
    logLevel: "error",
  });
  process.once("exit", () => rmSync(outfile, { force: true }));
  return outfile;
}
