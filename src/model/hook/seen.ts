/** What a run of a hook's program has seen of the memory, as text that a state can hold while the run is suspended. */
import { type Machine, memoryOf } from "../machine.js";
import type { HookDecl, RingDecl, RingId } from "../scenario.js";
import type { Ring, RingMemory } from "../state.js";

/** All that a program can see, at one moment. Texts are bytes. */
export interface Seen {
  readonly memory: string;
  readonly sqes: string;
  readonly cqes: string;
  readonly mem: string;
  readonly sqHead: number;
  readonly sqTail: number;
  readonly sqFlags: number;
  readonly cqHead: number;
  /** Of `cqes`, how many nobody looks at again (RingMemory.settled). */
  readonly settled: number;
}

/** LoopContext.log: what the run saw at its start, then each submission's result and what it saw behind it. */
export interface Log {
  readonly start: Seen;
  readonly submissions: readonly { readonly result: number; readonly seen: Seen }[];
}

const SQ_CQ_OVERFLOW = 2;

export function look(m: Machine, hook: HookDecl, ring: RingId): Seen {
  const { sqes, cqes, sqHead, cqHead, settled } = memoryOf(m, ring) as RingMemory;
  const { sq, overflow } = m.s.rings[ring] as Ring;
  const { mem } = m.scenario.rings[ring] as RingDecl;
  return {
    memory: m.s.memories[hook.memory] ?? "",
    sqes,
    cqes,
    mem: mem === undefined ? "" : (m.s.buffers[mem] ?? ""),
    sqHead,
    sqTail: sqHead + sq.length,
    sqFlags: overflow.length > 0 ? SQ_CQ_OVERFLOW : 0,
    cqHead,
    settled,
  };
}

/** The log of a run that starts now. */
export function startOfLog(seen: Seen): string {
  return textOf(0, seen);
}

/** The log with one submission more. */
export function withSubmission(log: string, result: number, seen: Seen): string {
  return log + textOf(result, seen);
}

/** Numbers, and then the bytes of which they tell the lengths. */
function textOf(result: number, seen: Seen): string {
  const { memory, sqes, cqes, mem, sqHead, sqTail, sqFlags, cqHead, settled } = seen;
  const lengths = `${memory.length},${sqes.length},${cqes.length},${mem.length}`;
  return `${result},${lengths},${sqHead},${sqTail},${sqFlags},${cqHead},${settled};${memory}${sqes}${cqes}${mem}`;
}

export function readLog(log: string): Log {
  const entries: { result: number; seen: Seen }[] = [];
  for (let at = 0; at < log.length; ) {
    const end = log.indexOf(";", at);
    const numbers = log.slice(at, end).split(",").map(Number) as [
      result: number,
      memory: number,
      sqes: number,
      cqes: number,
      mem: number,
      sqHead: number,
      sqTail: number,
      sqFlags: number,
      cqHead: number,
      settled: number,
    ];
    const [result, memory, sqes, cqes, mem, sqHead, sqTail, sqFlags, cqHead, settled] = numbers;
    at = end + 1;
    const next = (length: number): string => {
      at += length;
      return log.slice(at - length, at);
    };
    const texts = { memory: next(memory), sqes: next(sqes), cqes: next(cqes), mem: next(mem) };
    entries.push({ result, seen: { ...texts, sqHead, sqTail, sqFlags, cqHead, settled } });
  }
  const [start, ...submissions] = entries;
  if (start === undefined) throw new Error("a run has no log before it has begun");
  return { start: start.seen, submissions };
}
