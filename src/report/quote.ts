/** Content of files, pipes and buffers as a litmus file writes it, and never so long that nobody reads it. */

/** Bytes of a content that a report shows. */
export const CONTENT_SHOWN_MAX = 256;

const NAMED: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\t": "\\t",
  "\0": "\\0",
};

/** `content`, one char a byte, in quotes with the language's escapes; a long one ends with its length. */
export function quoteContent(content: string): string {
  const shown = content.slice(0, CONTENT_SHOWN_MAX);
  const rest = content.length > shown.length ? `… (${content.length} bytes)` : "";
  let text = "";
  for (const char of shown) {
    const code = char.charCodeAt(0);
    text +=
      NAMED[char] ?? (code < 32 || code > 126 ? `\\x${(code & 255).toString(16).padStart(2, "0")}` : char);
  }
  return `"${text}"${rest}`;
}
