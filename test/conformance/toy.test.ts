/** The toy ring conforms, and each rule that it is told to break is found: by which part, and as what. */
import { expect, it } from "vitest";
import { catalogue } from "../../src/catalogue/index.js";
import {
  type ConformanceFailure,
  type ConformanceOptions,
  conformance,
  type Feature,
  OutcomeCache,
  SUITES,
} from "../../src/index.js";
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
const LACKS = new Set(["defer", "sqpoll", "threads", "world"]);

const OPTIONS: ConformanceOptions = {
  profile: "linux-6.18",
  files: catalogue(),
  features: FEATURES,
  suites: SUITES.filter(({ name }) => !LACKS.has(name)),
  scenariosPerSuite: 50,
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
  expect(scenarios.ok).toBeGreaterThan(500);
  for (const suite of suites) expect(suite.ok, suite.name).toBeGreaterThan(35);
});

type Part = "files" | "suites" | "scenarios";

/** A row a bug: the parts that find it, one of the violated properties, where there is one. */
const FOUND: readonly (readonly [(typeof BUGS)[number], readonly Part[], property: string | null])[] = [
  ["a soft link never severs", ["files", "suites", "scenarios"], "softLinkSevers"],
  ["a hard link severs", ["files", "suites", "scenarios"], "hardLinkContinues"],
  ["a short read is success", ["files", "suites", "scenarios"], "shortTransferSevers"],
  ["a canceled member runs", ["files", "suites", "scenarios"], "canceledHasNoEffect"],
  ["canceled members come before the failing one", ["files", "suites", "scenarios"], "chainOrder"],
  ["depth first", ["files", "scenarios"], null],
  ["a bad SQE spares what is before it", ["files", "suites", "scenarios"], "prepFailureSevers"],
  ["a bad SQE does not stop the submission", ["files", "suites", "scenarios"], "enterReturns"],
  ["enter does not count the bad SQE", ["files", "suites", "scenarios"], "enterReturns"],
  ["SKIP is ignored", ["files", "suites", "scenarios"], "skipVisibility"],
  ["a failure with SKIP leaves the rest visible", ["files", "suites", "scenarios"], "skipBrokenChain"],
  ["an open chain goes on in the next submission", ["files", "suites", "scenarios"], "noneLost"],
  ["a drain is forgotten", ["files", "suites", "scenarios"], "drainWaits"],
  ["a CQE passes those that overflowed", ["files", "scenarios"], null],
  ["a link timeout fires and cancels nothing", ["files", "suites", "scenarios"], "linkTimeoutAgrees"],
  ["ETIME_SUCCESS severs", ["files", "suites", "scenarios"], "timeoutSevers"],
  ["a cancel ends members that wait in a chain", ["files", "suites", "scenarios"], "cancelAgrees"],
];

it("has a row for each bug", () => {
  expect(FOUND.map(([bug]) => bug)).toEqual(BUGS);
});

it.each(FOUND)("finds that %s", async (bug, parts, property) => {
  const { verdict, files, suites, scenarios } = await conformance(toyRing(bug), {
    ...OPTIONS,
    failuresMax: 1,
  });
  expect(verdict).toBe("failed");
  const inFiles = files.some((file) => file.verdict === "failed");
  const violations = suites.flatMap(({ failure }) => (failure === null ? [] : [failure]));
  const found = { files: inFiles, suites: violations.length > 0, scenarios: scenarios.failure !== null };
  expect(Object.entries(found).flatMap(([part, isFound]) => (isFound ? [part] : []))).toEqual(parts);
  const names = violations.map((failure) =>
    failure.kind === "violated" ? failure.violation.property : failure.kind,
  );
  if (property !== null) expect(names).toContain(property);
  for (const failure of [...violations, scenarios.failure]) {
    if (failure !== null) expect(sqesOf(failure), failure.litmus).toBeLessThanOrEqual(4);
  }
});

function sqesOf({ test }: ConformanceFailure): number {
  return test.scenario.sqes.length;
}
