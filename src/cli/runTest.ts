/** One run of a litmus file under one profile, by a chooser: what happened at each step, and what it comes to. */
import { watchClaims } from "../check/check.js";
import { hangs, type Watched } from "../check/monitor.js";
import { OutcomeAlphabet } from "../check/outcomes.js";
import type { LitmusTest } from "../litmus/index.js";
import type { Event } from "../model/event.js";
import { actorOf } from "../model/model.js";
import type { Outcome } from "../model/outcome.js";
import type { ProfileName } from "../model/profile.js";
import type { Scenario } from "../model/scenario.js";
import { claimTitle } from "../report/claim.js";
import type { TimelineStep } from "../report/timeline.js";
import type { Chooser } from "../scheduler/chooser.js";
import { run } from "../scheduler/run.js";
import type { Schedule } from "../scheduler/schedule.js";

/** Steps of one run: a model need not end. */
export const STEPS_MAX = 20_000;

export interface TestRun {
  readonly schedule: Schedule;
  readonly steps: readonly TimelineStep[];
  /** All events, in their order. */
  readonly events: readonly Event[];
  readonly end: "quiescent" | "steps" | "parted";
  /** Why the chooser refused. */
  readonly why: string | null;
  /** null: the run did not come to its end. */
  readonly outcome: Outcome | null;
  /** The claims whose condition this run alone decides or shows; null: the run did not come to its end. */
  readonly claims: readonly RunClaim[] | null;
}

export interface RunClaim {
  /** As `claimTitle` gives it. */
  readonly title: string;
  /** `violated`: an `always` or `never` that this run contradicts; `shown`: an `exists` that it satisfies. */
  readonly says: "violated" | "shown" | "nothing";
}

/** Runs to the end, to `stepsMax`, or to where the chooser refuses. */
export function runTest(
  test: LitmusTest,
  profile: ProfileName,
  chooser: Chooser,
  stepsMax: number = STEPS_MAX,
): TestRun {
  const model = watchClaims(test, profile);
  const steps: TimelineStep[] = [];
  const { schedule, state, end, why } = run(model, chooser, {
    stepsMax,
    actorOf,
    onStep: (taken, action, before) =>
      steps.push({ label: model.describe(action, before), events: taken.events }),
  });
  const events = steps.flatMap((step) => step.events);
  const ended = end === "quiescent";
  const claims = test.claims.map((claim): RunClaim => {
    const holds = ended && model.holds(claim.condition, state);
    const decides = claim.kind === "always" ? !holds : holds;
    const says = !decides ? "nothing" : claim.kind === "exists" ? "shown" : "violated";
    return { title: claimTitle(claim), says };
  });
  if (ended && hangs(state.system, test.scenario)) {
    claims.push({ title: claimTitle({ kind: "hang", name: null, text: "hang" }), says: "violated" });
  }
  return {
    schedule,
    steps,
    events,
    end,
    why,
    outcome: ended ? outcomeOf(test.scenario, events, state) : null,
    claims: ended ? claims : null,
  };
}

/** What the run shows: the word of its CQEs, and its end. */
function outcomeOf(scenario: Scenario, events: readonly Event[], { system }: Watched): Outcome {
  const alphabet = new OutcomeAlphabet(scenario);
  const tracks: number[][] = Array.from({ length: alphabet.tracks }, () => []);
  for (const event of events) {
    const letter = alphabet.letter(event);
    if (letter > 0) tracks[alphabet.trackOf(letter)]?.push(letter);
  }
  return alphabet.outcomeOf({ tracks, end: alphabet.end(system) });
}
