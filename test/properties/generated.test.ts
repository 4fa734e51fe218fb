/** Every generated text is a litmus file: it compiles, under every suite's options. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileLitmus, formatDiagnostic } from "../../src/litmus/index.js";
import { litmusTexts, SUITES } from "../../src/properties/generate/index.js";

describe("generated scenarios compile", () => {
  it.each(SUITES.map((suite) => [suite.name, suite] as const))("%s", (_, { options }) => {
    for (const kernelRunnable of [false, true]) {
      fc.assert(
        fc.property(litmusTexts({ ...options, kernelRunnable }), (text) => {
          const compiled = compileLitmus(text, "generated.litmus");
          const errors = compiled.ok
            ? []
            : compiled.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic));
          expect(errors, text).toEqual([]);
        }),
        { seed: 3, numRuns: 200 },
      );
    }
  });
});
