/** Generated scenarios against an implementation: drawn by a seed, run, judged; the first failure is made small. */
import * as fc from "fast-check";
import { smallerFiles } from "../check/shrinkScenario.js";
import {
  compileAst,
  compileLitmus,
  formatDiagnostic,
  type LitmusTest,
  printLitmus,
} from "../litmus/index.js";
import { type GenerateOptions, type Suite, scenarios, toLitmus } from "../properties/generate/index.js";
import type { Property } from "../properties/index.js";
import type { Implementation } from "./implementation.js";
import { byOutcomes, byProperties, type Judge, runAndJudge } from "./judge.js";
import { type ConformanceOptions, type Settled, settled } from "./options.js";
import type { ConformanceFailure, GeneratedResult, ReasonCount } from "./result.js";

/** SQEs of a scenario that is judged against the model: all it can do is searched. */
const SQES_MAX = 6;
/** Smaller scenarios that are tried before the smallest one so far is taken. */
const SHRINKS_MAX = 2000;

interface Part {
  readonly name: string;
  readonly title: string;
  readonly count: number;
  readonly generate: GenerateOptions;
  /** By what a scenario is judged; `after`: what was found first, which alone is shrunk. */
  readonly judge: (after: ConformanceFailure | null) => Judge;
}

/** A property suite: its scenarios, without the model. The first violation that is found is shrunk as a violation of that property. */
export function judgeSuite(
  implementation: Implementation,
  suite: Suite,
  options: ConformanceOptions,
): Promise<GeneratedResult> {
  const all = settled(options);
  const named = (name: string): readonly Property[] => suite.properties.filter((each) => each.name === name);
  return judgePart(implementation, all, {
    name: suite.name,
    title: suite.title,
    count: all.scenariosPerSuite,
    generate: {
      ...suite.options,
      features: suite.options.features?.filter((each) => all.features.includes(each)) ?? all.features,
    },
    judge: (after) =>
      byProperties(after?.kind === "violated" ? named(after.violation.property) : suite.properties),
  });
}

/** Scenarios with everything in them, each outcome held against the model's set. */
export function judgeScenarios(
  implementation: Implementation,
  options: ConformanceOptions,
): Promise<GeneratedResult> {
  const all = settled(options);
  return judgePart(implementation, all, {
    name: "scenarios",
    title: "Generated scenarios against the model.",
    count: all.scenarios,
    generate: { sqesMax: SQES_MAX, features: all.features },
    judge: () => byOutcomes,
  });
}

async function judgePart(
  implementation: Implementation,
  options: Settled,
  part: Part,
): Promise<GeneratedResult> {
  const unsupported = new Map<string, number>();
  const inconclusive = new Map<string, number>();
  let drawn = 0;
  let ok = 0;
  let shrinks = 0;
  // Of the failures the last one is that of the smallest scenario: only what fails is shrunk further.
  let failure: ConformanceFailure | null = null;
  let fault: { readonly error: unknown } | null = null;

  const holds = async (litmus: string): Promise<boolean> => {
    if (failure !== null && ++shrinks > SHRINKS_MAX) return true;
    options.signal?.throwIfAborted();
    const test = compiled(litmus);
    const judged = await runAndJudge(implementation, test, litmus, options, part.judge(failure));
    if (failure === null) {
      options.onProgress({ part: part.name, done: ++drawn, total: part.count });
      if (judged.kind === "ok") ok++;
      if (judged.kind === "unsupported") add(unsupported, judged.reason);
      if (judged.kind === "inconclusive") add(inconclusive, judged.reason);
    }
    if (judged.kind !== "failed" || (failure !== null && failure.kind !== judged.failure.kind)) return true;
    failure = judged.failure;
    return false;
  };

  const property = fc.asyncProperty(
    scenarios({ ...part.generate, profile: options.profile, kernelRunnable: true }),
    async (scenario) => {
      if (fault !== null) return true;
      try {
        return await holds(toLitmus(scenario));
      } catch (error) {
        // No finding, but an abort or a fault of ours: fast-check would shrink it.
        fault = { error };
        return true;
      }
    },
  );
  await fc.check(property, { seed: options.seed, numRuns: part.count, verbose: fc.VerbosityLevel.None });
  throwIfFault(fault);
  await reduce(() => failure, holds);
  const verdict =
    failure !== null
      ? "failed"
      : ok > 0
        ? "ok"
        : inconclusive.size > 0 || unsupported.size === 0
          ? "inconclusive"
          : "unsupported";
  return {
    name: part.name,
    title: part.title,
    verdict,
    drawn,
    ok,
    unsupported: counts(unsupported),
    inconclusive: counts(inconclusive),
    failure,
  };
}

/**
 * What fast-check leaves is made smaller as a litmus file: it draws a cancelation's target from all SQEs, so that it cannot
 * leave one out without aiming at another. `failure` is the smallest so far, which `holds` replaces.
 */
async function reduce(
  failure: () => ConformanceFailure | null,
  holds: (litmus: string) => Promise<boolean>,
): Promise<void> {
  for (let smallest = failure(); smallest !== null; ) {
    const before: ConformanceFailure = smallest;
    for (const file of smallerFiles(before.test.ast)) {
      if (compileAst(file, "generated").ok && !(await holds(printLitmus(file)))) break;
    }
    smallest = failure();
    if (smallest === before) return;
  }
}

function throwIfFault(fault: { readonly error: unknown } | null): void {
  if (fault !== null) throw fault.error;
}

function compiled(litmus: string): LitmusTest {
  const result = compileLitmus(litmus, "generated");
  if (result.ok) return result.test;
  throw new Error(
    `a generated scenario does not compile: ${result.diagnostics.map(formatDiagnostic).join("\n")}`,
  );
}

function add(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}

function counts(reasons: ReadonlyMap<string, number>): ReasonCount[] {
  return [...reasons]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}
