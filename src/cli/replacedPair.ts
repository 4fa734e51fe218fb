/** A litmus file beside somebody, and the same with its links replaced: two files that nobody has written. */
import { drivenByUser, handedOver } from "../equivalence/beyond/handedOver.js";
import { BEYOND_PROFILE, BEYOND_STATES_MAX, nearestChain } from "../equivalence/beyond/row.js";
import { ENVIRONMENTS, type EnvironmentName } from "../equivalence/environments.js";
import { REPLACEMENTS, type ReplacementName } from "../equivalence/replace/replacements.js";
import { type LitmusFile, printLitmus } from "../litmus/index.js";
import { compileText, type LoadedLitmus, requireProfile } from "./litmusFile.js";
import { problem, UserError } from "./problem.js";

/** Throws a UserError where the environment has no place, or the links no replacement. */
export function replacedPair(
  original: LoadedLitmus,
  replacement: ReplacementName,
  environment: EnvironmentName = "quiet",
): readonly [LoadedLitmus, LoadedLitmus] {
  const around = ENVIRONMENTS[environment].around(original.test.ast);
  if (around.kind === "no place")
    throw new UserError([
      problem(original.path, "no-replacement", `no place for ${environment}: ${around.why}`),
    ]);
  const replaced = REPLACEMENTS[replacement].replace(around.file);
  if (replaced.kind === "impossible")
    throw new UserError([problem(original.path, "no-replacement", `${replacement}: ${replaced.why}`)]);
  const beside = environment === "quiet" ? original : printed(original, around.file, `beside ${environment}`);
  const how = environment === "quiet" ? "" : ` beside ${environment}`;
  return [beside, printed(original, replaced.file, `by ${replacement}${how}`)];
}

/** Who does what a hook does: user space that runs its program, or the chain of its requests that comes nearest. */
export const HOOK_BY = ["user", "links"] as const;
export type HookBy = (typeof HOOK_BY)[number];

/** Throws a UserError for a file without a hook that was handed SQEs, or where the search for a chain has no answer. */
export function hookPair(original: LoadedLitmus, by: HookBy): readonly [LoadedLitmus, LoadedLitmus] {
  const refuse = (why: string): UserError =>
    new UserError([problem(original.path, "no-replacement", `${by}: ${why}`)]);
  requireProfile(original, BEYOND_PROFILE);
  const handed = handedOver(original.test.ast);
  if (handed === null) throw refuse("it has no hook that was handed SQEs");
  if (by === "user") return [original, printed(original, drivenByUser(original.test.ast, handed), "by user")];
  const found = nearestChain(original.test, {
    programs: original.programs.library,
    limits: { statesMax: BEYOND_STATES_MAX },
  });
  if (typeof found === "string") throw refuse(found);
  return [original, printed(original, found.nearest.ast, "by links")];
}

function printed({ path, programs }: LoadedLitmus, file: LitmusFile, how: string): LoadedLitmus {
  // The name in the text is the original's: it need not be a path's.
  const { path: _, ...loaded } = compileText(printLitmus(file), file.name.text, programs);
  return { path: `${path} ${how}`, ...loaded };
}
