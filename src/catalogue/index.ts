/** The litmus files that come with this package: every rule of docs/SEMANTICS.md has one that fails where it is broken. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LitmusText } from "../conformance/options.js";

const ROOT = fileURLToPath(new URL("../../litmus/", import.meta.url));

/** All of them, named by their path below `litmus/`, in the order of their names. @throws where the package is not whole. */
export function catalogue(): LitmusText[] {
  const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".litmus"),
  );
  return files.sort().map((name) => ({ name, text: readFileSync(join(ROOT, name), "utf8") }));
}
