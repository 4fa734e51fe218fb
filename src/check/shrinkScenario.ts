/** Makes a litmus file that fails smaller: which smaller files there are to try, and the way to one of which none fails. */
import type {
  Argument,
  Block,
  Declaration,
  LitmusFile,
  ProgramDeclaration,
  SqeSyntax,
  Statement,
} from "../litmus/index.js";
import { named } from "../litmus/index.js";
import { type ShrinkLimits, type Shrunk, shrink } from "../scheduler/shrink.js";

/**
 * The smallest file on the greedy way from `file`: `stillFails` compiles a candidate and searches it again; a candidate that
 * does not compile does not fail. Deterministic.
 */
export function shrinkScenario(
  file: LitmusFile,
  stillFails: (file: LitmusFile) => boolean,
  limits: ShrinkLimits,
): Shrunk<LitmusFile> {
  return shrink(file, smallerFiles, stillFails, limits);
}

/**
 * Files with one thing less, the most daring first. Each is smaller by count of SQEs, flags, keys, arguments, statements or
 * declarations, or by an argument's number. A program goes with what attaches and detaches it.
 */
export function* smallerFiles(file: LitmusFile): Generator<LitmusFile> {
  const { declarations } = file;
  const replaced = (at: number, by: readonly Declaration[]): LitmusFile => ({
    ...file,
    declarations: [...declarations.slice(0, at), ...by, ...declarations.slice(at + 1)],
  });
  for (const [at, declaration] of declarations.entries()) {
    if (KEPT.has(declaration.kind)) continue;
    yield replaced(at, []);
  }
  for (const declaration of declarations) {
    if (declaration.kind === "hook" || declaration.kind === "bpfop") {
      const smaller = withoutProgram(declarations, declaration);
      if (smaller !== null) yield { ...file, declarations: smaller };
    }
  }
  for (const [at, declaration] of declarations.entries()) {
    if (declaration.kind !== "thread") continue;
    for (const body of smallerBlocks(declaration.body, smallerStatements))
      yield replaced(at, [{ ...declaration, body }]);
  }
  for (const [at, declaration] of declarations.entries()) {
    for (const smaller of smallerDeclarations(declaration)) yield replaced(at, [smaller]);
  }
}

/** What says what the file is about: without it the question would be another one. */
const KEPT: ReadonlySet<Declaration["kind"]> = new Set(["semantics", "time", "claim"]);

function* smallerDeclarations(declaration: Declaration): Generator<Declaration> {
  switch (declaration.kind) {
    case "ring":
      for (const setup of without(declaration.setup)) yield { ...declaration, setup };
      if (declaration.sq !== null) yield { ...declaration, sq: null };
      if (declaration.cq !== null) yield { ...declaration, cq: null };
      if (declaration.mem !== null) yield { ...declaration, mem: null };
      break;
    case "hook":
      if (declaration.sqes !== null)
        for (const sqes of smallerBlocks(declaration.sqes, smallerSqes)) yield { ...declaration, sqes };
      yield* smallerArgumentLists(declaration);
      break;
    case "bpfop":
      yield* smallerArgumentLists(declaration);
      break;
    case "file":
      if (declaration.content.text.length > 0) {
        yield { ...declaration, content: { ...declaration.content, text: "" } };
      }
      break;
    case "pipe":
      if (declaration.nonblock) yield { ...declaration, nonblock: false };
      break;
    default:
      break;
  }
}

function* smallerArgumentLists<P extends ProgramDeclaration>(declaration: P): Generator<P> {
  const { args } = declaration;
  for (const fewer of without(args)) yield { ...declaration, args: fewer };
  for (const [at, argument] of args.entries()) {
    for (const smaller of smallerArguments(argument))
      yield { ...declaration, args: [...args.slice(0, at), smaller, ...args.slice(at + 1)] };
  }
}

/** Half of a number from 3, and one less: how often a hook goes round is what most of a long run is about. */
function* smallerArguments({ name, value }: Argument): Generator<Argument> {
  if (value.kind !== "int" || value.value < 1) return;
  if (value.value > 2) yield { name, value: { ...value, value: Math.floor(value.value / 2) } };
  yield { name, value: { ...value, value: value.value - 1 } };
}

/** The declarations without a program, and without the statements that name it; null: no statement does. */
function withoutProgram(
  declarations: readonly Declaration[],
  program: ProgramDeclaration,
): readonly Declaration[] | null {
  const name = program.kind === "hook" ? program.name.text : program.id.text;
  let dropped = 0;
  const drop = ({ items, ...rest }: Block<Statement>): Block<Statement> => ({
    ...rest,
    items: items.flatMap((statement): readonly Statement[] => {
      if (statement.kind === "if") {
        const otherwise = statement.otherwise === null ? null : drop(statement.otherwise);
        return [{ ...statement, body: drop(statement.body), otherwise }];
      }
      const names =
        statement.kind === "attach" || statement.kind === "detach"
          ? statement.what.text
          : statement.kind === "drive"
            ? statement.hook.text
            : null;
      if (names !== name) return [statement];
      dropped++;
      return [];
    }),
  });
  const left = declarations.flatMap((declaration): readonly Declaration[] => {
    if (declaration === program) return [];
    return declaration.kind === "thread" ? [{ ...declaration, body: drop(declaration.body) }] : [declaration];
  });
  return dropped === 0 ? null : left;
}

/** Blocks with one item less, or with one smaller item. */
function* smallerBlocks<Item>(
  block: Block<Item>,
  smallerItems: (item: Item) => Iterable<readonly Item[]>,
): Generator<Block<Item>> {
  const { items } = block;
  for (const fewer of without(items)) yield { items: fewer };
  for (const [at, item] of items.entries()) {
    for (const by of smallerItems(item))
      yield { items: [...items.slice(0, at), ...by, ...items.slice(at + 1)] };
  }
}

/** What may stand instead of a statement. */
function* smallerStatements(statement: Statement): Generator<readonly Statement[]> {
  switch (statement.kind) {
    case "if":
      yield statement.body.items;
      if (statement.otherwise !== null) {
        yield statement.otherwise.items;
        yield [{ ...statement, otherwise: null }];
        for (const otherwise of smallerBlocks(statement.otherwise, smallerStatements))
          yield [{ ...statement, otherwise }];
      }
      for (const body of smallerBlocks(statement.body, smallerStatements)) yield [{ ...statement, body }];
      break;
    case "queue":
      for (const sqes of smallerBlocks(statement.sqes, smallerSqes)) yield [{ ...statement, sqes }];
      break;
    case "submit":
      for (const sqes of smallerBlocks(statement.sqes, smallerSqes)) yield [{ ...statement, sqes }];
      if (statement.wait !== null) yield [{ ...statement, wait: null }];
      yield* unbound(statement);
      break;
    case "enter":
      if (statement.timeout !== null) yield [{ ...statement, timeout: null }];
      if (statement.wait !== null) yield [{ ...statement, wait: null }];
      yield* unbound(statement);
      break;
    case "reap":
      if (statement.max !== null) yield [{ ...statement, max: null }];
      yield* unbound(statement);
      break;
    case "peek":
    case "sync_cancel":
    case "attach":
    case "detach":
      yield* unbound(statement);
      break;
    default:
      break;
  }
}

function* unbound<S extends Extract<Statement, { readonly bind: unknown }>>(
  statement: S,
): Generator<readonly Statement[]> {
  if (statement.bind !== null && statement.kind !== "sqflags")
    yield [{ ...statement, bind: null } as Statement];
}

function* smallerSqes(sqe: SqeSyntax): Generator<readonly SqeSyntax[]> {
  for (const flags of without(sqe.flags)) yield [{ ...sqe, flags }];
  if (sqe.opcode.text !== "NOP")
    yield [{ ...sqe, opcode: named("NOP"), keys: [], multishot: false, may: null }];
  if (sqe.multishot) yield [{ ...sqe, multishot: false }];
  if (sqe.may !== null) {
    yield [{ ...sqe, may: null }];
    if (sqe.may.length > 1) for (const may of without(sqe.may)) yield [{ ...sqe, may }];
  }
  for (const keys of without(sqe.keys)) yield [{ ...sqe, keys }];
}

/** The list without one of its items, each in turn. */
function* without<Item>(list: readonly Item[]): Generator<readonly Item[]> {
  for (const at of list.keys()) yield [...list.slice(0, at), ...list.slice(at + 1)];
}
