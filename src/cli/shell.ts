/** Commands that the user can paste. */

/** A word as a shell reads it back. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** `ringspec` with its arguments. */
export function commandLine(...words: readonly string[]): string {
  return ["ringspec", ...words].map(shellWord).join(" ");
}
