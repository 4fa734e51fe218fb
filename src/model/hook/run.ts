/**
 * One run of a hook's program, in the state: what it leaves there, and how it waits for submit_sqes.
 * Stands for the kfuncs of bpf-ops.c, 7.1.
 *
 * A submission takes several steps of the model, so that others may act in between. A program that is in the middle
 * cannot be kept in a state; what it has seen can. So it is run again from its start, on the memory that it saw then,
 * and each of its calls of submit_sqes that is over gives what it gave.
 */
import { settleCqes, takeCqes } from "../cqMemory.js";
import { loopOf, type Machine, memoryOf, sqeOf, userSpace } from "../machine.js";
import { CQE, ProgramGuard } from "../programs/index.js";
import { R } from "../rules.js";
import type { HookDecl, HookId, RingDecl, RingId } from "../scenario.js";
import { forget, writtenByProgram } from "../sqMemory.js";
import { PHASE, type Request, type Ring, type RingMemory } from "../state.js";
import { look, readLog, startOfLog, withSubmission } from "./seen.js";
import { execute, type Given, type Left, type Ran, type Run, type Written } from "./view.js";

/** Logs whose runs are remembered of a model, each with a few KB of text. */
const LOGS_MAX = 8192;
const remembered = new WeakMap<Machine, Map<string, Map<string, Ran>>>();

/** Keeps what a submission returned, for the run that goes on. */
export function logSubmission(
  m: Machine,
  context: number,
  hook: HookDecl,
  ring: RingId,
  result: number,
): void {
  const loop = loopOf(m, context);
  loop.log = withSubmission(loop.log, result, look(m, hook, ring));
}

/** Runs the program from its start, or goes on with it behind a submission. Changes what is `given` only where it returns. */
export function runProgram(m: Machine, context: number, id: HookId, ring: RingId, given: Given): Run {
  const loop = loopOf(m, context);
  const hook = m.scenario.hooks[id] as HookDecl;
  let { log } = loop;
  if (log === "") {
    m.emit({ kind: "step", hook: id });
    log = startOfLog(look(m, hook, ring));
  }
  const { run, after, left, told } = ranOnce(m, id, ring, log, given);
  for (const event of told) m.emit(event);
  if (run.kind === "returned") Object.assign("params" in given ? given.params : given.state, after);
  if (left !== null) leave(m, hook, ring, left);
  loop.log = run.kind === "submits" ? log : "";
  return run;
}

/**
 * A run depends on nothing but its program, its log, and what it is given: it is worked out once. By log first: a state
 * that is restored has the same text, whose hash is known.
 */
function ranOnce(m: Machine, id: HookId, ring: RingId, log: string, given: Given): Ran {
  const numbers =
    "params" in given ? `${given.params.cqWaitIdx}` : `${given.state.cqTail} ${given.state.timeoutNs}`;
  const key = `${id} ${ring} ${numbers}`;
  const logs = remembered.get(m) ?? new Map<string, Map<string, Ran>>();
  remembered.set(m, logs);
  const runs = logs.get(log) ?? new Map<string, Ran>();
  const known = runs.get(key);
  if (known !== undefined) return known;
  if (logs.size === LOGS_MAX) logs.clear();
  logs.set(log, runs);
  const hook = m.scenario.hooks[id] as HookDecl;
  const ran = execute(hook, m.scenario.rings[ring] as RingDecl, readLog(log), given, m.settles);
  runs.set(key, ran);
  return ran;
}

/** Leaves in the state what the program wrote. */
function leave(m: Machine, hook: HookDecl, ring: RingId, left: Left): void {
  const memory = memoryOf(m, ring) as RingMemory;
  const { mem } = m.scenario.rings[ring] as RingDecl;
  const guard = new ProgramGuard(hook.name, m.emit);
  m.s.memories[hook.memory] = overwritten(m.s.memories[hook.memory] ?? "", left.memory);
  memory.sqes = overwritten(memory.sqes, left.sqes);
  if (mem !== undefined) m.s.buffers[mem] = overwritten(m.s.buffers[mem] ?? "", left.mem);
  leaveCqes(m, ring, memory, left, guard);
  leaveTail(m, ring, memory, left, guard);
}

/** `text`, with those bytes that were written. */
function overwritten(text: string, written: Written): string {
  let result = "";
  let from = 0;
  for (const { at, bytes } of written) {
    result += text.slice(from, at) + bytes;
    from = at + bytes.length;
  }
  return result + text.slice(from);
}

function leaveCqes(m: Machine, ring: RingId, memory: RingMemory, left: Left, guard: ProgramGuard): void {
  const { cq } = m.s.rings[ring] as Ring;
  const before = memory.cqes;
  const live = left.cqes.length / CQE.bytes;
  for (let i = 0; i < live; i++) {
    const userData = left.cqes.slice(CQE.bytes * i, CQE.bytes * i + CQE.res);
    if (userData !== before.slice(CQE.bytes * i, CQE.bytes * i + CQE.res))
      cq[i] = userSpace(m).labelOf(ring, numberOf(userData)) + 1;
  }
  // A thread that runs the program itself holds no lock: behind the CQEs that it saw, others may have come meanwhile.
  memory.cqes = left.cqes + before.slice(left.cqes.length);
  const passed = (left.cqHead - memory.cqHead) | 0;
  if (passed > live) {
    guard.tell("past-the-tail", `moves the CQ head by ${passed}, and ${live} CQEs are there`);
    m.emit({ kind: "bound", name: "CQ head past the tail" });
  } else if (passed < 0) m.emit({ kind: "bound", name: "CQ head moved back" });
  else if (passed > 0) {
    m.emit(R["LOOP-20"]);
    takeCqes(m, ring, passed, true);
  }
  if (left.looksBackTo !== null) settleCqes(m, ring, left.looksBackTo);
}

/** Eight bytes, little-endian. */
function numberOf(bytes: string): bigint {
  let value = 0n;
  for (let at = 7; at >= 0; at--) value = value * 256n + BigInt(bytes.charCodeAt(at));
  return value;
}

function leaveTail(m: Machine, ring: RingId, memory: RingMemory, left: Left, guard: ProgramGuard): void {
  const { sqEntries } = m.scenario.rings[ring] as RingDecl;
  const { sq } = m.s.rings[ring] as Ring;
  const published = (left.sqTail - memory.sqHead) | 0;
  if (published > sqEntries) {
    guard.tell("sq-overrun", `publishes ${published} SQEs in an SQ of ${sqEntries}`);
    m.emit({ kind: "bound", name: "SQ tail past the ring" });
  } else if (published < 0) m.emit({ kind: "bound", name: "SQ tail moved back" });
  else {
    while (sq.length < published) sq.push(writtenByProgram(m));
    while (sq.length > published) forget(m, sq.pop() as number);
  }
}

/** Whether the program is of the form that the profile has. */
export function fitsForm(m: Machine, hook: HookDecl): boolean {
  return m.profile.hooks === "loop" ? hook.program.loop !== undefined : hook.program.loopStep !== undefined;
}

/** Requests of a ring that may still post CQEs. */
export function inFlight(m: Machine, ring: RingId): number {
  let count = 0;
  for (let req = 0; req < m.s.reqs.length; req++) {
    const { phase } = m.s.reqs[req] as Request;
    if (phase === PHASE.unsubmitted || phase === PHASE.inSq || phase === PHASE.done) continue;
    if (sqeOf(m, req).ring === ring) count++;
  }
  return count;
}
