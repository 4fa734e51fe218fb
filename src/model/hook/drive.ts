/**
 * A thread that runs a hook's program itself: the same steps in user mode, with a system call for each submission and
 * for each wait. What the program would be without the hook.
 */
import { type EnterArguments, enter, refusal } from "../enter.js";
import { loopOf, type Machine, memoryOf, traitsOf } from "../machine.js";
import { IOU_LOOP_CONTINUE } from "../programs/index.js";
import type { HookDecl, HookId } from "../scenario.js";
import { type Context, type Ring, type RingMemory, STAGE } from "../state.js";
import { logSubmission, runProgram } from "./run.js";

/** The next step, or what is left of it; true: the program has stopped, or may not go on. */
export function drive(m: Machine, context: number, id: HookId): boolean {
  const loop = loopOf(m, context);
  const { ring } = m.scenario.hooks[id] as HookDecl;
  const params = { cqWaitIdx: loop.cqWaitIdx >>> 0 };
  const run = runProgram(m, context, id, ring, { params });
  if (run.kind === "submits") {
    // More than the SQ holds is as good as all of it.
    const submit = Math.min(run.count, traitsOf(m, ring).sqEntries);
    call(m, context, { ring, submit, wait: null, timeout: null });
    return false;
  }
  if (run.kind === "refused" || run.code !== IOU_LOOP_CONTINUE) {
    loop.cqWaitIdx = 0;
    return true;
  }
  loop.cqWaitIdx = params.cqWaitIdx | 0;
  const { cqHead } = memoryOf(m, ring) as RingMemory;
  const { cq } = m.s.rings[ring] as Ring;
  const wanted = (loop.cqWaitIdx - cqHead) | 0;
  if (wanted > cq.length) call(m, context, { ring, submit: 0, wait: wanted, timeout: null });
  return false;
}

function call(m: Machine, context: number, what: EnterArguments): void {
  m.emit({ kind: "called", thread: context });
  const refused = refusal(m, context, what.ring);
  if (refused === 0) enter(m, context, what);
  else endDriven(m, context, refused);
}

/** A system call of the program has returned. */
export function endDriven(m: Machine, context: number, result: number): void {
  const c = m.s.contexts[context] as Context;
  const instruction = m.scenario.threads[context]?.code[c.pc];
  if (instruction?.do !== "drive") return;
  const hook = m.scenario.hooks[instruction.hook] as HookDecl;
  m.emit({ kind: "entered", thread: context, ring: hook.ring, result });
  if (loopOf(m, context).log !== "") logSubmission(m, context, hook, hook.ring, result);
  c.stage = STAGE.user;
}
