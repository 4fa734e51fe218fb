/** Programs that are attached before the threads start: whether the kernel takes them. What a thread attaches, its `as` tells. */
import { type ProfileName, profileOf } from "../model/profile.js";
import type { RingDecl, Scenario } from "../model/scenario.js";
import type { Reporter } from "./diagnostic.js";
import {
  type DeclaredHook,
  type DeclaredOperation,
  type DeclaredPrograms,
  programNamed,
} from "./programs.js";
import type { Scope } from "./scope.js";
import type { Statement, Word } from "./syntax.js";

/** IO_RING_MAX_BPF_OPS (v2 and v3 of the posted series). */
const RING_OPERATIONS_MAX = 16;

/** Which programs some thread attaches, or drives itself: they are not attached from the start. */
export function attachedByThreads({ threads, programs, ring }: Scope): {
  readonly hooks: ReadonlySet<DeclaredHook>;
  readonly operations: ReadonlySet<DeclaredOperation>;
} {
  const hooks = new Set<DeclaredHook>();
  const operations = new Set<DeclaredOperation>();
  const follow = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      if (statement.kind === "if") {
        follow(statement.body.items);
        follow(statement.otherwise?.items ?? []);
      }
      if (statement.kind === "drive") {
        const driven = programNamed(statement.hook, programs);
        if (driven?.kind === "hook") hooks.add(programs.hooks[driven.hook]!);
      }
      if (statement.kind !== "attach") continue;
      const found = programNamed(statement.what, programs);
      if (found?.kind === "hook") hooks.add(programs.hooks[found.hook]!);
      if (found?.kind === "operation") {
        const all = found.ids.map((id) => programs.operations[id]!);
        const own = all.filter((operation) => operation.ring === ring(statement.ring.text));
        for (const operation of own.length > 0 ? own : all) operations.add(operation);
      }
    }
  };
  for (const thread of threads) follow(thread.body.items);
  return { hooks, operations };
}

/** Reports what is attached from the start and would be refused under one of the profiles. */
export function checkAttached(
  { hooks, operations }: DeclaredPrograms,
  scenario: Scenario,
  profiles: readonly ProfileName[],
  reporter: Reporter,
): void {
  for (const [at, hook] of scenario.hooks.entries()) {
    const { syntax, ring } = hooks[at]!;
    if (!hook.attached) continue;
    const other = scenario.hooks.findIndex((one, id) => id < at && one.attached && one.ring === ring);
    const hint = `a thread sees the error: attach ${syntax.name.text} to ${syntax.ring.text} as n`;
    if (other >= 0) {
      const message = `ring \`${syntax.ring.text}\` has the hook \`${hooks[other]!.syntax.name.text}\` already (-EBUSY)`;
      reporter.report(syntax.name.at, "attach-refused", message, hint);
      continue;
    }
    const why = hookRefusal(scenario.rings[ring]!, profiles);
    if (why !== null) reporter.report(syntax.ring.at, "attach-refused", why, hint);
  }
  for (const [at, operation] of scenario.operations.entries()) {
    const { syntax, ring, id } = operations[at]!;
    if (!operation.attached) continue;
    const refusal = operationRefusal(scenario.rings[ring]!, id, profiles);
    if (refusal === null) continue;
    const where: Word = refusal.isOfId ? syntax.id : syntax.ring;
    const hint = `a thread sees the error: attach ${syntax.id.text} to ${syntax.ring.text} as n`;
    reporter.report(where.at, "attach-refused", refusal.why, hint);
  }
}

function hookRefusal({ name, setup }: RingDecl, profiles: readonly ProfileName[]): string | null {
  for (const flag of ["SQPOLL", "IOPOLL"] as const) {
    if (setup.includes(flag)) return `\`${name}\` has ${flag}, and takes no hook (-EOPNOTSUPP)`;
  }
  if (!setup.includes("DEFER_TASKRUN")) {
    return `\`${name}\` lacks SINGLE_ISSUER and DEFER_TASKRUN, and takes no hook (-EOPNOTSUPP)`;
  }
  const exclusive = profiles.find((profile) => profileOf(profile).loopExclusive);
  return exclusive !== undefined && setup.includes("BPF_EXT")
    ? `under ${exclusive} \`${name}\` takes operations, by BPF_EXT, and no hook (-EINVAL)`
    : null;
}

function operationRefusal(
  { name, setup }: RingDecl,
  id: number,
  profiles: readonly ProfileName[],
): { readonly why: string; readonly isOfId: boolean } | null {
  for (const profile of profiles) {
    const { operations } = profileOf(profile);
    const flag = operations === "v1" ? "BPF" : "BPF_EXT";
    if (operations === "none") continue;
    if (!setup.includes(flag)) {
      return { why: `under ${profile} \`${name}\` takes operations only with ${flag}`, isOfId: false };
    }
    if (operations === "v3" && id >= RING_OPERATIONS_MAX) {
      const why = `under ${profile} a ring has ${RING_OPERATIONS_MAX} operations, 0 to ${RING_OPERATIONS_MAX - 1} (-EINVAL)`;
      return { why, isOfId: true };
    }
  }
  return null;
}
