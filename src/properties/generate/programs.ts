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
import type { GenerateOptions } from "./features.js";
import type { Coming, HookPlan, OperationPick, OperationPlan, ProgramChoice } from "./programChoices.js";
import type { GeneratedScenario, GeneratedSqe, GeneratedStatement } from "./scenario.js";

const RING = "r";
const HOOK = "H";
/** What the loop hook needs. */
const HOOK_SETUP = ["SINGLE_ISSUER", "DEFER_TASKRUN"];
/** Room for what user space and the hook queue, so that neither meets a full SQ. */
const HOOK_SQ = 4;

type Thread = GeneratedScenario["threads"][number];

/** The scenario of these choices. */
export function withPrograms(choice: ProgramChoice, options: GenerateOptions): GeneratedScenario {
  const submitAll = choice.scenario.setup.includes("SUBMIT_ALL") ? ["SUBMIT_ALL"] : [];
  const plain =
    choice.hook === null
      ? choice.scenario
      : { ...choice.scenario, smallCq: null, setup: [...submitAll, ...HOOK_SETUP] };
  const built = build(plain, options);
  const flag = programsOf(options.profile ?? "")?.operations === "v1" ? "BPF" : "BPF_EXT";
  const withOperations = choice.operations.length === 0 ? built : addOperations(built, choice, flag);
  const { profile } = options;
  return {
    ...(choice.hook === null
      ? withOperations
      : addHook(withOperations, choice.hook, choice, isFirstForm(options))),
    // A ring's flag for operations is one profile's.
    ...(profile !== undefined && { semantics: profile }),
  };
}

function isFirstForm({ profile }: GenerateOptions): boolean {
  return programsOf(profile ?? "")?.hooks === "loop";
}

function addOperations(scenario: GeneratedScenario, choice: ProgramChoice, flag: string): GeneratedScenario {
  let index = 0;
  const replace = (sqe: GeneratedSqe): GeneratedSqe => {
    const pick = choice.picks[index++ % Math.max(1, choice.picks.length)] ?? null;
    return pick === null || sqe.opcode !== "NOP"
      ? sqe
      : operationSqe(sqe, pick, choice.operations.length, flag);
  };
  const threads = scenario.threads.map((thread) => mapStatements(thread, replace));
  const leaver = { name: `T${threads.length}`, statements: [line("detach 0")] };
  return {
    rings: scenario.rings.map((ring) => ({ ...ring, setup: [...ring.setup, flag] })),
    world: [...scenario.world, ...choice.operations.map((plan, id) => declareOperation(plan, id))],
    threads: choice.detachesOperation ? [...threads, leaver] : threads,
  };
}

/** Most SQEs pick an operation that is there; v1 takes no flags of the program's own. */
function operationSqe(sqe: GeneratedSqe, pick: OperationPick, count: number, flag: string): GeneratedSqe {
  const id = pick.operation === 6 ? 5 : pick.operation % count;
  const flags: [string, string][] = pick.flags === 0 || flag === "BPF" ? [] : [["flags", `${pick.flags}`]];
  return { ...sqe, opcode: "BPF", keys: [["op", `${id}`], ...flags] };
}

/** Waits are dropped: how many CQEs are sure nobody can say where programs decide. */
function mapStatements(thread: Thread, replace: (sqe: GeneratedSqe) => GeneratedSqe): Thread {
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
          wait: statement.wait === null ? null : 0,
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
  plan: HookPlan,
  choice: ProgramChoice,
  firstForm: boolean,
): GeneratedScenario {
  const [first, ...others] = scenario.threads.map((thread) => mapStatements(thread, (sqe) => sqe));
  if (first === undefined) return scenario;
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
    ring.name === RING ? { ...ring, sq: HOOK_SQ, cq: choice.smallCq ? HOOK_SQ : 2 * HOOK_SQ } : ring,
  );
  return { rings, world, threads: comeAndGo([first, ...others], choice.comings) };
}

/** One that some thread attaches is not there at the start: the first thread attaches it first. */
function comeAndGo([first, ...others]: [Thread, ...Thread[]], comings: readonly Coming[]): readonly Thread[] {
  const verbs = comings.map(({ verb }) =>
    verb === "detach" ? `detach ${HOOK}` : `attach ${HOOK} to ${RING}`,
  );
  const statements = [...first.statements];
  const own: GeneratedStatement[] = [];
  for (const [at, { where }] of comings.entries()) {
    const statement = line(verbs[at] ?? "");
    if (where === null) own.push(statement);
    else statements.splice(where % (statements.length + 1), 0, statement);
  }
  if (comings.some(({ verb }) => verb === "attach")) statements.unshift(line(`attach ${HOOK} to ${RING}`));
  const threads = [{ ...first, statements }, ...others];
  return own.length === 0 ? threads : [...threads, { name: `T${threads.length}`, statements: own }];
}
