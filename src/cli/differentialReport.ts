/** What a differential run reports at its end, for people and as JSON. It depends on the state alone: no times. */
import type { DifferentialTally } from "../conformance/differentialTally.js";
import { verdictOf } from "../conformance/differentialTally.js";
import { FEATURES } from "../properties/generate/index.js";
import { formatReasons, formatTightness, tightnessMeans } from "../report/differential.js";
import type { DifferentialState } from "./differentialState.js";
import { commandLine } from "./shell.js";
import { say, type Terminal } from "./terminal.js";

/** Numbers of scenarios that are listed. */
const LISTED_MAX = 20;

export function printDifferential(terminal: Terminal, state: DifferentialState): void {
  const { config, tally, saved } = state;
  const { paint } = terminal;
  const unsupported = sum(tally.unsupported);
  const inconclusive = sum(tally.inconclusive);
  say(
    terminal,
    `${tally.next} scenarios of seed ${config.seed}, ${config.runs} runs each: ${config.implementation} against ${config.profile}`,
  );
  say(terminal, `agree ${tally.agree}`);
  say(terminal, `unsupported ${unsupported}`);
  for (const line of formatReasons(tally.unsupported)) say(terminal, line);
  say(terminal, `inconclusive ${inconclusive}`);
  for (const line of formatReasons(tally.inconclusive)) say(terminal, line);
  if (tally.unconfirmed.length > 0) {
    say(
      terminal,
      paint.doubtful(`seen, not allowed, and with more time not seen again: ${numbers(tally.unconfirmed)}`),
    );
  }
  const { scenarios, loose } = tally.deterministic;
  say(
    terminal,
    `deterministic class ${scenarios}, of these with exactly one allowed outcome ${scenarios - loose.length}`,
  );
  if (loose.length > 0) say(terminal, paint.bad(`with several: ${numbers(loose)}`));
  say(terminal);
  for (const line of formatTightness(tally.all, featureRows(tally))) say(terminal, line);
  say(terminal);
  const disagree = tally.disagree.length;
  if (disagree > 0) say(terminal, paint.bad(`disagree ${numbers(tally.disagree)}`));
  else say(terminal, "disagree 0");
  for (const { file, scenario, sqes } of saved) {
    say(
      terminal,
      `  scenario ${scenario}, ${sqes} SQEs: ${commandLine("kernel", file, "--profile", config.profile)}`,
    );
  }
  const verdict = verdictOf(tally);
  say(
    terminal,
    verdict === "ok"
      ? paint.good("Ok")
      : verdict === "violated"
        ? paint.bad("No")
        : paint.doubtful("Unknown"),
  );
}

/** One JSON object, a line. */
export function differentialJson(state: DifferentialState): string {
  const { config, tally, saved } = state;
  return JSON.stringify({
    schema: "ringspec.differential/1",
    ...config,
    scenarios: tally.next,
    verdict: verdictOf(tally),
    agree: tally.agree,
    unsupported: tally.unsupported,
    inconclusive: tally.inconclusive,
    disagree: tally.disagree,
    unconfirmed: tally.unconfirmed,
    deterministic: tally.deterministic,
    all: tightnessMeans(tally.all),
    byFeature: Object.fromEntries(featureRows(tally).map(([name, of]) => [name, tightnessMeans(of)])),
    saved,
  });
}

function featureRows(tally: DifferentialTally) {
  return FEATURES.flatMap((name) => {
    const of = tally.features[name];
    return of === undefined ? [] : [[name, of] as const];
  });
}

function sum(reasons: Readonly<Record<string, number>>): number {
  return Object.values(reasons).reduce((total, count) => total + count, 0);
}

/** `3 (scenarios 4, 9, 12)`. */
function numbers(list: readonly number[]): string {
  const shown = list.slice(0, LISTED_MAX).join(", ");
  return `${list.length} (scenarios ${shown}${list.length > LISTED_MAX ? ", …" : ""})`;
}
