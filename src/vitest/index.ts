/** An implementation's conformance as tests of vitest: a file a test, a property suite a test, and the generated scenarios. */
import { describe, it } from "vitest";
import { catalogue } from "../catalogue/index.js";
import { judgeFile } from "../conformance/files.js";
import { judgeScenarios, judgeSuite } from "../conformance/generated.js";
import type { Implementation } from "../conformance/implementation.js";
import { type ConformanceOptions, settled } from "../conformance/options.js";
import type { ConformanceFailure, GeneratedResult } from "../conformance/result.js";
import type { ProfileName } from "../model/profile.js";
import { comparedOutcomes, countsOf, type FoundIn, formatFailure } from "../report/conformance.js";

export interface SuiteOptions extends Omit<ConformanceOptions, "failuresMax" | "signal" | "onProgress"> {
  /** Milliseconds that one test may take; default 120,000. */
  readonly timeoutMs?: number;
}

/**
 * Declares the tests; to be called where `describe` may be. `files` are the package's catalogue where nothing is said.
 * What the implementation does not support is skipped, with its reason; so is what could not be judged.
 */
export function describeConformance(implementation: Implementation, options: SuiteOptions): void {
  const all: ConformanceOptions = { ...options, files: options.files ?? catalogue() };
  const { profile, seed, files, suites } = settled(all);
  const timeout = options.timeoutMs ?? 120_000;
  describe(`${implementation.name} conforms to ${profile}`, () => {
    describe("litmus files", () => {
      for (const file of files) {
        it(file.name, { timeout }, async ({ skip }) => {
          const result = await judgeFile(implementation, file, all);
          if (result.verdict === "failed") fail(result.failure, profile, { file: file.name });
          if (result.verdict !== "ok") skip(`${result.verdict}: ${result.reason}`);
        });
      }
    });
    const generated = (title: string, judge: () => Promise<GeneratedResult>): void => {
      it(title, { timeout }, async ({ skip }) => {
        const result = await judge();
        if (result.failure !== null) fail(result.failure, profile, { seed });
        if (result.verdict !== "ok") skip(countsOf(result));
      });
    };
    describe("property suites", () => {
      for (const suite of suites) {
        generated(`${suite.name}: ${suite.title}`, () => judgeSuite(implementation, suite, all));
      }
    });
    describe("generated scenarios", () => {
      generated("show only outcomes that the model has", () => judgeScenarios(implementation, all));
    });
  });
}

/** vitest shows `actual` and `expected` as a difference. */
function fail(failure: ConformanceFailure, profile: ProfileName, found: FoundIn): never {
  const compared = comparedOutcomes(failure);
  const shown = compared?.nearest ? { actual: compared.observed, expected: compared.nearest } : {};
  throw Object.assign(new Error(formatFailure(failure, profile, found)), shown);
}
