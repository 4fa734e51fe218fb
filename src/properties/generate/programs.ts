/** From choices to a scenario with programs: the scenario without them, and what they add to it. Total and deterministic. */
import {
  CALLBACK_STEPS_MAX,
  type CallbackStep,
  encodeCallbackStep,
  encodeHookStep,
  HOOK_STEPS_MAX,
  type HookStep,
} from "../../programs/steps.js";
import { programsOf } from "../profile.js";
import { build } from "./build.js";
import type { ScenarioChoice } from "./choices.js";
import type { GenerateOptions } from "./features.js";
import type { OperationPlan } from "./operationPlans.js";
import {
  type Coming,
  type HookChoices,
  type HookComing,
  MISSING,
  type OperationChoices,
  type OperationComing,
  type OperationPick,
  type ProgramChoice,
} from "./programChoices.js";
import { type GeneratedScenario, type GeneratedSqe, type GeneratedStatement, sqesOf } from "./scenario.js";

const RING = "r";
const HOOK = "H";
/** What the loop hook needs. */
const HOOK_SETUP = ["SINGLE_ISSUER", "DEFER_TASKRUN"];
/** Room for what user space and the hook queue, so that neither meets a full SQ. */
const HOOK_SQ = 4;
/** Entries of the CQ where it is small and there is no hook. */
const SMALL_CQ = 2;

type Thread = GeneratedScenario["threads"][number];

/** The scenario of these choices. */
export function withPrograms(choice: ProgramChoice, options: GenerateOptions): GeneratedScenario {
  const { hook, operations } = choice;
  const { profile } = options;
  let scenario = build(plainOf(choice), options);
  if (operations !== null) {
    const flag = programsOf(profile ?? "")?.operations === "v1" ? "BPF" : "BPF_EXT";
    scenario = addOperations(scenario, operations, flag);
  }
  if (hook !== null) scenario = addHook(scenario, hook, choice.smallCq, isFirstForm(options));
  // A ring's flag for operations is one profile's.
  return { ...scenario, ...(profile !== undefined && { semantics: profile }) };
}

function plainOf({ scenario, hook, smallCq }: ProgramChoice): ScenarioChoice {
  if (hook === null) return { ...scenario, smallCq: smallCq ? SMALL_CQ : scenario.smallCq };
  const submitAll = scenario.setup.includes("SUBMIT_ALL") ? ["SUBMIT_ALL"] : [];
  return { ...scenario, smallCq: null, setup: [...submitAll, ...HOOK_SETUP] };
}

function isFirstForm({ profile }: GenerateOptions): boolean {
  return programsOf(profile ?? "")?.hooks === "loop";
}

function addOperations(
  scenario: GeneratedScenario,
  { plans, picks, first, comings }: OperationChoices,
  flag: string,
): GeneratedScenario {
  let index = 0;
  const replace = (sqe: GeneratedSqe): GeneratedSqe => {
    const at = index++;
    if (at === 0 && first !== null) return firstSqe(operationSqe(sqe, first, plans.length, flag), first);
    const pick = picks[at % Math.max(1, picks.length)] ?? null;
    return pick === null || sqe.opcode !== "NOP" ? sqe : operationSqe(sqe, pick, plans.length, flag);
  };
  const threads = scenario.threads.map((thread) => mapStatements(thread, replace, "as it was"));
  return {
    rings: scenario.rings.map((ring) => ({ ...ring, setup: [...ring.setup, flag] })),
    world: [...scenario.world, ...plans.map((plan, id) => declareOperation(plan, id))],
    threads: comeAndGo(threads, comings, operationStatement(sqesOf({ ...scenario, threads })[0]?.label)),
  };
}

/** Nothing of its own keeps it from its callbacks. */
function firstSqe(sqe: GeneratedSqe, { isAsync }: { readonly isAsync: boolean }): GeneratedSqe {
  const flags = sqe.flags.filter((flag) => flag !== "BUFFER_SELECT" && flag !== "ASYNC");
  return { ...sqe, flags: isAsync ? [...flags, "ASYNC"] : flags };
}

function operationStatement(first: string | undefined): (coming: OperationComing) => string {
  return ({ verb }) =>
    verb === "cancel"
      ? `sync_cancel ${RING} target=${first ?? "none"}`
      : verb === "detach"
        ? "detach 0"
        : `attach 0 to ${RING}`;
}

function hookStatement({ verb }: HookComing): string {
  switch (verb) {
    case "attach":
      return `attach ${HOOK} to ${RING}`;
    case "signal":
      return "signal T0";
    default:
      return `${verb} ${HOOK}`;
  }
}

/** Most picks are of an operation that is there; v1 takes no flags of the program's own. */
function operationSqe(sqe: GeneratedSqe, pick: OperationPick, count: number, flag: string): GeneratedSqe {
  const id = pick.operation === MISSING ? MISSING : pick.operation % count;
  const flags: [string, string][] = pick.flags === 0 || flag === "BPF" ? [] : [["flags", `${pick.flags}`]];
  return { ...sqe, opcode: "BPF", keys: [["op", `${id}`], ...flags] };
}

/** Waits are dropped: how many CQEs are sure nobody can say where programs decide. `always`: each submission asks for CQEs. */
function mapStatements(
  thread: Thread,
  replace: (sqe: GeneratedSqe) => GeneratedSqe,
  waits: "as it was" | "always",
): Thread {
  const mapped = (statement: GeneratedStatement): GeneratedStatement => {
    switch (statement.kind) {
      case "line":
        return statement;
      case "if":
        return { ...statement, body: statement.body.map(mapped) };
      case "queue":
        return { ...statement, sqes: statement.sqes.map(replace) };
      case "submit":
        return {
          ...statement,
          sqes: statement.sqes.map(replace),
          wait: statement.wait === null && waits === "as it was" ? null : 0,
        };
    }
  };
  return { ...thread, statements: thread.statements.map(mapped) };
}

function line(text: string): GeneratedStatement {
  return { kind: "line", text };
}

function inWords({ kind, slot, value }: CallbackStep | HookStep): string {
  return [kind, ...(slot === 0 && value === 0 ? [] : [slot, value])].join(" ");
}

function spelled<Step>(
  prefix: string,
  steps: readonly Step[],
  max: number,
  encode: (step: Step) => number,
): string[] {
  return steps.slice(0, max).map((step, at) => `${prefix}${at}=${encode(step)}`);
}

function declareOperation(plan: OperationPlan, id: number): string {
  const parts = [
    ["p", plan.prep],
    ["i", plan.issue],
    ["f", plan.fail],
    ["c", plan.cleanup],
  ] as const;
  const args = parts.flatMap(([prefix, steps]) =>
    spelled(prefix, steps, CALLBACK_STEPS_MAX, encodeCallbackStep),
  );
  const words = parts.map(([prefix, steps]) => `${prefix}: ${steps.map(inWords).join(", ")}`).join("; ");
  return `# ${words}\nbpfop ${id} on ${RING} = straight-op(${[`id=${id}`, ...args].join(", ")})`;
}

function addHook(
  scenario: GeneratedScenario,
  { plan, comings }: HookChoices,
  isSmall: boolean,
  firstForm: boolean,
): GeneratedScenario {
  // The first form's program runs where a call waits.
  const waits = firstForm ? "always" : "as it was";
  const threads = scenario.threads.map((thread) => mapStatements(thread, (sqe) => sqe, waits));
  const steps = plan.steps.slice(0, HOOK_STEPS_MAX);
  const kinds = new Set(steps.map(({ kind }) => kind));
  const reads = kinds.has("read");
  const args = [
    `runs=${plan.runs}`,
    `sqes=${plan.sqes}`,
    ...(kinds.has("timeout") || kinds.has("guard") ? [`time=${plan.time}`] : []),
    ...(reads ? ["fd=p.r", "buf=hb"] : []),
    ...spelled("s", steps, HOOK_STEPS_MAX, encodeHookStep),
  ];
  const pipe = reads && !scenario.world.some((text) => text.startsWith("pipe p")) ? ["pipe p"] : [];
  const world = [
    ...scenario.world,
    ...pipe,
    ...(reads ? ["buf hb[4]"] : []),
    `# ${steps.map(inWords).join("; ")}`,
    `hook ${HOOK} on ${RING} = ${firstForm ? "straight-first" : "straight"}(${args.join(", ")})`,
  ];
  const rings = scenario.rings.map((ring) =>
    ring.name === RING ? { ...ring, sq: HOOK_SQ, cq: isSmall ? HOOK_SQ : 2 * HOOK_SQ } : ring,
  );
  // A thread runs what has the merged form.
  const possible = firstForm ? comings.filter(({ verb }) => verb !== "drive") : comings;
  return { rings, world, threads: comeAndGo(threads, possible, hookStatement) };
}

/** What some thread attaches is not there at the start: the first thread attaches it first. */
function comeAndGo<Verb extends string>(
  [first, ...others]: readonly Thread[],
  comings: readonly Coming<Verb>[],
  text: (coming: Coming<Verb>) => string,
): readonly Thread[] {
  if (first === undefined) return [];
  const statements = [...first.statements];
  const own: GeneratedStatement[] = [];
  for (const coming of comings) {
    const statement = line(text(coming));
    const where = placeOf(coming);
    if (where === null)
      own.push(...(coming.delay === null ? [] : [line(`sleep ${coming.delay}`)]), statement);
    else statements.splice(where === 0 ? 0 : 1 + ((where - 1) % statements.length), 0, statement);
  }
  const attach = comings.find(({ verb }) => verb === "attach");
  if (attach !== undefined) statements.unshift(line(text(attach)));
  const threads = [{ ...first, statements }, ...others];
  return own.length === 0 ? threads : [...threads, { name: `T${threads.length}`, statements: own }];
}

/** A signal comes from another thread; a thread drives the ring that it owns. */
function placeOf({ verb, where }: Coming<string>): number | null {
  if (verb === "signal") return null;
  return verb === "drive" ? (where ?? 1) : where;
}
