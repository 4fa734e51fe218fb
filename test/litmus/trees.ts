/** Arbitrary syntax trees, as the parser could have made them: whatever their names mean, they can be printed and parsed. */
import fc from "fast-check";
import {
  type Block,
  type Comments,
  type ConditionSyntax,
  type Declaration,
  type Fd,
  integer,
  type Key,
  type LitmusFile,
  NOWHERE,
  named,
  quoted,
  type Result,
  type SqeSyntax,
  type Statement,
  type Text,
  type Value,
  type Word,
} from "../../src/litmus/index.js";

const at = NOWHERE;

/** Names that are also words of the language, where that is no ambiguity, and plain ones. */
const name: fc.Arbitrary<Word> = fc
  .oneof(
    fc.constantFrom(
      "a",
      "b",
      "c",
      "f",
      "read",
      "write",
      "flags",
      "res",
      "slot_1",
      "T0",
      "x-y",
      "_",
      "open",
      "sq",
    ),
    fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/),
  )
  .filter((text) => !RESERVED.has(text))
  .map(named);
const RESERVED = new Set(
  "litmus doc source semantics time ring file pipe sockets slots buf fixed bpfop hook thread always exists never queue enter submit reap peek sqflags await write read close slot clear sync_cancel sleep if attach detach signal drive true and or not implies posted silent count issued hang steps calls cost has before as wait timeout target else on to may multishot setup cq sq nonblock".split(
    " ",
  ),
);
const flag = fc
  .stringMatching(/^[A-Z][A-Z0-9_]{0,10}$/)
  .filter((text) => !/^(IOSQE|IORING)/.test(text))
  .map(named);
const opcode = fc.constantFrom("NOP", "READ", "WRITE", "TIMEOUT", "FUTEX_WAIT", "NEVER_HEARD_OF").map(named);
const number = fc
  .oneof(fc.integer({ min: -5, max: 5 }), fc.maxSafeInteger())
  .map((value) => integer(value + 0));
const text: fc.Arbitrary<Text> = fc
  .string({ unit: "grapheme", maxLength: 8 })
  .filter((prose) => !/[\ud800-\udfff\ufffd]/.test(prose))
  .map((prose) => ({ text: prose, at }));
const bytes: fc.Arbitrary<Text> = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 8 })
  .map((codes) => ({ text: String.fromCharCode(...codes), at }));
const comment = fc.stringMatching(/^#[ -~]{0,12}$/).map((line) => line.trimEnd());
const comments: fc.Arbitrary<{ readonly comments?: Comments }> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc
    .record({ before: fc.array(comment, { maxLength: 2 }), after: fc.option(comment) })
    .filter(({ before, after }) => before.length > 0 || after !== null)
    .map((some) => ({ comments: some })),
);
const closing: fc.Arbitrary<{ readonly closing?: readonly string[] }> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.array(comment, { minLength: 1, maxLength: 2 }).map((lines) => ({ closing: lines })),
);

const result: fc.Arbitrary<Result> = fc.oneof(
  number,
  fc
    .constantFrom("EIO", "ECANCELED", "ENOSUCHERROR")
    .map((error) => ({ kind: "errno" as const, name: error, at })),
);
const ms = fc.integer({ min: 0, max: 100_000 });
const duration = fc.option(ms).map((time) => ({ kind: "time" as const, ms: time, at }));
const end = fc
  .tuple(name, fc.constantFrom("r", "w", "0", "1"))
  .map(([of, which]) => ({ kind: "end" as const, of, end: named(which), at }));
const slot = fc.nat(70).map((index) => ({ kind: "slot" as const, slot: index, at }));
const words = (max: number) =>
  fc
    .array(name, { minLength: 1, maxLength: max })
    .map((list) => ({ kind: "words" as const, words: list, at }));
const value: fc.Arbitrary<Value> = fc.oneof(
  result,
  ms.map((time) => ({ kind: "time" as const, ms: time, at })),
  words(3),
  end,
  slot,
  bytes.map((data) => quoted(data.text)),
);
const fd: fc.Arbitrary<Fd> = fc.oneof(number, words(1), end, slot);
const args = fc.array(
  fc.record({
    name,
    value: fc.oneof(
      result,
      ms.map((time) => ({ kind: "time" as const, ms: time, at })),
      words(1),
      end,
      slot,
    ),
  }),
  { maxLength: 3 },
);
const id = fc.oneof(name, fc.constantFrom("0", "255", "0x10").map(named));
const key: fc.Arbitrary<Key> = fc.record({ name, value: fc.option(value, { freq: 8 }) });

const sqe: fc.Arbitrary<SqeSyntax> = fc
  .record({
    label: name,
    opcode,
    keys: fc.array(key, { maxLength: 3 }),
    multishot: fc.boolean(),
    may: fc.option(
      fc.array(fc.oneof(result, fc.constant({ kind: "never" as const, at })), { minLength: 1, maxLength: 3 }),
    ),
    flags: fc.array(flag, { maxLength: 2 }),
    comments,
  })
  .map(({ comments: own, ...rest }) => ({ ...rest, at, ...own }));

const block = <Item>(item: fc.Arbitrary<Item>, maxLength: number): fc.Arbitrary<Block<Item>> =>
  fc.tuple(fc.array(item, { maxLength }), closing).map(([items, own]) => ({ items, ...own }));

const cmp = fc.constantFrom("=", "!=", "<", "<=", ">", ">=");
const condition: fc.Arbitrary<ConditionSyntax> = fc.letrec<{ tree: ConditionSyntax }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.constantFrom({ kind: "true" as const, at }, { kind: "hang" as const, at }),
      fc.record({ kind: fc.constant("res" as const), label: name, cmp, value: result, at: fc.constant(at) }),
      fc.record({ kind: fc.constant("flags" as const), label: name, flag, at: fc.constant(at) }),
      fc.record({ kind: fc.constantFrom("posted", "silent", "issued"), label: name, at: fc.constant(at) }),
      fc.record({
        kind: fc.constant("count" as const),
        label: name,
        cmp,
        value: result,
        at: fc.constant(at),
      }),
      fc.record({ kind: fc.constant("before" as const), first: name, second: name, at: fc.constant(at) }),
      fc.record({ kind: fc.constant("value" as const), name, cmp, value: result, at: fc.constant(at) }),
      fc.record({ kind: fc.constant("content" as const), name, cmp, text: bytes, at: fc.constant(at) }),
      fc.record({ kind: fc.constant("steps" as const), hook: name, cmp, value: result, at: fc.constant(at) }),
      fc.record({
        kind: fc.constant("calls" as const),
        operation: fc.oneof(name, fc.constant(named("7"))),
        callback: name,
        cmp,
        value: result,
        at: fc.constant(at),
      }),
      fc.record({
        kind: fc.constant("variable" as const),
        program: id,
        variable: name.filter(({ text }) => text !== "res"),
        cmp,
        value: result,
        at: fc.constant(at),
      }),
      fc.record({ kind: fc.constant("cost" as const), of: name, cmp, value: result, at: fc.constant(at) }),
    ),
    fc.record({ kind: fc.constant("not" as const), of: tie("tree"), at: fc.constant(at) }),
    fc.record({
      kind: fc.constantFrom("and", "or", "implies"),
      left: tie("tree"),
      right: tie("tree"),
      at: fc.constant(at),
    }),
  ),
})).tree;

const ring = fc.option(name);
const bind = fc.option(name);
const wait = fc.option(number);
const node = { at: fc.constant(at) };
const simple = fc.oneof(
  fc.record({ kind: fc.constant("queue" as const), ring, sqes: block(sqe, 3), ...node }),
  fc.record({
    kind: fc.constant("submit" as const),
    ring,
    sqes: block(sqe, 3),
    wait,
    timeout: fc.option(duration),
    bind,
    ...node,
  }),
  fc.record({
    kind: fc.constant("enter" as const),
    ring,
    submit: wait,
    wait,
    timeout: fc.option(duration),
    bind,
    ...node,
  }),
  fc.record({ kind: fc.constant("reap" as const), ring, max: wait, bind, ...node }),
  fc.record({ kind: fc.constant("peek" as const), ring, bind, ...node }),
  fc.record({ kind: fc.constant("sqflags" as const), ring, bind: name, ...node }),
  fc.record({ kind: fc.constant("await" as const), label: name, ...node }),
  fc.record({ kind: fc.constant("write" as const), fd, data: bytes, ...node }),
  fc.record({ kind: fc.constant("read" as const), fd, len: number, ...node }),
  fc.record({ kind: fc.constant("close" as const), fd, ...node }),
  fc.record({ kind: fc.constant("slot" as const), slot: number, fd, ...node }),
  fc.record({ kind: fc.constant("clear" as const), slot: number, ...node }),
  fc.record({ kind: fc.constant("sync_cancel" as const), ring, target: name, bind, ...node }),
  fc.record({ kind: fc.constant("sleep" as const), time: duration, ...node }),
  fc.record({ kind: fc.constant("attach" as const), what: id, ring: name, bind, ...node }),
  fc.record({ kind: fc.constant("detach" as const), what: id, bind, ...node }),
  fc.record({ kind: fc.constant("signal" as const), thread: name, ...node }),
  fc.record({ kind: fc.constant("drive" as const), hook: name, ...node }),
);
const statement: fc.Arbitrary<Statement> = fc.letrec<{ tree: Statement }>((tie) => ({
  tree: fc
    .tuple(
      fc.oneof(
        { maxDepth: 2, withCrossShrink: true },
        simple,
        fc.record({
          kind: fc.constant("if" as const),
          condition,
          body: block(tie("tree"), 2),
          otherwise: fc.option(block(tie("tree"), 2)),
          ...node,
        }),
      ),
      comments,
    )
    .map(([plain, own]) => ({ ...plain, ...own })),
})).tree;

const declaration: fc.Arbitrary<Declaration> = fc
  .tuple(
    fc.oneof(
      fc.record({ kind: fc.constant("doc" as const), text, ...node }),
      fc.record({
        kind: fc.constant("source" as const),
        texts: fc.array(text, { minLength: 1, maxLength: 3 }),
        ...node,
      }),
      fc.record({
        kind: fc.constant("semantics" as const),
        profiles: fc.array(
          fc.oneof(name, fc.constantFrom("linux-6.18", "linux-7.1.5", "bpf-op-v3-loops").map(named)),
          {
            minLength: 1,
            maxLength: 3,
          },
        ),
        ...node,
      }),
      fc.record({ kind: fc.constant("time" as const), mode: name, ...node }),
      fc.record({
        kind: fc.constant("ring" as const),
        name,
        sq: wait,
        cq: wait,
        setup: fc.array(flag, { maxLength: 2 }),
        mem: fc.option(name),
        ...node,
      }),
      fc.record({ kind: fc.constant("file" as const), name, content: bytes, ...node }),
      fc.record({ kind: fc.constant("pipe" as const), name, nonblock: fc.boolean(), ...node }),
      fc.record({ kind: fc.constant("sockets" as const), name, ...node }),
      fc.record({ kind: fc.constant("slots" as const), count: number, ...node }),
      fc.record({ kind: fc.constant("buffer" as const), name, size: number, fixed: fc.boolean(), ...node }),
      fc.record({ kind: fc.constant("bpfop" as const), id, ring: name, program: name, args, ...node }),
      fc.record({
        kind: fc.constant("hook" as const),
        name,
        ring: name,
        program: name,
        args,
        sqes: fc.option(block(sqe, 2)),
        ...node,
      }),
      fc.record({ kind: fc.constant("thread" as const), name, body: block(statement, 4), ...node }),
      fc.record({
        kind: fc.constant("claim" as const),
        claim: fc.constantFrom("always", "exists", "never"),
        name: fc.option(name),
        condition,
        ...node,
      }),
    ),
    comments,
  )
  .map(([plain, own]) => ({ ...plain, ...own }));

/** Trees of the whole language. */
export const litmusFiles: fc.Arbitrary<LitmusFile> = fc
  .tuple(name, comments, fc.array(declaration, { maxLength: 6 }), closing)
  .map(([own, around, declarations, behind]) => ({ name: own, ...around, declarations, ...behind }));
