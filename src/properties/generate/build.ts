/**
 * From choices to a scenario: labels, targets, declarations of what is used, and the few things that keep a run from
 * blocking for ever. Total and deterministic: every combination of choices is a scenario, so shrinking cannot fail.
 */
import {
  type ActionChoice,
  PLAIN_STEP,
  type ScenarioChoice,
  type SqeChoice,
  type StepChoice,
} from "./choices.js";
import { featuresOf, type GenerateOptions } from "./features.js";
import type { OperationChoice } from "./operations.js";
import type { GeneratedScenario, GeneratedSqe, GeneratedStatement } from "./scenario.js";

const LABELS = "abcdefghijklmnopqrstuvwxyz";
const RING = "r";
const SECOND_RING = "t";

interface Build {
  readonly choice: ScenarioChoice;
  readonly options: GenerateOptions;
  /** All labels of the scenario, known before the first SQE is made, so that a target may come later. */
  readonly labelCount: number;
  made: number;
  binds: number;
  /** An SQE with DRAIN was made, or a submission may have left SQEs behind: nothing is sure to complete any more. */
  isUnsure: boolean;
  /** An SQE reads or writes at the position of a file. */
  usesPosition: boolean;
}

/** The scenario of these choices. At most `options.sqesMax` SQEs: the ones past that are left out. */
export function build(choice: ScenarioChoice, options: GenerateOptions): GeneratedScenario {
  const steps = cropped(choice.steps, Math.min(options.sqesMax, LABELS.length));
  const labelCount = steps.flatMap(({ sqes }) => sqes).reduce((sum, sqe) => sum + sizeOf(sqe), 0);
  const state: Build = {
    choice,
    options,
    labelCount,
    made: 0,
    binds: 0,
    isUnsure: false,
    usesPosition: false,
  };
  const threads: [GeneratedStatement[], GeneratedStatement[]] = [[], []];
  for (const step of steps) {
    const thread = step.isSecondThread && maySplit(state) ? 1 : 0;
    const condition = conditionOf(state, step);
    const body = stepStatements(state, step);
    if (condition === null) threads[thread].push(...body);
    else threads[thread].push({ kind: "line", text: `reap ${RING}` }, { kind: "if", condition, body });
    threads[thread].push(...step.after.flatMap((action) => actionStatements(state, action)));
  }
  const scenario = {
    rings: [],
    world: [],
    threads: threads
      .map((statements, index) => ({ name: `T${index}`, statements }))
      .filter(({ statements }, index) => index === 0 || statements.length > 0),
  };
  return { ...scenario, rings: ringsOf(state, scenario), world: worldOf(scenario, options) };
}

function sizeOf(sqe: SqeChoice): number {
  return hasGuard(sqe) ? 2 : 1;
}

/** A LINK_TIMEOUT behind a LINK_TIMEOUT is the prep suite's business. */
function hasGuard(sqe: SqeChoice): boolean {
  return sqe.guard !== null && sqe.operation.opcode !== "LINK_TIMEOUT";
}

function cropped(steps: readonly StepChoice[], sqesMax: number): StepChoice[] {
  const kept: StepChoice[] = [];
  let left = sqesMax;
  for (const step of steps) {
    const sqes: SqeChoice[] = [];
    for (const sqe of step.sqes) {
      if (left === 0) break;
      const fitting = sizeOf(sqe) > left ? { ...sqe, guard: null } : sqe;
      left -= sizeOf(fitting);
      sqes.push(fitting);
    }
    if (sqes.length > 0) kept.push({ ...step, sqes });
  }
  return kept.length === 0 ? [PLAIN_STEP] : kept;
}

/** One task only may enter a SINGLE_ISSUER ring, and two threads could fill a small SQ between queue and enter. */
function maySplit({ choice }: Build): boolean {
  return !choice.setup.includes("SINGLE_ISSUER") && choice.smallCq === null;
}

function stepStatements(state: Build, step: StepChoice): GeneratedStatement[] {
  const { choice } = state;
  const ring = step.isSecondRing && choice.smallCq === null ? SECOND_RING : RING;
  const sqes = step.sqes.flatMap((sqe) => makeSqes(state, sqe, ring));
  if (choice.smallCq !== null && !choice.setup.includes("SQPOLL")) {
    return chunks(sqes, choice.smallCq).map((chunk) => submitStatement(state, chunk, step, ring));
  }
  if (step.cut === null) return [submitStatement(state, sqes, step, ring)];
  const first = Math.min(step.cut, sqes.length);
  state.isUnsure = true;
  return [
    { kind: "queue", ring, sqes },
    { kind: "line", text: `enter ${ring} submit ${first} as ${bindName(state)}` },
    { kind: "line", text: `enter ${ring} submit ${sqes.length - first + 1} as ${bindName(state)}` },
  ];
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < list.length; at += size) parts.push(list.slice(at, at + size));
  return parts;
}

function submitStatement(
  state: Build,
  sqes: readonly GeneratedSqe[],
  step: StepChoice,
  ring: string,
): GeneratedStatement {
  const sure = sureCompletions(state, sqes);
  const submitAll = state.choice.setup.includes("SUBMIT_ALL") || state.choice.smallCq !== null;
  if (sqes.some((sqe) => sqe.flags.includes("DRAIN") || (!submitAll && mayFailPrep(sqe))))
    state.isUnsure = true;
  const wait = step.wait === "none" ? null : step.wait === "zero" || sure === 0 ? 0 : sure;
  return { kind: "submit", ring, sqes, wait, bind: bindName(state) };
}

/** CQEs that come whatever happens: heads that are NOPs, where no drain holds them and no other thread reaps them. */
function sureCompletions(state: Build, sqes: readonly GeneratedSqe[]): number {
  const isShared = state.choice.steps.some(({ isSecondThread }) => isSecondThread) && maySplit(state);
  const isUnsure = state.isUnsure || sqes.some(({ flags }) => flags.includes("DRAIN"));
  if (isShared || isUnsure) return 0;
  return sqes.filter(({ opcode, flags }, position) => {
    const before = sqes[position - 1];
    const isHead = before === undefined || !before.flags.some((flag) => flag.endsWith("LINK"));
    return isHead && opcode === "NOP" && !flags.includes("SKIP");
  }).length;
}

/** Generously: what certainly passes prep is false. */
function mayFailPrep({ opcode, keys, multishot, flags }: GeneratedSqe): boolean {
  const isGuard = opcode === "LINK_TIMEOUT" && keys.length === 1;
  if (opcode === "INVALID" || opcode === "BPF" || isGuard || multishot) return true;
  return (
    flags.includes("BUFFER_SELECT") ||
    keys.some(([name]) => name === "prep" || name === "res" || name === "flags")
  );
}

function bindName(state: Build): string {
  return `n${state.binds++}`;
}

/** `null`: unconditional. Only on results of SQEs made before, by their own thread or not. */
function conditionOf(state: Build, step: StepChoice): string | null {
  if (step.condition === null || state.made === 0) return null;
  return `${labelAt(step.condition % state.made)}.res >= 0`;
}

function labelAt(index: number): string {
  return LABELS[index] ?? "a";
}

/** One past the last SQE is nobody. */
function targetName(state: Build, target: number): string {
  const index = target % (state.labelCount + 1);
  return index === state.labelCount ? "none" : labelAt(index);
}

function makeSqes(state: Build, choice: SqeChoice, ring: string): GeneratedSqe[] {
  const { operation } = choice;
  const label = labelAt(state.made++);
  const keys: (readonly [string, string])[] = [];
  if (operation.target !== null) keys.push(["target", targetName(state, operation.target)]);
  for (const [name, value] of operation.keys) {
    keys.push(name === "ring" ? [name, ring === RING ? SECOND_RING : RING] : [name, value]);
  }
  if (movesPosition(operation)) {
    // Two that use one file position race inside the kernel, in ways that the model does not have (docs/SCOPE.md).
    if (state.usesPosition && state.options.kernelRunnable) keys.push(["off", "0"]);
    state.usesPosition = true;
  }
  if (operation.opcode === "MSG_RING") keys.push(["label", `m_${label}`]);
  if (choice.prep !== null && operation.opcode !== "INVALID") keys.push(["prep", choice.prep]);
  if (choice.userData !== null && state.made > 1)
    keys.push(["ud", labelAt(choice.userData % (state.made - 1))]);
  const guarded = choice.guard !== null && hasGuard(choice) ? choice.guard : null;
  const sqe: GeneratedSqe = {
    label,
    opcode: operation.opcode,
    keys,
    multishot: operation.multishot,
    may: operation.may,
    flags: flagsOf(
      { ...choice, bufferSelect: choice.bufferSelect && !mayNotSelect(state, operation.opcode) },
      guarded !== null && choice.link === "none" ? "soft" : choice.link,
    ),
  };
  if (guarded === null) return [sqe];
  const timeout: GeneratedSqe = {
    label: labelAt(state.made++),
    opcode: "LINK_TIMEOUT",
    keys: [["ts", guarded.ts]],
    multishot: false,
    may: [],
    flags: [...(choice.link === "none" ? [] : ["LINK"]), ...(guarded.skip ? ["SKIP"] : [])],
  };
  return [sqe, timeout];
}

/** A transfer of a regular file; pipes have no position. */
function movesPosition({ opcode, keys }: OperationChoice): boolean {
  if (opcode !== "READ" && opcode !== "WRITE") return false;
  return keys.some(([name, value]) => name === "fd" && /^([fg]|slot:.*)$/.test(value));
}

/** A litmus file declares no buffer groups: what a kernel would take from one, it does not find. */
function mayNotSelect({ options }: Build, opcode: string): boolean {
  return options.kernelRunnable === true && ["READ", "SEND", "RECV"].includes(opcode);
}

function flagsOf(choice: SqeChoice, link: SqeChoice["link"]): string[] {
  const flags: string[] = [];
  if (link === "soft") flags.push("LINK");
  if (link === "hard") flags.push("HARDLINK");
  if (choice.drain) flags.push("DRAIN");
  if (choice.async) flags.push("ASYNC");
  if (choice.bufferSelect) flags.push("BUFFER_SELECT");
  if (choice.skip) flags.push("SKIP");
  return flags;
}

function actionStatements(state: Build, action: ActionChoice): GeneratedStatement[] {
  switch (action.kind) {
    case "text":
      return [{ kind: "line", text: action.text }];
    case "ring": {
      const [verb, ...rest] = action.text.split(" ");
      // A real SQ thread starts asleep, and says so (NEED_WAKEUP); the model's never sleeps.
      if (verb === "sqflags" && state.options.kernelRunnable && state.choice.setup.includes("SQPOLL"))
        return [];
      const bind = verb === "peek" || verb === "sqflags" ? ["as", bindName(state)] : [];
      return [{ kind: "line", text: [verb, RING, ...rest, ...bind].join(" ") }];
    }
    case "cancel":
      return [{ kind: "line", text: `sync_cancel ${RING} target=${targetName(state, action.target)}` }];
  }
}

function ringsOf({ choice }: Build, scenario: GeneratedScenario): GeneratedScenario["rings"] {
  const isSmall = choice.smallCq !== null && !choice.setup.includes("SQPOLL");
  const setup =
    isSmall && !choice.setup.includes("SUBMIT_ALL") ? ["SUBMIT_ALL", ...choice.setup] : choice.setup;
  const size = isSmall ? choice.smallCq : 16;
  const first = { name: RING, sq: size, cq: isSmall ? size : 32, setup };
  const uses = linesOf(scenario).some(
    (line) => line.includes(`${SECOND_RING} {`) || line.includes(`ring=${SECOND_RING}`),
  );
  return uses ? [first, { name: SECOND_RING, sq: 16, cq: 32, setup: [] }] : [first];
}

/** Every name that the statements use, as they will be printed. */
function linesOf(scenario: GeneratedScenario): string[] {
  const within = (step: GeneratedStatement): string[] => {
    switch (step.kind) {
      case "line":
        return [step.text];
      case "if":
        return step.body.flatMap(within);
      default:
        return [
          `${step.ring} {`,
          ...step.sqes.flatMap(({ keys }) => keys.map(([name, value]) => `${name}=${value}`)),
        ];
    }
  };
  return scenario.threads.flatMap(({ statements }) => statements.flatMap(within));
}

function worldOf(scenario: GeneratedScenario, options: GenerateOptions): string[] {
  const lines = linesOf(scenario);
  const uses = (pattern: RegExp): boolean => lines.some((line) => pattern.test(line));
  const world: string[] = [];
  if (uses(/^(fd|file)=f$| = f$/)) world.push('file f = "0123456789"');
  if (uses(/^(fd|file)=g$|^close g$/)) world.push('file g = ""');
  for (const pipe of ["p", "q"]) {
    if (!uses(new RegExp(`\\b${pipe}\\.[rw]\\b`))) continue;
    // A thread's own read must not block: what it waits for may never come.
    world.push(uses(new RegExp(`^read ${pipe}\\.r`)) ? `pipe ${pipe} nonblock` : `pipe ${pipe}`);
  }
  if (uses(/\bs\.[01]\b/)) world.push("sockets s");
  if (uses(/\bslot\b/)) world.push("slots 2");
  if (uses(/^buf=b$/) && featuresOf(options).has("buffers")) world.push("buf b[16]");
  return world;
}
