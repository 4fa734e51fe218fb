/** What can be wrong with a name: it is taken, reserved, or declared nowhere. */
import type { Reporter } from "./diagnostic.js";
import { suggest } from "./suggest.js";
import type { Word } from "./syntax.js";
import { CONDITION_WORDS, clip } from "./tokens.js";

/** Whether conditions could not tell the name from a word of theirs. */
export function isConditionWord(name: Word): boolean {
  return (CONDITION_WORDS as readonly string[]).includes(name.text);
}

export function reportReserved(reporter: Reporter, name: Word): void {
  const hint = `another name, such as \`${name.text}1\``;
  reporter.report(name.at, "reserved-name", `\`${name.text}\` is a word of the language here`, hint);
}

/** `what`: of which kind the other one is, with its article. */
export function reportDuplicate(reporter: Reporter, name: Word, what: string): void {
  reporter.report(name.at, "duplicate-name", `\`${clip(name.text)}\` is already the name of ${what}`);
}

/** `what`: which kind of thing should bear the name; `known`: the names of that kind. */
export function reportUndefined(
  reporter: Reporter,
  name: Word,
  what: string,
  known: readonly string[],
): void {
  const hint = known.length === 0 ? `the file has no ${what}` : suggest(name.text, known);
  reporter.report(name.at, "undefined-name", `there is no ${what} \`${clip(name.text)}\``, hint);
}
