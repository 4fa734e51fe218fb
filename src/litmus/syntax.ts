/**
 * The syntax tree of a litmus file: what is written, unresolved. Plain data, easy to build and to change by
 * program; `named`, `integer` and `quoted` make the leaves of one that was never text.
 */
import { NOWHERE, type Position } from "./diagnostic.js";

export type { Position };

/** A name or a word, without prefixes such as IOSQE_IO_. */
export interface Word {
  readonly text: string;
  readonly at: Position;
}

/** A string's meaning: characters for `doc` and `source`, one char a byte for everything else. */
export interface Text {
  readonly text: string;
  readonly at: Position;
}

export interface Integer {
  readonly kind: "int";
  readonly value: number;
  readonly at: Position;
}

/** `-ENAME`; `name` has no minus. */
export interface Errno {
  readonly kind: "errno";
  readonly name: string;
  readonly at: Position;
}

/** `0`, `10ms`, `1s`; `ms` null is `never`. */
export interface Duration {
  readonly kind: "time";
  readonly ms: number | null;
  readonly at: Position;
}

export interface Never {
  readonly kind: "never";
  readonly at: Position;
}

/** A result: an integer or an errno name. */
export type Result = Integer | Errno;

/** One name, or several with commas. */
export interface Words {
  readonly kind: "words";
  readonly words: readonly Word[];
  readonly at: Position;
}

/** `p.r`, `s.0`. */
export interface End {
  readonly kind: "end";
  readonly of: Word;
  readonly end: Word;
  readonly at: Position;
}

/** `slot:3`. */
export interface Slot {
  readonly kind: "slot";
  readonly slot: number;
  readonly at: Position;
}

export interface Quoted extends Text {
  readonly kind: "text";
}

/** What may follow `key=`. A time of `0` is an integer, and `never` is a word. */
export type Value = Integer | Errno | Duration | Words | End | Slot | Quoted;

/** `key=value` of a program's declaration. A time of `0` is an integer, and `never` is a word. */
export interface Argument {
  readonly name: Word;
  readonly value: Integer | Errno | Duration | Words | End | Slot;
}

/** What may stand for a file descriptor. */
export type Fd = Integer | Words | End | Slot;

/** `#` comments, each with its `#`: on lines of their own before the node, and behind it on its last line. */
export interface Comments {
  readonly before: readonly string[];
  readonly after: string | null;
}

interface Node {
  readonly at: Position;
  readonly comments?: Comments;
}

/** What stands between `{` and `}`; `closing`: comments before the `}`. */
export interface Block<Item> {
  readonly items: readonly Item[];
  readonly closing?: readonly string[];
}

export interface LitmusFile {
  readonly name: Word;
  readonly comments?: Comments;
  readonly declarations: readonly Declaration[];
  /** Comments behind the last declaration. */
  readonly closing?: readonly string[];
}

export type Declaration = Node &
  (
    | { readonly kind: "doc"; readonly text: Text }
    | { readonly kind: "source"; readonly texts: readonly Text[] }
    | { readonly kind: "semantics"; readonly profiles: readonly Word[] }
    | { readonly kind: "time"; readonly mode: Word }
    | {
        readonly kind: "ring";
        readonly name: Word;
        readonly sq: Integer | null;
        readonly cq: Integer | null;
        readonly setup: readonly Word[];
        /** The buffer that is registered as its parameter region. */
        readonly mem: Word | null;
      }
    | { readonly kind: "file"; readonly name: Word; readonly content: Text }
    | { readonly kind: "pipe"; readonly name: Word; readonly nonblock: boolean }
    | { readonly kind: "sockets"; readonly name: Word }
    | { readonly kind: "slots"; readonly count: Integer }
    | { readonly kind: "buffer"; readonly name: Word; readonly size: Integer; readonly fixed: boolean }
    | {
        readonly kind: "bpfop";
        /** A number as written. */
        readonly id: Word;
        readonly ring: Word;
        readonly program: Word;
        readonly args: readonly Argument[];
      }
    | {
        readonly kind: "hook";
        readonly name: Word;
        readonly ring: Word;
        readonly program: Word;
        readonly args: readonly Argument[];
        /** SQEs that user space leaves in the program's memory; null: none. */
        readonly sqes: Block<SqeSyntax> | null;
      }
    | { readonly kind: "thread"; readonly name: Word; readonly body: Block<Statement> }
    | {
        readonly kind: "claim";
        readonly claim: "always" | "exists" | "never";
        readonly name: Word | null;
        readonly condition: ConditionSyntax;
      }
  );

export type ProgramDeclaration = Extract<Declaration, { readonly kind: "bpfop" | "hook" }>;

/** A statement; `ring` null: the only one; `what`: a hook's name, or the id of a custom operation. `at` is where it begins. */
export type Statement = Node &
  (
    | { readonly kind: "queue"; readonly ring: Word | null; readonly sqes: Block<SqeSyntax> }
    | {
        readonly kind: "submit";
        readonly ring: Word | null;
        readonly sqes: Block<SqeSyntax>;
        readonly wait: Integer | null;
        readonly timeout: Duration | null;
        readonly bind: Word | null;
      }
    | {
        readonly kind: "enter";
        readonly ring: Word | null;
        readonly submit: Integer | null;
        readonly wait: Integer | null;
        readonly timeout: Duration | null;
        readonly bind: Word | null;
      }
    | {
        readonly kind: "reap";
        readonly ring: Word | null;
        readonly max: Integer | null;
        readonly bind: Word | null;
      }
    | { readonly kind: "peek"; readonly ring: Word | null; readonly bind: Word | null }
    | { readonly kind: "sqflags"; readonly ring: Word | null; readonly bind: Word }
    | { readonly kind: "await"; readonly label: Word }
    | { readonly kind: "write"; readonly fd: Fd; readonly data: Text }
    | { readonly kind: "read"; readonly fd: Fd; readonly len: Integer }
    | { readonly kind: "close"; readonly fd: Fd }
    | { readonly kind: "slot"; readonly slot: Integer; readonly fd: Fd }
    | { readonly kind: "clear"; readonly slot: Integer }
    | {
        readonly kind: "sync_cancel";
        readonly ring: Word | null;
        readonly target: Word;
        readonly bind: Word | null;
      }
    | { readonly kind: "sleep"; readonly time: Duration }
    | { readonly kind: "signal"; readonly thread: Word }
    | {
        readonly kind: "if";
        readonly condition: ConditionSyntax;
        readonly body: Block<Statement>;
        readonly otherwise: Block<Statement> | null;
      }
    | { readonly kind: "attach"; readonly what: Word; readonly ring: Word; readonly bind: Word | null }
    | { readonly kind: "detach"; readonly what: Word; readonly bind: Word | null }
    | { readonly kind: "drive"; readonly hook: Word }
  );

export interface SqeSyntax extends Node {
  readonly label: Word;
  readonly opcode: Word;
  /** In the order as written; `tw` has no value. */
  readonly keys: readonly Key[];
  readonly multishot: boolean;
  /** null: no `may`. */
  readonly may: readonly (Result | Never)[] | null;
  readonly flags: readonly Word[];
}

export interface Key {
  readonly name: Word;
  readonly value: Value | null;
}

export type ComparisonSign = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** `and` and `or` group to the left, `implies` to the right; parentheses leave no trace. */
export type ConditionSyntax = { readonly at: Position } & (
  | { readonly kind: "true" | "hang" }
  | {
      readonly kind: "and" | "or" | "implies";
      readonly left: ConditionSyntax;
      readonly right: ConditionSyntax;
    }
  | { readonly kind: "not"; readonly of: ConditionSyntax }
  | { readonly kind: "res"; readonly label: Word; readonly cmp: ComparisonSign; readonly value: Result }
  | { readonly kind: "flags"; readonly label: Word; readonly flag: Word }
  | { readonly kind: "posted" | "silent" | "issued"; readonly label: Word }
  | { readonly kind: "count"; readonly label: Word; readonly cmp: ComparisonSign; readonly value: Result }
  | { readonly kind: "before"; readonly first: Word; readonly second: Word }
  | { readonly kind: "value"; readonly name: Word; readonly cmp: ComparisonSign; readonly value: Result }
  | { readonly kind: "content"; readonly name: Word; readonly cmp: ComparisonSign; readonly text: Text }
  | { readonly kind: "steps"; readonly hook: Word; readonly cmp: ComparisonSign; readonly value: Result }
  | {
      readonly kind: "calls";
      readonly operation: Word;
      readonly callback: Word;
      readonly cmp: ComparisonSign;
      readonly value: Result;
    }
  /** `program`: a hook's name, or the id of a custom operation. */
  | {
      readonly kind: "variable";
      readonly program: Word;
      readonly variable: Word;
      readonly cmp: ComparisonSign;
      readonly value: Result;
    }
  | { readonly kind: "cost"; readonly of: Word; readonly cmp: ComparisonSign; readonly value: Result }
);

/** A word that stands nowhere in a text. */
export function named(text: string): Word {
  return { text, at: NOWHERE };
}

/** A number that stands nowhere in a text. */
export function integer(value: number): Integer {
  return { kind: "int", value, at: NOWHERE };
}

/** A string that stands nowhere in a text. */
export function quoted(text: string): Quoted {
  return { kind: "text", text, at: NOWHERE };
}
