/** A wrong specification: one rule broken, as a patch of the model's text. */
export interface Mutant {
  /** The wrong rule in words. */
  readonly name: string;
  /** The rules that it breaks, by id. */
  readonly rules: readonly string[];
  /** Under src/model. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

export const mutant = (name: string, rules: string, file: string, find: string, replace: string): Mutant => ({
  name,
  rules: rules.split(" "),
  file,
  find,
  replace,
});
