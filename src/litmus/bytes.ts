/** Strings of a litmus file: UTF-8 text in the file, one char a byte in a scenario. */

/** The UTF-8 bytes of `text`, one char each. */
export function utf8Bytes(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** The text whose UTF-8 bytes these are; null where they are not UTF-8. */
export function utf8Text(bytes: string): string | null {
  const raw = Uint8Array.from(bytes, (char) => char.charCodeAt(0));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return null;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", n: "\n", t: "\t", "0": "\0" };

/**
 * The bytes that the inside of a string literal means. `badAt`: index of the first escape that there is not; null:
 * all are known.
 */
export function unescapeBytes(inside: string): { readonly bytes: string; readonly badAt: number | null } {
  let bytes = "";
  let plainFrom = 0;
  let badAt: number | null = null;
  for (let i = inside.indexOf("\\"); i !== -1; i = inside.indexOf("\\", plainFrom)) {
    bytes += utf8Bytes(inside.slice(plainFrom, i));
    const letter = inside[i + 1] ?? "";
    const hex = letter === "x" ? /^[0-9A-Fa-f]{2}/.exec(inside.slice(i + 2, i + 4)) : null;
    if (hex !== null) {
      bytes += String.fromCharCode(Number.parseInt(hex[0], 16));
      plainFrom = i + 4;
    } else {
      const meaning = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
      if (meaning === undefined) badAt ??= i;
      bytes += meaning ?? "";
      plainFrom = i + 2;
    }
  }
  bytes += utf8Bytes(inside.slice(plainFrom));
  return { bytes, badAt };
}

/**
 * A literal that means these bytes: as text where they are UTF-8, else byte by byte; control characters as escapes.
 */
export function quoteBytes(bytes: string): string {
  const text = utf8Text(bytes);
  if (text !== null) return quoteText(text);
  return `"${bytes.replace(/[^\x20-\x7e]|["\\]/g, (byte) => shortEscape(byte) ?? hexEscape(byte))}"`;
}

/** A literal that means this text. */
export function quoteText(text: string): string {
  const escaped = text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
    /[\u0000-\u001f\u007f-\u009f\ufeff\ufffd\u2028\u2029"\\]/g,
    (char) => shortEscape(char) ?? Array.from(utf8Bytes(char), hexEscape).join(""),
  );
  return `"${escaped}"`;
}

function shortEscape(char: string): string | null {
  const letter = Object.keys(ESCAPES).find((key) => ESCAPES[key] === char);
  return letter === undefined ? null : `\\${letter}`;
}

function hexEscape(byte: string): string {
  return `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
