/** Trees that nobody has written, as tests. */
import { compileLitmus, type LitmusFile, type LitmusTest, printLitmus } from "../litmus/index.js";
import type { ProgramLibrary } from "../model/programs/index.js";

/** Through its text, so that what is compared is what is printed. Throws for a tree that does not compile. */
export function compiled(file: LitmusFile, programs?: ProgramLibrary): LitmusTest {
  const text = printLitmus(file);
  const result = compileLitmus(text, file.name.text, programs);
  if (result.ok) return result.test;
  const reasons = result.diagnostics.map(({ message }) => message).join("; ");
  throw new Error(`what was made of ${file.name.text} does not compile: ${reasons}\n${text}`);
}

/** What a test says that it is about. */
export function docOf({ ast }: LitmusTest): string | null {
  for (const one of ast.declarations) if (one.kind === "doc") return one.text.text;
  return null;
}
