/** The programs that a file declares: which of the library's they are, where their memory is, and what their requests are called. */
import { SQE_BYTES } from "../model/bytes/sqeFields.js";
import type { HookProgram, OperationProgram, Program, ProgramLibrary } from "../model/programs/index.js";
import type {
  HookDecl,
  HookId,
  LabelId,
  MemoryDecl,
  MemoryId,
  OperationId,
  RingId,
} from "../model/scenario.js";
import type { Reporter } from "./diagnostic.js";
import { HOOKS_MAX, OPERATION_ID_MAX } from "./limits.js";
import { isConditionWord, reportDuplicate, reportReserved, reportUndefined } from "./names.js";
import { suggest } from "./suggest.js";
import type { ProgramDeclaration, Word } from "./syntax.js";
import { clip } from "./tokens.js";

/** `program` null: the library has none of that name and kind, and that was reported. */
export interface DeclaredHook {
  readonly syntax: Extract<ProgramDeclaration, { readonly kind: "hook" }>;
  readonly ring: RingId;
  readonly memory: MemoryId;
  readonly program: HookProgram | null;
}

export interface DeclaredOperation {
  readonly syntax: Extract<ProgramDeclaration, { readonly kind: "bpfop" }>;
  readonly id: number;
  readonly ring: RingId;
  readonly memory: MemoryId;
  readonly program: OperationProgram | null;
}

export interface DeclaredPrograms {
  readonly hooks: readonly DeclaredHook[];
  readonly operations: readonly DeclaredOperation[];
  readonly memories: readonly MemoryDecl[];
}

/** What a file may call a program by; `ids`: one operation a ring may have that id. */
export type ProgramName =
  | { readonly kind: "hook"; readonly hook: HookId }
  | { readonly kind: "operation"; readonly ids: readonly OperationId[] };

/** Looks the declarations' programs up, and gives each its memory: operations of one map share it. */
export function declarePrograms(
  declarations: readonly ProgramDeclaration[],
  library: ProgramLibrary,
  rings: { readonly names: readonly string[]; readonly idOf: (name: string) => RingId | undefined },
  reporter: Reporter,
): DeclaredPrograms {
  const hooks: DeclaredHook[] = [];
  const operations: DeclaredOperation[] = [];
  const memories = createMemories(reporter);
  const idsElsewhere = idsOnSeveralRings(declarations);
  for (const syntax of declarations) {
    const { kind, program: name } = syntax;
    const ring = rings.idOf(syntax.ring.text);
    if (ring === undefined) reportUndefined(reporter, syntax.ring, "ring", rings.names);
    const found = lookUp(name, kind, library, reporter);
    const on = ring ?? 0;
    if (kind === "hook") {
      checkHookName(syntax.name, hooks, reporter);
      const program = found?.kind === "hook" ? found : null;
      hooks.push({
        syntax,
        ring: on,
        program,
        memory: memories.own(syntax.name, program, SQE_BYTES * (syntax.sqes?.items.length ?? 0)),
      });
      continue;
    }
    const id = operationId(syntax.id, reporter);
    const twin = operations.find((other) => other.id === id && other.ring === on);
    if (twin !== undefined) {
      const message = `ring \`${syntax.ring.text}\` has an operation ${id} already`;
      reporter.report(syntax.id.at, "duplicate-name", message, "another id, 0 to 255");
    }
    const program = found?.kind === "operation" ? found : null;
    const own = idsElsewhere.has(id) ? `${syntax.ring.text}.${id}` : String(id);
    const memory = twin?.memory ?? memories.shared(syntax.program, program?.map ?? null, own, program);
    operations.push({ syntax, id, ring: on, program, memory });
  }
  if (hooks.length > HOOKS_MAX) {
    const at = hooks[HOOKS_MAX]!.syntax.name.at;
    reporter.report(at, "limit-names", `the file has more than ${HOOKS_MAX} hooks`);
  }
  return { hooks, operations, memories: memories.list };
}

/** The labels of the requests that hooks make: `HOOK-NAME` for each name of the program, then `HOOK-other`. */
export function hookLabels(
  hooks: readonly DeclaredHook[],
): readonly { readonly name: string; readonly hook: HookId; readonly userData: bigint | null }[] {
  return hooks.flatMap(({ syntax, program }, hook) => [
    ...Object.entries(program?.userData ?? {}).map(([name, userData]) => ({
      name: `${syntax.name.text}-${name}`,
      hook,
      userData,
    })),
    { name: `${syntax.name.text}-other`, hook, userData: null },
  ]);
}

/** The hook or the operations that a word means; undefined: none. */
export function programNamed(
  { text }: Word,
  { hooks, operations }: DeclaredPrograms,
): ProgramName | undefined {
  const hook = hooks.findIndex(({ syntax }) => syntax.name.text === text);
  if (hook >= 0) return { kind: "hook", hook };
  if (!isNumber(text)) return undefined;
  const ids = operations.flatMap(({ id }, at) => (id === Number(text) ? [at] : []));
  return ids.length === 0 ? undefined : { kind: "operation", ids };
}

/** Names of all programs of the file, for hints. */
export function programNames({ hooks, operations }: DeclaredPrograms): readonly string[] {
  return [...hooks.map(({ syntax }) => syntax.name.text), ...operations.map(({ id }) => String(id))];
}

/** The operation that an id means, where it means one; else null, and a report. `ring`: one that is declared there comes first. */
export function oneOperation(
  word: Word,
  ids: readonly OperationId[],
  ring: RingId | null,
  { operations }: DeclaredPrograms,
  reporter: Reporter,
): OperationId | null {
  const [first] = ids.filter((id) => operations[id]!.ring === ring);
  if (first !== undefined) return first;
  if (ids.length === 1) return ids[0]!;
  const message = `${ids.length} rings have an operation ${clip(word.text)}`;
  reporter.report(word.at, "contradiction", message, "ids of their own, 0 to 255, tell them apart");
  return null;
}

function isNumber(text: string): boolean {
  return /^(\d+|0x[0-9A-Fa-f]+)$/.test(text);
}

function operationId(word: Word, reporter: Reporter): number {
  const id = isNumber(word.text) ? Number(word.text) : Number.NaN;
  if (id <= OPERATION_ID_MAX) return id;
  // What begins like a number and is none was reported by the scanner.
  if (!/^\d/.test(word.text) || isNumber(word.text)) {
    const message = `\`${clip(word.text)}\` is no id of an operation`;
    reporter.report(word.at, "out-of-range", message, `0 to ${OPERATION_ID_MAX}`);
  }
  return 0;
}

function idsOnSeveralRings(declarations: readonly ProgramDeclaration[]): ReadonlySet<number> {
  const ringOf = new Map<number, string>();
  const several = new Set<number>();
  for (const declaration of declarations) {
    if (declaration.kind !== "bpfop") continue;
    const id = Number(declaration.id.text);
    if ((ringOf.get(id) ?? declaration.ring.text) !== declaration.ring.text) several.add(id);
    ringOf.set(id, declaration.ring.text);
  }
  return several;
}

function lookUp(
  name: Word,
  kind: ProgramDeclaration["kind"],
  library: ProgramLibrary,
  reporter: Reporter,
): Program | null {
  const { text, at } = name;
  const wanted = kind === "hook" ? "hook" : "operation";
  const program = Object.hasOwn(library, text) ? library[text] : undefined;
  if (program === undefined) {
    const known = Object.keys(library).filter((other) => library[other]!.kind === wanted);
    const near = suggest(text, known);
    const own = `--programs FILE brings its own, \`ringspec programs\` lists the others`;
    reporter.report(
      at,
      "unknown-program",
      `there is no program \`${clip(text)}\``,
      near?.startsWith("did you mean") ? `${near} ${own}` : own,
    );
    return null;
  }
  if (program.kind === wanted) return program;
  const [is, form] =
    program.kind === "hook" ? ["a loop hook", "hook H on r = "] : ["a custom operation", "bpfop ID on r = "];
  reporter.report(at, "wrong-program", `\`${clip(text)}\` is ${is}`, form + clip(text));
  return null;
}

function checkHookName(name: Word, hooks: readonly DeclaredHook[], reporter: Reporter): void {
  if (isConditionWord(name)) reportReserved(reporter, name);
  else if (hooks.some(({ syntax }) => syntax.name.text === name.text))
    reportDuplicate(reporter, name, "a hook");
}

interface Memories {
  readonly list: readonly MemoryDecl[];
  /** `more`: bytes behind what the program asks for. */
  own(name: Word, program: Program | null, more: number): MemoryId;
  shared(at: Word, map: string | null, otherwise: string, program: Program | null): MemoryId;
}

function createMemories(reporter: Reporter): Memories {
  const list: MemoryDecl[] = [];
  const maps = new Map<string, MemoryId>();
  const add = (at: Word, name: string, program: Program | null, more = 0): MemoryId => {
    // Outcomes tell memories apart by their names.
    if (list.some((memory) => memory.name === name)) {
      const hint = "a memory is named after its hook, its map or its operation's id";
      reporter.report(at.at, "duplicate-name", `\`${clip(name)}\` is already the name of a memory`, hint);
    }
    list.push({ name, size: (program?.memoryBytes ?? 0) + more, variables: program?.variables ?? {} });
    return list.length - 1;
  };
  return {
    list,
    own: (name, program, more) => {
      // A second hook of that name was reported.
      const taken = list.findIndex((memory) => memory.name === name.text);
      return taken >= 0 && !maps.has(name.text) ? taken : add(name, name.text, program, more);
    },
    shared(at, map, otherwise, program) {
      const memory = map === null ? undefined : maps.get(map);
      if (memory === undefined) {
        const added = add(at, map ?? otherwise, program);
        if (map !== null) maps.set(map, added);
        return added;
      }
      const before = list[memory]!;
      const size = program?.memoryBytes ?? before.size;
      if (size !== before.size) {
        const message = `the map \`${clip(map ?? "")}\` has ${before.size} bytes for one program, and ${size} for this one`;
        reporter.report(at.at, "contradiction", message);
      }
      list[memory] = { ...before, variables: { ...before.variables, ...program?.variables } };
      return memory;
    },
  };
}

/** The labels of one hook's requests. `first`: the label of the first entry of `all`. */
export function labelsOfHook(
  hook: HookId,
  all: ReturnType<typeof hookLabels>,
  first: LabelId,
): HookDecl["labels"] {
  return all.flatMap((entry, at) =>
    entry.hook === hook ? [{ userData: entry.userData, label: first + at }] : [],
  );
}
