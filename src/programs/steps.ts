/**
 * Steps of a straight-line program as numbers, so that a declaration can spell a whole program in its arguments: the
 * form of the programs that `ringspec props` draws. One step is `kind << 20 | slot << 16 | value`.
 */
import type { ProgramArguments } from "../model/programs/index.js";
import { intArgument } from "./globals.js";

/** `kind` is a position in one of the lists below; `slot` is 0 to 15, `value` a signed number of 16 bits. */
export interface Step<Kind extends string> {
  readonly kind: Kind;
  readonly slot: number;
  readonly value: number;
}

/**
 * What a hook can do. `slot` and `value` where they count: `nop` SLOT: a result of NOP_RESULTS, VALUE: sqe->flags;
 * `timeout`, `guard` (LINK_TIMEOUT), `read` VALUE: sqe->flags; `cancel` SLOT: how many of its SQEs back; `publish`: all
 * that it wrote since; `submit`, `reap` VALUE: how many at most; `wait` VALUE: CQEs behind the tail, as many as are in
 * flight at most; `wait-blindly` VALUE: that many; `count` VALUE: adds to its sum; `stop`, `return` SLOT: from that run
 * on, and VALUE what is returned.
 */
export const HOOK_STEPS = [
  "end",
  "nop",
  "timeout",
  "guard",
  "read",
  "cancel",
  "publish",
  "submit",
  "reap",
  "wait",
  "wait-blindly",
  "count",
  "stop",
  "return",
] as const;
export type HookStep = Step<(typeof HOOK_STEPS)[number]>;

/** Results of the NOPs that a hook makes, by `slot`. */
export const NOP_RESULTS = [0, 7, -5, -11] as const;

/**
 * What a callback can do with its number, which starts as 0. `set`, `add` VALUE; `flags`: the 24 bits of its own;
 * `pdu-put`, `pdu-get`, `map-put`, `map-get` SLOT, `map-add` SLOT and VALUE; `result` VALUE; `result-number`; `return`
 * VALUE; `again`: -EAGAIN unless a worker runs it; `stray`: reads outside its memory.
 */
export const CALLBACK_STEPS = [
  "end",
  "result",
  "set",
  "add",
  "flags",
  "pdu-put",
  "pdu-get",
  "map-put",
  "map-get",
  "map-add",
  "result-number",
  "return",
  "again",
  "stray",
] as const;
export type CallbackStep = Step<(typeof CALLBACK_STEPS)[number]>;

/** Steps of one run of a hook, and of one callback. */
export const HOOK_STEPS_MAX = 12;
export const CALLBACK_STEPS_MAX = 5;

function encoded<Kind extends string>(kinds: readonly Kind[], { kind, slot, value }: Step<Kind>): number {
  return kinds.indexOf(kind) * 2 ** 20 + (slot & 15) * 2 ** 16 + (value & 0xffff);
}

function decoded<Kind extends string>(kinds: readonly Kind[], word: number): Step<Kind> {
  const kind = kinds[Math.floor(word / 2 ** 20)] ?? (kinds[0] as Kind);
  return { kind, slot: (word >>> 16) & 15, value: (word << 16) >> 16 };
}

export const encodeHookStep = (step: HookStep): number => encoded(HOOK_STEPS, step);
export const decodeHookStep = (word: number): HookStep => decoded(HOOK_STEPS, word);
export const encodeCallbackStep = (step: CallbackStep): number => encoded(CALLBACK_STEPS, step);
export const decodeCallbackStep = (word: number): CallbackStep => decoded(CALLBACK_STEPS, word);

/** Parameters `PREFIX0`, `PREFIX1`, …: a step each; what is left out ends the steps. */
export function stepParameters(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, step) => `${prefix}${step}`);
}

/** The words of the steps that the arguments spell; 0 from the first that is left out. */
export function stepWords(args: ProgramArguments, prefix: string, count: number): number[] {
  return stepParameters(prefix, count).map((name) => intArgument(args, name, 0));
}
