/** A litmus file, read and compiled; what is wrong with it as problems at its places. */
import { compileLitmus, type LitmusTest, limits, printLitmus } from "../litmus/index.js";
import { PROFILE_NAMES, type ProfileName } from "../model/profile.js";
import { readText } from "./files.js";
import { shortHash } from "./hash.js";
import { UserError } from "./problem.js";

export interface LoadedLitmus {
  /** As the user named it; of a trace's text, the name that it has there. */
  readonly path: string;
  readonly text: string;
  readonly test: LitmusTest;
  /** Of the canonical text: white space does not count. */
  readonly hash: string;
}

/** Throws a UserError. */
export function loadLitmus(path: string): LoadedLitmus {
  return compileText(readText(path, limits.FILE_BYTES_MAX, "a litmus file"), path);
}

/** Throws a UserError with the compiler's diagnostics. */
export function compileText(text: string, path: string): LoadedLitmus {
  const compiled = compileLitmus(text, path);
  if (!compiled.ok) throw new UserError(compiled.diagnostics);
  return { path, text, test: compiled.test, hash: shortHash(printLitmus(compiled.test.ast)) };
}

/** The profiles that the file's claims are about: its `semantics` line, else all. */
export function profilesOf({ semantics }: Pick<LitmusTest, "semantics">): readonly ProfileName[] {
  return semantics.length === 0 ? PROFILE_NAMES : semantics;
}
