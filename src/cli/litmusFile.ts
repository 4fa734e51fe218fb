/** A litmus file, read and compiled; what is wrong with it as problems at its places. */
import { compileLitmus, type LitmusTest, lackOf, limits, printLitmus } from "../litmus/index.js";
import { KERNEL_PROFILES, type ProfileName } from "../model/profile.js";
import { readText } from "./files.js";
import { shortHash } from "./hash.js";
import { problem, UserError } from "./problem.js";
import { type Programs, SHELF_ONLY } from "./programs.js";

export interface LoadedLitmus {
  /** As the user named it; of a trace's text, the name that it has there. */
  readonly path: string;
  readonly text: string;
  readonly test: LitmusTest;
  /** Of the canonical text: white space does not count. */
  readonly hash: string;
  /** What it was compiled with. */
  readonly programs: Programs;
}

/** Throws a UserError. */
export function loadLitmus(path: string, programs: Programs = SHELF_ONLY): LoadedLitmus {
  return compileText(readText(path, limits.FILE_BYTES_MAX, "a litmus file"), path, programs);
}

/** Throws a UserError with the compiler's diagnostics. */
export function compileText(text: string, path: string, programs: Programs = SHELF_ONLY): LoadedLitmus {
  const compiled = compileLitmus(text, path, programs.library);
  if (!compiled.ok) throw new UserError(compiled.diagnostics);
  return { path, text, test: compiled.test, hash: shortHash(printLitmus(compiled.test.ast)), programs };
}

/** The profiles that the file's claims are about: its `semantics` line, else all kernels that have what it uses. */
export function profilesOf({ semantics }: Pick<LitmusTest, "semantics">): readonly ProfileName[] {
  return semantics.length === 0 ? KERNEL_PROFILES : semantics;
}

/** Throws a UserError where the profile has nothing of what the file uses. */
export function requireProfile({ path, test }: LoadedLitmus, profile: ProfileName): ProfileName {
  const lack = lackOf(profile, test.scenario);
  if (lack === null) return profile;
  const hint = `its own profiles: ${profilesOf(test).join(", ")}`;
  throw new UserError([problem(path, "not-in-profile", `${profile} has no ${lack}`, hint)]);
}
