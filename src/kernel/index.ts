/** Scenarios on the real kernel. */
export { type Judgement, judge, type Observed } from "./judge.js";
export { type KernelOptions, type KernelReport, runOnKernel } from "./runner.js";
