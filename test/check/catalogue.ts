/** The catalogue, compiled: what the tests of the checker are run on. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { compileLitmus, type LitmusTest } from "../../src/litmus/index.js";

const ROOT = resolve(import.meta.dirname, "../../litmus");

/** Every file of the catalogue by its path below `litmus/`, in order. */
export function catalogue(): readonly (readonly [file: string, test: LitmusTest])[] {
  const files = (readdirSync(ROOT, { recursive: true }) as string[]).filter((file) =>
    file.endsWith(".litmus"),
  );
  return files.sort().map((file) => {
    const compiled = compileLitmus(readFileSync(join(ROOT, file), "utf8"), file);
    if (!compiled.ok) throw new Error(`${file} does not compile: ${compiled.diagnostics[0]?.message ?? ""}`);
    return [file, compiled.test] as const;
  });
}
