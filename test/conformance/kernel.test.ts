/** The real kernel as an implementation: what its lost runs mean; and it conforms, where there is one. */
import { release } from "node:os";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue/index.js";
import { reportOf } from "../../src/conformance/kernel.js";
import { conformance, type KernelReport, kernelImplementation, SUITES } from "../../src/index.js";
import { buildWorker } from "../kernel/build.js";
import { testKernel } from "../kernel/kernel.js";

const outcome = { cq: [[]], values: [], files: [], hang: false };
const RAN: KernelReport = {
  kind: "ran",
  release: "6.18.0",
  features: [],
  observed: [{ outcome, runs: 3 }],
  runs: 3,
  hung: 0,
  late: 0,
  unlisted: 0,
};

it("judges the runs that have an outcome, and tells of those that have none", () => {
  expect(reportOf(RAN)).toEqual({ kind: "ran", observed: RAN.observed });
  expect(reportOf({ ...RAN, late: 2, unlisted: 1 })).toEqual({
    kind: "ran",
    observed: RAN.observed,
    lost: "2 runs were held up too long, 1 runs had a result that `may` does not list",
  });
});

it("takes a run that had to be killed for a failure", () => {
  expect(() => reportOf({ ...RAN, hung: 1 })).toThrow("1 of the runs never ended");
});

const { whyNot } = await testKernel("conformance");

describe.skipIf(whyNot !== null || !release().startsWith("6.18."))("this machine's kernel", () => {
  it("conforms to the profile of its release", { timeout: 120_000 }, async () => {
    const workerFile = buildWorker("conformance-kernel");
    const { verdict, files, suites, scenarios } = await conformance(kernelImplementation({ workerFile }), {
      profile: "linux-6.18",
      files: catalogue().filter(({ name }) => name.startsWith("skip/skipped-c")),
      features: ["links", "hardlinks", "skip", "inject", "prep", "submits"],
      suites: SUITES.filter(({ name }) => name === "skip"),
      scenariosPerSuite: 8,
      scenarios: 8,
      runs: 5,
    });
    expect(files.filter((file) => file.verdict === "failed")).toEqual([]);
    expect([...suites, scenarios].filter(({ failure }) => failure !== null)).toEqual([]);
    expect(verdict).toBe("ok");
    expect(files.some((file) => file.verdict === "ok")).toBe(true);
    expect(scenarios.ok).toBeGreaterThan(5);
  });
});
