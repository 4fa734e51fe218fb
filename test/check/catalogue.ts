/** The catalogue, compiled: what the tests of the checker are run on. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { compileLitmus, type LitmusTest, lackOf } from "../../src/litmus/index.js";
import type { ProfileName } from "../../src/model/profile.js";

const ROOT = resolve(import.meta.dirname, "../../litmus");

/** Every file of the catalogue that uses nothing which the profile lacks, by its path below `litmus/`, in order. */
export function catalogue(profile: ProfileName): readonly (readonly [file: string, test: LitmusTest])[] {
  const files = (readdirSync(ROOT, { recursive: true }) as string[]).filter((file) =>
    file.endsWith(".litmus"),
  );
  const all = files.sort().map((file) => {
    const compiled = compileLitmus(readFileSync(join(ROOT, file), "utf8"), file);
    if (!compiled.ok) throw new Error(`${file} does not compile: ${compiled.diagnostics[0]?.message ?? ""}`);
    return [file, compiled.test] as const;
  });
  return all.filter(([, { scenario }]) => lackOf(profile, scenario) === null);
}
