/** What the chains of a litmus file are made of, as far as its text says. */
import type { Declaration, LitmusFile, SqeSyntax, Statement, Value } from "../../litmus/index.js";

/** What becomes of a member that is issued: whether it severs a soft link. */
export type Fate = "passes" | "fails" | "either";

export interface Member {
  readonly sqe: SqeSyntax;
  /** From 0; of its chain, LINK_TIMEOUTs left out. */
  readonly place: number;
  readonly isTail: boolean;
  /** The flag that links it to the next; null: none. */
  readonly link: "soft" | "hard" | null;
  /** The LINK_TIMEOUT behind it; null: none. */
  readonly timer: SqeSyntax | null;
  readonly fate: Fate;
  /** Who completes it: its submitter at once, a worker (or an environment that is free to), or data that has to come. */
  readonly by: "submitter" | "worker" | "data";
  readonly failsPrep: boolean;
}

/** SQEs from one without a link before it to one without a link of its own; a lone SQE is a chain of one. */
export interface Chain {
  readonly members: readonly Member[];
  /** Its last SQE has a link, and nothing is behind it. */
  readonly dangles: boolean;
  /** Some SQE of it has a link. */
  readonly isLinked: boolean;
}

export interface Call {
  /** Empty: a call that submits nothing. */
  readonly chains: readonly Chain[];
  /** CQEs that it waits for. */
  readonly wait: number;
  readonly binds: boolean;
}

export interface Anatomy {
  readonly file: LitmusFile;
  readonly setup: readonly string[];
  readonly cqEntries: number;
  /** Calls of the first thread on its ring, in order. */
  readonly calls: readonly Call[];
  readonly chains: readonly Chain[];
  readonly members: readonly Member[];
  /** Statements of the first thread. */
  readonly thread: readonly Statement[];
  /** Statements of the other threads. */
  readonly others: readonly Statement[];
}

type Ring = Extract<Declaration, { readonly kind: "ring" }>;
type Thread = Extract<Declaration, { readonly kind: "thread" }>;

const SQ_ENTRIES = 8;
/** Opcodes whose errors do not sever; of those that stand in the rows and are generated. */
const NEVER_SEVERING: readonly string[] = ["FSYNC", "UNLINKAT", "STATX"];

/** Of a whole file, whichever its threads are. */
export function anatomyOf(file: LitmusFile): Anatomy {
  const threads = file.declarations.filter((one): one is Thread => one.kind === "thread");
  const ring = file.declarations.find((one): one is Ring => one.kind === "ring");
  const [first, ...rest] = threads;
  const calls = (first?.body.items ?? []).flatMap((statement) => callOf(file, statement));
  const chains = calls.flatMap((call) => call.chains);
  return {
    file,
    setup: ring?.setup.map(({ text }) => text) ?? [],
    cqEntries: ring?.cq?.value ?? 2 * (ring?.sq?.value ?? SQ_ENTRIES),
    calls,
    chains,
    members: chains.flatMap(({ members }) => members),
    thread: first?.body.items ?? [],
    others: rest.flatMap(({ body }) => body.items),
  };
}

function callOf(file: LitmusFile, statement: Statement): readonly Call[] {
  if (statement.kind !== "submit" && statement.kind !== "enter") return [];
  const sqes = statement.kind === "submit" ? statement.sqes.items : [];
  return [{ chains: chainsOf(file, sqes), wait: statement.wait?.value ?? 0, binds: statement.bind !== null }];
}

function chainsOf(file: LitmusFile, sqes: readonly SqeSyntax[]): readonly Chain[] {
  const lists: SqeSyntax[][] = [];
  let open = false;
  for (const sqe of sqes) {
    if (open) lists.at(-1)?.push(sqe);
    else lists.push([sqe]);
    open = linkOf(sqe) !== null;
  }
  return lists.map((list) => ({
    members: membersOf(file, list),
    dangles: linkOf(list.at(-1) as SqeSyntax) !== null,
    isLinked: list.some((sqe) => linkOf(sqe) !== null),
  }));
}

function membersOf(file: LitmusFile, sqes: readonly SqeSyntax[]): readonly Member[] {
  const isTimer = (at: number): boolean => at > 0 && sqes[at]?.opcode.text === "LINK_TIMEOUT";
  const own = sqes.map((_, at) => at).filter((at) => !isTimer(at));
  return own.map((at, place) => {
    const sqe = sqes[at] as SqeSyntax;
    return {
      sqe,
      place,
      isTail: place === own.length - 1,
      link: linkOf(sqe),
      timer: isTimer(at + 1) ? (sqes[at + 1] ?? null) : null,
      fate: fateOf(file, sqe),
      by: completedBy(sqe),
      failsPrep: sqe.opcode.text === "INVALID" || keyOf(sqe, "prep") !== undefined,
    };
  });
}

export function linkOf({ flags }: SqeSyntax): Member["link"] {
  if (flags.some(({ text }) => text === "HARDLINK")) return "hard";
  return flags.some(({ text }) => text === "LINK") ? "soft" : null;
}

export function hasFlag({ flags }: SqeSyntax, flag: string): boolean {
  return flags.some(({ text }) => text === flag);
}

export function keyOf({ keys }: SqeSyntax, name: string): Value | null | undefined {
  return keys.find((key) => key.name.text === name)?.value;
}

function fateOf(file: LitmusFile, sqe: SqeSyntax): Fate {
  if (NEVER_SEVERING.includes(sqe.opcode.text)) return "passes";
  if (sqe.may !== null) {
    const failing = sqe.may.filter((one) => isError(one)).length;
    return failing === 0 ? "passes" : failing === sqe.may.length ? "fails" : "either";
  }
  if (sqe.opcode.text === "READ") return fateOfRead(file, sqe);
  return isError(keyOf(sqe, "res") ?? null) ? "fails" : "passes";
}

/** Of a file from its beginning; of a pipe, a byte at a time is what comes. */
function fateOfRead(file: LitmusFile, sqe: SqeSyntax): Fate {
  const [fd, len] = [keyOf(sqe, "fd"), keyOf(sqe, "len")];
  if (len?.kind !== "int") return "either";
  if (fd?.kind === "end") return len.value > 1 ? "fails" : "passes";
  if (fd?.kind !== "words") return "either";
  const name = fd.words[0]?.text;
  const of = file.declarations.find((one) => one.kind === "file" && one.name.text === name);
  if (of?.kind !== "file") return "either";
  return of.content.text.length < len.value ? "fails" : "passes";
}

function isError(value: { readonly kind: string; readonly value?: unknown } | null): boolean {
  if (value === null) return false;
  return value.kind === "errno" || (typeof value.value === "number" && value.value < 0);
}

function completedBy(sqe: SqeSyntax): Member["by"] {
  const fd = keyOf(sqe, "fd");
  if (sqe.opcode.text === "POLL_ADD" || (sqe.opcode.text === "READ" && fd?.kind === "end")) return "data";
  return sqe.opcode.text === "NOP" || sqe.opcode.text === "ASYNC_CANCEL" ? "submitter" : "worker";
}
