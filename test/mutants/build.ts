/** Builds the checker with one rule of the model broken: the patch is applied to the source text while it is bundled. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { checkTest } from "../../src/check/check.js";
import type { compileLitmus } from "../../src/litmus/index.js";
import type { Mutant } from "./mutants.js";

const ROOT = resolve(import.meta.dirname, "../..");

export interface Checker {
  readonly checkTest: typeof checkTest;
  readonly compileLitmus: typeof compileLitmus;
}

/** The checker, with `mutant` in place of the rule; null: as it is. Throws where the patch does not fit exactly once. */
export async function buildChecker(mutant: Mutant | null): Promise<Checker> {
  const folder = mkdtempSync(join(ROOT, "node_modules", ".mutant-"));
  try {
    const outfile = join(folder, "checker.mjs");
    await build({
      stdin: {
        contents: `export { checkTest } from "./src/check/check.js"; export { compileLitmus } from "./src/litmus/index.js";`,
        resolveDir: ROOT,
        loader: "ts",
      },
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      outfile,
      logLevel: "error",
      plugins: mutant === null ? [] : [patchOf(mutant)],
    });
    return (await import(pathToFileURL(outfile).href)) as Checker;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function patchOf(mutant: Mutant): import("esbuild").Plugin {
  return {
    name: "mutant",
    setup(bundler) {
      bundler.onLoad({ filter: /src\/model\/[A-Za-z]+\.ts$/ }, ({ path }) => {
        if (!path.endsWith(`/src/model/${mutant.file}`)) return null;
        const text = readFileSync(path, "utf8");
        const parts = text.split(mutant.find);
        if (parts.length !== 2) {
          throw new Error(`${mutant.name}: its patch fits ${parts.length - 1} times in ${mutant.file}`);
        }
        return { contents: parts.join(mutant.replace), loader: "ts" };
      });
    },
  };
}

/** Whether the checker finds the file as claimed under every profile that the file is about; a crash is not. */
export function isAsClaimed(checker: Checker, file: string): boolean {
  const compiled = checker.compileLitmus(readFileSync(join(ROOT, file), "utf8"), file);
  if (!compiled.ok) throw new Error(`${file} does not compile`);
  const { test } = compiled;
  const profiles = ["linux-6.18", "linux-6.12", "linux-6.1", "documented"] as const;
  for (const profile of profiles) {
    if (test.semantics.length > 0 && !test.semantics.includes(profile)) continue;
    try {
      const { result } = checker.checkTest(test, profile, { limits: { statesMax: 100_000 } });
      if (result.verdict !== "ok") return false;
    } catch {
      return false;
    }
  }
  return true;
}
