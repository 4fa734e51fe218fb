/** The scenarios of a differential run, one after the other: added up, made small and saved where they disagree, kept. */
import {
  type DifferentialImplementation,
  type DifferentialOptions,
  type Judged,
  runScenario,
  runScenarios,
} from "../conformance/differential.js";
import { shrinkDisagreement } from "../conformance/differentialShrink.js";
import { addResult } from "../conformance/differentialTally.js";
import { compileDrawn, drawScenario, seedOf } from "../conformance/draw.js";
import { type DifferentialState, type SavedDisagreement, writeState } from "./differentialState.js";
import { Progress } from "./progress.js";
import { saveDisagreement } from "./saveDisagreement.js";
import { say, type Terminal } from "./terminal.js";

export interface RunPlan {
  readonly implementation: DifferentialImplementation;
  readonly options: DifferentialOptions;
  /** Number of scenarios in all. */
  readonly scenarios: number;
  /** Scenarios that are under way at a time. */
  readonly width: number;
  /** Where disagreements are saved. */
  readonly out: string;
  /** Disagreements that are made small and saved; the others are counted. */
  readonly savedMax: number;
  readonly stateFile: string;
  /** Says of each disagreement as it is found. */
  readonly isTalkative: boolean;
}

const KEEP_EVERY_MS = 3000;
/** Smaller scenarios that are tried of one disagreement. */
const SHRINK_TRIES_MAX = 400;

/** Goes on from where `state` stands until all is done; `state` is kept in its file every few seconds and at the end. */
export async function runDifferential(
  terminal: Terminal,
  plan: RunPlan,
  state: DifferentialState,
): Promise<void> {
  const { implementation, options, scenarios, stateFile } = plan;
  const { tally } = state;
  const progress = new Progress(terminal);
  const began = { at: terminal.now(), next: tally.next };
  let keptAt = began.at;
  const keep = (): void => writeState(stateFile, state);
  process.once("exit", keep);
  try {
    const run = (index: number) => runScenario(implementation, options, index);
    for await (const result of runScenarios(run, tally.next, scenarios, plan.width)) {
      const { verdict, index } = result;
      if (verdict.kind === "disagrees" && state.saved.length < plan.savedMax) {
        progress.begin(index + 1, scenarios, "making a disagreement smaller");
        const saved = await shrinkAndSave(plan, index, verdict);
        state.saved.push(saved);
        progress.clear();
        if (plan.isTalkative) say(terminal, `scenario ${index}: ${saved.sqes} SQEs, ${saved.file}`);
      }
      addResult(tally, result);
      const now = terminal.now();
      progress.begin(
        tally.next,
        scenarios,
        paceOf(tally.next - began.next, scenarios - tally.next, now - began.at),
      );
      if (now - keptAt < KEEP_EVERY_MS) continue;
      keptAt = now;
      keep();
    }
    keep();
  } finally {
    process.removeListener("exit", keep);
    progress.clear();
  }
}

/** How fast it goes, and how long it will. */
function paceOf(done: number, left: number, ms: number): string {
  if (ms <= 0) return `${left} left`;
  const perSecond = (done * 1000) / ms;
  const seconds = Math.round(left / perSecond);
  const time = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `${perSecond.toFixed(1)} scenarios/s, ${left} left, about ${time}`;
}

/** Makes it small while it can be seen again; where it cannot, it is saved as it was drawn. */
async function shrinkAndSave(plan: RunPlan, index: number, verdict: Judged): Promise<SavedDisagreement> {
  const { implementation, options } = plan;
  const drawn = compileDrawn(drawScenario(options.generate, options.seed, index));
  const small = (await shrinkDisagreement(implementation, options, drawn, {
    triesMax: SHRINK_TRIES_MAX,
    seed: seedOf(options.seed, index) >>> 0,
  })) ?? {
    test: drawn,
    observed: verdict.forbidden,
    forbidden: verdict.forbidden,
    allowedTotal: verdict.allowed,
    allowed: [],
  };
  const file = saveDisagreement(plan.out, {
    ...small,
    seed: options.seed,
    scenario: index,
    profile: options.profile,
    implementation: implementation.name,
  });
  return { scenario: index, file, sqes: small.test.scenario.sqes.length };
}
