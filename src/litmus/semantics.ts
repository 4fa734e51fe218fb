/** Which profiles a file is about: those that it names, or those that have everything that it uses. */
import {
  KERNEL_PROFILES,
  POSTED_PROFILES,
  type Profile,
  type ProfileName,
  profileOf,
} from "../model/profile.js";
import type { Scenario, SetupFlag } from "../model/scenario.js";
import type { Reporter } from "./diagnostic.js";
import type { LitmusFile } from "./syntax.js";

interface Need {
  /** In a sentence: "… has no WHAT". */
  readonly what: string;
  isMetBy(profile: Profile): boolean;
}

/** Posted profiles as files mean them that name none: the last one that was posted first. */
const POSTED_FIRST: readonly ProfileName[] = ["bpf-op-v3", "loop-v3", ...POSTED_PROFILES];

/** What the profile has nothing of, and the scenario uses; null: it has all. Scenarios of links and nothing else need nothing. */
export function lackOf(profile: ProfileName, scenario: Scenario): string | null {
  return needsOf(scenario).find((need) => !need.isMetBy(profileOf(profile)))?.what ?? null;
}

/**
 * The profiles that the claims are about: `named`, or where a file names none, the kernels that have what it uses, or
 * where none has, the first posted profile that does. Empty: all kernels, as the file uses nothing that one lacks.
 */
export function settleSemantics(
  ast: LitmusFile,
  named: readonly ProfileName[],
  scenario: Scenario,
  reporter: Reporter,
): readonly ProfileName[] {
  const needs = needsOf(scenario);
  if (needs.length === 0) return named;
  const hasAll = (name: ProfileName): boolean => needs.every((need) => need.isMetBy(profileOf(name)));
  const all = [...KERNEL_PROFILES, ...POSTED_PROFILES].filter(hasAll);
  if (named.length === 0) {
    const kernels = KERNEL_PROFILES.filter(hasAll);
    const settled = kernels.length > 0 ? kernels : POSTED_FIRST.filter(hasAll).slice(0, 1);
    if (settled.length === 0) {
      const what = needs.map((need) => need.what).join(", and ");
      reporter.report(ast.name.at, "not-in-profile", `no profile has all that the file uses: ${what}`);
    }
    return settled;
  }
  const words = ast.declarations.flatMap((declaration) =>
    declaration.kind === "semantics" ? declaration.profiles : [],
  );
  for (const name of named) {
    const lack = needs.find((need) => !need.isMetBy(profileOf(name)));
    const word = words.find(({ text }) => text === name);
    if (lack === undefined || word === undefined) continue;
    const hint = all.length === 0 ? "no profile has all that the file uses" : `these have: ${all.join(", ")}`;
    reporter.report(word.at, "not-in-profile", `\`${name}\` has no ${lack.what}`, hint);
  }
  return named;
}

/** Hooks that somebody attaches; one that threads drive themselves, every kernel has. */
function attachedHooks({ hooks, threads }: Scenario): Scenario["hooks"] {
  const byThreads = new Set(
    threads.flatMap(({ code }) =>
      code.flatMap((instruction) =>
        instruction.do === "attach" && instruction.what.kind === "hook" ? [instruction.what.hook] : [],
      ),
    ),
  );
  return hooks.filter(({ attached }, id) => attached || byThreads.has(id));
}

function needsOf(scenario: Scenario): readonly Need[] {
  const { rings, operations, sqes } = scenario;
  const hooks = attachedHooks(scenario);
  const setup = (flag: SetupFlag): boolean => rings.some((ring) => ring.setup.includes(flag));
  const needs: Need[] = [];
  if (hooks.some(({ program }) => program.loopStep !== undefined)) {
    needs.push({ what: "loop hooks of the merged form", isMetBy: ({ hooks: form }) => form === "loop_step" });
  }
  if (hooks.some(({ program }) => program.loop !== undefined)) {
    needs.push({ what: "loop hooks of the first form", isMetBy: ({ hooks: form }) => form === "loop" });
  }
  const hasOperations = (profile: Profile): boolean => profile.operations !== "none";
  if (operations.length > 0 || sqes.some(({ operation }) => operation.opcode === "BPF")) {
    needs.push({ what: "custom operations", isMetBy: hasOperations });
  } else if (setup("BPF") || setup("BPF_EXT")) {
    needs.push({ what: "rings for custom operations", isMetBy: hasOperations });
  }
  if (setup("SQ_REWIND")) {
    // It came with 7.0, and the profiles of 7.1 are those that have the merged hook.
    needs.push({ what: "SQ_REWIND", isMetBy: ({ hooks: form }) => form === "loop_step" });
  }
  return needs;
}
