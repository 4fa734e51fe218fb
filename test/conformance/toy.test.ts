/** The toy ring conforms, and each rule that it is told to break is found, by which part and as what. */
import { expect, it } from "vitest";
import { catalogue } from "../../src/catalogue/index.js";
import { type ConformanceOptions, conformance, type Feature, OutcomeCache, SUITES } from "../../src/index.js";
import { BUGS } from "./toy/bugs.js";
import { toyRing } from "./toy/implementation.js";

/** What the toy has of it. */
const FEATURES: readonly Feature[] = [
  "links",
  "hardlinks",
  "skip",
  "drain",
  "async",
  "inject",
  "linkTimeouts",
  "timeouts",
  "cancel",
  "poll",
  "multishot",
  "pipes",
  "files",
  "prep",
  "overflow",
  "submitAll",
  "submits",
  "sleeps",
];

/** Without what they are about, the other suites ask the same again. */
const LACKS = new Set(["defer", "sqpoll", "threads"]);

const OPTIONS: ConformanceOptions = {
  profile: "linux-6.18",
  files: catalogue(),
  features: FEATURES,
  suites: SUITES.filter(({ name }) => !LACKS.has(name)),
  scenariosPerSuite: 40,
  scenarios: 650,
  limits: { statesMax: 500 },
  cache: new OutcomeCache(),
};

it("conforms in all that it supports", async () => {
  const { verdict, files, suites, scenarios } = await conformance(toyRing(), OPTIONS);
  expect(files.filter((file) => file.verdict === "failed")).toEqual([]);
  expect([...suites, scenarios].filter(({ failure }) => failure !== null)).toEqual([]);
  expect(verdict).toBe("ok");
  expect(files.filter((file) => file.verdict === "ok").length).toBeGreaterThan(330);
  expect(scenarios.ok).toBeGreaterThan(480);
  for (const suite of suites) expect(suite.ok, suite.name).toBeGreaterThan(30);
});

interface Row {
  readonly bug: (typeof BUGS)[number];
  /** The property suite that is about it. */
  readonly suite: string;
  /** The property that the suite finds violated; null: none, for none is claimed. */
  readonly property: string | null;
  /** Whether the generated scenarios find it too. The catalogue always does. */
  readonly byScenarios: boolean;
}

function row(bug: Row["bug"], suite: string, property: string | null, byScenarios = true): Row {
  return { bug, suite, property, byScenarios };
}

const FOUND: readonly Row[] = [
  row("a soft link never severs", "links", "softLinkSevers"),
  row("a hard link severs", "links", "hardLinkContinues"),
  row("a short read is success", "links", "shortTransferSevers"),
  row("a canceled member runs", "world", "canceledHasNoEffect"),
  row("canceled members come before the failing one", "links", "chainOrder"),
  row("depth first", "links", null),
  row("a bad SQE spares what is before it", "prep", "prepFailureSevers"),
  row("a bad SQE does not stop the submission", "prep", "oneFinalCqe"),
  row("enter does not count the bad SQE", "prep", "enterReturns"),
  row("SKIP is ignored", "skip", "oneFinalCqe"),
  row("a failure with SKIP leaves the rest visible", "skip", "skipBrokenChain"),
  row("an open chain goes on in the next submission", "links", "noneLost"),
  row("a drain is forgotten", "drain", "drainHolds"),
  row("a CQE passes those that overflowed", "overflow", null, false),
  row("a link timeout fires and cancels nothing", "cancel", "linkTimeoutAgrees"),
  row("ETIME_SUCCESS severs", "timeouts", "timeoutSevers"),
  row("a cancel ends members that wait in a chain", "cancel", "cancelAgrees"),
];

it("has a row for each bug", () => {
  expect(FOUND.map(({ bug }) => bug)).toEqual(BUGS);
});

it.each(FOUND.map((each) => [each.bug, each] as const))("finds that %s", async (bug, each) => {
  const { suite, property, byScenarios } = each;
  const suites = SUITES.filter(({ name }) => name === suite);
  const result = await conformance(toyRing(bug), {
    ...OPTIONS,
    suites,
    scenariosPerSuite: 150,
    failuresMax: 1,
  });
  const failures = [...result.suites, result.scenarios].map(({ failure }) => failure);
  const [violated, forbidden] = failures;
  expect(result.verdict).toBe("failed");
  expect(result.files.at(-1)?.verdict).toBe("failed");
  expect(violated?.kind === "violated" ? violated.violation.property : null).toBe(property);
  expect(forbidden?.kind).toBe(byScenarios ? "forbidden" : undefined);
  for (const failure of failures) {
    if (failure !== null) expect(failure.test.scenario.sqes.length, failure.litmus).toBeLessThanOrEqual(4);
  }
});
