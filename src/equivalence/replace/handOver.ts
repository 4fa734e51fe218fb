/**
 * A scenario whose links are somebody else's business: its SQEs are handed to a program, and each submission is one
 * call of that. What the program cannot be given is said, and not guessed.
 */
import {
  type Block,
  type Declaration,
  integer,
  type LitmusFile,
  named,
  type SqeSyntax,
  type Statement,
} from "../../litmus/index.js";

/** `file`: the same scenario without links. `impossible`: why there is none. */
export type Replacement =
  | { readonly kind: "replaced"; readonly file: LitmusFile }
  | { readonly kind: "impossible"; readonly why: string };

type Ring = Extract<Declaration, { readonly kind: "ring" }>;
type Thread = Extract<Declaration, { readonly kind: "thread" }>;
/** What becomes a call of the program. An `enter` that submits nothing is one without SQEs. */
type Call = Extract<Statement, { readonly kind: "submit" | "enter" }>;
type Hook = Extract<Declaration, { readonly kind: "hook" }>;

/** How a replacement differs from the others: its ring, and what a thread does where it submitted. */
export interface Design {
  /** null: as it is. Else the ring of the replacement, or why it cannot be one. */
  ring(ring: Ring | null): Ring | string | null;
  call(hook: string, call: Call): Statement;
  /** Looks and submissions of one step of the program; null: all that there are to do. */
  readonly turns: number | null;
}

/** Of `links` (src/programs/hooks/links.ts). */
const CALLS_MAX = 8;
const SQES_MAX = 32;

/** The scenario with the program `links` in place of its links. Claims are left out: they are about the original. */
export function handOver(file: LitmusFile, design: Design): Replacement {
  const found = linkedThread(file);
  if (typeof found === "string") return { kind: "impossible", why: found };
  const { thread, ringName, calls } = found;
  const ring = file.declarations.find(
    (one): one is Ring => one.kind === "ring" && one.name.text === ringName,
  );
  const own = design.ring(ring ?? null);
  if (typeof own === "string") return { kind: "impossible", why: own };
  const hook = freeName(file);
  const declaration: Hook = {
    kind: "hook",
    at: file.name.at,
    name: named(hook),
    ring: named(ringName),
    program: named("links"),
    args: [
      ...calls.flatMap((call, index) => [
        { name: named(`s${index}`), value: integer(sqesOf(call).length) },
        { name: named(`w${index}`), value: integer(call.wait?.value ?? 0) },
      ]),
      ...(design.turns === null ? [] : [{ name: named("turns"), value: integer(design.turns) }]),
    ],
    sqes: { items: calls.flatMap(sqesOf) },
  };
  const body = withCalls(thread.body, (call) => design.call(hook, call));
  const kept = file.declarations.flatMap((one): readonly Declaration[] => {
    if (one.kind === "claim" || one.kind === "semantics" || one.kind === "doc" || one.kind === "source")
      return [];
    if (one === ring) return own === null ? [one] : [own];
    return one === thread ? [declaration, { ...thread, body }] : [one];
  });
  const declarations = ring === undefined && own !== null ? [own, ...kept] : kept;
  return { kind: "replaced", file: { name: file.name, declarations } };
}

interface Linked {
  readonly thread: Thread;
  readonly ringName: string;
  readonly calls: readonly Call[];
}

/** The thread that submits linked SQEs, and how; or why its submissions cannot be replaced. */
function linkedThread(file: LitmusFile): Linked | string {
  const threads = file.declarations.filter((one): one is Thread => one.kind === "thread");
  const rings = file.declarations.filter((one): one is Ring => one.kind === "ring");
  const first = rings[0]?.name.text ?? "r";
  const linked = threads.filter(({ body }) => blocksOf(body).some(({ sqes }) => sqes.items.some(isLinked)));
  const [thread] = linked;
  if (thread === undefined) return "it has no link";
  if (linked.length > 1) return "two threads submit linked SQEs, and the program is one thread's";
  const calls = callsOf(thread.body);
  if (typeof calls === "string") return calls;
  const ringName = calls[0]?.ring?.text ?? first;
  if (calls.some(({ ring }) => (ring?.text ?? first) !== ringName)) return "it submits on two rings";
  if (calls.some(({ timeout }) => timeout !== null)) return "a hook has no timeout for its wait";
  for (const other of threads) {
    if (other === thread) continue;
    const uses = blocksOf(other.body).some(({ ring }) => (ring?.text ?? first) === ringName);
    if (uses) return "another thread submits on the ring, which has to be one thread's";
  }
  const count = calls.reduce((sum, call) => sum + sqesOf(call).length, 0);
  if (calls.length > CALLS_MAX) return `more than ${CALLS_MAX} calls`;
  if (count > SQES_MAX) return `more than ${SQES_MAX} SQEs`;
  return { thread, ringName, calls };
}

/**
 * The calls in the order in which a run makes them, so that the program can count them; or why there is no such order.
 * A branch stays the thread's, and its calls are the last ones: a run without them makes none behind them.
 */
function callsOf({ items }: Block<Statement>): readonly Call[] | string {
  const calls: Call[] = [];
  let branches = false;
  for (const statement of items) {
    const submitsCount = statement.kind === "enter" && (statement.submit?.value ?? 0) > 0;
    if (statement.kind === "queue" || statement.kind === "await" || submitsCount)
      return `\`${statement.kind}\` is not translated: the program's calls are whole submissions`;
    const here = isCall(statement) ? [statement] : branchCallsOf(statement);
    if (typeof here === "string") return here;
    if (here.length === 0) continue;
    if (branches)
      return "a call follows a branch that makes calls: the program counts calls, and is not told which way the thread went";
    calls.push(...here);
    branches = statement.kind === "if";
  }
  return calls;
}

function branchCallsOf(statement: Statement): readonly Call[] | string {
  if (statement.kind !== "if") return [];
  const here = callsOf(statement.body);
  const otherwise = statement.otherwise === null ? [] : callsOf(statement.otherwise);
  if (typeof here === "string") return here;
  if (typeof otherwise === "string") return otherwise;
  if (here.length > 0 && otherwise.length > 0)
    return "both ways of a branch make calls: the program counts calls, and is not told which way the thread went";
  return [...here, ...otherwise];
}

/** With a statement in place of each call, also in branches. */
function withCalls({ items }: Block<Statement>, by: (call: Call) => Statement): Block<Statement> {
  return {
    items: items.map((statement) => {
      if (isCall(statement)) return by(statement);
      if (statement.kind !== "if") return statement;
      const { body, otherwise } = statement;
      return {
        ...statement,
        body: withCalls(body, by),
        otherwise: otherwise && withCalls(otherwise, by),
      };
    }),
  };
}

function isCall(statement: Statement): statement is Call {
  return statement.kind === "submit" || statement.kind === "enter";
}

function sqesOf(call: Call): readonly SqeSyntax[] {
  return call.kind === "submit" ? call.sqes.items : [];
}

function isLinked({ flags }: SqeSyntax): boolean {
  return flags.some(({ text }) => text === "LINK" || text === "HARDLINK");
}

/** All blocks of SQEs, also in branches. */
function blocksOf(
  body: Block<Statement>,
): readonly Extract<Statement, { readonly kind: "queue" | "submit" }>[] {
  return body.items.flatMap((one) => {
    if (one.kind === "queue" || one.kind === "submit") return [one];
    if (one.kind !== "if") return [];
    return [...blocksOf(one.body), ...(one.otherwise === null ? [] : blocksOf(one.otherwise))];
  });
}

/** A name for the hook that nothing in the file bears. */
function freeName(file: LitmusFile): string {
  const text = JSON.stringify(file);
  for (let n = 0; ; n++) {
    const name = n === 0 ? "links" : `links${n}`;
    if (!text.includes(`"text":"${name}"`)) return name;
  }
}
