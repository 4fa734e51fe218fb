/**
 * Who else is there: changes to the original, made before its links are replaced, so that both sides have the same
 * neighbours. A test that nobody disturbs says little.
 */
import {
  type Block,
  type Declaration,
  integer,
  type LitmusFile,
  named,
  quoted,
  type SqeSyntax,
  type Statement,
  type Word,
} from "../litmus/index.js";

/** `why`: it has no place in this scenario. */
export type Surroundings =
  | { readonly kind: "file"; readonly file: LitmusFile }
  | { readonly kind: "no place"; readonly why: string };

export const ENVIRONMENT_NAMES = ["quiet", "chain", "cancel", "overflow", "writer"] as const;
export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];

export interface Environment {
  /** In a sentence. */
  readonly doc: string;
  readonly around: (file: LitmusFile) => Surroundings;
}

type Thread = Extract<Declaration, { readonly kind: "thread" }>;
type Ring = Extract<Declaration, { readonly kind: "ring" }>;
type Submission = Extract<Statement, { readonly kind: "queue" | "submit" }>;

/** Of a ring that says nothing (docs: the litmus language). */
const SQ_ENTRIES = 8;
/** More than 8 would make a search of what is to be a glance. */
const FILLERS_MAX = 8;

export const ENVIRONMENTS: Readonly<Record<EnvironmentName, Environment>> = {
  quiet: { doc: "nobody else", around: (file) => placed(file) },
  chain: { doc: "another chain of two NOPs at the end of the same submission", around: withAnotherChain },
  cancel: {
    doc: "a second thread that cancels the first chain's second member (IORING_REGISTER_SYNC_CANCEL)",
    around: withCancel,
  },
  overflow: { doc: "a CQ that is full of NOPs' CQEs when the first chain is submitted", around: withFullCq },
  writer: { doc: "a second thread that writes a byte to a pipe that a member reads", around: withWriter },
};

function placed(file: LitmusFile): Surroundings {
  return { kind: "file", file };
}

function noPlace(why: string): Surroundings {
  return { kind: "no place", why };
}

function withAnotherChain(file: LitmusFile): Surroundings {
  const block = firstLinked(file);
  if (block === null) return noPlace("no submission of a chain to stand beside");
  const { items } = block.sqes;
  if (isLinked(items.at(-1) as SqeSyntax))
    return noPlace("its last SQE has a link, and would be linked to it");
  if (items.length + 2 > sqEntriesOf(file, block.ring)) return noPlace("its SQ has no room for two more");
  const [first, second] = [freeName(file, "e"), freeName(file, "g")];
  const sqes = { ...block.sqes, items: [...items, nop(first, ["LINK"]), nop(second, [])] };
  return placed(waitForMore(file, block, { ...block, sqes }));
}

/**
 * With `by` in place of a submission, and two more to wait for from there on until CQEs are taken: who waits for all
 * of the block waits for the other chain as well. Otherwise that would be another question.
 */
function waitForMore(file: LitmusFile, old: Submission, by: Submission): LitmusFile {
  const declarations = file.declarations.map((one): Declaration => {
    if (one.kind !== "thread" || !one.body.items.includes(old)) return one;
    let counts = false;
    const items = one.body.items.map((statement): Statement => {
      if (statement.kind === "reap") counts = false;
      if (statement === old) counts = true;
      const now = statement === old ? by : statement;
      if (!counts || (now.kind !== "submit" && now.kind !== "enter") || now.wait === null) return now;
      return { ...now, wait: integer(now.wait.value + 2) };
    });
    return { ...one, body: { ...one.body, items } };
  });
  return { ...file, declarations };
}

function withCancel(file: LitmusFile): Surroundings {
  const block = firstLinked(file);
  const items = block?.sqes.items ?? [];
  const target = items[items.findIndex(isLinked) + 1];
  if (block === null || target === undefined) return noPlace("no chain has a second member");
  return placed(
    withThread(file, [
      { kind: "sync_cancel", at: file.name.at, ring: block.ring, target: target.label, bind: null },
    ]),
  );
}

function withFullCq(file: LitmusFile): Surroundings {
  const block = firstLinked(file);
  if (block === null) return noPlace("no submission of a chain to stand before");
  if (block.kind !== "submit") return noPlace("its chain is not submitted by one call");
  const rings = file.declarations.filter((one): one is Ring => one.kind === "ring");
  if (rings.length > 1) return noPlace("it has several rings");
  const [ring] = rings;
  if (ring !== undefined && ring.cq !== null) return noPlace("it has chosen the size of its CQ");
  if (ring?.setup.some(({ text }) => text === "IOPOLL" || text === "SQPOLL") === true)
    return noPlace("its ring polls, and NOPs before it would be another scenario");
  const most = Math.max(2, ...blocksOf(file).map(({ sqes }) => sqes.items.length));
  const entries = 2 ** Math.ceil(Math.log2(most));
  if (entries > FILLERS_MAX) return noPlace(`its smallest CQ has ${entries} entries`);
  const small: Ring = {
    ...(ring ?? { kind: "ring", at: file.name.at, name: named("r"), setup: [], mem: null }),
    sq: integer(entries),
    cq: integer(entries),
  };
  const items = Array.from({ length: entries }, (_, at) => nop(freeName(file, `x${at}`), []));
  const fillers: Statement = { ...block, sqes: { items }, wait: null, timeout: null, bind: null };
  const filled = replaceStatement(file, block, [fillers, block]);
  const others = filled.declarations.filter((one) => one !== ring);
  return placed({ ...filled, declarations: [small, ...others] });
}

function withWriter(file: LitmusFile): Surroundings {
  for (const { sqes } of blocksOf(file)) {
    for (const { opcode, keys } of sqes.items) {
      const fd = keys.find(({ name }) => name.text === "fd")?.value ?? null;
      if (opcode.text !== "READ" || fd?.kind !== "end" || fd.end.text !== "r") continue;
      const end = { ...fd, end: named("w") };
      return placed(withThread(file, [{ kind: "write", at: file.name.at, fd: end, data: quoted("z") }]));
    }
  }
  return noPlace("no member reads a pipe");
}

/** The first block with a linked SQE, in a thread's own statements. */
function firstLinked(file: LitmusFile): Submission | null {
  return blocksOf(file).find(({ sqes }) => sqes.items.some(isLinked)) ?? null;
}

/** Blocks of SQEs that stand in no branch. */
function blocksOf(file: LitmusFile): readonly Submission[] {
  return file.declarations.flatMap((one) =>
    one.kind === "thread"
      ? one.body.items.filter((each): each is Submission => each.kind === "queue" || each.kind === "submit")
      : [],
  );
}

function isLinked({ flags }: SqeSyntax): boolean {
  return flags.some(({ text }) => text === "LINK" || text === "HARDLINK");
}

function sqEntriesOf(file: LitmusFile, name: Word | null): number {
  const rings = file.declarations.filter((one): one is Ring => one.kind === "ring");
  const ring = rings.find((one) => name === null || one.name.text === name.text);
  return ring?.sq?.value ?? SQ_ENTRIES;
}

function nop(label: string, flags: readonly string[]): SqeSyntax {
  const word = named(label);
  return {
    at: word.at,
    label: word,
    opcode: named("NOP"),
    keys: [],
    multishot: false,
    may: null,
    flags: flags.map(named),
  };
}

function replaceStatement(file: LitmusFile, old: Statement, by: readonly Statement[]): LitmusFile {
  const inBody = (body: Block<Statement>): Block<Statement> => ({
    ...body,
    items: body.items.flatMap((one) => (one === old ? by : [one])),
  });
  return {
    ...file,
    declarations: file.declarations.map((one) =>
      one.kind === "thread" ? { ...one, body: inBody(one.body) } : one,
    ),
  };
}

function withThread(file: LitmusFile, items: readonly Statement[]): LitmusFile {
  const thread: Thread = {
    kind: "thread",
    at: file.name.at,
    name: named(freeName(file, "E")),
    body: { items },
  };
  const last = file.declarations.findLastIndex(({ kind }) => kind === "thread");
  return { ...file, declarations: file.declarations.toSpliced(last + 1, 0, thread) };
}

/** A name that nothing in the file bears. */
function freeName(file: LitmusFile, stem: string): string {
  const text = JSON.stringify(file);
  for (let name = `env_${stem}`; ; name += "_") {
    if (!text.includes(`"text":"${name}"`)) return name;
  }
}
