/** The real kernel as an implementation: what its lost runs mean; and it conforms, where there is one. */
import { afterAll, describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue/index.js";
import { reportOf } from "../../src/conformance/kernel.js";
import { conformance, kernelImplementation, type KernelReport, SUITES } from "../../src/index.js";
import { testKernel } from "../kernel/kernel.js";
import { buildWorker, removeWorker } from "../kernel/build.js";

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
