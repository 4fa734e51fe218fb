/** Litmus files of which some may be wrong: each with its problems, the rest go on. */
import { type LoadedLitmus, loadLitmus } from "../litmusFile.js";
import { type Problem, UserError } from "../problem.js";
import type { Programs } from "../programs.js";

export type Loaded =
  | { readonly path: string; readonly litmus: LoadedLitmus }
  | { readonly path: string; readonly litmus: null; readonly problems: readonly Problem[] };

export function loadAll(paths: readonly string[], programs: Programs): readonly Loaded[] {
  return paths.map((path): Loaded => {
    try {
      return { path, litmus: loadLitmus(path, programs) };
    } catch (error) {
      if (error instanceof UserError) return { path, litmus: null, problems: error.problems };
      throw error;
    }
  });
}

export function thoseLoaded(loaded: readonly Loaded[]): LoadedLitmus[] {
  return loaded.flatMap(({ litmus }) => (litmus === null ? [] : [litmus]));
}
