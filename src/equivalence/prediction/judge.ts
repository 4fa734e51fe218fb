/** A scenario's links replaced, and the verdict held against what the matrix predicts. */
import type { LitmusTest } from "../../litmus/index.js";
import type { EnvironmentName } from "../environments.js";
import { type MatrixOptions, type Trial, trialOf } from "../matrix.js";
import type { ReplacementName } from "../replace/replacements.js";
import { type KnownRows, type Prediction, predict } from "./prediction.js";

export interface Judged {
  readonly trial: Trial;
  readonly prediction: Prediction;
  /** Null: nothing was predicted, or a limit was hit. */
  readonly isAsPredicted: boolean | null;
}

/** Null: the environment has no place in the scenario. */
export function judgeReplacement(
  test: LitmusTest,
  rows: KnownRows,
  replacement: ReplacementName,
  environment: EnvironmentName,
  options: MatrixOptions = {},
): Judged | null {
  const trial = trialOf(test, replacement, environment, options);
  if (trial === null) return null;
  const prediction = predict(test.ast, rows, replacement, environment);
  const isDecided = prediction.kind === "verdicts" && trial.verdict !== "inconclusive";
  return { trial, prediction, isAsPredicted: isDecided ? prediction.verdicts.includes(trial.verdict) : null };
}
