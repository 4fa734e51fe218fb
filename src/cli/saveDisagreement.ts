/** A disagreement between the model and an implementation as a litmus file that says where it comes from. */
import { join } from "node:path";
import type { Observed } from "../kernel/index.js";
import { type LitmusTest, named, printLitmus } from "../litmus/index.js";
import type { Outcome } from "../model/outcome.js";
import { formatOutcome } from "../report/outcome.js";
import { writeText } from "./files.js";
import { shellWord } from "./shell.js";

export interface DisagreementToSave {
  readonly test: LitmusTest;
  readonly seed: number;
  readonly scenario: number;
  readonly profile: string;
  /** Name of the implementation: a kernel with its release. */
  readonly implementation: string;
  readonly observed: readonly Observed[];
  readonly forbidden: readonly Observed[];
  readonly allowedTotal: number;
  readonly allowed: readonly Outcome[];
}

/** Allowed outcomes that the file lists. */
const ALLOWED_LISTED = 10;
const REPLAY_RUNS = 1000;

/** Writes `FOLDER/differential-SEED-SCENARIO.litmus`; the path. Throws a UserError. */
export function saveDisagreement(folder: string, saved: DisagreementToSave): string {
  const name = `differential-${saved.seed}-${saved.scenario}`;
  const path = join(folder, `${name}.litmus`);
  writeText(path, disagreementText(name, path, saved));
  return path;
}

/** The text of the file; it compiles. */
export function disagreementText(name: string, path: string, saved: DisagreementToSave): string {
  const { test, seed, scenario, profile, implementation, observed, forbidden } = saved;
  const line = (outcome: Outcome): string => formatOutcome(outcome, test.scenario);
  const unseen = saved.allowed.slice(0, ALLOWED_LISTED);
  const head = [
    `Seed ${seed}, scenario ${scenario}: ${implementation} shows what ${profile} does not allow.`,
    `ringspec kernel ${shellWord(path)} --runs ${REPLAY_RUNS} --profile ${profile}`,
    "Seen (*> is not allowed):",
    ...observed.map((each) => `${each.runs} ${forbidden.includes(each) ? "*>" : ":>"} ${line(each.outcome)}`),
    `Allowed, ${saved.allowedTotal} in all:`,
    ...unseen.map((outcome) => `  ${line(outcome)}`),
    ...(saved.allowedTotal > unseen.length ? ["  …"] : []),
  ];
  const comments = { before: head.map((text) => `# ${text}`), after: null };
  return printLitmus({ ...test.ast, name: named(name), comments });
}
