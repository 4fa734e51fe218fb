/** fast-check arbitraries of scenarios. They yield litmus text in the end, so that every one can be saved as a file. */
import type * as fc from "fast-check";
import { build } from "./build.js";
import { scenarioChoices } from "./choices.js";
import { featuresOf, type GenerateOptions } from "./features.js";
import { programChoices } from "./programChoices.js";
import { withPrograms } from "./programs.js";
import { type GeneratedScenario, toLitmus } from "./scenario.js";

export { chainScenarios } from "./chains.js";
export { FEATURES, type Feature, type GenerateOptions, MODEL_ONLY, PROGRAM_FEATURES } from "./features.js";
export { type GeneratedScenario, type GeneratedSqe, sqesOf, toLitmus } from "./scenario.js";
export { PROGRAM_SUITES, SUITES, type Suite, suiteOf } from "./suites.js";

/**
 * Scenarios within the options. Shrinks by dropping SQEs, clearing flags and simplifying operations to NOP; programs by
 * dropping steps.
 */
export function scenarios(options: GenerateOptions): fc.Arbitrary<GeneratedScenario> {
  const features = featuresOf(options);
  if (features.has("hooks") || features.has("operations")) {
    return programChoices(options).map((choice) => withPrograms(choice, options));
  }
  return scenarioChoices(options).map((choice) => build(choice, options));
}

/** The same as litmus text, to be compiled by the caller: this layer does not know the compiler. */
export function litmusTexts(options: GenerateOptions, name = "generated"): fc.Arbitrary<string> {
  return scenarios(options).map((scenario) => toLitmus(scenario, name));
}
