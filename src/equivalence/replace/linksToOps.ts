/** `linksToOps`: a chain as one custom operation, where what its members do is within an operation's reach. */
import {
  type Block,
  type Declaration,
  integer,
  type LitmusFile,
  named,
  type SqeSyntax,
  type Statement,
  type Value,
  type Word,
} from "../../litmus/index.js";
import type { Replacement } from "./handOver.js";

type Thread = Extract<Declaration, { readonly kind: "thread" }>;
type Ring = Extract<Declaration, { readonly kind: "ring" }>;

/** Ids of a ring's table in v3. */
const OPS_MAX = 16;

/**
 * Each chain becomes one BPF request, which bears the last member's label and completes with the result of the first
 * member that fails, or of the last. An operation calculates and copies; it does no I/O, waits for nothing, and posts
 * one CQE (BOP-07): a chain of anything but NOPs has no such replacement, and of a chain of NOPs all CQEs but one are lost.
 */
export function linksToOps(file: LitmusFile): Replacement {
  const operations: Declaration[] = [];
  let why: string | null = null;
  const refuse = (text: string): void => {
    why ??= text;
  };
  /** By member that is no more: what bears its chain's label now. */
  const standsFor = new Map<string, Word>();
  const targetOf = (target: Word): Word => standsFor.get(target.text) ?? target;
  const replaceChains = (block: Block<SqeSyntax>): Block<SqeSyntax> => ({
    items: chainsOf(block.items).flatMap((chain) => {
      if (chain.length === 1) return chain;
      const member = chain.find((sqe) => !isPlain(sqe));
      if (member !== undefined) {
        refuse(`an operation cannot do what \`${member.label.text}\` does: ${member.opcode.text}`);
        return chain;
      }
      const id = operations.length;
      if (id >= OPS_MAX) refuse(`more than ${OPS_MAX} chains`);
      operations.push(operationOf(file, id, resultOf(chain)));
      const last = chain.at(-1) as SqeSyntax;
      for (const { label } of chain) standsFor.set(label.text, last.label);
      const flags = chain
        .flatMap((sqe) => sqe.flags)
        .filter(({ text }) => text === "DRAIN" || text === "ASYNC");
      return [
        {
          ...last,
          opcode: named("BPF"),
          keys: [{ name: named("op"), value: word(id) }],
          flags: dedupe(flags),
        },
      ];
    }),
  });
  const replaceAll = (body: Block<Statement>): Block<Statement> => ({
    items: body.items.map((statement): Statement => {
      if (statement.kind === "if") {
        const { condition, body: then, otherwise } = statement;
        const gone = [...standsFor].find(
          ([label, by]) => label !== by.text && JSON.stringify(condition).includes(`"text":"${label}"`),
        );
        if (gone !== undefined) refuse(`\`if\` looks at \`${gone[0]}\`, which posts no CQE any more`);
        return { ...statement, body: replaceAll(then), otherwise: otherwise && replaceAll(otherwise) };
      }
      if (statement.kind === "sync_cancel") return { ...statement, target: targetOf(statement.target) };
      if (statement.kind === "await") return { ...statement, label: targetOf(statement.label) };
      if (statement.kind !== "queue" && statement.kind !== "submit") return statement;
      return { ...statement, sqes: replaceChains(statement.sqes) };
    }),
  });
  const replaced = file.declarations.flatMap((one): readonly Declaration[] => {
    if (one.kind === "claim" || one.kind === "semantics" || one.kind === "doc" || one.kind === "source")
      return [];
    if (one.kind === "ring") return [{ ...one, setup: [...one.setup, named("BPF_EXT")] }];
    return one.kind === "thread" ? [{ ...one, body: replaceAll(one.body) } satisfies Thread] : [one];
  });
  // A target may stand before the chain that it is in, so all chains come first.
  const declarations = replaced.map((one) =>
    one.kind === "thread" ? { ...one, body: withTargets(one.body, targetOf) } : one,
  );
  if (why !== null) return { kind: "impossible", why };
  if (operations.length === 0) return { kind: "impossible", why: "it has no chain" };
  const hasRing = declarations.some(({ kind }) => kind === "ring");
  const rings: readonly Ring[] = hasRing
    ? []
    : [
        {
          kind: "ring",
          at: file.name.at,
          name: named("r"),
          sq: null,
          cq: null,
          setup: [named("BPF_EXT")],
          mem: null,
        },
      ];
  const threadsFrom = declarations.findIndex(({ kind }) => kind === "thread");
  return {
    kind: "replaced",
    file: {
      name: file.name,
      declarations: [
        ...rings,
        ...declarations.slice(0, threadsFrom),
        ...operations,
        ...declarations.slice(threadsFrom),
      ],
    },
  };
}

/** With the labels that SQEs are aimed at, or whose user_data they take, as `targetOf` says. */
function withTargets(body: Block<Statement>, targetOf: (target: Word) => Word): Block<Statement> {
  const aimed = (sqe: SqeSyntax): SqeSyntax => ({
    ...sqe,
    keys: sqe.keys.map((key) =>
      (key.name.text === "target" || key.name.text === "ud") && key.value?.kind === "words"
        ? { ...key, value: { ...key.value, words: key.value.words.map(targetOf) } }
        : key,
    ),
  });
  return {
    ...body,
    items: body.items.map((one) =>
      one.kind === "queue" || one.kind === "submit"
        ? { ...one, sqes: { ...one.sqes, items: one.sqes.items.map(aimed) } }
        : one,
    ),
  };
}

/** A number where a word may stand. */
function word(value: number): Value {
  return integer(value);
}

function dedupe<T extends { readonly text: string }>(words: readonly T[]): readonly T[] {
  return words.filter((one, at) => words.findIndex(({ text }) => text === one.text) === at);
}

/** The chains of a block, in order; a lone SQE is a chain of one. */
function chainsOf(sqes: readonly SqeSyntax[]): readonly (readonly SqeSyntax[])[] {
  const chains: SqeSyntax[][] = [];
  let open = false;
  for (const sqe of sqes) {
    if (open) chains.at(-1)?.push(sqe);
    else chains.push([sqe]);
    open = sqe.flags.some(({ text }) => text === "LINK" || text === "HARDLINK");
  }
  return chains;
}

/** A NOP that completes with a number that is written there. */
function isPlain({ opcode, keys, may, multishot, flags }: SqeSyntax): boolean {
  const known = keys.every(({ name, value }) => name.text === "res" && value !== null);
  const hides = flags.some(({ text }) => text === "SKIP");
  return opcode.text === "NOP" && known && may === null && !multishot && !hides;
}

/** The result of the first member that fails and severs, or of the last. */
function resultOf(chain: readonly SqeSyntax[]): Value {
  const results = chain.map(({ keys }) => keys[0]?.value ?? integer(0));
  const failing = results.findIndex((value, at) => {
    const isHard = chain[at]?.flags.some(({ text }) => text === "HARDLINK") ?? false;
    return !isHard && isNegative(value);
  });
  return results[failing < 0 ? results.length - 1 : failing] as Value;
}

function isNegative(value: Value): boolean {
  return value.kind === "errno" || (value.kind === "int" && value.value < 0);
}

function operationOf(file: LitmusFile, id: number, result: Value): Declaration {
  if (result.kind !== "int" && result.kind !== "errno") throw new Error("a NOP's result is a number");
  return {
    kind: "bpfop",
    at: file.name.at,
    id: named(String(id)),
    ring: named(ringOf(file)),
    program: named("result"),
    args: [{ name: named("value"), value: result }],
  };
}

function ringOf(file: LitmusFile): string {
  const ring = file.declarations.find((one): one is Ring => one.kind === "ring");
  return ring?.name.text ?? "r";
}
