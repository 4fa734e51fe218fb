/**
 * Builds the checker with one rule of the model broken, and says whether a file of the catalogue notices. The patch is
 * applied to the source text while it is bundled; only the model and the check are, for what reads litmus files is the
 * same for all of them.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runInThisContext } from "node:vm";
import { build, type Plugin } from "esbuild";
import type { checkTest } from "../../src/check/check.js";
import { shortHash } from "../../src/cli/hash.js";
import { compileLitmus, type LitmusTest } from "../../src/litmus/index.js";
import type { ProfileName } from "../../src/model/profile.js";
import { EXPECTED_HASHED_MAX, formatSection, sectionsOf } from "../../src/report/expected.js";
import type { Mutant } from "./mutant.js";

const ROOT = resolve(import.meta.dirname, "../..");
const PROFILES: readonly ProfileName[] = ["linux-6.18", "linux-6.12", "linux-6.1", "documented"];
/** More than any file of the catalogue needs; a mutant may go round in circles. */
const STATES_MAX = 100_000;

/** A checker, maybe one with a broken rule. */
export interface Checker {
  readonly checkTest: typeof checkTest;
}

/**
 * How a file notices a mutant: `claim`, one of its claims is violated under some profile; `outcomes`, all hold, and the
 * outcome set is not the one that the `.expected` file records.
 */
export type Notice = "claim" | "outcomes";

/** The checker, with `mutant` in place of the rule; null: as it is. Throws where the patch does not fit exactly once. */
export async function buildChecker(mutant: Mutant | null): Promise<Checker> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "src/check/check.ts")],
    bundle: true,
    platform: "node",
    format: "iife",
    globalName: "checker",
    write: false,
    logLevel: "error",
    plugins: mutant === null ? [] : [patchOf(mutant)],
  });
  return runInThisContext(`(() => {${outputFiles[0]?.text ?? ""};return checker})()`) as Checker;
}

/** Replaces the mutant's text while the model is bundled. */
export function patchOf(mutant: Mutant): Plugin {
  return {
    name: "mutant",
    setup(bundler) {
      bundler.onLoad({ filter: /src\/model\/.+\.ts$/ }, ({ path }) => {
        if (!path.endsWith(`/src/model/${mutant.file}`)) return null;
        const parts = readFileSync(path, "utf8").split(mutant.find);
        if (parts.length !== 2) {
          throw new Error(`${mutant.name}: its patch fits ${parts.length - 1} times in ${mutant.file}`);
        }
        return { contents: parts.join(mutant.replace), loader: "ts" };
      });
    },
  };
}

const compiled = new Map<string, LitmusTest>();

function testOf(file: string): LitmusTest {
  const known = compiled.get(file);
  if (known !== undefined) return known;
  const result = compileLitmus(readFileSync(join(ROOT, file), "utf8"), file);
  if (!result.ok) throw new Error(`${file} does not compile`);
  compiled.set(file, result.test);
  return result.test;
}

/**
 * Whether and how the file notices what is wrong with the checker; null: it does not. A search that a limit cut short
 * notices nothing. A crash of the mutant is no answer: it throws.
 */
export function noticeOf(checker: Checker, file: string): Notice | null {
  const test = testOf(file);
  const recorded = recordedOf(file);
  let differs = false;
  for (const profile of profilesOf(test)) {
    const before = recorded.get(profile);
    const { result } = checker.checkTest(test, profile, {
      limits: { statesMax: STATES_MAX },
      outcomesMax: EXPECTED_HASHED_MAX,
    });
    if (result.verdict === "violated") return "claim";
    if (result.verdict !== "ok" || before === undefined) continue;
    if (outcomesIn(before) !== outcomesIn(formatSection(result, test.scenario, shortHash))) differs = true;
  }
  return differs ? "outcomes" : null;
}

/** Of the profiles that a file is about: those of PROFILES, or all where it is about none of these, as files with programs are. */
function profilesOf({ semantics }: LitmusTest): readonly ProfileName[] {
  if (semantics.length === 0) return PROFILES;
  const named = PROFILES.filter((profile) => semantics.includes(profile));
  return named.length > 0 ? named : semantics;
}

function recordedOf(file: string): ReadonlyMap<string, string> {
  const path = join(ROOT, `${file.slice(0, -".litmus".length)}.expected`);
  return existsSync(path) ? sectionsOf(readFileSync(path, "utf8")) : new Map();
}

/** The outcome lines of a section: how many states the search went through says nothing about what it found. */
function outcomesIn(section: string): string {
  return section
    .split("\n")
    .filter((line) => line.startsWith("outcomes ") || line.startsWith("  "))
    .join("\n");
}
