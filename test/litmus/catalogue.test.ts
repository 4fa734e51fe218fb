/** Every file of the catalogue compiles, and printing it changes nothing but its layout. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compileLitmus, formatDiagnostic, parseLitmus, printLitmus } from "../../src/litmus/index.js";
import { withoutPositions } from "./positions.js";

const CATALOGUE = fileURLToPath(new URL("../../litmus", import.meta.url));

function litmusFiles(): string[] {
  return readdirSync(CATALOGUE, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".litmus"),
  );
}

describe("the catalogue", () => {
  it("compiles, each file", () => {
    const wrong = litmusFiles().flatMap((name) => {
      const compiled = compileLitmus(readFileSync(join(CATALOGUE, name), "utf8"), name);
      return compiled.ok ? [] : compiled.diagnostics.map(formatDiagnostic);
    });
    expect(wrong).toEqual([]);
  });

  it("is the same tree after printing, and prints the same again", () => {
    for (const name of litmusFiles()) {
      const parsed = parseLitmus(readFileSync(join(CATALOGUE, name), "utf8"), name);
      if (!parsed.ok) continue;
      const printed = printLitmus(parsed.file);
      const again = parseLitmus(printed, name);
      expect(again.ok, printed).toBe(true);
      if (!again.ok) continue;
      expect(withoutPositions(again.file)).toEqual(withoutPositions(parsed.file));
      expect(printLitmus(again.file)).toBe(printed);
    }
  });
});
