/**
 * The library: a litmus file in, every outcome out; or an implementation of your own held against the specification.
 * What is not exported here may change without notice.
 */

// Every claim decided, every outcome listed.
export { type Check, type CheckOptions, check, checkTest } from "./check/check.js";
export type { CheckLimits, CheckResult, ClaimResult, Verdict } from "./check/result.js";
export { rulesOnPath } from "./check/rulesOf.js";
export { shrinkScenario, smallerFiles } from "./check/shrinkScenario.js";
// An implementation of io_uring held against the specification; its tests for vitest are `ringspec/vitest`.
export { conformance } from "./conformance/conformance.js";
export { judgeFile } from "./conformance/files.js";
export { judgeScenarios, judgeSuite } from "./conformance/generated.js";
export type { Implementation, RunReport, RunRequest } from "./conformance/implementation.js";
export { type KernelImplementationOptions, kernelImplementation } from "./conformance/kernel.js";
export type { ConformanceOptions, ConformanceProgress, LitmusText } from "./conformance/options.js";
export { OutcomeCache } from "./conformance/outcomeCache.js";
export type {
  ConformanceFailure,
  ConformanceResult,
  ConformanceVerdict,
  FileResult,
  GeneratedResult,
  ReasonCount,
} from "./conformance/result.js";
// Two litmus files compared as automata over what can be seen.
export { autLines } from "./equivalence/aut.js";
export type { Automaton } from "./equivalence/automaton.js";
export type { LinkSearch } from "./equivalence/beyond/linkSearch.js";
export {
  type BeyondOptions,
  type BeyondRow,
  beyondRow,
  isBeyondRow,
  nearestChain,
  type Opposed,
} from "./equivalence/beyond/row.js";
export { COST_KINDS, type CostKind, type CostRange, type Costs, costsOf } from "./equivalence/costs.js";
export { dotLines } from "./equivalence/dot.js";
export { ENVIRONMENT_NAMES, ENVIRONMENTS, type EnvironmentName } from "./equivalence/environments.js";
export { type EquivalenceLimits, type EquivalenceOptions, equivalence } from "./equivalence/equivalence.js";
// Links replaced, feature by feature; and hooks that no chain of links replaces.
export {
  type Cell,
  type CellVerdict,
  type MatrixOptions,
  matrixRow,
  observationOf,
  type Row as MatrixRow,
  type Trial,
} from "./equivalence/matrix.js";
export { blindSpots, type CqeOrder, chainsOf, type Observation } from "./equivalence/observation.js";
export type { Replacement } from "./equivalence/replace/handOver.js";
export { linksToLoop } from "./equivalence/replace/linksToLoop.js";
export { linksToOps } from "./equivalence/replace/linksToOps.js";
export { linksToUser } from "./equivalence/replace/linksToUser.js";
export {
  REPLACEMENT_NAMES,
  REPLACEMENTS,
  type ReplacementKind,
  type ReplacementName,
} from "./equivalence/replace/replacements.js";
export type {
  Difference,
  EquivalenceAutomata,
  EquivalenceResult,
  EquivalenceVerdict,
  ShownRun,
} from "./equivalence/result.js";
// The kernel of this machine as judge.
export {
  type Judgement as KernelJudgement,
  judge,
  type KernelOptions,
  type KernelReport,
  type Observed as ObservedOutcome,
  runOnKernel,
} from "./kernel/index.js";
// Logs of the kernel's tracepoints, held against the rules.
export {
  CLAIMS as TRACE_CLAIMS,
  type ClaimReport as TraceClaimReport,
  checkLog,
  type LogProblem,
  type Loss,
  type ReadLog,
  readLog,
  type TraceEvent,
  type TraceLog,
  type TraceReport,
  type Violation as TraceViolationFound,
} from "./kernel/tracepoints/index.js";
// From text to a test, and back.
export {
  type Claim,
  type Compiled,
  compileAst,
  compileLitmus,
  type Diagnostic,
  type DiagnosticCode,
  formatDiagnostic,
  type LitmusFile,
  type LitmusTest,
  type Parsed,
  parseLitmus,
  printLitmus,
} from "./litmus/index.js";
// The specification as a transition system, under a profile.
export { type Condition, type Facts, holds } from "./model/condition.js";
export { errnoNumber, formatRes } from "./model/errno.js";
export type { Event, Rule } from "./model/event.js";
export { type Action, actorOf, type RingModel, ringModel } from "./model/model.js";
export type { CqeRecord, Outcome } from "./model/outcome.js";
export {
  isProfileName,
  KERNEL_PROFILES,
  POSTED_PROFILES,
  PROFILE_NAMES,
  type Profile,
  type ProfileName,
  profileOf,
} from "./model/profile.js";
export type {
  HookProgram,
  HookView,
  LoopParams,
  LoopState,
  OperationData,
  OperationProgram,
  Parameters,
  Program,
  ProgramArguments,
  ProgramLibrary,
  Region,
  RingConstants,
  Variable,
} from "./model/programs/index.js";
export { RULES } from "./model/rules.js";
export {
  type FdRef,
  type Instruction,
  IOSQE,
  type Operation,
  type Scenario,
  type Sqe,
} from "./model/scenario.js";
export type { State } from "./model/state.js";
// Loop hooks and custom operations that litmus files may name.
export { SHELF } from "./programs/index.js";
// The named claims about io_uring, for runs of any implementation; and scenarios to run it on.
export {
  FEATURES,
  type Feature,
  type GeneratedScenario,
  type GenerateOptions,
  litmusTexts,
  PROGRAM_FEATURES,
  PROGRAM_SUITES,
  SUITES,
  type Suite,
  scenarios,
  suiteOf,
  toLitmus,
} from "./properties/generate/index.js";
export {
  checkAll,
  type Judgement as PropertyJudgement,
  type Observed as ObservedEvent,
  observedOf,
  PROGRAM_PROPERTIES,
  PROPERTIES,
  type Property,
  propertyOf,
  type Run as ObservedRun,
  type Verdict as PropertyVerdict,
  type Violation,
} from "./properties/index.js";
// Outcomes as a person reads them, and as JSON; conformance; the matrix.
export { beyondSections, beyondSummary, formatBeyond } from "./report/beyond.js";
export { type FoundIn, formatConformance, formatFailure } from "./report/conformance.js";
export { formatEquivalence } from "./report/equivalence.js";
export { formatMatrix, matrixPage, type PageParts } from "./report/matrix.js";
export { formatOutcome, type OutcomeJson, outcomeJson } from "./report/outcome.js";
// Steps, runs and choosers; the search over any model.
export type { Alternatives, Chooser, Refusal } from "./scheduler/chooser.js";
export { Exhaustive } from "./scheduler/exhaustive.js";
export type { Codec, Layout, Model } from "./scheduler/model.js";
export { codecOf } from "./scheduler/packing.js";
export { type PctOptions, pct } from "./scheduler/pct.js";
export { pointOfNoReturn } from "./scheduler/pointOfNoReturn.js";
export { type Replay, replay } from "./scheduler/replay.js";
export { type Run, type RunOptions, run } from "./scheduler/run.js";
export type { Choice, Schedule } from "./scheduler/schedule.js";
export {
  type Problem,
  type SearchLimits,
  type SearchOptions,
  type SearchResult,
  search,
} from "./scheduler/search.js";
export { seeded } from "./scheduler/seeded.js";
export { shrinkSchedule } from "./scheduler/shrinkSchedule.js";
export { begin, type Step, step } from "./scheduler/step.js";
// Traces.
export {
  type ReadTrace,
  readTrace,
  TRACE_SCHEMA,
  type Trace,
  type TraceChoice,
  type TraceProblem,
  type TraceViolation,
  writeTrace,
} from "./trace/index.js";
