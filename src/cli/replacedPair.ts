/** A litmus file beside somebody, and the same with its links replaced: two files that nobody has written. */
import { ENVIRONMENTS, type EnvironmentName } from "../equivalence/environments.js";
import { REPLACEMENTS, type ReplacementName } from "../equivalence/replace/replacements.js";
import { type LitmusFile, printLitmus } from "../litmus/index.js";
import { compileText, type LoadedLitmus } from "./litmusFile.js";
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

function printed({ path, programs }: LoadedLitmus, file: LitmusFile, how: string): LoadedLitmus {
  // The name in the text is the original's: it need not be a path's.
  const { path: _, ...loaded } = compileText(printLitmus(file), file.name.text, programs);
  return { path: `${path} ${how}`, ...loaded };
}
